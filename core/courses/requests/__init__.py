"""Sends that a program asks for."""
