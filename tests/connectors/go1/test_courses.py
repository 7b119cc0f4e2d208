"""Courses of Go1, as they are told and as they are."""

from dataclasses import replace
from datetime import date
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.catalogues.go1.catalogue import Go1Catalogue
from connectors.catalogues.go1.links import Links
from connectors.catalogues.port import NoCourse
from connectors.clock import Clock
from core.courses.model import Course
from tests.connectors.go1.conftest import ADA, Shelf
from tests.fakes.go1 import FakeGo1

PORTAL = "https://team-example.mygo1.com"


def link(id: str) -> str:
    return f"{PORTAL}/play/{id}"


async def test_all_that_go1_says_of_a_course_is_on_its_card(
    go1: FakeGo1, catalogue: Go1Catalogue
) -> None:
    id = go1.course("Asking &amp; listening")
    assert await catalogue.resolve(link(id)) == Course(
        catalogue="go1",
        id=id,
        url=link(id),
        title="Asking & listening",
        summary="All about Asking & listening .",
        image=f"https://images.example/{id}.png",
        minutes=15,
        provider="Example Academy",
        language="en",
        kind="course",
    )


@pytest.mark.parametrize(
    ("pending", "leaves"),
    [
        ({"retired_time": "2027-04-01T00:00:00.000Z"}, date(2027, 4, 1)),
        ({"removed_time": "2027-05-01", "retired_time": None}, date(2027, 5, 1)),
        ({"removed_time": "2027-05-01", "retired_time": 1_806_537_600}, date(2027, 4, 1)),
        ({"removed_time": "soon"}, None),
        ({}, None),
        (None, None),
    ],
)
async def test_a_course_that_will_go_says_when(
    go1: FakeGo1, catalogue: Go1Catalogue, pending: Any, leaves: date | None
) -> None:
    state = {"state": "published", "pending_state": pending}
    id = go1.course("Better handovers", lifecycle=state)
    found = await catalogue.resolve(link(id))
    assert (found.leaves, found.retired) == (leaves, False)


async def test_a_course_that_was_removed_is_gone(go1: FakeGo1, catalogue: Go1Catalogue) -> None:
    id = go1.course("Fax for beginners", "removed")
    with pytest.raises(NoCourse) as caught:
        await catalogue.resolve(link(id))
    assert caught.value.trouble == "gone"


@pytest.mark.parametrize(
    "spoilt",
    [
        {"core": {"title": ""}},
        {"core": {"title": None}},
        {"core": None},
        {"core": {"title": "Care", "image": "no object"}},
        {"lo_id": "../../users"},
        {"relevance": {"duration": {"minutes": 5}}},
        {"provider": 7},
    ],
)
async def test_one_bad_row_never_loses_the_others(
    go1: FakeGo1, catalogue: Go1Catalogue, there: Shelf, spoilt: dict[str, Any]
) -> None:
    bad = go1.course("Better handovers", **spoilt)
    found = await catalogue.search("")
    assert [course.id for course in found.courses] == [there.course]
    with pytest.raises(NoCourse) as caught:
        await catalogue.resolve(link(bad))
    assert caught.value.trouble == "unreadable"


async def test_odd_figures_and_pictures_are_left_out(go1: FakeGo1, catalogue: Go1Catalogue) -> None:
    core = {"title": "Care", "image": {"value": "javascript:alert(1)"}, "type": None}
    id = go1.course("Care", core=core, relevance={"duration": -3}, provider=None)
    found = await catalogue.resolve(link(id))
    assert (found.image, found.minutes, found.provider, found.kind) == ("", 0, "", "")


async def test_without_a_portal_there_is_no_search_but_links_still_work(
    go1: FakeGo1, session: aiohttp.ClientSession, there: Shelf
) -> None:
    catalogue = Go1Catalogue(replace(go1.config, portal_url=""), session, Clock().now)
    assert "search" not in catalogue.able
    found = await catalogue.resolve(f"https://any.mygo1.com/play/{there.course}?x=1")
    assert found.url == f"https://any.mygo1.com/play/{there.course}"
    with pytest.raises(NoCourse) as caught:
        await catalogue.search("")
    assert caught.value.trouble == "off"


