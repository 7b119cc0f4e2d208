"""Outside things that are not chat windows."""
