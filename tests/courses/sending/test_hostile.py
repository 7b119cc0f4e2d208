"""Whatever is sent in gets a sentence, and never what is somebody else’s."""

from random import Random

from msgspec.structs import replace

from core.courses.model import Send
from core.courses.sending.index import SLICE
from core.engine.ports import Event, Moment, Viewer
from core.product import handle, view
from tests.courses.sending.office import LINK, PLAN, Office, seen
from tests.people.world import words

JUNK = (
    "",
    " ",
    "0",
    "-1",
    "true",
    "None",
    "../../x",
    "x" * 100_000,
    "\x00",
    "\u202e\u2066",
    "😀" * 500,
    "2026-02-30",
    "9" * 400,
    "²",
    "a|b|c",
    "strangers|²:²",
    "group:",
    "group:../x",
    "cohort:c1",
    "place:",
    "mails",
    "people",
    "https://[",
    "https://a b",
    "https://user:pass@example.org:99999/",
    LINK,
    "a@b.org," * 3000,
    "<script>alert(1)</script>",
    "{n}",
)
FIELDS = (
    *("url", "title", "title2", "purpose", "question", "to", "people", "mails", "open", "due"),
    *("assigned", "day", "hour", "number", "words"),
)
ARGS = ("id", "send", "rev", "cohort", "draft", "to", "group", "after", "sure")


async def test_junk_in_every_field_and_state_gets_an_answer(life: Office) -> None:
    await life.team(["bo"], spaces=("fake:t1:nights",))
    sends = [await life.drafts(), await life.plans(await life.drafts(f"{LINK}/2"))]
    sends.append(await life.sends(f"{LINK}/3"))
    dice = Random(7)
    for number in range(700):
        it = dice.choice(sends)
        values = {name: dice.choice(JUNK) for name in FIELDS if dice.random() < 0.5}
        args = {name: dice.choice(JUNK) for name in ARGS if dice.random() < 0.4}
        args |= {"id": it.id, "rev": str(it.version)} if dice.random() < 0.8 else {}
        event = Event(
            id=f"junk{number}",
            org="main",
            source=dice.choice(("press", "form")),
            name=dice.choice(sorted(SLICE.actions)),
            by=life.actor(),
            origin=life.chat_of(),
            inline=True,
            args=args,
            values=values,
        )
        changes = await handle(event, Moment(life.read, life.clock.now(), event.id))
        assert changes.reply is not None or changes.jobs


async def test_junk_from_outside_changes_nothing(life: Office) -> None:
    await life.team(["bo"])
    it = await life.drafts()
    dice = Random(3)
    for name in sorted(SLICE.answers):
        for number in range(60):
            args = {key: dice.choice(JUNK) for key in ("send", "n", "url", "person", "round")}
            args |= {"send": it.id} if dice.random() < 0.7 else {}
            event = Event(
                id=f"odd/{name}/{number}",
                org="main",
                source="answer",
                name=name,
                args=args,
                values={"course": dice.choice(JUNK), "groups": dice.choice(JUNK)},
                error=dice.choice(("", "gone", "?")),
            )
            changes = await handle(event, Moment(life.read, life.clock.now(), event.id))
            assert not [one for one in changes.saves if isinstance(one, Send)]


async def test_the_card_is_drawn_for_nobody_else(life: Office) -> None:
    await life.team(["bo", "cem"])
    await life.hire("zoe")
    it = await life.plans(await life.drafts(), to="people", people="cem")
    moment = Moment(life.read, life.clock.now(), "look")
    for who in ("cem", "zoe", "", "nobody"):
        assert await view(moment, f"send/{it.id}", Viewer(person=who)) is None
    assert await view(moment, f"send/{it.id}/copy", Viewer(person="ada"))


async def test_a_form_that_comes_twice_counts_once(life: Office) -> None:
    await life.team(["bo"])
    it = await life.drafts()
    await life.submit("courses.plan", PLAN, id=it.id)
    await life.submit("courses.plan", PLAN, id=it.id)
    await life.settled()
    it = await life.send(it.id)
    assert (it.state, it.round) == ("ready", 2)
    assert "Get it at once 1" in seen(await life.desk(it))


async def test_commands_in_a_channel_are_answered_in_private(life: Office) -> None:
    await life.team(["bo"], spaces=("fake:t1:nights",))
    it = await life.sends()
    there = replace(life.chat_of(), place="fake:t1:nights", private=False)
    for action in ("list", "look", "unreached"):
        said = words(await life.does(f"courses.{action}", None, "", there, id=it.id))
        assert "Feedback that lands" not in said
    assert not [one for one in life.chat.of("fake:t1:nights") if "Feedback" in seen(one)]


async def test_a_course_with_a_hostile_title_is_only_words(life: Office) -> None:
    await life.team(["bo"])
    it = await life.drafts()
    await life.keep(
        replace(it, courses=(replace(it.courses[0], title="{n} <!channel> @[1] [x](y)"),))
    )
    await life.does("courses.me_first", id=it.id)
    [card] = life.chat.of(life.account, "course")
    assert "{n} <!channel> @[1] [x](y)" in seen(card)
