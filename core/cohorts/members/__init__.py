"""Who is invited, who joins, who leaves."""
