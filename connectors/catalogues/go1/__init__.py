"""Go1: its API v3, and the webhook by which it tells of completions."""
