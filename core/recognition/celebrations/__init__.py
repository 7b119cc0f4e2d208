"""What went well, told in every place where a cohort meets."""