async def test_push_is_named_only_where_a_webhook_can_be_believed(
    go1: FakeGo1, session: aiohttp.ClientSession
) -> None:
    told = [
        Go1Catalogue(replace(go1.config, webhook_secret=s), session, Clock().now) for s in ("", "x")
    ]
    assert ["push" in one.able for one in told] == [False, True]


async def test_a_page_goes_no_deeper_than_go1_lets_us(
    go1: FakeGo1, catalogue: Go1Catalogue, there: Shelf
) -> None:
    last = await catalogue.search("", cursor="9995.", limit=50)
    beyond = await catalogue.search("", cursor="10000.", limit=50)
    assert last.cursor == beyond.cursor == ""
    assert [query["limit"] for _, path, query in go1.kept.requests] == ["5"]


async def test_an_enrolment_carries_its_due_date(
    go1: FakeGo1, catalogue: Go1Catalogue, there: Shelf
) -> None:
    await catalogue.enrol(there.course, f" {ADA.title()} ", date(2027, 3, 31))
    (row,) = go1.enrolments.values()
    assert row["due_date"] == "2027-03-31T23:59:59+00:00"
    assert (row["enrollment_type"], row["status"]) == ("assigned", "not-started")


async def test_an_account_that_is_not_there_any_more_is_looked_up_again(
    go1: FakeGo1, catalogue: Go1Catalogue, there: Shelf
) -> None:
    await catalogue.enrol(there.course, ADA, None)
    go1.accounts.pop(there.ada)
    other = go1.account(ADA)
    go1.accounts["777"] = go1.accounts.pop(other) | {"id": "777"}
    with pytest.raises(NoCourse):
        await catalogue.enrol(there.course, ADA, None)
    assert await catalogue.enrol(there.course, ADA, None) == "enrolled"


async def test_whom_go1_gives_for_another_address_is_not_taken(
    go1: FakeGo1, catalogue: Go1Catalogue, there: Shelf
) -> None:
    go1.careless = True
    assert await catalogue.enrol(there.course, "somebody@example.com", None) == "unknown"
    assert await catalogue.enrol(there.course, ADA, None) == "enrolled"


@pytest.mark.parametrize("shape", [{"email": "Ada@Example.com"}, {"user": None}, {"user": {}}])
async def test_an_address_may_stand_elsewhere_or_only_in_the_account(
    go1: FakeGo1, catalogue: Go1Catalogue, there: Shelf, shape: dict[str, Any]
) -> None:
    go1.shortened = shape
    assert await catalogue.enrol(there.course, ADA, None) == "enrolled"


async def test_a_missing_scope_is_a_refusal(
    go1: FakeGo1, catalogue: Go1Catalogue, there: Shelf
) -> None:
    go1.scopes = go1.scopes - {"enrollment.write"}
    with pytest.raises(NoCourse) as caught:
        await catalogue.enrol(there.course, ADA, None)
    assert caught.value.trouble == "refused"


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_stands_before_or_behind_it_no_foreign_link_is_taken(a: str, b: str) -> None:
    links = Links(PORTAL)
    id = links.id(f"https://{a}/play/1{b}")
    assert not id or links.url(id).startswith(f"{PORTAL}/play/1")


@pytest.mark.parametrize(
    "portal", ["https://learn.example.com/go1", "https://learn.example.com/go1/"]
)
def test_a_portal_may_live_below_another_site(portal: str) -> None:
    links = Links(portal)
    assert links.url("7") == "https://learn.example.com/go1/play/7"
    assert links.id("https://learn.example.com/go1/play/7") == "7"
    assert links.id("https://learn.example.com/go12/play/7") == ""
    assert links.id("https://learn.example.com/play/7") == ""


def test_more_forms_of_links_may_be_added() -> None:
    links = Links(PORTAL, (r"/learn/(?P<id>\d+)-[a-z-]+",))
    assert links.id(f"{PORTAL}/learn/12-better-handovers") == "12"
