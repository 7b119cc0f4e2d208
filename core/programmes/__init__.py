"""Programmes: templates that lay the steps of a cohort on a calendar."""
