"""Copies in processes of their own, which can be killed."""

import asyncio
import sys
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path

from tests.connectors.transfer.house import address

ROOT = Path(__file__).parents[3]
KILLED = -9
BATCHES = 11  # of the crowded house: that many are read before the first is written


async def copies(
    source: object, target: object, *, dies_at: int = 0, dies_after: float = 30
) -> tuple[int | None, str]:
    """How a copy in a process of its own ended, and what it said."""
    script = str(Path(__file__).with_name("killed.py"))
    words = [address(source), address(target), str(dies_at)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, script, *words, stdout=PIPE, stderr=STDOUT, env={"PYTHONPATH": str(ROOT)}
    )
    said = asyncio.create_task(process.communicate())
    done, _ = await asyncio.wait([said], timeout=dies_after)
    if not done:
        process.kill()
    return process.returncode if done else KILLED, (await said)[0].decode()
