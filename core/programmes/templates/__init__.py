"""Templates of programmes: YAML files, how they are read, and what is said of one that is wrong."""
