"""What a person takes along, erases and carries over."""
