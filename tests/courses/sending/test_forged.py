"""Buttons and forms that nobody was given, pressed all the same by whoever they are not for."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from core.actions import ACTIONS
from core.cohorts.model import Cohort, Membership
from core.courses.audience.model import mails_in
from core.courses.model import Learning, Roll, Send
from core.courses.sending.sentences import HALTS
from core.courses.sending.timing import wrong_times
from core.engine.errors import Unreachable
from core.engine.ports import Changes, Event, Moment, Viewer
from core.product import handle, view
from tests.courses.learning.lesson import rows_with
from tests.courses.sending.office import COHORT, LINK, MONDAY, PLAN, Office, hired, joined, labels
from tests.people.world import said, told, words

OURS = sorted(name for name in ACTIONS if name.startswith("courses."))
OTHERS = ("zoe", "nia", "cem", "bo", "gus", "lee", "eve")
RUNNING = {"courses.stop", "courses.take"}  # whoever runs the cohort may
SECRETS = ("dee@example.org", "Dee", "nobody@elsewhere.example", "ABCDEFG")


async def crowd(life: Office) -> tuple[Send, Send]:
    """A link that is out, and a draft to a list; around them everybody whom it does not concern."""
    await life.team(["cem", "dee", "lee"], spaces=("fake:t1:nights",))
    await life.hire("bo", "zoe", "nia")
    await life.keep(*hired("gus", guest=True), *hired("eve", erased=True, accounts=(), email=""))
    other = replace(COHORT, id="c2", name="Others", owner="nia", facilitator="nia", code="HIJKLMN")
    await life.keep(other, joined(other, "nia"), joined(COHORT, "gus"))
    life.chat.lost["fake:t1:dee"] = Unreachable("not_installed")
    out = await life.sends()
    left = await life.read.get(Membership, "c1/lee")
    assert left is not None
    await life.keep(replace(left, state="left"))
    mails = "nobody@elsewhere.example\ndee@example.org"
    draft = await life.plans(await life.drafts(f"{LINK}/2"), to="mails", mails=mails)
    return out, draft


async def pressed(
    life: Office, who: str, action: str, it: Send, source: str, **more: str
) -> Changes:
    life.count += 1
    args = {"id": it.id, "send": it.id, "rev": str(it.version), "cohort": "c1", "sure": "yes"}
    event = Event(
        id=f"forged{life.count}",
        org="main",
        source="form" if source == "form" else "press",
        name=action,
        by=life.actor(f"fake:t1:{who}"),
        origin=life.chat_of(f"fake:t1:{who}"),
        inline=True,
        args={**args, **more},
        values={**PLAN, "url": f"{LINK}/evil", "title": "Evil", "text": "Evil", "link": LINK},
    )
    return await handle(event, Moment(life.read, life.clock.now(), event.id))


@pytest.mark.parametrize("who", OTHERS)
async def test_nobody_else_changes_a_send_or_learns_who_is_in_it(life: Office, who: str) -> None:
    for it in await crowd(life):
        for action in OURS:
            for source in ("press", "form"):
                changes = await pressed(life, who, action, it, source, standing="unknown", on="yes")
                changed = [one for one in changes.saves if isinstance(one, Send)]
                if not (who == "bo" and action in RUNNING):
                    assert not [one for one in changed if one.id == it.id], action
                mine = {one.person for one in changes.saves if isinstance(one, Learning)}
                assert not [one for one in mine if one != who], action
                heard = f"{said(changes)} {told(changes)}"
                assert not [word for word in SECRETS if word in heard], (action, heard)


async def test_who_was_not_reached_is_named_to_its_sender_only(life: Office) -> None:
    it, _ = await crowd(life)
    assert "Dee" in words(await life.does("courses.unreached", id=it.id))
    for action in ("unreached", "copy", "mention"):
        assert "not yours" in words(await life.does(f"courses.{action}", None, "bo", id=it.id))


async def test_who_only_answers_for_it_has_no_button_that_does_nothing(life: Office) -> None:
    out, draft = await crowd(life)
    await life.does("courses.look", None, "bo", id=out.id)
    moment = Moment(life.read, life.clock.now(), "look")
    card = await view(moment, f"send/{out.id}", Viewer(person="bo"))
    assert card is not None
    assert labels(card) == ["How far they are", "Take it back…"]
    await life.keep(replace(draft, cohort="c1"))
    card = await view(moment, f"send/{draft.id}", Viewer(person="bo"))
    assert card is not None
    assert labels(card) == []


async def test_who_leads_no_longer_has_no_say_in_what_they_sent(life: Office) -> None:
    it, _ = await crowd(life)
    cohort = await life.read.get(Cohort, "c1")
    assert cohort is not None
    await life.keep(replace(cohort, owner="bo", facilitator="bo"))
    evil = {**PLAN, "title": "Evil", "url": f"{LINK}/evil"}
    for action, values in (("edit", evil), ("edit", None), ("mention", None), ("assign", None)):
        await life.does(f"courses.{action}", values, id=it.id, send=it.id)
    assert await life.send(it.id) == it
    assert not life.chat.of("fake:t1:nights")
    assert words(await life.does("courses.edit", evil, id=it.id)) == words(HALTS["rights"])


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati"])
@pytest.mark.parametrize("hour", ["", "0", "23", "24", "-1", "nine", "\u0669", "1" * 5000])
@pytest.mark.parametrize("day", ["0001-01-01", "0001-01-02", "9999-12-31", "9999-06-01"])
def test_days_at_the_end_of_time_are_no_days(zone: str, hour: str, day: str) -> None:
    values = {"day": day, "hour": hour, "due": day}
    assert "day" in wrong_times(values, zone, MONDAY)
    assert wrong_times({"due": day}, zone, MONDAY) == ("due",)


def test_the_end_of_what_is_no_address_is_nobody_s_address() -> None:
    assert mails_in(f"{'x' * 70}@example.org, bo@example.org") == ("bo@example.org",)
    assert mails_in("a@b@example.org;<ada@example.org>") == ("b@example.org", "ada@example.org")


async def test_an_address_of_nobody_goes_once_they_are_known_and_erased(
    life: Office, tmp_path: Path
) -> None:
    await life.team([])
    it = await life.sends(to="mails", mails="bo@example.org x@example.org ada@example.org")
    await life.hire("bo")
    await life.does("people.erase_now", None, "bo")
    await life.passes(seconds=5)
    rolls = (await life.read.find(Roll, send=it.id)).items
    assert [roll.strangers for roll in rolls] == [("", "x@example.org")]
    assert rows_with(tmp_path, "bo@example.org") == []
    assert "x@example.org" in words(await life.does("courses.copy", id=it.id))
    assert "Not reached 2" in words(await life.desk(it))
