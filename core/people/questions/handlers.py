"""Asks a form field by field, and hands it in as a dialog would."""

import re
from collections.abc import Collection, Mapping

from msgspec.structs import replace

from core.engine.gate import zone_of
from core.engine.ports import (
    QUESTIONS,
    Card,
    Changes,
    Deliver,
    Done,
    Event,
    Invalid,
    Job,
    Moment,
    Open,
    Raise,
    Reply,
    Say,
    ToPerson,
)
from core.message import ChoiceField, Form, PeopleField, Phrase, Post, TextField
from core.people.handlers import alone, sentence, told
from core.people.model import Person, acquaint, of
from core.people.questions import posts
from core.people.questions.model import (
    COMMANDS,
    Command,
    Session,
    accepts,
    alarm,
    answered,
    back,
    filled_in,
    opened,
    optional,
    stale,
    touched,
)
from core.people.questions.reading import Hearer, by_label, find, parts, read

EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")
LONGEST_EMAIL = 254


# --- a form becomes questions ---------------------------------------------------------------------


async def asked(event: Event, moment: Moment, me: Person, changes: Changes) -> Changes:
    """Where no dialog can open, a form is asked field by field in private."""
    reply = changes.reply
    if event.opener != QUESTIONS or not isinstance(reply, Open | Invalid) or not reply.form.fields:
        return changes
    old = await moment.read.get(Session, me.id)
    new = opened(event, moment, me.id, reply.form)
    new = replace(new, version=old.version if old else 0)
    open_still = old is not None and not stale(old, moment.now)
    note = posts.put_aside(old.form.title) if old and open_still else _unplaced(reply.form)
    return replace(changes, reply=None) + _asking(event, moment, me, new, note)


def _unplaced(form: Form) -> Phrase | None:
    """What is wrong with the form and with none of its fields."""
    names = {field.name for field in form.fields}
    return next((error for name, error in form.errors.items() if name not in names), None)


def _asking(
    event: Event, moment: Moment, me: Person, session: Session, note: Phrase | None = None
) -> Changes:
    """The open question, where only they read it."""
    post = posts.question(session, _figures(session, moment, me), note=note)
    kept = Changes(saves=(session,), jobs=(alarm(session, event.org),))
    if alone(event):
        return kept + Changes(reply=Say(post))
    told = Done(posts.ELSEWHERE) if event.source == "message" or event.inline else None
    return kept + Changes(jobs=(_there(event, moment, me, post),), reply=told)


def _there(event: Event, moment: Moment, me: Person, post: Post) -> Job:
    """In private on the platform where they are just now."""
    account = event.by.account if event.by else ""
    key = f"private/{moment.id('private', 'questions')}"
    return Job(key=key, work=Deliver(ToPerson(me.id, account), post), weight="answer")


def in_private(event: Event, moment: Moment, me: Person, changes: Changes) -> Changes:
    """What only they should read, where no answer to a press in the open is theirs alone."""
    if event.opener != QUESTIONS or event.inline or alone(event):
        return changes
    post = _meant_for_them(event, changes.reply)
    if post is None:
        return changes
    jobs = () if told(changes, me) else (_there(event, moment, me, post),)
    return replace(changes, reply=None) + Changes(jobs=jobs)


def _meant_for_them(event: Event, reply: Reply | None) -> Post | None:
    match reply:
        case Done(phrase) | Card(_, Phrase() as phrase):
            return sentence(phrase)
        case Say(post) | Card(post) if event.source == "form":
            return post
        case _:
            return None


# --- answers --------------------------------------------------------------------------------------


async def open_to(event: Event, moment: Moment, me: Person) -> bool:
    """Whether what somebody writes is the answer to a question: where it was asked."""
    session = await _open(moment, me) if alone(event) else None
    return session is not None and event.by is not None and session.account == event.by.account


async def heard(
    event: Event, moment: Moment, me: Person, commands: Collection[str] = ()
) -> Changes:
    """What somebody writes in private while a question is open is the answer."""
    session = await _open(moment, me)
    if session is None:
        return Changes()
    command = _command(event.text, session)
    if command:
        return _commanded(event, moment, me, session, command)
    if _perhaps_a_command(session, event.text, commands):
        doubt = replace(touched(session, moment.now), doubted=event.text)
        return _asking(event, moment, me, doubt, posts.a_word(event.text.strip()))
    value, met = await _value(event, moment, me, session)
    return met + _taken(event, moment, me, session, value)


def _command(text: str, session: Session) -> Command | None:
    """What is no answer; where there is nothing to keep, what need not be stays empty."""
    command = COMMANDS.get(" ".join(text[:40].casefold().split()).rstrip(".!"))
    if command != "keep" or session.keeps:
        return command
    return "skip" if optional(session.field) and not session.wrong else None


def _perhaps_a_command(session: Session, text: str, commands: Collection[str]) -> bool:
    """A word that does something else at other times; said twice, it is the answer."""
    word = " ".join(text[:40].casefold().split())
    return isinstance(session.field, TextField) and word in commands and text != session.doubted


