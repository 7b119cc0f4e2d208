"""A program asks for a send; it goes on by itself, and stops with a reason where a person would."""

from msgspec.structs import replace

from core.cohorts.access import refused
from core.cohorts.model import Cohort, timer
from core.courses.audience.model import roll_id
from core.courses.groups.model import mail_as_compared
from core.courses.model import ROLL, Roll, Send
from core.courses.requests import posts
from core.courses.requests.model import (
    ADDRESSES,
    DIGEST,
    KEPT,
    KEY,
    LINKS,
    Addresses,
    Request,
    request_of,
    when,
)
from core.courses.sending.beginning import begun
from core.courses.sending.drafting import plan
from core.courses.sending.forms import unread, values_of
from core.courses.sending.going import go
from core.courses.sending.links import links_in
from core.courses.sending.sentences import LEADS_ONLY
from core.engine.ports import Changes, Done, Event, Invalid, Moment, Record
from core.message import Phrase
from core.people.model import Person, alive

FORM = 5 * ROLL
GIVEN = ("purpose", "question", "to", "open", "due", "assigned")


async def ask(event: Event, moment: Moment, me: Person) -> Changes:
    """Takes a request, once for each key: the links are read, and nobody has got anything yet."""
    key, digest = event.args.get("key", "")[:KEY], event.args.get("digest", "")[:DIGEST]
    if not key or await moment.read.get(Request, f"{me.id}/{key}"):
        return refused(posts.KNOWN)
    kind, _, id = event.values.get("to", "").partition(":")
    cohort = await moment.read.get(Cohort, id) if kind == "cohort" else None
    if kind == "cohort" and cohort is None:
        return refused(LEADS_ONLY)
    urls = links_in(event.values.get("links", "")[:LINKS])
    made = await begun(event, moment, me, urls, cohort, draft=f"request/{key}")
    send = _send(made)
    if send is None:
        return made
    request = Request(
        id=f"{me.id}/{key}",
        by=me.id,
        send=send.id,
        digest=digest,
        at=moment.now,
        values={name: text for name, text in event.values.items() if name != "mails"},
        goes=event.values.get("dry_run") != "true",
    )
    kept = _addresses(request, event.values.get("mails", ""))
    over = timer("courses.request_over", event.org, moment.now + KEPT, request=request.id)
    return made + Changes(saves=(request, *kept), jobs=(over,), reply=Done(posts.TAKEN))


def _addresses(request: Request, text: str) -> tuple[Addresses, ...]:
    """One a line; what is none stays out."""
    mails = tuple(dict.fromkeys(filter(None, map(mail_as_compared, text.split("\n")))))
    return (Addresses(id=request.id, mails=mails[:ADDRESSES]),) if mails else ()


def _send(changes: Changes) -> Send | None:
    return next((record for record in changes.saves if isinstance(record, Send)), None)


# --- what follows ---------------------------------------------------------------------------------


async def follow(was: Record | None, now: Record | None, event: Event, moment: Moment) -> Changes:
    """A send that is read, counted or put away goes on, or ends, if a program waits for it."""
    after = now.state if isinstance(now, Send) else "dropped"
    if not isinstance(was, Send) or was.state not in ("reading", "counting") or was.state == after:
        return Changes()
    request = await request_of(moment.read, was.id)
    if request is None or request.stage not in ("reading", "counting"):
        return Changes()
    at = f"{after}/{now.round}" if isinstance(now, Send) else after
    return Changes(jobs=(timer("courses.requested", event.org, None, request=request.id, at=at),))


async def requested(event: Event, moment: Moment) -> Changes:
    """The next step of a request, unless somebody has taken it into their own hands."""
    request = await moment.read.get(Request, event.args["request"])
    send = await moment.read.get(Send, request.send) if request else None
    me = await alive(moment.read, request.by) if request else None
    if request is None:
        return Changes()
    if send is None or me is None:
        return await _let_go(moment, request)
    return await _onward(event, moment, me, request, send)


