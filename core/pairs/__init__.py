"""Stage 3, collective accountability: who is with whom, and what they promised each other."""
