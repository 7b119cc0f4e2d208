"""The index of the product: what can happen, and which function decides or shows it.

A reader finds every button, word, timer, place event and card here, and from here its handler.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from msgspec.structs import replace

from core.cohorts import handlers as cohorts
from core.cohorts import posts as cohort_posts
from core.cohorts.agreement import handlers as agreement
from core.cohorts.agreement import posts as agreement_posts
from core.cohorts.agreement.model import Agreement, Closed, Consent, Suggestion
from core.cohorts.desk import posts as desk
from core.cohorts.introductions import handlers as introductions
from core.cohorts.introductions import posts as introduction_posts
from core.cohorts.introductions import replies
from core.cohorts.introductions.model import Introduction, Round
from core.cohorts.invitations import handlers as invitations
from core.cohorts.invitations import posts as invitation_posts
from core.cohorts.members import handlers as members
from core.cohorts.members import posts as member_posts
from core.cohorts.model import Cohort, Membership, Space, Tries
from core.cohorts.personal import handlers as personal
from core.cohorts.spaces import handlers as spaces
from core.cohorts.spaces import posts as space_posts
from core.cohorts.working_on import handlers as working_on
from core.cohorts.working_on import posts as working_posts
from core.cohorts.working_on.model import WorkingOn
from core.engine.ports import (
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
from core.message import Button, Form, OpenForm, Post
from core.people import examples as people
from core.people import posts
from core.people.guide import handlers as guide
from core.people.guide import posts as guide_posts
from core.people.handlers import alone, eyes, thanked
from core.people.hours import handlers as hours
from core.people.model import (
    Account,
    Eraser,
    Exporter,
    Person,
    Teller,
    by_account,
    meet,
    recipient,
    viewer,
)
from core.people.privacy import handlers as privacy
from core.words import WORDS, nearest, read_word

Handler = Callable[[Event, Moment, Person], Awaitable[Changes]]
Happening = Callable[[Event, Moment], Awaitable[Changes]]
Listener = Callable[[Event, Moment, Person], Awaitable[Changes | None]]
View = Callable[[Moment, str, Viewer], Awaitable[Post | None]]


@dataclass(frozen=True, slots=True)
class Action:
    """What a button or a form does.

    With `at`, it is meant for a record as it stood when the button was drawn: `args["id"]` names
    the record and `args["rev"]` its version; a late press gets the current view instead.
    """

    handler: Handler
    at: type[Record] | None = None


# --- what people hang on to: for status, a copy, erasing, help ------------------------------------

TELLERS: tuple[Teller, ...] = (personal.tell,)
EXPORTS: Mapping[str, Exporter] = {
    "person": privacy.exported,
    "cohorts": personal.exported,
}
ERASERS: tuple[Eraser, ...] = (personal.forget, privacy.forget)
OFFERS: tuple[Button, ...] = (cohort_posts.start_button(), cohort_posts.LIST)

# --- buttons and forms ----------------------------------------------------------------------------

ACTIONS: Mapping[str, Action] = {
    "people.help": Action(partial(guide.guide, OFFERS)),
    "people.status": Action(partial(guide.status, TELLERS)),
    "people.why": Action(guide.why),
    "people.thanks": Action(thanked),
    "people.settings": Action(hours.settings),
    "people.change": Action(hours.change),
    "people.pause": Action(hours.pause),
    "people.pause_until": Action(hours.pause_until),
    "people.resume": Action(hours.resume),
    "people.stay": Action(hours.stay),
    "people.later": Action(hours.later),
    "people.stop": Action(hours.stop),
    "people.privacy": Action(privacy.privacy),
    "people.export": Action(partial(privacy.export, EXPORTS)),
    "people.erase": Action(privacy.erase),
    "people.erase_now": Action(partial(privacy.erase_now, ERASERS)),
    "cohorts.create": Action(cohorts.create),
    "cohorts.change": Action(cohorts.change, at=Cohort),
    "cohorts.pause": Action(cohorts.pause, at=Cohort),
    "cohorts.resume": Action(cohorts.resume, at=Cohort),
    "cohorts.cancel": Action(cohorts.cancel),
    "cohorts.mine": Action(cohorts.mine),
    "cohorts.desk": Action(cohorts.desk),
    "spaces.here": Action(spaces.here),
    "spaces.offered": Action(spaces.offered),
    "invitations.ask": Action(invitations.ask),
    "members.join": Action(members.join),
    "members.decline": Action(members.decline),
    "members.code": Action(members.code),
    "members.look": Action(members.look),
    "members.mine": Action(members.mine),
    "members.leave": Action(members.leave),
    "members.left": Action(members.left),
    "members.stay": Action(members.stay),
    "agreement.draft": Action(agreement.draft),
    "agreement.suggest": Action(agreement.suggest),
    "agreement.suggestions": Action(agreement.suggestions),
    "agreement.take": Action(agreement.take, at=Suggestion),
    "agreement.leave": Action(agreement.leave, at=Suggestion),
    "agreement.close": Action(agreement.close, at=Agreement),
    "agreement.agree": Action(agreement.agree),
    "agreement.not_for_me": Action(agreement.not_for_me),
    "agreement.look": Action(agreement.look),
    "agreement.history": Action(agreement.history),
    "introductions.open": Action(introductions.open_round),
    "introductions.swap": Action(introductions.swap, at=Round),
    "introductions.close": Action(introductions.close, at=Round),
    "introductions.answer": Action(introductions.answer),
    "introductions.skip": Action(introductions.skip),
    "introductions.withdraw": Action(introductions.withdraw),
    "introductions.all": Action(introductions.everyone),
    "working_on.name": Action(working_on.name),
    "working_on.later": Action(working_on.postpone),
    "working_on.skip": Action(working_on.skip),
    "working_on.list": Action(working_on.shared),
}

# --- what else happens ----------------------------------------------------------------------------

LISTENERS: tuple[Listener, ...] = (replies.replied,)  # for messages that are no word
HAPPENINGS: Mapping[str, tuple[Happening, ...]] = {
    "message.edited": (replies.edited,),
    "message.deleted": (replies.deleted,),
    "place.added": (guide.hello, spaces.came),
    "place.removed": (spaces.went,),
    "place.renamed": (spaces.renamed,),
    "people.added": (invitations.arrived,),
    "people.removed": (invitations.departed,),
}
TIMERS: Mapping[str, Happening] = {
    "people.silent": hours.silent,
    "cohorts.tell_cancelled": cohorts.tell_cancelled,
    "cohorts.arrived": invitations.arrived,
    "cohorts.departed": invitations.departed,
    "cohorts.forget": spaces.forget,
    "cohorts.wipe": spaces.wipe,
    "agreement.ripe": agreement.ripen,
    "agreement.ask": agreement.ask,
    "agreement.remind": agreement.remind,
    "introductions.ask": introductions.ask,
    "introductions.nudge": introductions.nudge,
    "introductions.end": introductions.end,
    "working_on.ask": working_on.ask,
}
ANSWERS: Mapping[str, Happening] = {
    "cohorts.channel_made": spaces.channel_made,
    "cohorts.listed": invitations.listed,
}

# --- what can be seen, by the first part of a slot ------------------------------------------------

VIEWS: Mapping[str, View] = {
    "settings": hours.settings_view,
    "pause": hours.pause_view,
    "silent": hours.silent_view,
    "desk": desk.desk_view,
    "welcome": member_posts.welcome_view,
    "me": member_posts.mine_view,
    "agreement": agreement_posts.agreement_view,
    "agreement-ask": agreement_posts.asking_view,
    "agreement-remind": agreement_posts.asking_view,
    "suggestions": agreement_posts.suggestions_view,
    "intro": introduction_posts.round_view,
    "intro-ask": introduction_posts.asking_view,
    "intro-nudge": introduction_posts.asking_view,
    "answer": introduction_posts.answer_view,
    "working-on": working_posts.asking_view,
}

RECORDS: tuple[type[Record], ...] = (
    Person,
    Account,
    Cohort,
    Space,
    Membership,
    Tries,
    Agreement,
    Closed,
    Suggestion,
    Consent,
    Round,
    Introduction,
    WorkingOn,
)
EXAMPLES: Mapping[str, Post | Form] = {
    **people.EXAMPLES,
    **cohort_posts.EXAMPLES,
    **space_posts.EXAMPLES,
    **invitation_posts.EXAMPLES,
    **member_posts.EXAMPLES,
    **desk.EXAMPLES,
    **agreement_posts.EXAMPLES,
    **introduction_posts.EXAMPLES,
    **working_posts.EXAMPLES,
}


# --- how the tables are used ----------------------------------------------------------------------


async def handle(event: Event, moment: Moment) -> Changes:
    """Hands an event to what decides about it; one that nobody knows changes nothing."""
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
    """A card that a platform asks for anew."""
    if event.origin is None or event.by is None:
        return None
    me = await by_account(moment.read, event.by.account)
    slot = event.origin.slot
    post = await view(moment, slot, viewer(me) if me else await eyes(event, moment, me, slot))
    return Card(post) if post else None


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
)


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
    me, met = await meet(event, moment)
    late = await _late(action, event, moment, me)
    if late is not None:
        return met + Changes(reply=late)
    changes = _fitting(event, await action.handler(event, moment, me))
    return met + _in_their_words(event, changes, me)


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
        return replace(changes, reply=Say(changes.reply.post))
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
        case _:
            return changes


# --- messages -------------------------------------------------------------------------------------


async def _heard(event: Event, moment: Moment) -> Changes:
    """A word, else what a slice makes of it; who only talks near us leaves no trace."""
    if event.by is None:
        return Changes()
    to_us = event.mentioned or alone(event)
    told = await spaces.overheard(event, moment)
    if not to_us and await by_account(moment.read, event.by.account) is None:
        return told
    me, met = await meet(event, moment)
    met = told + met
    file_only = bool(event.media) and not event.text.strip()
    word = read_word(event.text) if to_us and not file_only else None
    if word:
        asked = await _asked(replace(event, name=word[0], text=word[1]), moment, me)
        return met + _in_their_words(event, asked, me)
    for listen in LISTENERS:
        changes = await listen(event, moment, me)
        if changes is not None:
            return met + changes
    return met + Changes(reply=Say(_guess(event.text))) if to_us else told


async def _asked(event: Event, moment: Moment, me: Person) -> Changes:
    """The action that a word names; a form opens by a button, since no message opens one."""
    changes = await ACTIONS[event.name].handler(event, moment, me)
    if isinstance(changes.reply, Open) and changes.reply.again is None:
        form = changes.reply.form
        again = OpenForm(form.title, event.name, style="primary")
        return replace(changes, reply=Open(form, again))
    return changes


def _guess(text: str) -> Post:
    word = nearest(text)
    return guide_posts.near_miss(word, WORDS[word]) if word else guide_posts.not_understood()
