"""What the command says: figures that add up, and every person who needs somebody's help."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connectors.move.survey import Row
from core.cohorts.model import Cohort, line
from core.cohorts.moving.model import REACHED, Move, Role, Stage, Way, abroad, home
from core.engine.ports import OPEN_STATES, State

WORDS: Mapping[Way, str] = {
    "told": "told already",
    "there": "only there already",
    "linked": "with an account there that we know",
    "found": "found by e-mail",
    "guest": "guest",
    "guest_there": "there only as a guest",
    "erased": "erased",
    "no_email": "no e-mail address known",
    "not_found": "not found",
    "ambiguous": "e-mail address not unique",
    "taken": "account belongs to somebody else",
    "unanswered": "not answered",
    "unasked": "not looked up yet",
}
LINK = "let them write link to Coterie in private where they are now, and there what it answers"
ADVICE: Mapping[Way, str] = {
    "guest": "Guests are not looked up. Put their address into the CSV, or {link}.",
    "guest_there": "Only a guest there has that address. If it is them, {link}.",
    "erased": "They asked to be forgotten: there is nobody to reach.",
    "no_email": "Nothing can be looked up: {link}.",
    "not_found": "Nobody there has that address. Put the new one into the CSV, or {link}.",
    "ambiguous": "Several people there have that address. Put another one into the CSV.",
    "taken": "Coterie knows that account as another person. If it is theirs, {link}.",
    "unanswered": "Run the command again later.",
    "unasked": "They have just joined. Run the command again.",
}
STAGES: Mapping[Stage, str] = {
    "looking": "not begun",
    "moving": "on its way: people are being told",
    "arriving": "on its way: a place is being made",
    "waiting": "waiting for a place",
    "done": "done",
    "cancelled": "called off",
}
LOST_WHY: Mapping[State, str] = {
    "not_installed": "Coterie is not installed for them there",
    "blocked": "they or an admin have blocked Coterie",
}
NAME = 60
DELIVERED, TOLD_EARLIER, LOST = "reached", "told already", "not delivered"
WAITS = "If Coterie may not make one, it waits until somebody adds it to a channel."
ON_ITS_WAY = "message on its way"
THERE = "in its new place, messages are still on their way"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Who was reached by now; `states` are those of the messages, by person, None for forgotten."""

    rows: Sequence[Row]
    states: Mapping[str, tuple[State, str] | None]


def plan(cohort: Cohort, move: Move, rows: Sequence[Row]) -> str:
    """What would happen, before anything does."""
    members = _of(rows, "member")
    lines = [
        f"{line(cohort.name, NAME)} to {move.to.capitalize()}",
        "",
        f"  {len(members):>6}  members",
        *_figures(members),
        *_others(rows),
        *_missing(rows),
        "",
        *_ahead(cohort, move, rows),
    ]
    return "\n".join(lines)


def ledger(cohort: Cohort, move: Move, found: Ledger) -> str:
    """How far it is."""
    members = _of(found.rows, "member")
    tally = Counter(_state(row, found.states) for row in members)
    stage = THERE if move.stage == "done" and ON_ITS_WAY in tally else STAGES[move.stage]
    lines = [
        f"{line(cohort.name, NAME)} to {move.to.capitalize()}: {stage}",
        f"  {len(members):>6}  members",
        *(f"  {n:>6}    {what}" for what, n in tally.most_common()),
        *_obstacle(cohort, move),
    ]
    return "\n".join(lines)


def unreached(found: Ledger) -> list[str]:
    """Everyone who needs somebody's help, and what to do."""
    lost = [
        f"  {_name(row)}: {_state(row, found.states)}"
        for row in found.rows
        if row.way == "told" and _state(row, found.states).startswith(LOST)
    ]
    return [*_missing(found.rows), *lost]


