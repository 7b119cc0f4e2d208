"""Microsoft Teams: what it sends us, who may, and how it takes what we send."""
