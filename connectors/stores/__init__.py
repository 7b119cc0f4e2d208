"""Where records, tallies, event ids and jobs are kept."""
