"""Stage 2: a member's real problem, the people who help with it, and what became of it."""
