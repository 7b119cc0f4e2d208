"""Promises: when this happens, then I will do that, until a day, seen by whom I choose."""
