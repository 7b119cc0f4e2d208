"""Stage 1, community building: cohorts, their agreement, their introductions."""
