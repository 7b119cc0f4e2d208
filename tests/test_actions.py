"""The index of the product: every event finds its handler, and nothing else does."""

from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.actions import (
    ACTIONS,
    ANSWERS,
    HAPPENINGS,
    RECORDS,
    TIMERS,
    VIEWS,
)
from core.cohorts.model import Cohort
from core.engine.ports import Card, Changes, Done, Media, Open, Origin, Say, Source, Viewer
from core.examples import EXAMPLES
from core.message import Buttons, Form, OpenForm, Phrase, Post, Press, plain
from core.product import handle, query, view
from core.slices import merged
from core.words import MORE, WORDS, read_word
from tests.people.world import ADA, BO, CHANNEL, CHAT, World, said, words, world

POSTS = {name: shown for name, shown in EXAMPLES.items() if isinstance(shown, Post)}
LONG = {"people.bundle", "agreement.draft"}  # as long as what they bundle or people wrote
REPLIES = {"cohorts.created", "cohorts.list", "cohorts.which", "cohorts.none"}
OTHERS = {  # a person's words, not ours
    "introductions.below",
    "introductions.below-elsewhere",
    "discussions.below",
}
FORMS = {name: shown for name, shown in EXAMPLES.items() if isinstance(shown, Form)}


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as it:
        yield it


# --- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "action", "more"),
    [
        ("help", "people.help", ""),
        ("  HELP?! ", "people.help", ""),
        ("/help", "people.help", ""),
        ("Hilfe.", "people.help", ""),
        ("", "people.help", ""),
        ("!!!", "people.help", ""),
        ("thank you", "people.thanks", ""),
        ("Löschen", "people.erase", ""),
        ("pause", "people.pause", ""),
        ("Pause until 2026-04-01!", "people.pause", "until 2026-04-01"),
        ("join  ABC2345.", "members.code", "ABC2345"),
        ("Cohort here Better handovers", "spaces.here", "Better handovers"),
        ("cohort HERE", "spaces.here", ""),
    ],
)
def test_a_word_is_read_however_it_is_written(text: str, action: str, more: str) -> None:
    assert read_word(text) == (action, more)


@pytest.mark.parametrize("text", ["help me with this", "we should pause and think about it", "x"])
def test_a_sentence_is_no_word(text: str) -> None:
    assert read_word(text) is None


@given(st.text())
def test_whatever_is_written_is_read_without_harm(text: str) -> None:
    found = read_word(text)
    assert found is None or found[0] in ACTIONS


async def test_a_mistyped_word_is_guessed(life: World) -> None:
    changes = await life.write("puase")
    assert "Did you mean pause?" in said(changes)
    assert isinstance(changes.reply, Say)
    assert [b.action for b in buttons(changes.reply.post)] == ["people.pause", "people.help"]


async def test_in_a_channel_only_a_mention_is_answered(life: World) -> None:
    assert (await life.write("help", origin=CHANNEL)).reply is None
    assert said(await life.write("help", origin=CHANNEL, mentioned=True))


async def test_who_only_talks_near_us_leaves_no_trace(life: World) -> None:
    await life.write("lunch?", origin=CHANNEL)
    assert (await life.read.find(RECORDS[0])).items == ()


async def test_talk_near_us_is_no_answer_to_our_messages(life: World) -> None:
    await life.press("people.help")
    await life.sent(await life.known(), 3)
    assert not await life.write("lunch?", origin=CHANNEL)
    assert (await life.known()).heard == 0


async def test_edits_deletions_and_reactions_are_no_words(life: World) -> None:
    for name in ("message.edited", "message.deleted", "reaction.added", "reaction.removed"):
        event = replace(life.event("message", name), text="help", args={"type": "like"})
        assert (await life.happens(event)).reply is None


async def test_a_file_without_words_is_not_taken_for_a_call_for_help(life: World) -> None:
    photo = Media(name="a.png", mime="image/png", size=1, handle="h")
    event = replace(life.event("message", "message"), media=(photo,))
    assert "only know a few words" in said(await life.happens(event))


# --- buttons ------------------------------------------------------------------------------------


async def test_an_unknown_button_is_answered_with_a_sentence(life: World) -> None:
    assert "does nothing any more" in said(await life.press("people.nonsense"))


