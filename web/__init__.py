"""What a browser shows: the sandbox and the page that an invitation leads to."""
