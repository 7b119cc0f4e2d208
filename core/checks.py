"""What was looked at in an installation, and what would put it right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

LEEWAY = 60
MARKS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at; `todo` says what would put it right."""

    name: str
    state: Literal["ok", "warn", "fail"]
    said: str
    todo: str = ""


def ok(name: str, said: str) -> Check:
    """All is well."""
    return Check(name=name, state="ok", said=said)


def fail(name: str, said: str, todo: str) -> Check:
    """Something keeps Coterie from working."""
    return Check(name=name, state="fail", said=said, todo=todo)


def warn(name: str, said: str, todo: str) -> Check:
    """Something needs a look, and Coterie works."""
    return Check(name=name, state="warn", said=said, todo=todo)


def clock(name: str, now: datetime, told: datetime | None) -> Check:
    """Whether our time is that of the others: tokens and signatures are good for a while only."""
    if told is None:
        return ok(name, f"{now:%Y-%m-%d %H:%M} UTC, not compared.")
    ahead = (now - told).total_seconds()
    if abs(ahead) <= LEEWAY:
        return ok(name, f"Right to {abs(ahead):.0f} s.")
    side = "ahead of" if ahead > 0 else "behind"
    said = f"{abs(ahead):.0f} s {side} the time of the server that we speak with."
    todo = "Let the machine set its clock by NTP: tokens and signatures fail otherwise."
    return fail(name, said, todo)


def report(found: Sequence[Check]) -> str:
    """All of it as lines of text, and what to do first."""
    width = max((len(check.name) for check in found), default=0)
    lines = [line for check in found for line in _lines(check, width)]
    failed = sum(check.state == "fail" for check in found)
    last = f"{failed} to put right." if failed else "Coterie can start."
    return "\n".join([*lines, "", last])


def exit_code(found: Sequence[Check]) -> int:
    """1 if something keeps Coterie from working, else 0."""
    return int(any(check.state == "fail" for check in found))


def _lines(check: Check, width: int) -> list[str]:
    lines = [f"{MARKS[check.state]}  {check.name:<{width}}  {check.said}"]
    return [*lines, f"{'':<{width + 8}}{check.todo}"] if check.todo else lines
