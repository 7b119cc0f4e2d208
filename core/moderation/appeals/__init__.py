"""A second look, by somebody else where there is somebody else."""
