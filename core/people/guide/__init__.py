"""Finding one’s way: help, status, why, and what to say to a word that we do not know."""