async def _onward(
    event: Event, moment: Moment, me: Person, request: Request, send: Send
) -> Changes:
    match request.stage, send.state:
        case "reading", "draft":
            return await _plan(event, moment, me, request, send)
        case "counting", "ready" if _ours(request, send):
            return await _go(event, moment, me, request, send)
        case "counting", "draft" if _ours(request, send):
            return Changes(saves=(_stopped(request, posts.stuck(send)),))
        case "reading" | "counting", _ if not _ours(request, send):
            stopped = Changes(saves=(_stopped(request, posts.ELSEWHERE),))
            return stopped + await _let_go(moment, request)
        case _:
            return Changes()


async def _let_go(moment: Moment, request: Request) -> Changes:
    """Addresses that no send of its own will need."""
    held = await moment.read.get(Addresses, request.id)
    return Changes(deletes=(held,)) if held else Changes()


def _ours(request: Request, send: Send) -> bool:
    """Whether nobody else has gathered its audience anew."""
    return send.round == request.round


async def _plan(event: Event, moment: Moment, me: Person, request: Request, send: Send) -> Changes:
    """The form is filled in: with what was asked for, else with what is suggested."""
    held = await moment.read.get(Addresses, request.id)
    mails = held.mails if held else ()
    zone = me.zone or "UTC"
    said = {name: text for name in GIVEN if (text := request.values.get(name))}
    titles = {name: request.values.get("title", "") for _, name in unread(send)}
    starts = when(request.values["at"], zone) if request.values.get("at") else {}
    values = {
        **values_of(send, zone),
        **said,
        **titles,
        **starts,
        "mails": "\n".join(mails[:FORM]),
    }
    form = replace(event, source="form", name="courses.plan", args={"id": send.id}, values=values)
    changes = await plan(form, moment, me)
    planned = _send(changes)
    gone = Changes(deletes=(held,)) if held else Changes()
    if planned is None:
        return gone + Changes(saves=(_stopped(request, _why(changes)),))
    new = replace(request, stage="counting", round=planned.round)
    there = sum(isinstance(record, Roll) for record in changes.saves)
    rest = _rolls(planned, there, mails[FORM:])
    return replace(changes, reply=None) + gone + Changes(saves=(new, *rest))


def _rolls(send: Send, first: int, mails: tuple[str, ...]) -> tuple[Roll, ...]:
    """More addresses than a form takes: they are gathered after those of the form."""
    pieces = [mails[at : at + ROLL] for at in range(0, len(mails), ROLL)]
    return tuple(
        Roll(id=roll_id(send, first + n), send=send.id, strangers=piece)
        for n, piece in enumerate(pieces)
    )


async def _go(event: Event, moment: Moment, me: Person, request: Request, send: Send) -> Changes:
    """It leaves in a minute, as if its person had said so."""
    if not request.goes:
        return Changes(saves=(replace(request, stage="ready"),))
    values = {"number": request.values.get("number", "")}
    form = replace(event, source="form", name="courses.go", args={"id": send.id}, values=values)
    changes = await go(form, moment, me)
    if _send(changes) is None:
        many = isinstance(changes.reply, Invalid)
        why = posts.NUMBER if many else _why(changes)
        return Changes(saves=(replace(request, stage="ready", why=why),))
    return replace(changes, reply=None) + Changes(saves=(replace(request, stage="gone"),))


def _stopped(request: Request, why: Phrase) -> Request:
    return replace(request, stage="refused", why=why)


def _why(changes: Changes) -> Phrase:
    """What a person would have been told."""
    match changes.reply:
        case Done(phrase):
            return phrase
        case Invalid(form) if form.errors:
            return next(iter(form.errors.values()))
        case _:
            return posts.STUCK


async def over(event: Event, moment: Moment) -> Changes:
    """After a month a request is forgotten; its send is not."""
    request = await moment.read.get(Request, event.args["request"])
    held = await moment.read.get(Addresses, event.args["request"])
    return Changes(deletes=tuple(record for record in (request, held) if record))
