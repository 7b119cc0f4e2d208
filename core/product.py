"""The product as the engine runs it: how the tables of `actions.py` are used."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from core.actions import (
    ACTIONS,
    ANSWERS,
    FOLLOWERS,
    HAPPENINGS,
    LISTENERS,
    QUERIES,
    RECORDS,
    TIMERS,
    TURNS,
    VIEWS,
)
from core.cohorts.model import Membership, membership_id, subject
from core.cohorts.spaces import handlers as spaces
from core.engine.overlay import Overlay
from core.engine.ports import (
    QUESTIONS,
    Asker,
    Card,
    Changes,
    Done,
    Event,
    Invalid,
    Moment,
    Open,
    Product,
    Record,
    Reply,
    Say,
    Viewer,
)
from core.message import OpenForm, Phrase, Post, Text, When
from core.people import posts
from core.people.guide import posts as guide_posts
from core.people.handlers import alone, eyes, sentence
from core.people.home import handlers as home
from core.people.model import Account, Person, by_account, meet, person_id, recipient, viewer
from core.people.questions import handlers as questions
from core.people.questions import numbers
from core.people.questions.model import busy
from core.slices import Action, Happening
from core.words import WORDS, nearest, read_word

GREETINGS = frozenset({"people.help", "people.thanks"})
COMMANDS = frozenset(word for word, action in WORDS.items() if action not in GREETINGS)


async def handle(event: Event, moment: Moment) -> Changes:
    """Hands an event to what decides about it; one that nobody knows changes nothing."""
    return await _followed(event, moment, await _decided(event, moment))


async def _decided(event: Event, moment: Moment) -> Changes:
    match event.source:
        case "press" | "form":
            return await _pressed(event, moment)
        case "message" if event.name == "message":
            return await _heard(event, moment)
        case "message" | "place":
            return await _all(HAPPENINGS.get(event.name, ()), event, moment)
        case "timer":
            return await _all((TIMERS.get(event.name),), event, moment)
        case "answer":
            return await _all((ANSWERS.get(event.name),), event, moment)


async def view(moment: Moment, slot: str, who: Viewer) -> Post | None:
    """A thing as it stands now."""
    draw = VIEWS.get(slot.partition("/")[0])
    return await draw(moment, slot, who) if draw else None


async def query(event: Event, moment: Moment, asks: Mapping[str, Asker]) -> Reply | None:
    """What a slice looks up, else a card that a platform asks for anew."""
    if event.name in QUERIES:
        return await QUERIES[event.name](event, moment, asks)
    if event.origin is None or event.by is None:
        return None
    me = await by_account(moment.read, event.by.account)
    slot = event.origin.slot
    post = await view(moment, slot, viewer(me) if me else await eyes(event, moment, me, slot))
    return Card(post) if post else None


def foreseen(event: Event) -> Iterator[tuple[type[Record], str]]:
    """Who it is, if they were first met by this account, and how they stand to the cohort."""
    if event.by is None:
        return
    person, cohort = person_id(event.org, event.by.account), event.args.get("cohort")
    yield Account, event.by.account
    yield Person, person
    if cohort:
        yield Membership, membership_id(cohort, person)


def silent(org: str, person: str, sent: int) -> Event:
    """Three private messages in a row had no answer; so far so many were sent."""
    return Event(
        id=f"silent/{person}/{sent}",
        org=org,
        source="timer",
        name="people.silent",
        args={"person": person},
    )


PRODUCT = Product(
    handle=handle,
    query=query,
    view=view,
    recipient=recipient,
    bundle=posts.bundle,
    marked=posts.marked,
    silent=silent,
    records=RECORDS,
    foreseen=foreseen,
    busy=busy,
)


async def _followed(event: Event, moment: Moment, changes: Changes) -> Changes:
    """With what other slices make of the records that change, in one step and no further."""
    more = Changes()
    for record in (*changes.saves, *changes.deletes):
        for follow in FOLLOWERS.get(type(record), ()):
            was = await moment.read.get(type(record), record.id)
            now = None if record in changes.deletes else record
            more += await follow(was, now, event, moment)
    return replace(changes + more, reply=changes.reply) if more else changes


async def _all(happenings: tuple[Happening | None, ...], event: Event, moment: Moment) -> Changes:
    changes = Changes()
    for happening in happenings:
        if happening:
            changes += await happening(event, moment)
    return changes


# --- buttons --------------------------------------------------------------------------------------


async def _pressed(event: Event, moment: Moment) -> Changes:
    action = ACTIONS.get(event.name)
    if action is None or event.by is None:
        return Changes(reply=Done(posts.unknown()))
    event = home.indoors(event)
    me, met = await meet(event, moment)
    late = await _late(action, event, moment, me)
    changes = Changes(reply=late) if late else await _acted(event, moment, me)
    changes = home.outdoors(event, moment, me, _fitting(event, changes))
    changes = questions.in_private(event, moment, me, changes)
    changes = await questions.asked(event, moment, me, changes)
    return met + _in_their_words(event, changes, me)


async def _acted(event: Event, moment: Moment, me: Person) -> Changes:
    """What the action decides, with the private card that was pressed where it says so.

    A card that asked only this person turns into the card of where they stand.
    """
    changes = await ACTIONS[event.name].handler(event, moment, me)
    done = changes.reply
    if not (isinstance(done, Done) and done.redraws):
        return changes
    slot = event.origin.slot if event.origin and event.origin.private else ""
    kind = slot.partition("/")[0]
    about = event.args.get("cohort") or subject(slot)
    after = Overlay(moment.read)
    await after.lay(changes)
    seen = Moment(after, moment.now, moment.seed, moment.words)
    post = await view(seen, f"{TURNS[kind]}/{about}" if kind in TURNS else slot, viewer(me))
    reply = Card(replace(post, slot=slot), done.phrase) if post else Done(done.phrase)
    return replace(changes, reply=reply)


async def _late(action: Action, event: Event, moment: Moment, me: Person) -> Reply | None:
    """What to say to who presses a button of a card that has moved on."""
    if action.at is None:
        return None
    record = await moment.read.get(action.at, event.args.get("id", ""))
    if record is None:
        return Done(posts.gone())
    if str(record.version) == event.args.get("rev"):
        return None
    pressed = event.origin.slot if event.origin else ""
    slot = pressed or f"{record.kind}/{record.id}"
    who = await eyes(event, moment, me, slot)
    seen = alone(event) or event.inline or not who.person
    post = await view(moment, slot, who) if seen else None
    return Card(post, posts.moved_on()) if post else Done(posts.too_late())


def _fitting(event: Event, changes: Changes) -> Changes:
    """A message that shows several things is not overwritten by one of them."""
    slot = event.origin.slot if event.origin else ""
    if isinstance(changes.reply, Card) and not slot:
        post, note = changes.reply.post, changes.reply.note
        blocks = (*((Text(note),) if note else ()), *post.blocks)
        return replace(changes, reply=Say(replace(post, blocks=blocks)))
    return changes


def _in_their_words(event: Event, changes: Changes, me: Person) -> Changes:
    """What only they will see is in their language and time zone."""
    theirs = viewer(me)
    match changes.reply:
        case Open(form) | Invalid(form):
            form = replace(form, locale=theirs.locale, zone=theirs.zone)
            return replace(changes, reply=replace(changes.reply, form=form))
        case Say(post) | Card(post) if alone(event):
            post = replace(post, locale=theirs.locale, zone=theirs.zone)
            return replace(changes, reply=replace(changes.reply, post=post))
        case Done(phrase) if alone(event) and not event.inline and _varies(phrase, theirs.locale):
            post = replace(sentence(phrase), locale=theirs.locale, zone=theirs.zone)
            return replace(changes, reply=Say(post))
        case _:
            return changes


def _varies(phrase: Phrase, locale: str) -> bool:
    """Whether words are other words for somebody of this language or in this zone."""
    english = locale.replace("_", "-").partition("-")[0] in ("", "en")
    return not english or any(isinstance(it, When) for it in phrase.args.values())


# --- messages -------------------------------------------------------------------------------------


async def _heard(event: Event, moment: Moment) -> Changes:
    """An answer that was asked for, else what somebody says to us or near us."""
    if event.by is None:
        return Changes()
    told = await spaces.overheard(event, moment)
    answered = await _answered(event, moment)
    return told + (await _said(event, moment) if answered is None else answered)


async def _said(event: Event, moment: Moment) -> Changes:
    """A word, else what a slice makes of it; who only talks near us leaves no trace."""
    to_us = event.mentioned or alone(event)
    stranger = event.by is None or await by_account(moment.read, event.by.account) is None
    if stranger and not to_us:
        return Changes()
    me, met = await meet(event, moment)
    file_only = bool(event.media) and not event.text.strip()
    word = read_word(event.text) if to_us and not file_only else None
    if word:
        event = replace(event, name=word[0], text=word[1])
        asked = await questions.asked(event, moment, me, await _asked(event, moment, me))
        return met + _in_their_words(event, asked, me)
    for listen in LISTENERS:
        changes = await listen(event, moment, me)
        if changes is not None:
            return met + _in_their_words(event, changes, me)
    if not to_us:
        return Changes()
    return met + _in_their_words(event, Changes(reply=Say(_guess(event.text))), me)


async def _answered(event: Event, moment: Moment) -> Changes | None:
    """The answer to a question that is open, or a number below a message without buttons.

    Where dialogs open, nothing is asked that way: nothing has to be looked up.
    """
    if event.opener != QUESTIONS:
        return None
    known = await by_account(moment.read, event.by.account) if event.by else None
    if known is not None and await questions.open_to(event, moment, known):
        me, met = await meet(event, moment)
        return met + _in_their_words(event, await questions.heard(event, moment, me, COMMANDS), me)
    chosen = await numbers.chosen(event, moment)
    return await _pressed(chosen, moment) if isinstance(chosen, Event) else chosen


async def _asked(event: Event, moment: Moment, me: Person) -> Changes:
    """The action that a word names; a form opens by a button, since no message opens one."""
    changes = await _acted(event, moment, me)
    if isinstance(changes.reply, Open) and changes.reply.again is None:
        form = changes.reply.form
        again = OpenForm(form.title, event.name, style="primary")
        return replace(changes, reply=Open(form, again))
    return changes


def _guess(text: str) -> Post:
    word = nearest(text)
    return guide_posts.near_miss(word, WORDS[word]) if word else guide_posts.not_understood()
