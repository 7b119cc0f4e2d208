"""What is filled in to make a path of a link, and to put it in order."""

from collections.abc import Mapping

from core.courses.model import PATH, Send
from core.courses.paths.model import PACES, days_of
from core.message import ChoiceField, Form, Option, Phrase, TextField, say, verbatim

LABEL = 60
OUT = "out"
NO_LINK = say(
    "courses.paths.no-link", "I need the address of a page, one that begins with https://"
)
KNOWN = say("courses.paths.known", "This one is on the path already.")
CHOOSE = say("courses.paths.choose", "Please choose one of these.")
GONE = say("courses.paths.gone", "That link is no longer here, or it is not yours to change.")
TOO_LATE = say("courses.paths.too-late", "It is on its way already, so its path stays as it is.")
FULL = say("courses.paths.full", "A path has at most {n} links, and this one has them.", n=PATH)
BUSY = say("courses.paths.busy", "I’m still reading its links. Try again in a moment.")
ONE = say("courses.paths.one", "There is only this one link. Add another one first.")
ADDED = say("courses.paths.added", "Added at the end. I’m reading it now.")
ORDERED = say("courses.paths.ordered", "That’s the order now.")
AT_DONE = say("courses.paths.at-done", "When the last is done")
DAILY = say("courses.paths.daily", "Every day")


def add_form(args: Mapping[str, str], text: str = "", wrong: Phrase | None = None) -> Form:
    """One more link."""
    return Form(
        title=say("courses.paths.add", "Add a link"),
        action="courses.add",
        args=args,
        intro=say(
            "courses.paths.add.intro",
            "It comes after the others: people see one at a time.",
        ),
        fields=(
            TextField(
                name="link",
                label=say("courses.paths.link", "Link"),
                limit=2000,
                value=text[:2000],
            ),
        ),
        submit=say("courses.paths.add.submit", "Add it"),
        errors={"link": wrong} if wrong else {},
    )


def order_form(send: Send, values: Mapping[str, str] | None = None, *wrong: str) -> Form:
    """One of them to another place, or left out; and when the next one opens."""
    given = values or {"pace": send.pace}
    count = len(send.courses)
    courses = tuple(
        Option(str(n), _titled(n, course.title)) for n, course in enumerate(send.courses)
    )
    places = tuple(
        Option(str(n), say("courses.paths.place", "Number {n}", n=n + 1)) for n in range(count)
    )
    out = Option(OUT, say("courses.paths.out", "Leave it out"))
    return Form(
        title=say("courses.paths.order", "The order of the path"),
        action="courses.order",
        args={"send": send.id},
        fields=(
            _choice("which", say("courses.paths.which", "Which one"), courses, given),
            _choice("where", say("courses.paths.where", "Where to"), (*places, out), given),
            ChoiceField(
                name="pace",
                label=say("courses.paths.pace", "The next one opens"),
                options=_paces(send.pace),
                value=given.get("pace", ""),
            ),
        ),
        submit=say("courses.paths.order.submit", "Change it"),
        errors=dict.fromkeys(wrong, CHOOSE),
    )


def _titled(n: int, title: str) -> Phrase:
    short = title if len(title) <= LABEL else f"{title[: LABEL - 1].rstrip()}…"
    return verbatim(f"{n + 1}. {short}")


def _choice(
    name: str, label: Phrase, options: tuple[Option, ...], given: Mapping[str, str]
) -> ChoiceField:
    return ChoiceField(
        name=name, label=label, options=options, required=False, value=given.get(name, "")
    )


def _paces(now: str) -> tuple[Option, ...]:
    known = PACES if now in PACES else (*PACES, now)
    return tuple(Option(pace, _paced(pace)) for pace in known)


def _paced(pace: str) -> Phrase:
    days = days_of(pace)
    if days == 0:
        return AT_DONE
    return DAILY if days == 1 else say("courses.paths.days", "Every {n} days", n=days)
