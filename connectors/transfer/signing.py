"""Links in messages that were sent before still have to open: the secret comes along."""

import os
from pathlib import Path

NAME = "secret"
READABLE = 0o600

CHOSEN = "Keep COTERIE_SECRET as it is: links in earlier messages are signed with it."
COPIED = "Links in earlier messages stay good: their secret was copied to {new}."
ANOTHER = (
    "Mind {new}: it is another secret than {old}, and with it links in earlier messages do not"
    " open. Put the old one in its place before you start, if nobody has links of the new one."
)
BESIDE = (
    "Links in earlier messages are signed with what stands in {old}. Set COTERIE_SECRET to that"
    " for the new installation, or they will not open."
)
ELSEWHERE = (
    "Links in earlier messages are signed with the secret of the old installation: its"
    " COTERIE_SECRET, or what stands in the file `secret` beside its database. Set COTERIE_SECRET"
    " to that, or they will not open."
)


def beside(database: Path) -> Path:
    """Where a database has its secret."""
    return database.with_name(NAME)


def carried(old: Path | None, new: Path | None, *, chosen: bool) -> str:
    """Copies the file if it can, and says what is left to do.

    `old` and `new` are where the databases on both sides have theirs, if they are files; `chosen`
    says that the operator has set one.
    """
    if chosen:
        return CHOSEN
    if old is None or not old.exists():
        return ELSEWHERE if old is None else ""
    if new is None:
        return BESIDE.format(old=old)
    if new.exists():
        same = new.read_bytes() == old.read_bytes()
        return "" if same else ANOTHER.format(old=old, new=new)
    _copy(old, new)
    return COPIED.format(new=new)


def _copy(old: Path, new: Path) -> None:
    part = new.with_name(f"{NAME}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, READABLE), "wb") as file:
        file.write(old.read_bytes())
    part.replace(new)
