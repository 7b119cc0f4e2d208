"""A pair as each of its people sees it."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from core.cohorts.model import Cohort
from core.cohorts.words import SAMPLE, SAMPLED
from core.message import (
    Button,
    Buttons,
    ChoiceField,
    Facts,
    Form,
    Heading,
    Link,
    OpenForm,
    Option,
    Phrase,
    Post,
    Press,
    Quote,
    Reach,
    Text,
    TextField,
    say,
    verbatim,
)
from core.pairs.matching.people import Reasons
from core.pairs.model import Habits, Pair, Said
from core.pairs.words import because, names

TEXT = 200
OFTEN: Mapping[str, Phrase] = {
    "week": say("pairs.often.week", "Every week"),
    "fortnight": say("pairs.often.fortnight", "Every two weeks"),
    "month": say("pairs.often.month", "Once a month"),
    "free": say("pairs.often.free", "When one of us asks"),
}
CHANNEL: Mapping[str, Phrase] = {
    "chat": say("pairs.channel.chat", "In the chat"),
    "call": say("pairs.channel.call", "By call"),
    "room": say("pairs.channel.room", "In person"),
}
MEETINGS: Mapping[Said, Phrase] = {
    "yes": say("pairs.met.yes", "Yes, we met"),
    "soon": say("pairs.met.soon", "It’s arranged"),
    "no": say("pairs.met.no", "Not this time"),
}


class Seen(Struct, frozen=True, kw_only=True):
    """What one of them sees: the others by name, the ways to them, and why."""

    cohort: Cohort
    pair: Pair
    me: str
    name: str
    others: tuple[str, ...]
    why: Phrase
    chat: Reach | None = None
    meeting: Reach | None = None


def card(it: Seen) -> Post:
    """Whom somebody is with, why, and what now."""
    coffee = it.pair.style == "coffee"
    return Post(
        slot=f"pair/{it.pair.id}",
        summary=say("pairs.card.coffee", "A coffee with somebody")
        if coffee
        else say("pairs.card.summary", "Somebody to keep it up with"),
        purpose=say("pairs.card.purpose", "Because you take part in {name}.", name=it.cohort.name),
        blocks=(
            Heading(
                say("pairs.card.title", "{me}, meet {them}", me=it.name, them=names(it.others))
            ),
            Text(say("pairs.card.why", "What speaks for it: {why}", why=it.why)),
            Text(_idea(it)),
            *_habits(it.pair.habits),
            Buttons(_moves(it)),
        ),
    )


def hello(cohort: Cohort) -> Phrase:
    """What a first message to the others begins with."""
    return say("pairs.hello.text", "Hello! We’re paired in {name}.", name=cohort.name)


def talk(cohort: Cohort) -> Phrase:
    """What their meeting is called."""
    return say("pairs.time.text", "Our talk for {name}", name=cohort.name)


def _idea(it: Seen) -> Phrase:
    if it.pair.style == "coffee":
        return say("pairs.card.over", "Fifteen minutes over a coffee or a call are enough.")
    return say(
        "pairs.card.idea",
        "You ask each other one thing: did it happen? Fifteen minutes are enough to start.",
    )


def _habits(habits: Habits) -> tuple[Facts | Quote, ...]:
    rows: list[tuple[Phrase, Phrase]] = []
    if habits.often in OFTEN:
        rows.append((say("pairs.habits.often", "How often"), OFTEN[habits.often]))
    if habits.channel in CHANNEL:
        rows.append((say("pairs.habits.channel", "Where"), CHANNEL[habits.channel]))
    facts = (Facts(tuple(rows)),) if rows else ()
    expects = say("pairs.habits.expect", "What you expect of each other")
    return (*facts, *((Quote(habits.expect, expects),) if habits.expect else ()))


def _moves(it: Seen) -> tuple[Button, ...]:
    args = {"pair": it.pair.id}
    ways: list[Button] = []
    if it.chat is not None:
        ways.append(Link(say("pairs.hello", "Say hello"), reach=it.chat))
    if it.meeting is not None:
        ways.append(Link(say("pairs.time", "Find a time"), reach=it.meeting))
    why = Press(say("pairs.why", "Why us?"), "pairs.why", args)
    if it.me not in it.pair.said and it.pair.state != "running":
        ways.append(Press(say("pairs.good", "Good match"), "pairs.good", args, "primary"))
    elif it.pair.style == "lasting":
        ways.append(OpenForm(say("pairs.habits", "Our habits"), "pairs.habits", args))
    early = it.pair.state in {"proposed", "accepted"}
    other = (
        say("pairs.no-match", "Not a good match")
        if early
        else say("pairs.change", "Change partner")
    )
    return (*ways, why, Press(other, "pairs.no_match", args))


def ended(cohort: Cohort, pair: Pair) -> Post:
    """What is left of a card once the pair has ended."""
    return Post(
        slot=f"pair/{pair.id}",
        summary=say("pairs.ended.summary", "This pair has ended"),
        purpose=say("pairs.card.purpose", "Because you take part in {name}.", name=cohort.name),
        blocks=(
            Heading(verbatim(cohort.name)),
            Text(say("pairs.ended.text", "This pair has ended. Thank you for your time together.")),
        ),
    )


def reasons(cohort: Cohort, pair: Pair, why: Phrase) -> Post:
    """Why these people."""
    wishes = say(
        "pairs.why.rules",
        "I look at teams, working hours, what you wrote with your name, and who has not met yet. "
        "Your managers and reports never come up, nor does anybody you keep apart from.",
    )
    return Post(
        summary=say("pairs.why.summary", "Why you were put together"),
        purpose=say("pairs.asked", "You asked."),
        blocks=(Heading(say("pairs.why.title", "Why you?")), Text(why), Text(wishes, subtle=True)),
    )


def habits_form(pair: Pair, said: Habits, *, wrong: bool = False) -> Form:
    """The pair’s own small agreement."""
    return Form(
        title=say("pairs.habits.title", "Our habits"),
        action="pairs.habits",
        args={"pair": pair.id},
        intro=say("pairs.habits.intro", "You both see it, and either of you may change it."),
        fields=(
            _choice("often", say("pairs.habits.often", "How often"), OFTEN, said.often or "week"),
            _choice(
                "channel", say("pairs.habits.channel", "Where"), CHANNEL, said.channel or "chat"
            ),
            TextField(
                name="expect",
                label=say("pairs.habits.expect", "What you expect of each other"),
                required=False,
                lines=True,
                limit=TEXT,
                value=said.expect,
            ),
        ),
        submit=say("pairs.habits.keep", "Keep it"),
        errors={"expect": say("pairs.habits.long", "At most 200 characters, please.")}
        if wrong
        else {},
    )


def _choice(name: str, label: Phrase, options: Mapping[str, Phrase], value: str) -> ChoiceField:
    found = tuple(Option(key, words) for key, words in options.items())
    return ChoiceField(name=name, label=label, options=found, value=value)


def asked(cohort: Cohort, pair: Pair, them: tuple[str, ...], said: str) -> Post:
    """Whether they met."""
    args = {"pair": pair.id}
    buttons = tuple(
        Press(words, "pairs.met", {**args, "said": key}) for key, words in MEETINGS.items()
    )
    done = next((words for key, words in MEETINGS.items() if key == said), None)
    question = say("pairs.met.text", "Every answer is useful; a no helps to plan the next round.")
    thanks = say("pairs.met.thanks", "Thank you. You may still change your answer.")
    return Post(
        slot=f"met/{pair.id}",
        summary=say("pairs.met.summary", "Did the two of you meet?"),
        purpose=say(
            "pairs.met.why", "Because a coffee round in {name} ends soon.", name=cohort.name
        ),
        blocks=(
            Heading(say("pairs.met.title", "Did you meet {them}?", them=names(them))),
            Text(question if done is None else thanks),
            *(() if done is None else (Text(done),)),
            Buttons(buttons),
        ),
    )


GLAD = say("pairs.glad", "Good. I’ve noted that it’s a match.")
GLAD_ALREADY = say("pairs.glad.already", "You said so already.")
KEPT = say("pairs.habits.kept", "Kept, and shown to both of you.")
NOTED = say("pairs.met.noted", "Thank you.")
NOT_YOURS = say("pairs.not-yours", "That isn’t your pair, so nothing was changed.")
OVER = say("pairs.over", "This pair has ended already, so nothing was changed.")
GONE = say(
    "pairs.pair.gone", "I can’t find that pair any more. Write partner to see where you are."
)


_REASONS = Reasons(teams=True, hours=0b111 << 9, words=("handover",))
_PAIR = Pair(id="sample", cohort="sample", people=("ada", "bo"), reasons=_REASONS, at=SAMPLED)
_RUNNING = Pair(
    id="sample",
    cohort="sample",
    people=("ada", "bo"),
    state="running",
    said=("ada", "bo"),
    habits=Habits(often="week", channel="call", expect="Honest, and short."),
    at=SAMPLED,
)
_COFFEE = Pair(id="sample", cohort="sample", people=("ada", "bo"), style="coffee", at=SAMPLED)

_CHAT = Reach("chat", ("workplace:acme:77",), hello(SAMPLE), ("bo@example.org",), "slack:T1:G1")
_SEEN = Seen(
    cohort=SAMPLE,
    pair=_PAIR,
    me="ada",
    name="Ada Sample",
    others=("Bo Sample",),
    why=because(_REASONS, "UTC", SAMPLED),
    chat=_CHAT,
    meeting=replace(_CHAT, how="meeting", text=talk(SAMPLE)),
)

EXAMPLES: dict[str, Post | Form] = {
    "pairs.card": card(_SEEN),
    "pairs.card.running": card(replace(_SEEN, pair=_RUNNING)),
    "pairs.card.coffee": card(replace(_SEEN, pair=_COFFEE)),
    "pairs.card.ended": ended(SAMPLE, _PAIR),
    "pairs.why": reasons(SAMPLE, _PAIR, because(_REASONS, "UTC", SAMPLED)),
    "pairs.habits": habits_form(_PAIR, Habits()),
    "pairs.met": asked(SAMPLE, _COFFEE, ("Bo Sample",), ""),
    "pairs.met.done": asked(SAMPLE, _COFFEE, ("Bo Sample",), "yes"),
}
