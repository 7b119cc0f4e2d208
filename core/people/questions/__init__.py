"""Forms where no dialog can open: asked field by field, in private."""
