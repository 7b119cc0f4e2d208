"""What a cohort works on: one card, a list, a search."""
