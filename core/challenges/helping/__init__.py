"""Helpers, asked by a fair rota."""