@pytest.mark.parametrize("source", ["press", "form"])
async def test_a_button_never_reaches_a_timer_an_answer_or_a_place(
    life: World, source: Source
) -> None:
    for name in (*TIMERS, *ANSWERS, *HAPPENINGS):
        changes = await life.happens(life.event(source, name))
        assert "does nothing any more" in said(changes)


async def test_nobody_presses_nothing(life: World) -> None:
    changes = await life.happens(life.event("press", "people.help", None))
    assert isinstance(changes.reply, Done)
    assert not await life.happens(life.event("message", "message", None))
    assert not await life.happens(life.event("place", "place.added", None))


@pytest.mark.parametrize("source", ["place", "timer", "answer", "message"])
async def test_an_event_that_nobody_knows_changes_nothing(life: World, source: Source) -> None:
    changes = await handle(life.event(source, "from.the.future", None), life.moment())
    assert changes == Changes()


async def test_every_button_takes_forged_ids_calmly(life: World) -> None:
    await life.press("people.help")
    for name in sorted(set(ACTIONS) - {"people.erase_now"}):
        for source in ("press", "form"):
            event = life.event(source, name)
            forged = {"id": "../x", "rev": "-1", "cohort": "nope", "person": "nope", "weeks": "x"}
            changes = await life.happens(replace(event, args=forged, values=forged))
            assert changes.reply is not None


async def test_a_card_never_overwrites_a_message_that_shows_several_things(life: World) -> None:
    await life.press("people.help")
    slot = f"pause/{(await life.known()).id}/1"
    on_card = await life.press("people.pause", origin=replace(CHAT, slot=slot), weeks="1")
    in_bundle = await life.press("people.pause", weeks="1")
    assert isinstance(on_card.reply, Card)
    assert not isinstance(in_bundle.reply, Card)


# --- buttons that are meant for a card as it stood ------------------------------------------------


async def a_cohort(life: World) -> Cohort:
    await life.press("people.help", BO)
    bo = (await life.known(BO)).id
    await life.submit(
        "cohorts.create",
        name="Better handovers",
        purpose="Fewer surprises at shift change",
        first="2026-03-09",
        last="2026-04-17",
        zone="Europe/Berlin",
        facilitator=bo,
        moderator=bo,
    )
    return (await life.read.find(Cohort)).items[0]


async def press(
    life: World, action: str, cohort: Cohort, rev: int, origin: Origin = CHAT
) -> Changes:
    args = {"cohort": cohort.id, "id": cohort.id, "rev": str(rev)}
    return await life.happens(replace(life.event("press", action, BO, origin), args=args))


async def test_a_press_in_time_is_carried_out(life: World) -> None:
    cohort = await a_cohort(life)
    await press(life, "cohorts.pause", cohort, cohort.version)
    assert (await life.read.find(Cohort)).items[0].stage == "paused"


async def test_a_late_press_gets_the_card_as_it_stands_and_changes_nothing(life: World) -> None:
    cohort = await a_cohort(life)
    await press(life, "cohorts.pause", cohort, cohort.version)
    desk = replace(CHAT, slot=f"desk/{cohort.id}")
    late = await press(life, "cohorts.resume", cohort, cohort.version, desk)
    assert isinstance(late.reply, Card)
    assert "This has moved on; here is how it stands." in said(late)
    assert (await life.read.find(Cohort)).items[0].stage == "paused"


async def test_a_late_press_on_a_card_without_a_view_gets_a_sentence(life: World) -> None:
    cohort = await a_cohort(life)
    late = await press(life, "cohorts.pause", cohort, 99)
    assert "nothing was changed" in said(late)


async def test_a_press_about_something_gone_says_so(life: World) -> None:
    assert "no longer here" in said(await life.press("cohorts.pause", id="gone", rev="1"))


async def test_a_late_press_in_a_channel_never_shows_what_is_personal(life: World) -> None:
    cohort = await a_cohort(life)
    desk = replace(CHANNEL, slot=f"desk/{cohort.id}")
    late = await press(life, "cohorts.pause", cohort, 99, desk)
    assert isinstance(late.reply, Done)


async def test_a_typed_word_opens_a_form_by_a_button(life: World) -> None:
    changes = await life.write("Cohort new")
    assert isinstance(changes.reply, Open)
    assert changes.reply.again is not None
    assert changes.reply.again.action == "cohorts.create"


