"""What we keep about somebody: to see, to take along, to erase."""
