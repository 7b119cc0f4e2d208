"""Udemy Business: courses, and who has finished them. It lets nobody be enrolled from outside."""
