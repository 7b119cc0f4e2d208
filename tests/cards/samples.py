"""A Post or a Form for every block and field there is, beside the examples of the product."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from core.message import (
    Anchor,
    Bold,
    Bullets,
    Buttons,
    ChoiceField,
    DateField,
    Day,
    Facts,
    Form,
    Heading,
    Image,
    Italic,
    Link,
    Mention,
    OpenForm,
    Option,
    PeopleField,
    Post,
    Press,
    Progress,
    Quote,
    Ranking,
    Text,
    TextField,
    ToggleField,
    Video,
    When,
    say,
    verbatim,
)

ADA = Mention("ada", "Ada Ash", "teams:tenant:29:ada")
BO = Mention("bo", "Bo Birch")
MOMENT = When(datetime(2026, 3, 3, 14, 0, tzinfo=UTC))
NASTY = "<at>Ada Ash</at> **[win](https://evil.example)** <script>alert(1)</script>\n# no\n1. no"

INVITATION = Post(
    slot="cohort/better-handovers",
    summary=say("sample.summary", "Brook invites you to a cohort"),
    purpose=say("sample.purpose", "Why: fewer surprises at shift change."),
    blocks=(
        Heading(say("sample.title", "{name} is starting", name="Better handovers")),
        Text(
            say(
                "sample.hello",
                "Hi {you}. {host} runs {what} from {start}. {more} has the details.",
                you=ADA,
                host=BO,
                what=Italic("Better handovers"),
                start=Day(date(2026, 3, 3)),
                more=Anchor(say("sample.page", "This page"), "https://example.com/a_(b)?c=d"),
            )
        ),
        Text(say("sample.private", "Managers never see names."), subtle=True),
        Facts(
            (
                (say("sample.first", "First meeting"), say("", "{at}", at=MOMENT)),
                (say("sample.host", "Host"), say("", "{who}", who=BO)),
            )
        ),
        Buttons(
            (
                Press(say("sample.join", "Join"), "sample.join", {"cohort": "c1"}, "primary"),
                Press(say("sample.later", "Not now"), "sample.later", {"cohort": "c1"}),
                OpenForm(say("sample.ask", "Ask something"), "sample.ask", {"cohort": "c1"}),
                Link(say("sample.kept", "What is kept about me?"), "https://example.com/privacy"),
            )
        ),
    ),
)

GATHERING = Post(
    slot="round/1",
    summary=say("sample.gathered", "15 of 23 have introduced themselves"),
    blocks=(
        Heading(say("sample.round", "Whom to ask about what")),
        Progress(say("sample.answered", "Introduced"), 15, 23),
        Quote("Ask me about night shifts.\nI did them for nine years.", verbatim("Ada Ash")),
        Bullets((say("sample.one", "Two sentences are plenty."), verbatim("A photo is fine"))),
        Bullets((verbatim("Read"), verbatim("Answer"), verbatim("Ask back")), numbered=True),
        Heading(say("sample.lesser", "Most thanked")),
        Ranking(((say("", "{who}", who=ADA), 12), (verbatim("Bo Birch"), 9), (verbatim("Cem"), 9))),
        Buttons((Press(say("sample.answer", "Answer"), "sample.answer"),)),
        Text(say("sample.after", "You can change your answer any time.")),
    ),
)

COURSE = Post(
    slot="course/1",
    summary=say("sample.course", "12 minutes before Thursday"),
    purpose=say("sample.for", "For {when}.", when=Bold("Thursday")),
    blocks=(
        Heading(say("sample.lands", "Feedback that lands")),
        Image("https://example.com/feedback.png", say("sample.alt", "Two people at a whiteboard")),
        Video("https://example.com/watch/1", say("sample.film", "Feedback that lands"), 12),
        Video("javascript:alert(1)", say("sample.unsafe", "An address that is none")),
        Image("data:image/png;base64,AAAA", say("sample.unseen", "A picture that is none")),
        Progress(say("sample.none", "Nobody yet"), 0, 4),
        Progress(say("sample.all", "Everybody"), 4, 4),
        Buttons(
            (
                Link(say("sample.open", "Open"), "https://example.com/watch/1"),
                Press(say("sample.stop", "Stop asking"), "sample.stop", style="danger"),
                Link(say("sample.bad", "An address that is none"), "javascript:alert(1)"),
            )
        ),
    ),
)

WRITTEN = Post(
    slot="nasty",
    summary=verbatim(NASTY),
    purpose=verbatim(NASTY),
    blocks=(
        Heading(verbatim(NASTY)),
        Text(say("sample.from", "{who} wrote: {text}", who=ADA, text=NASTY)),
        Facts(((verbatim(NASTY), verbatim(NASTY)),)),
        Bullets((verbatim(NASTY), verbatim("- a\n- b"))),
        Quote(NASTY, verbatim(NASTY)),
        Ranking(((verbatim(NASTY), 1),)),
        Progress(verbatim(NASTY), 1, 2),
        Buttons((Press(verbatim(NASTY), "sample.nasty", {"text": NASTY}),)),
    ),
)

LONG = Post(
    summary=say("sample.long", "{text}", text="Very long. " * 40),
    blocks=(
        Heading(say("sample.much", "{text}", text="A title without end. " * 40)),
        Text(verbatim("All of it matters to somebody. " * 700)),
        Bullets(tuple(verbatim(f"{n}: a line that is not short either") for n in range(300))),
        Buttons(tuple(Press(verbatim(f"Way out {n}"), "sample.out") for n in range(9))),
    ),
)

LINK = Post(
    summary=say("sample.unfurled", "A course"),
    blocks=(
        Heading(say("sample.lands", "Feedback that lands")),
        Text(say("sample.about", "One sentence you could say this week.")),
        Ranking(((verbatim("Ada Ash"), 12),)),
        Buttons(
            (
                Link(say("sample.open", "Open"), "https://example.com/watch/1"),
                Press(say("sample.join", "Join"), "sample.join"),
            )
        ),
    ),
)

QUESTIONS = Form(
    title=say("sample.form", "Start a cohort"),
    intro=say("sample.intro", "You can change all of this until it starts."),
    action="sample.create",
    args={"place": "p1"},
    submit=say("sample.create", "Create it"),
    fields=(
        TextField(
            name="name", label=say("sample.name", "Name"), limit=80, value="Better handovers"
        ),
        TextField(
            name="purpose",
            label=say("sample.why", "What will be better afterwards?"),
            hint=say("sample.hint", "One sentence, as you would say it to a colleague."),
            lines=True,
            limit=300,
        ),
        DateField(name="start", label=say("sample.start", "First day"), value="2026-03-03"),
        DateField(name="end", label=say("sample.end", "Last day"), required=False),
        ChoiceField(
            name="pace",
            label=say("sample.pace", "How often?"),
            options=tuple(Option(v, verbatim(v.capitalize())) for v in ("weekly", "monthly")),
            value="weekly",
        ),
        ChoiceField(
            name="zone",
            label=say("sample.zone", "Whose clock?"),
            options=tuple(Option(f"z{n}", verbatim(f"Zone_{n} *")) for n in range(9)),
            required=False,
        ),
        ChoiceField(
            name="days",
            label=say("sample.days", "Which days suit?"),
            options=tuple(Option(v, verbatim(v)) for v in ("1. Monday", "Tuesday")),
            several=True,
            value="Tuesday",
        ),
        PeopleField(
            name="facilitator",
            label=say("sample.facilitator", "Who facilitates?"),
            options=(Option("ada", verbatim("Ada Ash")), Option("bo", verbatim("Bo Birch"))),
            value="bo",
        ),
        PeopleField(name="people", label=say("sample.people", "Whom to invite?"), several=True),
        ToggleField(name="open", label=say("sample.open", "Others may ask to join"), value=True),
    ),
)

CORRECTED = Form(
    title=verbatim(NASTY),
    action="sample.create",
    submit=say("sample.again", "Try again"),
    fields=(
        TextField(name="name", label=verbatim(NASTY), lines=True, value=NASTY),
        ChoiceField(name="one", label=verbatim("One"), options=(Option("a", verbatim(NASTY)),)),
        ToggleField(name="sure", label=verbatim(NASTY)),
    ),
    errors={
        "name": say("sample.wrong", "Please say it in fewer words."),
        "one": verbatim(NASTY),
        "": say("sample.general", "Somebody else was faster."),
    },
)

SAMPLES: Mapping[str, Post | Form] = {
    "sample.invitation": INVITATION,
    "sample.gathering": GATHERING,
    "sample.course": COURSE,
    "sample.written": WRITTEN,
    "sample.long": LONG,
    "sample.link": LINK,
    "sample.questions": QUESTIONS,
    "sample.corrected": CORRECTED,
}
