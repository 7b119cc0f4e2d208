"""The channels and chats that a cohort lives in."""
