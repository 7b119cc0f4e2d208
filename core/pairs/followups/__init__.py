"""Looking back after 2, 7, 21 and 60 days on whether it is used at work."""
