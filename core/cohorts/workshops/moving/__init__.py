"""Another time or none: looked over before, heard by everybody at once."""
