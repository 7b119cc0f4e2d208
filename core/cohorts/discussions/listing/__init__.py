"""The discussions of a cohort, and those that some words mean."""
