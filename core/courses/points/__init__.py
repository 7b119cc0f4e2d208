"""The points that a provider keeps for somebody."""
