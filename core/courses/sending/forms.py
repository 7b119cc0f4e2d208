"""What is filled in to send a link, to say what and whom it is for, and to be sure of it."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from core.cohorts.words import SAMPLE
from core.courses.audience.choices import Problem, value_of
from core.courses.audience.model import MAILS
from core.courses.model import PURPOSE, QUESTION, ROLL, TITLE, Course, Send, bare
from core.courses.sending.samples import SEND
from core.courses.sending.sentences import NO_LINK
from core.courses.sending.timing import local
from core.message import (
    ChoiceField,
    DateField,
    Field,
    Form,
    Option,
    PeopleField,
    Phrase,
    TextField,
    ToggleField,
    say,
    verbatim,
)

LINKS = 20_000
WRONG: Mapping[str, Phrase] = {
    "title": say("courses.sending.wrong.title", "What is it called? At most 150 characters."),
    "purpose": say("courses.sending.wrong.purpose", "One sentence, at most 200 characters."),
    "question": say("courses.sending.wrong.question", "One question, at most 200 characters."),
    "due": say("courses.sending.wrong.due", "Choose a day after it goes out, within two years."),
    "day": say("courses.sending.wrong.day", "Choose a time ahead, within a year."),
    "url": say(
        "courses.sending.wrong.url", "As many links as before, one a line, each with https://"
    ),
    "number": say("courses.sending.wrong.number", "That isn’t the number. Nothing was sent."),
    "words": say("courses.sending.wrong.words", "Type part of its name."),
}
CHOOSE: Mapping[Problem, Phrase] = {
    "to": say("courses.sending.wrong.to", "Choose whom it is for."),
    "leads": say("courses.sending.wrong.leads", "Only people who lead a cohort send to others."),
    "people": say("courses.sending.wrong.people", "Name at least one person that I can find."),
    "mails": say("courses.sending.wrong.mails", "I find no e-mail address in this."),
    "many": say(
        "courses.sending.wrong.many",
        "At most {people} people, or {mails} addresses, at a time.",
        people=ROLL,
        mails=MAILS,
    ),
    "open": say(
        "courses.sending.wrong.open", "That goes to each person privately: there is no channel."
    ),
    "nowhere": say("courses.sending.wrong.nowhere", "This cohort has no channel of its own yet."),
}


def send_form(args: Mapping[str, str], text: str = "", *, wrong: bool = False) -> Form:
    """A link, or several as a path."""
    return Form(
        title=say("courses.sending.send", "Send a course link"),
        action="courses.send",
        args=args,
        intro=say(
            "courses.sending.send.intro",
            "Nobody gets it yet: next you say what it is for, and for whom.",
        ),
        fields=(
            TextField(
                name="url",
                label=say("courses.sending.send.url", "Link"),
                hint=say("courses.sending.send.hint", "Several, one a line, become a path."),
                lines=True,
                limit=LINKS,
                value=text[:LINKS],
            ),
        ),
        submit=say("courses.sending.send.submit", "Read it"),
        errors={"url": NO_LINK} if wrong else {},
    )


# --- what and whom it is for ----------------------------------------------------------------------


def values_of(it: Send, zone: str) -> dict[str, str]:
    """What the form about a send begins with."""
    starts = local(it.starts, zone) if it.starts else None
    people = it.audience.ids if it.audience and it.audience.kind == "people" else ()
    return {
        "purpose": it.purpose,
        "question": it.question,
        "to": value_of(it),
        "people": ",".join(people),
        "open": "true" if it.open else "false",
        "due": it.due.isoformat() if it.due else "",
        "assigned": "true" if it.assigned else "false",
        "day": starts.date().isoformat() if starts else "",
        "hour": str(starts.hour) if starts else "",
    }


def unread(it: Send) -> tuple[tuple[int, str], ...]:
    """Which of its courses have no title yet, each with the field that asks for it."""
    found = [n for n, course in enumerate(it.courses) if untitled(course)]
    return tuple((n, "title" if at == 0 else f"title{at + 1}") for at, n in enumerate(found))


def untitled(course: Course) -> bool:
    """Whether nobody has said what it is."""
    return course == bare(course.url)


def plan_form(
    it: Send,
    args: Mapping[str, str],
    values: Mapping[str, str],
    offers: tuple[Sequence[Option], Sequence[Option]],
    wrong: tuple[str, Mapping[str, Phrase]],
) -> Form:
    """All there is to say about a send; `offers` are audiences and people to choose from.

    `wrong` is the sender's zone, and what was not in order.
    """
    zone, errors = wrong
    return Form(
        title=say("courses.sending.plan", "What and whom it is for"),
        action="courses.plan",
        args=args,
        fields=(
            *_titles(it, values),
            *_words(values),
            *_audience(values, *offers),
            *_times(values, zone),
        ),
        submit=say("courses.sending.plan.submit", "See whom it reaches"),
        errors=errors,
    )


def _titles(it: Send, values: Mapping[str, str]) -> tuple[Field, ...]:
    return tuple(
        TextField(
            name=name,
            label=say("courses.sending.plan.title", "Title"),
            hint=verbatim(it.courses[n].url[:TITLE]),
            limit=TITLE,
            value=values.get(name, ""),
        )
        for n, name in unread(it)
    )


def _words(values: Mapping[str, str]) -> tuple[Field, ...]:
    return (
        TextField(
            name="purpose",
            label=say("courses.sending.plan.purpose", "What is it for? They read this first"),
            limit=PURPOSE,
            value=values.get("purpose", ""),
        ),
        TextField(
            name="question",
            label=say("courses.sending.plan.question", "A question to think about"),
            limit=QUESTION,
            value=values.get("question", ""),
        ),
    )


def _audience(
    values: Mapping[str, str], audiences: Sequence[Option], people: Sequence[Option]
) -> tuple[Field, ...]:
    to = values.get("to", "")
    openly = "true" if values.get("open") == "true" else "false"
    return (
        ChoiceField(
            name="to",
            label=say("courses.sending.plan.to", "Whom is it for?"),
            options=tuple(audiences),
            value=to if to in {one.value for one in audiences} else "",
        ),
        PeopleField(
            name="people",
            label=say("courses.sending.plan.people", "People, if you name them"),
            options=tuple(people),
            required=False,
            several=True,
            value=values.get("people", ""),
        ),
        _mails(values.get("mails", "")),
        ChoiceField(
            name="open",
            label=say("courses.sending.plan.open", "How do they get it?"),
            options=(
                Option("false", say("courses.sending.plan.private", "Each person, privately")),
                Option("true", say("courses.sending.plan.channel", "Once in the channel, for all")),
            ),
            value=openly,
        ),
    )


def _mails(pasted: str) -> Field:
    return TextField(
        name="mails",
        label=say("courses.sending.plan.mails", "Addresses, if you paste them"),
        hint=say(
            "courses.sending.plan.mails.hint",
            "A list or a part of a sheet. Empty keeps those that you pasted before.",
        ),
        required=False,
        lines=True,
        limit=LINKS,
        value=pasted[:LINKS],
    )


def _times(values: Mapping[str, str], zone: str) -> tuple[Field, ...]:
    hour = values.get("hour", "")
    hours = tuple(Option(str(n), verbatim(f"{n:02}:00")) for n in range(24))
    return (
        DateField(
            name="due",
            label=say("courses.sending.plan.due", "To be done by"),
            required=False,
            value=values.get("due", ""),
        ),
        ToggleField(
            name="assigned",
            label=say("courses.sending.plan.assigned", "Also for those who join later"),
            value=values.get("assigned") == "true",
        ),
        DateField(
            name="day",
            label=say("courses.sending.plan.day", "Send it on this day; empty is now"),
            required=False,
            value=values.get("day", ""),
        ),
        ChoiceField(
            name="hour",
            label=say("courses.sending.plan.hour", "At, by the clocks of {zone}", zone=zone),
            options=hours,
            required=False,
            value=hour if hour in {one.value for one in hours} else "",
        ),
    )


# --- to be sure, and to change it -----------------------------------------------------------------


def sure_form(
    args: Mapping[str, str], number: int, typed: str = "", *, wrong: bool = False
) -> Form:
    """Many people get it: the number is typed by whoever sends it."""
    return Form(
        title=say("courses.sending.sure", "Send it to {n} people?", n=number),
        action="courses.go",
        args=args,
        intro=say(
            "courses.sending.sure.intro", "Please type {n}, so that it is no slip.", n=number
        ),
        fields=(
            TextField(
                name="number",
                label=say("courses.sending.sure.number", "How many people?"),
                limit=12,
                value=typed[:12],
            ),
        ),
        submit=say("courses.sending.sure.submit", "Send it"),
        errors={"number": WRONG["number"]} if wrong else {},
    )


def edit_form(
    it: Send, values: Mapping[str, str], errors: Mapping[str, Phrase] | None = None
) -> Form:
    """What can still be changed once people have it."""
    title = TextField(
        name="title",
        label=say("courses.sending.plan.title", "Title"),
        limit=TITLE,
        value=values.get("title", ""),
    )
    links = TextField(
        name="url",
        label=say("courses.sending.send.url", "Link"),
        lines=len(it.courses) > 1,
        limit=LINKS,
        value=values.get("url", "")[:LINKS],
    )
    return Form(
        title=say("courses.sending.edit", "Change what they see"),
        action="courses.edit",
        args={"id": it.id, "send": it.id},
        intro=say("courses.sending.edit.intro", "Cards that are out change where they stand."),
        fields=(*(() if len(it.courses) > 1 else (title,)), *_words(values), links),
        submit=say("courses.sending.edit.submit", "Change it everywhere"),
        errors=errors or {},
    )


def edited_from(it: Send) -> dict[str, str]:
    """What the form that changes it begins with."""
    return {
        "title": it.courses[0].title,
        "purpose": it.purpose,
        "question": it.question,
        "url": "\n".join(course.url for course in it.courses),
    }


def group_form(it: Send, words: str = "", *, wrong: bool = False) -> Form:
    """Part of the name of a group."""
    return Form(
        title=say("courses.sending.group", "A group of the directory"),
        action="courses.group",
        args={"id": it.id},
        fields=(
            TextField(
                name="words",
                label=say("courses.sending.group.words", "Part of its name"),
                limit=100,
                value=words[:100],
            ),
        ),
        submit=say("courses.sending.group.submit", "Find it"),
        errors={"words": WRONG["words"]} if wrong else {},
    )


_ZONE = "Europe/Berlin"
_VALUES = {**values_of(SEND, _ZONE), "title": ""}
_OFFERS = (
    (
        Option(
            "cohort:sample",
            say("courses.audience.cohort", "Everyone who joined {name}", name=SAMPLE.name),
        ),
        Option("people", say("courses.audience.people", "People whom I name below")),
    ),
    (Option("bo", verbatim("Bo Sample")),),
)
_UNREAD = replace(SEND, courses=(bare(SEND.courses[0].url),))

EXAMPLES: dict[str, Form] = {
    "courses.sending.send": send_form({"draft": "1"}),
    "courses.sending.send.again": send_form({"draft": "1"}, "x", wrong=True),
    "courses.sending.plan": plan_form(SEND, {"id": "sample"}, _VALUES, _OFFERS, (_ZONE, {})),
    "courses.sending.plan.again": plan_form(
        _UNREAD,
        {"id": "sample"},
        _VALUES,
        _OFFERS,
        (_ZONE, {"title": WRONG["title"], "to": CHOOSE["to"], "day": WRONG["day"]}),
    ),
    "courses.sending.sure": sure_form({"id": SEND.id, "rev": "1"}, 1200),
    "courses.sending.sure.again": sure_form({"id": SEND.id, "rev": "1"}, 1200, "1", wrong=True),
    "courses.sending.edit": edit_form(SEND, edited_from(SEND)),
    "courses.sending.group": group_form(SEND, "", wrong=True),
}
