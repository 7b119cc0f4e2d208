"""What a lead sees of the provider's groups: which there are, who would come, who has come."""

from collections.abc import Mapping, Sequence

from core.cohorts.model import Cohort, leads, subject
from core.cohorts.words import ASKED, SAMPLE, SAMPLED, name_of
from core.courses.groups.model import MISSING, STANDINGS, Fit, Group, Offer, Standing, Sync, counts
from core.courses.model import LINKS, Course
from core.engine.ports import Moment, Viewer
from core.message import (
    Block,
    Bullets,
    Button,
    Buttons,
    Facts,
    Form,
    Heading,
    OpenForm,
    Phrase,
    Post,
    Press,
    Progress,
    Text,
    say,
    verbatim,
)
from core.slices import Corner

LINES = 12

ASKING = say("courses.groups.asking", "I’m asking your provider. Its groups come in a moment.")
LOOKING = say("courses.groups.looking", "I’m looking at both. You’ll see who would come, first.")
GOING = say("courses.groups.going", "They’re coming in. The card counts along.")
DROPPED = say("courses.groups.dropped", "Left as it was. Nobody came in.")
MOVED_ON = say("courses.groups.moved-on", "This has moved on. Look at the group once more.")
STILL_GOING = say("courses.groups.still", "People are still coming in. Try again in a while.")
NOBODY_MISSING = say("courses.groups.nobody", "Nobody is left out.")
WHY = say("courses.groups.why", "So that course and cohort have the same people.")

TROUBLE: Mapping[str, Phrase] = {
    "off": say(
        "courses.groups.off",
        "No provider with groups is set up here. Whoever runs Coterie can connect one.",
    ),
    "refused": say(
        "courses.groups.refused",
        "The provider does not let me in. Whoever runs Coterie can look at its key.",
    ),
    "gone": say("courses.groups.gone", "The provider does not have this group any more."),
}
SLOW = say(
    "courses.groups.slow", "The provider gave no good answer. Nothing was changed; try again later."
)
LEFT_OUT: Mapping[Standing, Phrase] = {
    "unknown": say("courses.groups.unknown", "Address not known"),
    "several": say("courses.groups.several", "Two people have the address"),
    "said-no": say("courses.groups.said-no", "Declined or left before"),
    "no-mail": say("courses.groups.no-mail", "No e-mail address here"),
    "failed": say("courses.groups.failed", "The provider could not take them"),
}


def about(sync: Sync) -> Mapping[str, str]:
    """What a button of this round is about."""
    return {"cohort": sync.id, "round": str(sync.round)}


# --- which groups there are -----------------------------------------------------------------------


async def offer_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """The provider's groups, to a lead of the cohort."""
    cohort = await _led(moment, slot, viewer)
    offer = await moment.read.get(Offer, f"{subject(slot)}/{viewer.person}")
    return offered(cohort, offer) if cohort and offer else None


def offered(cohort: Cohort, offer: Offer) -> Post:
    """Each with the key that lets people join it at the provider."""
    return Post(
        slot=f"group-offer/{cohort.id}",
        summary=say("courses.groups.summary", "The groups of your provider"),
        purpose=WHY,
        blocks=(
            Heading(say("courses.groups.title", "Groups at your provider")),
            *_offered(cohort, offer),
        ),
    )


def _offered(cohort: Cohort, offer: Offer) -> tuple[Block, ...]:
    if offer.trouble:
        return (Text(TROUBLE.get(offer.trouble, SLOW)),)
    if not offer.groups:
        return (Text(say("courses.groups.none", "There is no group there yet.")),)
    label = say("courses.groups.choose", "Choose one")
    more = len(offer.groups) - LINES
    rest = say("courses.groups.rest", "And {n} more, to choose from.", n=more)
    return (
        Bullets(tuple(_line(one) for one in offer.groups[:LINES])),
        *((Text(rest, subtle=True),) if more > 0 else ()),
        Buttons((OpenForm(label, "courses.sync", {"cohort": cohort.id}, "primary"),)),
    )


