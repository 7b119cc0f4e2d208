"""A person’s home: what Coterie is for them now, on one page."""
