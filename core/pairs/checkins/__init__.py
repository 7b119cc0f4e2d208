"""How did it go? Asked once a week in one's own words, at one's own hour."""
