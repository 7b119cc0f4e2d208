"""What moves, or is left out, with a step that others depend on."""
