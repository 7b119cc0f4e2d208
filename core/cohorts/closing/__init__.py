"""The end of a cohort: what was kept, what changes, thanks, a report, and the next intake."""
