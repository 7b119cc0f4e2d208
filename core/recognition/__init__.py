"""What is recognised, and how."""
