"""A cohort that goes on elsewhere: its people, its place and what was written."""
