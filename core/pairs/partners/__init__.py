"""A pair as its people see it: hello, good match or not, their habits, and when somebody goes."""