def _line(group: Group) -> Phrase:
    if not group.key:
        return verbatim(group.name)
    return say("courses.groups.key", "{name} (key {code})", name=group.name, code=group.key)


# --- how a group and the cohort stand to each other -----------------------------------------------


async def sync_view(moment: Moment, slot: str, viewer: Viewer) -> Post | None:
    """One look, as it stands now, to a lead of the cohort."""
    cohort = await _led(moment, slot, viewer)
    sync = await moment.read.get(Sync, subject(slot))
    if cohort is None or sync is None or slot != f"group-sync/{sync.look}":
        return None
    return beside(cohort, sync, await counts(moment, sync))


async def _led(moment: Moment, slot: str, viewer: Viewer) -> Cohort | None:
    cohort = await moment.read.get(Cohort, subject(slot))
    return cohort if cohort and viewer.person and leads(cohort, viewer.person) else None


def beside(cohort: Cohort, sync: Sync, told: Mapping[Standing, int]) -> Post:
    """Who would come, who is there, who is left out; once it goes on, how far it has come."""
    return Post(
        slot=f"group-sync/{sync.look}",
        summary=say("courses.groups.beside.summary", "A group beside your cohort"),
        purpose=WHY,
        blocks=(
            Heading(
                say(
                    "courses.groups.beside.title",
                    "{group} and {cohort}",
                    group=sync.group.name,
                    cohort=cohort.name,
                )
            ),
            *_standing(sync, told),
        ),
    )


def _standing(sync: Sync, told: Mapping[Standing, int]) -> tuple[Block, ...]:
    match sync.stage:
        case "looking" | "matching":
            return (Text(LOOKING),)
        case "failed":
            return (Text(TROUBLE.get(sync.trouble, SLOW)),)
        case "dropped":
            return (Text(DROPPED),)
        case "over":
            return (Text(say("courses.groups.over", "This look is a week old and forgotten.")),)
        case "ready" | "going":
            facts = Facts(tuple(_facts(sync, told)))
            buttons = tuple(_buttons(sync, told))
            said = _said(sync, told)
            return (said, facts, *((Buttons(buttons),) if buttons else ()))


def _said(sync: Sync, told: Mapping[Standing, int]) -> Block:
    todo = told["new"] + told["asked"]
    if sync.stage == "going" and todo:
        label = say("courses.groups.progress", "Brought in so far")
        done = told["done"] + told["failed"]
        return Progress(label, done, todo + done)
    if sync.stage == "going":
        return Text(say("courses.groups.done", "Done. Once more changes nothing twice."))
    if not todo:
        return Text(say("courses.groups.same", "Nobody is left to bring in."))
    if sync.into == "cohort":
        return Text(
            say(
                "courses.groups.ready.cohort",
                "Nothing has happened yet. Each would get one invitation, within their hours.",
            )
        )
    return Text(
        say(
            "courses.groups.ready.group",
            "Nothing has happened yet. They would be added at the provider, and hear nothing here.",
        )
    )


def _facts(sync: Sync, told: Mapping[Standing, int]) -> list[tuple[Phrase, Phrase]]:
    into = sync.into == "cohort"
    would = say("courses.groups.would.invite", "To be invited")
    left_out = sum(told[it] for it in MISSING)
    labels: list[tuple[Phrase, int, bool]] = [
        (would if into else say("courses.groups.would.add", "To be added"), told["new"], True),
        (say("courses.groups.come", "Brought in"), told["done"], sync.stage == "going"),
        (say("courses.groups.there", "There already"), told["there"], True),
        (say("courses.groups.left-out", "Left out, each with a reason"), left_out, True),
        (say("courses.groups.has-courses", "Courses of the group"), len(sync.courses), False),
    ]
    facts = [(label, verbatim(str(n))) for label, n, always in labels if n or always]
    key = say("courses.groups.group-key", "Key of the group")
    return [*facts, (key, verbatim(sync.group.key))] if sync.group.key else facts


