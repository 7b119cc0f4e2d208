"""`python app.py move`: who can be reached on another platform, and off they go."""
