"""Workplace from Meta, as it was until 2026-06-01: webhooks in, Graph API out."""
