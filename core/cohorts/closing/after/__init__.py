"""After the end: the report, and the next intake."""
