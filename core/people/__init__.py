"""People: who they are, when they may be written to, and what is theirs to see and erase."""
