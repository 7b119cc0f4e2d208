"""Role-play in swapped roles: a scene, a clock, and one thing to keep."""
