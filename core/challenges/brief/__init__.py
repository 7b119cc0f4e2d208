"""Real challenges go into the training with their owner's leave."""
