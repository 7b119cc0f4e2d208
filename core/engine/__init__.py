"""The machine that runs the rest: events in, one commit, jobs done when they are due."""
