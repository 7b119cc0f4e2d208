"""Whatever happens to whom, the figures add up to the audience, and each has a reason."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from core.cohorts.model import Membership
from core.courses.audience.model import Count, count_id
from core.courses.model import Send
from core.courses.sending.figures import Figures, figures
from core.courses.sending.lists import Missed
from core.courses.sending.unreached import missing
from core.engine.errors import NotAllowed, Rejected, Unreachable
from core.engine.ports import Card, Delivery, Moment, Say
from tests.courses.sending.office import MONDAY, Office, button, labels, office, seen
from tests.people.world import words

FATES = {
    "fine": "sent",
    "abroad": "held hours",
    "resting": "held paused",
    "stopped": "skipped stopped",
    "silent": "skipped silent",
    "busy week": "held budget",
    "no account": "not_installed no way to reach them",
    "blocks": "blocked no way to reach them",
    "refuses": "failed",
    "forbidden": "blocked",
    "erased": "",
    "erased late": "",
    "left": "skipped left",
}


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(sorted(FATES)), min_size=1, max_size=40), st.integers(0, 5))
def test_the_figures_add_up_to_the_audience_whatever_happens(
    fates: list[str], strangers: int
) -> None:
    asyncio.run(lived(fates, strangers))


async def lived(fates: list[str], strangers: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with office(Path(folder)) as life:
            names = {f"p{n}": fate for n, fate in enumerate(fates)}
            await life.team(["zoe", *names])
            for name, fate in names.items():
                await befalls(life, name, fate)
            to = {"to": "cohort:c1"} if not strangers else by_mail(names, strangers)
            it = await life.plans(await life.drafts(), **to)
            await life.goes(it)
            for name, fate in names.items():
                await befalls_late(life, name, fate, by_mail=bool(strangers))
            await life.passes(seconds=70)
            await life.passes(seconds=60)
            await adds_up(life, await life.send(it.id), names, strangers)


def by_mail(names: Mapping[str, str], strangers: int) -> dict[str, str]:
    known = [f"{name}@example.org" for name in ("zoe", *names)]
    unknown = [f"stranger{n}@example.org" for n in range(strangers)]
    return {"to": "mails", "mails": "\n".join((*known, *unknown))}


TURNS: Mapping[str, Mapping[str, object]] = {
    "abroad": {"zone": "Asia/Tokyo"},
    "resting": {"paused_until": MONDAY + timedelta(days=3)},
    "stopped": {"stopped": True},
    "busy week": {"heard": 3},
    "no account": {"accounts": ()},
}
TOLD: Mapping[str, tuple[str, ...]] = {
    "silent": ("sent",),
    "busy week": ("sent", "sent/2026-W10"),
}
LOST: Mapping[str, Exception] = {
    "blocks": Unreachable("blocked", state="blocked"),
    "refuses": Rejected("a fault of ours"),
    "forbidden": NotAllowed("no permission"),
}


async def befalls(life: Office, name: str, fate: str) -> None:
    """Before it was counted."""
    for board in TOLD.get(fate, ()):
        await life.counts(board, name, 3)
    if fate in TURNS:
        await life.turns(name, **TURNS[fate])
    if fate in LOST:
        life.chat.lost[f"fake:t1:{name}"] = LOST[fate]
    if fate == "erased":
        await life.does("people.erase_now", None, name)


async def befalls_late(life: Office, name: str, fate: str, *, by_mail: bool) -> None:
    """Between the count and the moment when it leaves."""
    if fate == "erased late":
        await life.does("people.erase_now", None, name)
    if fate == "left" and not by_mail:
        was = await life.read.get(Membership, f"c1/{name}")
        assert was is not None
        await life.keep(replace(was, state="left"))


async def adds_up(life: Office, it: Send, names: Mapping[str, str], strangers: int) -> None:
    assert it.state == "sent"
    count = await life.read.get(Count, count_id(it))
    assert count is not None
    told = await figures(Moment(life.read, life.clock.now(), "test"), it)
    erased = Counter(names.values())["erased"]
    unknown = strangers + erased if strangers else 0
    everyone = 1 + len(names) + strangers - (0 if strangers else erased)
    assert told.all == count.all == everyone
    assert told.arrived + told.coming + told.held + told.lost == told.all
    assert (told.strangers, told.ahead, told.coming) == (unknown, 0, 0)
    rows = (await life.read.find(Delivery, campaign=it.id)).items
    assert told.by == Counter(row.state for row in rows)
    assert f"of {told.all}" in seen(await life.desk(it))
    for name, fate in names.items():
        wanted = "sent" if fate == "left" and strangers else FATES[fate]
        assert (await life.state(it, name)).startswith(wanted)
        assert bool(await life.state(it, name)) == bool(wanted)
    await everyone_missed_has_a_reason(life, it, told)


async def everyone_missed_has_a_reason(life: Office, it: Send, told: Figures) -> None:
    moment = Moment(life.read, life.clock.now(), "test")
    found: list[Missed] = []
    after = ""
    while True:
        page = await missing(moment, it, after, 3)
        found += page.rows
        after = page.after
        if not after:
            break
    assert len(found) == told.lost
    assert all(one.why for one in found)


async def test_who_was_not_reached_is_named_with_a_reason_page_by_page(life: Office) -> None:
    await life.team([f"p{n:02}" for n in range(25)])
    for n in range(24):
        await life.turns(f"p{n:02}", stopped=n % 2 == 0, accounts=("fake:t1:x",) * (n % 2 == 0))
    it = await life.sends()
    text, args = "", {"id": it.id}
    while args:
        reply = await life.does("courses.unreached", **args)
        assert isinstance(reply, Say | Card)
        text += seen(reply.post)
        args = dict(button(reply.post, "More")) if "More" in labels(reply.post) else {}
    for n in range(24):
        why = "asked for no messages" if n % 2 == 0 else "has no chat with me"
        assert f"P{n:02}: {why}" in text
    assert "P24" not in text


async def test_they_are_called_once_in_the_channel_unless_they_want_quiet(life: Office) -> None:
    await life.team(["bo", "cem", "dee"], spaces=("fake:t1:nights",))
    await life.turns("bo", accounts=())
    await life.turns("cem", stopped=True)
    it = await life.sends()
    reply = await life.does("courses.unreached", id=it.id)
    assert isinstance(reply, Say | Card)
    assert "Mention them once" in labels(reply.post)
    await life.does("courses.mention", id=it.id)
    said = await life.does("courses.mention", id=it.id)
    assert "mentioned already" in words(said)
    [post] = [one for one in life.chat.of("fake:t1:nights") if "no chat with you" in seen(one)]
    assert "Bo" in seen(post)
    assert "Cem" not in seen(post)
    assert "Dee" not in seen(post)


async def test_whoever_wants_quiet_is_not_offered_to_be_called(life: Office) -> None:
    await life.team(["bo", "cem"], spaces=("fake:t1:nights",))
    await life.turns("cem", stopped=True)
    it = await life.sends()
    reply = await life.does("courses.unreached", id=it.id)
    assert isinstance(reply, Say | Card)
    assert labels(reply.post) == ["List to copy"]


async def test_without_a_channel_there_is_the_list_to_copy(life: Office) -> None:
    await life.team(["bo", "cem"])
    await life.turns("bo", accounts=())
    it = await life.sends(to="mails", mails="bo@example.org cem@example.org x@example.org")
    said = await life.does("courses.mention", id=it.id)
    assert "no channel that you share" in words(said)
    reply = await life.does("courses.copy", id=it.id)
    assert "Bo, bo@example.org" in words(reply)
    more = await life.does("courses.copy", id=it.id, after="strangers|")
    assert "x@example.org" in words(more)
    for forged in ("nonsense|9", "blocked|forged", "strangers|9:9", "|||", "strangers|x:y"):
        assert await life.does("courses.copy", id=it.id, after=forged) is not None
        assert await life.does("courses.unreached", id=it.id, after=forged) is not None


async def test_when_all_have_it_nobody_was_left_out(life: Office) -> None:
    await life.team(["bo"])
    it = await life.sends()
    assert "Nobody was left out" in words(await life.does("courses.unreached", id=it.id))


async def test_who_is_held_gets_it_in_their_hours_and_the_card_says_so(life: Office) -> None:
    await life.team(["bo", "cem"])
    await life.turns("cem", zone="Asia/Tokyo")
    it = await life.sends()
    assert "When it suits them 1" in seen(await life.desk(it))
    await life.passes(hours=20)
    assert "Sent 2 of 2" in seen(await life.desk(it))
    assert len(life.chat.of("fake:t1:cem", "course")) == 1


async def test_what_was_sent_is_listed_newest_first(life: Office) -> None:
    await life.team(["bo"])
    assert "haven’t sent" in words(await life.does("courses.list"))
    for n in range(7):
        await life.drafts(f"https://learn.example.org/{n}")
        await life.passes(seconds=5)
    reply = await life.does("courses.list")
    assert isinstance(reply, Say)
    assert len(labels(reply.post)) == 6
    older = await life.does("courses.list", **button(reply.post, "Older"))
    assert isinstance(older, Say | Card)
    assert len(labels(older.post)) == 2
    assert "no longer here" in words(await life.does("courses.list", after="forged"))
    look = await life.does("courses.look", **button(reply.post, "See 1"))
    assert "A draft." in words(look)


async def test_who_gets_it_in_the_morning_is_counted_then(life: Office) -> None:
    await life.team(["bo", "cem"])
    await life.turns("bo", zone="Asia/Tokyo")
    it = await life.sends()
    for _ in range(13):
        await life.passes(hours=1)
    midnight = MONDAY.replace(hour=0) + timedelta(days=1)  # nine in Tokyo
    await life.passes(seconds=(midnight - life.clock.time).total_seconds())
    assert await life.state(it, "bo") == "sent"
    assert "Sent 2 of 2" in seen(await life.desk(it))
