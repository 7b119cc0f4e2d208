"""The card of those who lead a cohort."""
