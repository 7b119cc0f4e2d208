"""How alike two texts are: offline, and explained by the words that they share."""
