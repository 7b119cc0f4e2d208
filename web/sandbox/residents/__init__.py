"""People of the sandbox who live by themselves: they answer, miss, leave and never open."""
