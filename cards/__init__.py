"""Pure renderers: a Post in, what one kind of window takes out."""
