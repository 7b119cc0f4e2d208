"""HTTP as a client, where aiohttp’s does more than is needed."""
