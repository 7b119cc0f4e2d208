"""The requests to Go1's API that Coterie makes, each with what Go1 would not take."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import orjson
from aiohttp import web

from tests.fakes.go1_world import Json, iso

if TYPE_CHECKING:
    from tests.fakes.go1 import FakeGo1

DEEPEST, LARGEST = 10_000, 50


class Wrong(Exception):
    """What Go1 answers instead."""

    def __init__(self, status: int, code: str, ref: str = "") -> None:
        super().__init__(code)
        self.status, self.told = status, {"ref": ref, "error_code": code, "message": code}


async def search(go1: "FakeGo1", request: web.Request) -> Json:
    """Courses by words, the newest first."""
    words = request.query.get("keyword", "").casefold().split()
    kinds = request.query.getall("type[]", [])
    found = [
        lo
        for lo in go1.courses.values()
        if lo["lifecycle"]["state"] == "published"
        and all(word in str(lo["core"]["title"]).casefold() for word in words)
        and (not kinds or (lo["core"] or {}).get("type", "course") in kinds)
    ]
    found.sort(key=lambda lo: int(lo["created_time"]), reverse=True)
    return _page(go1, request, [_included(lo, request) for lo in found])


async def course(go1: "FakeGo1", request: web.Request) -> Json:
    """One, whatever its state, unless it was removed."""
    id = request.match_info["id"].removeprefix("con_")
    if id not in go1.courses or go1.courses[id]["lifecycle"]["state"] == "removed":
        raise Wrong(404, "not_found")
    return _included(go1.courses[id], request)


async def accounts(go1: "FakeGo1", request: web.Request) -> Json:
    """Whoever has an address."""
    wanted = request.query.get("email", "").casefold()
    there = go1.accounts.values()
    found = [one for one in there if go1.careless or one["user"]["email"].casefold() == wanted]
    return _page(go1, request, [one | go1.shortened for one in found])


async def account(go1: "FakeGo1", request: web.Request) -> Json:
    """Somebody."""
    return _there(go1.accounts, request)


async def enrolment(go1: "FakeGo1", request: web.Request) -> Json:
    """One."""
    return _there(go1.enrolments, request)


async def enrolments(go1: "FakeGo1", request: web.Request) -> Json:
    """Who is on what, by state and by when it changed."""
    since = _moment(request.query.get("update_time_gte", "2000-01-01T00:00:00Z"))
    states = request.query.get("status", "").split(",")
    found = [
        row
        for row in go1.enrolments.values()
        if row["status"] in states and _moment(row["updated_time"]) >= since
    ]
    by, down = request.query.get("sort", "created_time"), request.query.get("order", "desc")
    found.sort(key=lambda row: str(row[by]), reverse=down == "desc")
    return _page(go1, request, found)


async def enrol(go1: "FakeGo1", request: web.Request) -> Json:
    """Somebody is put on a course, once."""
    asked = orjson.loads(await request.read())
    account, course = asked.get("user_account_id"), asked.get("lo_id")
    fit = asked.get("enrollment_type") in {"assigned", "self-directed"}
    if not fit or asked.get("status") not in {"not-started", "in-progress", "completed"}:
        raise Wrong(400, "invalid")
    if account not in go1.accounts:
        raise Wrong(400, "user_account_not_found")
    if course not in go1.courses:
        raise Wrong(404, "not_found")
    if go1.courses[course]["lifecycle"]["state"] != "published":
        raise Wrong(403, "not_enrollable")
    existing = go1.existing(account, course)
    if existing and request.query.get("re-enroll") != "true":
        raise Wrong(409, "enrollment_exists", ref=existing)
    due = {"due_date": iso(_moment(asked["due_date"]))} if "due_date" in asked else {}
    return go1.enrolments[go1.enrolled(account, course, **due)]


def _page(go1: "FakeGo1", request: web.Request, rows: list[Json]) -> Json:
    limit, offset = (_number(request, *one) for one in (("limit", 20), ("offset", 0)))
    if not 1 <= limit <= LARGEST or offset + limit > DEEPEST:
        raise Wrong(400, "invalid_paging")
    offset = 0 if go1.faults.now == "repeating" else offset
    total = 10**9 if go1.faults.now == "lying" else len(rows)
    return {"total": total, "hits": rows[offset : offset + limit], "facets": {}}


def _included(lo: Json, request: web.Request) -> Json:
    """Only what was asked for; the core by default."""
    always = {"id", "lo_id", "created_time", "core"}
    wanted = always | set(request.query.getall("include[]", []))
    return {name: value for name, value in lo.items() if name in wanted}


def _there(rows: Mapping[str, Json], request: web.Request) -> Json:
    if request.match_info["id"] not in rows:
        raise Wrong(404, "not_found")
    return rows[request.match_info["id"]]


def _number(request: web.Request, name: str, usual: int) -> int:
    try:
        return int(request.query.get(name, usual))
    except ValueError:
        raise Wrong(400, "invalid_paging") from None


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Wrong(400, "invalid_time") from None