def _obstacle(cohort: Cohort, move: Move) -> list[str]:
    if move.stage != "waiting":
        return []
    where, name = move.to.capitalize(), line(cohort.name, NAME)
    return [
        "",
        f"  It needs a place. {move.why}".rstrip(),
        f"  Add Coterie to a channel or group in {where} and write there: cohort here {name}",
    ]


def _state(row: Row, states: Mapping[str, tuple[State, str] | None]) -> str:
    """What became of one person's message, in words."""
    if row.way != "told":
        reachable = row.way in REACHED and row.way != "there"
        return "to be told" if reachable else WORDS[row.way]
    found = states.get(row.person)
    return _became(*found) if found else TOLD_EARLIER


def _became(state: State, why: str) -> str:
    if state == "sent":
        return DELIVERED
    if state == "claimed" or state in OPEN_STATES:
        return ON_ITS_WAY
    if state == "unconfirmed":
        return "sent, not confirmed"
    return f"{LOST}: {LOST_WHY.get(state) or why or state}".replace("_", " ")


def _of(rows: Sequence[Row], role: Role) -> list[Row]:
    return [row for row in rows if row.role == role]


def _figures(members: Sequence[Row]) -> list[str]:
    counts = Counter(row.way for row in members)
    good = {way: n for way, n in counts.items() if way in REACHED}
    bad = {way: n for way, n in counts.items() if way not in REACHED}
    return [
        f"  {sum(good.values()):>6}    can be reached{_detail(good)}",
        f"  {sum(bad.values()):>6}    cannot be reached{_detail(bad)}",
    ]


def _detail(counts: Mapping[Way, int]) -> str:
    parts = [f"{n} {WORDS[way]}" for way, n in sorted(counts.items(), key=lambda it: -it[1])]
    return f": {', '.join(parts)}" if parts else ""


def _others(rows: Sequence[Row]) -> list[str]:
    """They do not count as members, and come along."""
    said: list[str] = []
    names: tuple[tuple[Role, str], ...] = (
        ("invited", "invited (not written to; their invitation holds)"),
        ("runs", "who run it without being members"),
    )
    for role, words in names:
        theirs = _of(rows, role)
        if theirs:
            there = sum(row.way in REACHED for row in theirs)
            said.append(f"  {len(theirs):>6}  {words}: {there} can be reached")
    return said


def _missing(rows: Sequence[Row]) -> list[str]:
    """By reason, so that each piece of advice stands there once."""
    lost: dict[str, list[str]] = {}
    for row in rows:
        if row.way not in REACHED:
            lost.setdefault(_why(row), []).append(f"    {_name(row)}")
    if not lost:
        return []
    return ["", "Who cannot be reached:", *(it for why in lost for it in (f"  {why}", *lost[why]))]


def _ahead(cohort: Cohort, move: Move, rows: Sequence[Row]) -> list[str]:
    """What --go would do, in the order in which it does it."""
    there = move.to.capitalize()
    told = sum(row.way in ("linked", "found") and row.role != "invited" for row in rows)
    steps = [f"Coterie writes to {told} in {there}, once each."] if told else []
    if home(cohort, move.to) or move.place:
        steps.append("The cohort goes on in its place there, with all that was written.")
    else:
        steps += ["The cohort goes on in a new channel there, with all that was written.", WAITS]
    old = len(abroad(cohort, move.to))
    if old:
        steps.append(f"A last line in {old} old place{'s' if old > 1 else ''} says where it went.")
    return ["What --go does:", *(f"  {step}" for step in steps)]


def _why(row: Row) -> str:
    said = WORDS[row.way]
    if row.why and row.way == "unanswered":
        said = line(row.why, 200).rstrip(".")
    return f"{said}. {ADVICE[row.way].format(link=LINK)}"


def _name(row: Row) -> str:
    """What comes from outside must not move the cursor of a terminal."""
    name = line(row.name, NAME) or "somebody without a name"
    named = f"{name}, {line(row.mail, NAME)}" if row.mail else name
    return f"{named} ({row.role})" if row.role != "member" else named