async def pick(event: Event, moment: Moment, me: Person) -> Changes:
    """A button below a question."""
    session = await _open(moment, me)
    about = (event.args.get("s"), event.args.get("f"))
    if session is None or about != (session.asked, session.field.name):
        return Changes(reply=Done(posts.LATE))
    command = next((c for c in COMMANDS.values() if c == event.args.get("do")), None)
    if command:
        return _commanded(event, moment, me, session, command)
    value = event.args.get("v", "")
    if not accepts(session.field, value):
        return Changes(reply=Done(posts.LATE))
    return _taken(event, moment, me, session, value)


async def _open(moment: Moment, me: Person) -> Session | None:
    session = await moment.read.get(Session, me.id)
    return None if session is None or stale(session, moment.now) else session


def _commanded(
    event: Event, moment: Moment, me: Person, session: Session, command: Command
) -> Changes:
    match command:
        case "cancel":
            return Changes(deletes=(session,), reply=Done(posts.CANCELLED))
        case "back":
            note = None if session.at else posts.FIRST
            return _asking(event, moment, me, back(session, moment.now), note)
        case "help":
            note = posts.helped(session.form.title)
            return _asking(event, moment, me, touched(session, moment.now), note)
        case "skip":
            value = "" if optional(session.field) else posts.NEEDED
            return _taken(event, moment, me, session, value)
        case "keep":
            return _taken(event, moment, me, session, session.given)


def _taken(
    event: Event, moment: Moment, me: Person, session: Session, value: str | Phrase
) -> Changes:
    """On to the next question, or the same once more, saying why."""
    if isinstance(value, Phrase):
        return _asking(event, moment, me, touched(session, moment.now), value)
    new = answered(session, value, moment.now)
    if not new.finished:
        return _asking(event, moment, me, new)
    form = filled_in(new, event)
    lane = f"form/{me.id}"
    job = Job(key=form.id, work=Raise(form), lane=lane, weight="answer")
    return Changes(deletes=(session,), jobs=(job,))


async def over(event: Event, moment: Moment) -> Changes:
    """Nobody has answered for half an hour: says so once, and forgets what was said."""
    session = await moment.read.get(Session, event.args["person"])
    if session is None or session.asked != event.args["asked"]:
        return Changes()
    if str(session.steps) != event.args["steps"]:
        return Changes()
    me = await of(moment.read, session.id)
    gone = Changes(deletes=(session,))
    if me is None or me.erased:
        return gone
    target = ToPerson(me.id, session.account)
    work = Deliver(target, posts.over(session.form))
    key = f"private/{moment.id('private', 'over')}"
    return gone + Changes(jobs=(Job(key=key, work=work, weight="answer"),))


# --- what was written -----------------------------------------------------------------------------


async def _value(
    event: Event, moment: Moment, me: Person, session: Session
) -> tuple[str | Phrase, Changes]:
    field = session.field
    hearer = _hearer(moment, me)
    if not isinstance(field, PeopleField):
        return read(field, event.text, hearer), Changes()
    if event.people:
        return await _mentioned(event, moment, field)
    found = [await _somebody(field, part, hearer, moment) for part in parts(field, event.text)]
    problem = next((one for one in found if isinstance(one, Phrase)), None)
    if problem is not None or not found:
        return problem or posts.IN_WORDS, Changes()
    return ",".join(dict.fromkeys(map(str, found))), Changes()


async def _mentioned(
    event: Event, moment: Moment, field: PeopleField
) -> tuple[str | Phrase, Changes]:
    met, people = Changes(), list[str]()
    for actor in event.people[: None if field.several else 1]:
        person, changes = await acquaint(event.org, actor, moment)
        met += changes
        people.append(person.id)
    return ",".join(dict.fromkeys(people)), met


async def _somebody(field: PeopleField, typed: str, hearer: Hearer, moment: Moment) -> str | Phrase:
    """Whom a number, a name or an e-mail address means."""
    address = typed.strip("<>. ").lower()
    if len(address) > LONGEST_EMAIL or not EMAIL.fullmatch(address):
        found = find(field.options, typed, hearer)
        return posts.NO_NAME if found is posts.NO_OPTION else found
    known = await moment.read.find(Person, email=address, limit=1)
    person = known.items[0] if known.items else None
    return posts.NOBODY if person is None or person.erased else person.id


def _hearer(moment: Moment, me: Person) -> Hearer:
    locale = me.locale or "en"
    today = moment.now.astimezone(zone_of(me.zone)).date()
    return Hearer(lambda label: moment.words(label, locale), locale, today)


def _figures(session: Session, moment: Moment, me: Person) -> bool:
    field = session.field
    if not isinstance(field, ChoiceField | PeopleField):
        return False
    return by_label(field.options, _hearer(moment, me).words)


# --- what this slice keeps ------------------------------------------------------------------------


async def exported(me: Person, moment: Moment) -> Mapping[str, object]:
    """What somebody has answered so far in a form that is open."""
    session = await moment.read.get(Session, me.id)
    return dict(session.answers) if session else {}


async def forget(me: Person, moment: Moment) -> Changes:
    """The form that is open is gone."""
    session = await moment.read.get(Session, me.id)
    return Changes(deletes=(session,)) if session else Changes()
