"""What a program asked for goes on by itself, and leaves a person who takes over alone."""

from pathlib import Path
from typing import Any

import pytest

from core.courses.model import Roll, Send
from core.courses.requests.model import Addresses, Request, when
from core.engine.ports import Actor
from tests.cohorts.story import chat
from tests.people.world import ADA
from tests.web.apis import TOKEN, TOKENS, Service, service


def staff(n: int) -> Actor:
    return Actor(account=f"teams:t1:s{n}", name=f"Sample {n}", email=f"s{n}@example.org")


async def shown(it: Service, id: str) -> Any:
    await it.settled()
    return (await it.call("GET", f"sends/{id}")).body


async def test_a_request_outlives_the_service(tmp_path: Path) -> None:
    path = tmp_path / "test.db"
    async with service(path, TOKENS) as it:
        cohort = await it.cohort()
        it.catalogue.ready.clear()
        sent = await it.asks({"cohort": cohort.id})
        assert sent.body["state"] == "reading"
    async with service(path, TOKENS, known=True) as it:
        it.clock.forward(minutes=5)
        found = await shown(it, sent.body["id"])
        again = await it.asks({"cohort": cohort.id})
    assert (found["state"], found["stage"]) == ("waiting", "gone")
    assert again.body["id"] == sent.body["id"]


async def test_more_than_two_hundred_people_need_their_number(tmp_path: Path) -> None:
    async with service(tmp_path / "test.db", TOKENS) as it:
        await it.cohort()
        people = [staff(n) for n in range(230)]
        await it.meets(*people)
        mails = [who.email for who in people]
        first = await shown(it, (await it.asks({"emails": mails}, key="a")).body["id"])
        id = first["id"]
        wrong = await it.call("POST", f"sends/{id}/go", {"number": 229})
        none = await it.call("POST", f"sends/{id}/go")
        right = await it.call("POST", f"sends/{id}/go", {"number": 230})
        named = await shown(it, (await it.asks({"emails": mails}, key="b", number=230)).body["id"])

    assert (first["state"], first["stage"]) == ("ready", "ready")
    assert "number" in first["why"]
    assert (wrong.status, none.status) == (422, 422)
    assert (right.status, right.body["state"]) == (200, "waiting")
    assert named["state"] == "waiting"


async def test_who_undoes_it_in_the_chat_is_not_overruled(tmp_path: Path) -> None:
    async with service(tmp_path / "test.db", TOKENS) as it:
        cohort = await it.cohort()
        id = (await it.asks({"cohort": cohort.id})).body["id"]
        assert (await shown(it, id))["state"] == "waiting"
        await it.happens("press", "courses.undo", ADA, args={"id": id}, origin=chat(ADA))
        it.clock.forward(hours=1)
        assert (await shown(it, id))["state"] == "ready"


async def test_who_goes_on_with_it_in_the_chat_sends_it_themselves(tmp_path: Path) -> None:
    async with service(tmp_path / "test.db", TOKENS) as it:
        cohort = await it.cohort()
        it.catalogue.ready.clear()
        id = (await it.asks({"cohort": cohort.id})).body["id"]
        mine = {"title": "A talk", "purpose": "Mine", "question": "Why?", "to": "me"}
        await it.happens(
            "form", "courses.plan", ADA, args={"id": id}, values=mine, origin=chat(ADA)
        )
        it.catalogue.ready.set()
        found = await shown(it, id)
        assert (found["state"], found["stage"], found["purpose"]) == ("ready", "refused", "Mine")
        assert "in the chat" in found["why"]


async def test_twelve_hundred_addresses_are_all_accounted_for(tmp_path: Path) -> None:
    async with service(tmp_path / "test.db", TOKENS) as it:
        await it.cohort()
        mails = [f"{'x' * 60}{n}@{'y' * 150}.example" for n in range(1000)]
        mails = [mail[-240:] if n % 2 else f"p{n}@example.org" for n, mail in enumerate(mails)]
        fit = [mail for mail in mails if len(mail.partition("@")[0]) <= 64]
        more = [f"q{n}@example.org" for n in range(400)]
        found = await shown(it, (await it.asks({"emails": [*fit, *more]}, dry_run=True)).body["id"])
        rolls = (await it.read.find(Roll, send=found["id"])).items
    assert found["counts"]["all"] == len(fit) + len(more)
    assert sum(len(roll.strangers) for roll in rolls) == len(fit) + len(more)


async def test_what_programs_asked_for_goes_with_their_person(tmp_path: Path) -> None:
    async with service(tmp_path / "test.db", TOKENS) as it:
        cohort = await it.cohort()
        await it.asks({"cohort": cohort.id}, dry_run=True)
        await it.settled()
        await it.happens("press", "people.erase_now", ADA, origin=chat(ADA))
        await it.settled()
        assert (await it.read.find(Request)).items == ()
        assert (await it.read.find(Addresses)).items == ()


async def test_a_forged_form_is_a_request_like_any_other(tmp_path: Path) -> None:
    async with service(tmp_path / "test.db", TOKENS) as it:
        await it.meets(staff(1))
        for args in ({}, {"key": "k"}, {"key": "x" * 999, "digest": "y" * 999}):
            values = {"links": "https://a.example/", "to": "cohort:nope", "mails": "x", "at": "?"}
            await it.happens("form", "courses.request", staff(1), args=args, values=values)
            values = {"links": "", "to": "", "mails": "\x00"}
            await it.happens("form", "courses.request", staff(1), args=args, values=values)
        assert (await it.read.find(Send)).items == ()


@pytest.mark.parametrize(
    ("at", "zone", "said"),
    [
        ("2026-03-03T08:00:00+00:00", "Europe/Berlin", ("2026-03-03", "9")),
        ("2026-03-03T08:00:01+00:00", "Europe/Berlin", ("2026-03-03", "10")),
        ("2026-03-03T08:00:00+00:00", "Asia/Kolkata", ("2026-03-03", "14")),
        ("2026-03-03T23:30:00+00:00", "UTC", ("2026-03-04", "0")),
    ],
)
def test_a_time_is_never_before_the_one_that_was_asked_for(
    at: str, zone: str, said: tuple[str, str]
) -> None:
    assert tuple(when(at, zone).values()) == said


@pytest.mark.parametrize("text", ["", "soon", "9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00Z"])
def test_a_time_that_is_none_is_no_day(text: str) -> None:
    assert "hour" not in when(text, "Pacific/Kiritimati") or text.startswith("0001")


async def test_the_token_of_a_person_with_two_accounts_acts_as_one(tmp_path: Path) -> None:
    async with service(tmp_path / "test.db", TOKENS) as it:
        await it.meets(ADA, Actor(account="slack:w1:ada", email="ada@example.org", name="Ada"))
        assert (await it.call("GET", "cohorts", token=TOKEN)).status == 200


@pytest.mark.parametrize("action", ["courses.drop", "courses.plan"])
async def test_addresses_are_not_kept_once_a_person_goes_on_with_it(
    tmp_path: Path, action: str
) -> None:
    async with service(tmp_path / "test.db", TOKENS) as it:
        await it.cohort()
        it.catalogue.ready.clear()
        id = (await it.asks({"emails": ["x@example.org"]})).body["id"]
        assert len((await it.read.find(Addresses)).items) == 1
        mine = {"title": "A talk", "purpose": "Mine", "question": "Why?", "to": "me"}
        await it.happens("form", action, ADA, args={"id": id}, values=mine, origin=chat(ADA))
        it.catalogue.ready.set()
        await it.settled()
        assert (await it.read.find(Addresses)).items == ()
