"""A program sends course links in the name of a person, through the same forms as they would."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

import app
from core.courses.model import Send
from core.courses.requests.model import Addresses, Request
from settings import Settings
from tests.engine.machine import Clock
from tests.people.world import ADA
from tests.web.apis import CEM, LINK, OTHER, TOKEN, TOKENS, Answered, Service, service


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Service]:
    async with service(tmp_path / "test.db", TOKENS) as made:
        yield made


def later(clock: Clock) -> None:
    clock.forward(seconds=61)


async def shown(it: Service, sent: Answered) -> Any:
    await it.settled()
    found = await it.call("GET", f"sends/{sent.body['id']}")
    assert found.status == 200
    return found.body


# --- a send ---------------------------------------------------------------------------------------


async def test_a_link_to_a_cohort_is_read_counted_and_sent_by_itself(it: Service) -> None:
    cohort = await it.cohort()
    sent = await it.asks({"cohort": cohort.id}, purpose="For Thursday", question="Which part?")
    assert sent.status == 202
    assert sent.headers["Location"] == f"/api/v1/sends/{sent.body['id']}"
    waiting = await shown(it, sent)
    later(it.clock)
    await it.settled()
    gone = await shown(it, sent)

    assert (waiting["state"], waiting["stage"]) == ("waiting", "gone")
    assert (waiting["purpose"], waiting["question"]) == ("For Thursday", "Which part?")
    assert waiting["links"][0]["title"] == "Feedback that lands"
    counts = waiting["counts"]
    assert counts["all"] == 2
    deliveries = gone["deliveries"]
    assert sum(deliveries.values()) == 2
    assert gone["state"] in ("going", "sent")


async def test_what_is_left_out_is_suggested(it: Service) -> None:
    cohort = await it.cohort()
    sent = await it.asks({"cohort": cohort.id})
    found = await shown(it, sent)
    assert found["purpose"] == cohort.purpose
    assert found["question"]


async def test_a_dry_run_counts_and_waits_for_a_word(it: Service) -> None:
    cohort = await it.cohort()
    sent = await it.asks({"cohort": cohort.id}, dry_run=True)
    found = await shown(it, sent)
    assert (found["state"], found["stage"]) == ("ready", "ready")

    gone = await it.call("POST", f"sends/{sent.body['id']}/go")
    assert (gone.status, gone.body["state"]) == (200, "waiting")
    back = await it.call("POST", f"sends/{sent.body['id']}/undo")
    assert (back.status, back.body["state"]) == (200, "ready")
    again = await it.call("POST", f"sends/{sent.body['id']}/undo")
    assert again.status == 409


async def test_a_send_at_a_time_waits_for_the_full_hour_of_its_sender(it: Service) -> None:
    cohort = await it.cohort()
    sent = await it.asks({"cohort": cohort.id}, at="2026-03-03T08:20:00+00:00")
    found = await shown(it, sent)
    assert str(found["at"]).startswith("2026-03-03T09:00:00")


async def test_the_same_request_twice_is_one_send(it: Service) -> None:
    cohort = await it.cohort()
    first = await it.asks({"cohort": cohort.id})
    second = await it.asks({"cohort": cohort.id})
    assert first.body["id"] == second.body["id"]
    assert len((await it.read.find(Send)).items) == 1


async def test_another_request_under_the_same_key_is_refused(it: Service) -> None:
    cohort = await it.cohort()
    await it.asks({"cohort": cohort.id}, purpose="One")
    other = await it.asks({"cohort": cohort.id}, purpose="Two")
    assert other.status == 409
    assert len((await it.read.find(Send)).items) == 1


async def test_keys_of_two_people_do_not_meet(it: Service) -> None:
    cohort = await it.cohort()
    await it.meets(CEM)
    await it.asks({"cohort": cohort.id})
    other = await it.asks({"me": True}, token=OTHER)
    assert other.status == 403  # Cem leads nothing
    assert len((await it.read.find(Send)).items) == 1


async def test_a_link_that_nobody_can_read_says_so_and_takes_a_title(it: Service) -> None:
    cohort = await it.cohort()
    it.catalogue.trouble = "nowhere"
    refused = await shown(it, await it.asks({"cohort": cohort.id}, key="one"))
    titled = await shown(it, await it.asks({"cohort": cohort.id}, key="two", title="A talk"))

    assert refused["stage"] == "refused"
    assert refused["trouble"] == "nowhere"
    assert "called" in str(refused["why"])
    assert titled["stage"] == "gone"


async def test_several_links_are_a_path(it: Service) -> None:
    cohort = await it.cohort()
    links = [f"{LINK}/{n}" for n in range(3)]
    body = {"links": links, "to": {"cohort": cohort.id}}
    sent = await it.call("POST", "sends", body, key="path")
    found = await shown(it, sent)
    assert [one["url"] for one in found["links"]] == links


# --- whom it is for -------------------------------------------------------------------------------


async def test_a_list_of_addresses_reaches_who_is_known(it: Service) -> None:
    await it.cohort()
    mails = ["Ada@Example.org", "who@example.org"]
    found = await shown(it, await it.asks({"emails": mails}))
    counts = found["counts"]
    assert (counts["all"], counts["cannot_why"]) == (2, {"unknown": 1})


async def test_a_hundred_thousand_addresses_are_taken_and_counted(it: Service) -> None:
    await it.cohort()
    mails = [f"p{n}@example.org" for n in range(99_999)] + ["ada@example.org"]
    sent = await it.asks({"emails": mails}, dry_run=True)
    assert sent.status == 202
    found = await shown(it, sent)
    counts = found["counts"]
    assert (counts["all"], counts["cannot_why"]) == (100_000, {"unknown": 99_999})
    assert (await it.read.find(Addresses)).items == ()


async def test_more_than_that_is_refused(it: Service) -> None:
    await it.cohort()
    refused = await it.asks({"emails": ["a@b.example"] * 100_001})
    assert refused.status == 422
    assert refused.body["errors"][0]["field"] == "to.emails"


async def test_a_cohort_that_is_not_mine_is_refused_like_one_that_is_not_there(
    it: Service,
) -> None:
    cohort = await it.cohort()
    await it.meets(CEM)
    theirs = await it.asks({"cohort": cohort.id}, token=OTHER, key="one")
    nowhere = await it.asks({"cohort": "nope"}, token=OTHER, key="two")
    assert (theirs.status, nowhere.status) == (403, 403)
    assert theirs.body == nowhere.body
    assert (await it.read.find(Request)).items == ()


async def test_a_place_where_nobody_is_does_not_go_out(it: Service) -> None:
    await it.cohort()
    found = await shown(it, await it.asks({"place": "teams:t1:elsewhere"}))
    assert found["stage"] == "refused"
    assert found["why"]


# --- what stands ----------------------------------------------------------------------------------


async def test_my_sends_are_listed_page_by_page(it: Service) -> None:
    cohort = await it.cohort()
    for n in range(5):
        await it.asks({"cohort": cohort.id}, key=f"k{n}", link=f"{LINK}/{n}", dry_run=True)
    await it.settled()
    first = await it.call("GET", "sends?limit=2")
    second = await it.call("GET", f"sends?limit=10&cursor={first.body['cursor']}")
    ids = [one["id"] for one in (*first.body["items"], *second.body["items"])]
    assert len(set(ids)) == len(ids) == 5
    assert second.body["cursor"] == ""
    of_it = await it.call("GET", f"sends?cohort={cohort.id}")
    assert len(of_it.body["items"]) == 5


async def test_what_is_not_mine_is_not_there(it: Service) -> None:
    cohort = await it.cohort()
    await it.meets(CEM)
    sent = await it.asks({"cohort": cohort.id})
    id = sent.body["id"]
    hidden = [
        await it.call("GET", f"sends/{id}", token=OTHER),
        await it.call("GET", "sends/nope", token=OTHER),
        await it.call("POST", f"sends/{id}/stop", token=OTHER),
        await it.call("POST", f"sends/{id}/go", token=OTHER),
    ]
    assert {one.status for one in hidden} == {404}
    assert len({str(one.body) for one in hidden}) == 1
    assert (await it.call("GET", "sends", token=OTHER)).body["items"] == []
    assert (await it.call("GET", f"sends?cohort={cohort.id}", token=OTHER)).status == 404


async def test_stop_and_take_back(it: Service) -> None:
    cohort = await it.cohort()
    sent = await it.asks({"cohort": cohort.id})
    id = sent.body["id"]
    await it.settled()
    assert (await it.call("POST", f"sends/{id}/stop")).status == 409
    later(it.clock)
    await it.settled()
    taken = await it.call("POST", f"sends/{id}/take")
    assert (taken.status, taken.body["state"]) == (200, "taken")


async def test_a_draft_can_be_put_away(it: Service) -> None:
    cohort = await it.cohort()
    sent = await it.asks({"cohort": cohort.id}, dry_run=True)
    await it.settled()
    assert (await it.call("POST", f"sends/{sent.body['id']}/drop")).status == 200
    assert (await it.call("GET", f"sends/{sent.body['id']}")).status == 404


async def test_cohorts_are_those_that_i_lead(it: Service) -> None:
    cohort = await it.cohort()
    await it.meets(CEM)
    mine = await it.call("GET", "cohorts")
    assert [one["id"] for one in mine.body["items"]] == [cohort.id]
    assert (await it.call("GET", "cohorts", token=OTHER)).body["items"] == []


async def test_courses_are_searched(it: Service) -> None:
    await it.meets(ADA)
    found = await it.call("GET", "courses?search=feedback")
    assert found.body["items"][0]["title"] == "About feedback"
    assert found.body["cursor"] == "next"
    for wrong in ("courses", "courses?search=", f"courses?search={'x' * 201}"):
        assert (await it.call("GET", wrong)).status == 422


@pytest.mark.parametrize("trouble", ["slow", "refused", "busy"])
async def test_that_no_catalogue_answers_is_not_that_there_is_nothing(
    it: Service, trouble: str
) -> None:
    await it.meets(ADA)
    it.catalogue.trouble = trouble
    assert (await it.call("GET", "courses?search=feedback")).status == 503


async def test_the_service_has_it_only_where_tokens_are_set(tmp_path: Path) -> None:
    given = {
        "COTERIE_ENV": "development",
        "COTERIE_DATABASE": f"sqlite:///{tmp_path / 'coterie.db'}",
    }
    found = []
    for tokens in ({}, {"COTERIE_API_TOKENS": f"ada@example.org={TOKEN}"}):
        built = await app.build(Settings.from_env(given | tokens))
        async with TestClient(TestServer(built)) as client:
            headers = {"Authorization": f"Bearer {TOKEN}"}
            for path in ("cohorts", "openapi.json"):
                async with client.get(f"/api/v1/{path}", headers=headers) as answer:
                    found.append(answer.status)
    assert found == [404, 404, 403, 200]
