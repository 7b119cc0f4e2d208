"""When and how often somebody wants to hear from us: settings, pause, the stop rule."""
