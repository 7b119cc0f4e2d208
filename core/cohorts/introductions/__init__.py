"""Introduction rounds: one question, one card, everybody's answer."""
