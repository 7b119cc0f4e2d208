"""The loop that the service runs on."""

import asyncio


def quick_loop() -> asyncio.AbstractEventLoop | None:
    """uvloop’s, where it is installed; None leaves it to asyncio."""
    try:
        import uvloop  # noqa: PLC0415 - Windows has none
    except ImportError:
        return None
    return uvloop.new_event_loop()