def _buttons(sync: Sync, told: Mapping[Standing, int]) -> list[Button]:
    args, found = about(sync), list[Button]()
    if sync.stage == "ready" and told["new"]:
        bring = say("courses.groups.bring", "Bring them in")
        found.append(Press(bring, "courses.sync_go", args, "primary"))
    if any(told[it] for it in MISSING):
        found.append(Press(say("courses.groups.who", "Who is left out?"), "courses.sync_who", args))
    if sync.courses:
        take = say("courses.groups.take", "Draft its courses")
        found.append(OpenForm(take, "courses.sync_courses", args))
    if sync.stage == "ready":
        found.append(Press(say("courses.groups.leave", "Leave it"), "courses.sync_drop", args))
    return found


# --- who is left out ------------------------------------------------------------------------------


def left_out(
    sync: Sync,
    standing: Standing,
    told: Mapping[Standing, int],
    names: Sequence[str],
    after: str,
) -> Post:
    """Some of those who are left out for one reason, and the way to the others."""
    args = {**about(sync), "standing": standing}
    on = say("courses.groups.more", "The next ones")
    more = Press(on, "courses.sync_who", {**args, "after": after})
    others = [
        Press(LEFT_OUT[one], "courses.sync_who", {**about(sync), "standing": one})
        for one in MISSING
        if told[one] and one != standing
    ]
    buttons = (*((more,) if after else ()), *others)
    return Post(
        summary=say("courses.groups.left.summary", "Who is left out, and why"),
        purpose=ASKED,
        blocks=(
            Heading(LEFT_OUT[standing]),
            Text(say("courses.groups.left.count", "All in all: {n}.", n=told[standing])),
            Bullets(tuple(verbatim(name) for name in names)),
            *((Buttons(buttons),) if buttons else ()),
        ),
    )


async def called_here(moment: Moment, fit: Fit) -> str:
    """Their address, or their name where they have none."""
    return fit.mail or await name_of(moment, fit.person) or "…"


def drafted(new: int, before: int) -> Phrase:
    """What became of the courses that were picked."""
    return say(
        "courses.groups.drafted",
        "New drafts: {new}. There before: {before}. Nobody gets them until you send them.",
        new=new,
        before=before,
    )


# --- the facilitator's desk -----------------------------------------------------------------------


async def on_the_desk(moment: Moment, cohort: Cohort) -> Corner:
    """The way to the provider's groups, behind `more`."""
    label = say("courses.groups.desk", "Groups at the provider")
    return Corner(buttons=(Press(label, "courses.groups", {"cohort": cohort.id}),))


_GROUP = Group(id="7", name="Night shift 2027", key="NIGHT27")
_COURSE = Course(
    catalogue=LINKS, id="1", url="https://courses.example/1", title="Feedback that lands"
)
_TOLD: Mapping[Standing, int] = dict.fromkeys(STANDINGS, 0) | {
    "new": 18,
    "there": 4,
    "unknown": 3,
    "said-no": 1,
}
OFFERED = Offer(
    id="sample/ada", cohort="sample", person="ada", groups=(_GROUP, Group(id="8", name="Porters"))
)
SAMPLED_SYNC = Sync(
    id="sample",
    by="ada",
    group=_GROUP,
    into="cohort",
    at=SAMPLED,
    stage="ready",
    pages=1,
    courses=(_COURSE,),
)
_CAME: Mapping[Standing, int] = {**_TOLD, "new": 6, "done": 12}

EXAMPLES: dict[str, Post | Form] = {
    "courses.groups.offered": offered(SAMPLE, OFFERED),
    "courses.groups.off": offered(SAMPLE, Offer(id="x", cohort="x", person="x", trouble="off")),
    "courses.groups.beside": beside(SAMPLE, SAMPLED_SYNC, _TOLD),
    "courses.groups.going": beside(
        SAMPLE,
        Sync(id="sample", by="ada", group=_GROUP, into="group", at=SAMPLED, stage="going"),
        _CAME,
    ),
    "courses.groups.left": left_out(
        SAMPLED_SYNC, "unknown", _TOLD, ("cem@example.org", "dee@example.org"), ""
    ),
}
