"""What is there at Go1: courses, accounts, and who is on what."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from connectors.clock import Clock

Json = dict[str, Any]


class World:
    """Courses, people, and enrolments, each by its id."""

    def __init__(self) -> None:
        self.courses: dict[str, Json] = {}
        self.accounts: dict[str, Json] = {}
        self.enrolments: dict[str, Json] = {}
        self.now: Callable[[], datetime] = Clock().now

    def seconds(self) -> float:
        """Its time, since 1970."""
        return self.now().timestamp()

    def course(self, title: str, state: str = "published", **more: Any) -> str:
        """A course; its id as enrolments know it."""
        id = str(1_000 + len(self.courses))
        self.courses[id] = {
            "id": f"con_{id}",
            "lo_id": id,
            "created_time": len(self.courses),
            "core": {
                "title": title,
                "type": "course",
                "description": f"<p>All about <b>{title}</b>.</p>",
                "image": {"value": f"https://images.example/{id}.png", "mimetype": "image/png"},
            },
            "relevance": {"duration": 15, "language": "en", "summary": None},
            "provider": {"name": "Example Academy", "logo": None},
            "lifecycle": {"state": state, "pending_state": None},
            "topics": {"items": []},
            **more,
        }
        return id

    def account(self, email: str) -> str:
        """Somebody with an account."""
        id = str(500 + len(self.accounts))
        user = {"id": f"7{id}", "email": email, "given_name": "Ada", "family_name": "Example"}
        self.accounts[id] = {"id": id, "user": user, "roles": [], "status": "active"}
        return id

    def enrolled(self, account: str, course: str, **more: Any) -> str:
        """Somebody on a course."""
        id = str(90_000 + len(self.enrolments))
        at = iso(self.now())
        self.enrolments[id] = {
            "id": id,
            "enrollment_type": "assigned",
            "user_account_id": account,
            "lo_id": course,
            "status": "not-started",
            "end_date": None,
            "created_time": at,
            "updated_time": at,
            **more,
        }
        return id

    def completes(self, account: str, course: str, at: datetime | None = None) -> str:
        """Somebody finishes a course, on which they are or not."""
        when = iso(at or self.now())
        id = self.existing(account, course) or self.enrolled(account, course)
        self.enrolments[id] |= {"status": "completed", "end_date": when, "updated_time": when}
        return id

    def existing(self, account: str, course: str) -> str:
        """The enrolment that there is, "" for none."""
        rows = self.enrolments.values()
        there = (row for row in rows if (row["user_account_id"], row["lo_id"]) == (account, course))
        return next((str(row["id"]) for row in there), "")


def iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def spread(start: datetime, count: int, apart: timedelta) -> Iterable[datetime]:
    """So many moments, one after the other."""
    return (start + n * apart for n in range(count))
