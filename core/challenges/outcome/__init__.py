"""The best answer, the next step, and whether it worked."""
