"""What we sign with: made at the first start, and kept beside the database."""

import os
import secrets
from pathlib import Path

READABLE = 0o600
BYTES = 32


def kept(path: Path) -> str:
    """The secret in this file, which nobody else may read; a new one where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, READABLE)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(made, "w") as fresh:
        fresh.write(secrets.token_urlsafe(BYTES))
    return path.read_text()