async def test_who_leads_a_cohort_finds_it_and_can_erase_themselves(life: World) -> None:
    cohort = await a_cohort(life)
    assert "Better handovers" in said(await life.write("cohorts"))
    assert cohort.owner == (await life.known()).id
    changes = await life.press("people.erase_now")
    assert "your reference is" in said(changes)


# --- views and queries --------------------------------------------------------------------------


async def test_a_slot_that_nobody_knows_shows_nothing(life: World) -> None:
    for slot in ("", "/", "nonsense", "nonsense/1", *(f"{kind}/nope" for kind in VIEWS)):
        assert await view(life.moment(), slot, Viewer()) is None


async def test_a_refresh_shows_the_card_as_it_stands(life: World) -> None:
    await life.press("people.help")
    ada = await life.known()
    event = life.event("press", "refresh", ADA, replace(CHAT, slot=f"pause/{ada.id}/1"))
    assert isinstance(await query(event, life.moment(), {}), Card)
    assert await query(replace(event, by=None), life.moment(), {}) is None
    assert await query(replace(event, origin=CHAT), life.moment(), {}) is None


async def test_a_refresh_by_a_stranger_shows_nothing_personal(life: World) -> None:
    await life.press("people.help")
    ada = await life.known()
    stranger = replace(ADA, account="teams:t1:stranger")
    event = life.event("press", "refresh", stranger, replace(CHAT, slot=f"pause/{ada.id}/1"))
    assert await query(event, life.moment(), {}) is None


# --- the tables ---------------------------------------------------------------------------------


def test_every_word_is_an_action_that_may_come_at_any_time() -> None:
    assert [word for word, name in WORDS.items() if ACTIONS[name].at] == []
    assert [word for word in WORDS if word != word.casefold().strip()] == []
    assert set(MORE) <= set(WORDS)


def test_every_record_has_a_kind_of_its_own() -> None:
    kinds = [record.kind for record in RECORDS]
    assert len(set(kinds)) == len(kinds)
    assert all(kinds)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_button_of_every_card_does_something(name: str) -> None:
    shown = EXAMPLES[name]
    actions = [shown.action] if isinstance(shown, Form) else [b.action for b in buttons(shown)]
    assert [action for action in actions if action not in ACTIONS] == []


@pytest.mark.parametrize("name", POSTS)
def test_every_card_is_short_and_says_why_it_came(name: str) -> None:
    post = POSTS[name]
    assert post.purpose is not None or name in REPLIES | OTHERS
    assert len(plain(post.summary)) <= 80
    text = words([b for b in post.blocks if not isinstance(b, Buttons)])
    assert len(text.split()) <= 60 or name in LONG


@pytest.mark.parametrize("name", POSTS)
def test_every_card_has_at_most_six_buttons_and_a_view_behind_its_slot(name: str) -> None:
    post = POSTS[name]
    assert all(len(b.buttons) <= 6 for b in post.blocks if isinstance(b, Buttons))
    assert not post.slot or post.slot.partition("/")[0] in VIEWS


@pytest.mark.parametrize("name", FORMS)
def test_every_form_names_its_fields_once(name: str) -> None:
    names = [field.name for field in FORMS[name].fields]
    assert len(set(names)) == len(names)
    assert not set(FORMS[name].errors) - set(names)


def test_no_word_is_said_in_two_ways() -> None:
    said: dict[str, str] = {}
    for shown in EXAMPLES.values():
        for phrase in phrases(shown):
            assert said.setdefault(phrase.key, phrase.words) == phrase.words


def buttons(post: Post) -> list[Press | OpenForm]:
    shown = [one for block in post.blocks if isinstance(block, Buttons) for one in block.buttons]
    return [one for one in shown if isinstance(one, Press | OpenForm)]


def phrases(shown: object) -> Iterator[Phrase]:
    """All translated words in a Post, Form or part of one."""
    if isinstance(shown, Phrase) and shown.key:
        yield shown
    parts = [getattr(shown, name) for name in getattr(shown, "__struct_fields__", ())]
    parts += shown if isinstance(shown, tuple) else []
    parts += shown.values() if isinstance(shown, Mapping) else []
    for part in parts:
        yield from phrases(part)


# --- slices ---------------------------------------------------------------------------------------


def test_two_slices_never_claim_the_same_name() -> None:
    with pytest.raises(ValueError, match=r"a\.b"):
        merged(({"a.b": 1}, {"a.b": 2}))
