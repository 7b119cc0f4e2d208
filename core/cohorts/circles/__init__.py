"""Circles: six to twelve people of a large cohort who meet each other, with a host each week."""
