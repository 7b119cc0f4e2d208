"""A challenge I am working on: named privately, shared only as its owner says."""
