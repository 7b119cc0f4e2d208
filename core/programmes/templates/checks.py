"""From the text of a file to a template that can be laid on a calendar, or all that is wrong."""

from collections.abc import Callable, Iterator, Mapping

import msgspec

from core.programmes.calendar import busiest
from core.programmes.model import START, STEPS, Kind, Step
from core.programmes.templates.fields import NEEDED, STEP, TOP, Wrong
from core.programmes.templates.model import Problem, Template, Unclear, one_of
from core.programmes.templates.reading import Found, read

A_WEEK = 3
TEXT = 500

Problems = list[Problem]


def template(file: str, text: str, kinds: Mapping[str, Kind] | None = None) -> Template:
    """The template in a file. Raises Unclear.

    Without `kinds` whoever runs it looks what a step can be.
    """
    found = read(file, text)
    problems: Problems = []
    top = _mapped(file, found, {**TOP, "steps": None}, tuple(TOP), problems)
    steps = _steps(file, found, problems)
    if problems:
        raise Unclear(problems)
    made = Template(
        id=file.rpartition("/")[2].partition(".")[0],
        name=str(top["name"]),
        about=str(top["about"]),
        steps=tuple(step for step, _ in steps),
    )
    lines = {step.id: line for step, line in steps}
    problems += _checked(file, made, lines, kinds)
    if problems:
        raise Unclear(problems)
    return made


# --- one thing at a time --------------------------------------------------------------------------


def _mapped(
    file: str,
    found: Found,
    known: Mapping[str, Callable[[str], object] | None],
    needed: tuple[str, ...],
    problems: Problems,
) -> dict[str, object]:
    """The fields that are words, as values; what is wrong with any of them is noted.

    One that is known as None is more than words, and read elsewhere.
    """
    fields = found.fields
    if fields is None:
        said = "Here has to be a map of fields."
        problems.append(Problem(file, found.line, said, f"Write {needed[0]}: and so on."))
        return {}
    problems += [
        Problem(file, found.line, f"{name} is missing.", f"Write {name}: and what it is.")
        for name in needed
        if name not in fields
    ]
    values: dict[str, object] = {}
    for name, field in fields.items():
        read_as = known.get(name)
        if name not in known:
            said = f"“{name[:40]}” is no field here."
            problems.append(Problem(file, field.line, said, one_of(name, known)))
        elif read_as is not None:
            _valued(file, name, field, read_as, (values, problems))
    return values


def _valued(
    file: str,
    name: str,
    field: Found,
    read_as: Callable[[str], object],
    into: tuple[dict[str, object], Problems],
) -> None:
    values, problems = into
    if field.words is None:
        said = f"{name} is one thing only."
        problems.append(Problem(file, field.line, said, f"Write {name}: and words after it."))
        return
    try:
        values[name] = read_as(field.words)
    except Wrong as wrong:
        problems.append(Problem(file, field.line, wrong.said, wrong.instead))


def _steps(file: str, found: Found, problems: Problems) -> list[tuple[Step, int]]:
    field = (found.fields or {}).get("steps")
    items = field.items if field else None
    if field is None or not items:
        line = field.line if field else found.line
        problems.append(Problem(file, line, "There are no steps.", "Write steps: and a list."))
        return []
    if len(items) > STEPS:
        said = f"There are {len(items):,} steps."
        problems.append(Problem(file, field.line, said, f"Write at most {STEPS}."))
        return []
    steps = ((_step(file, item, problems), item.line) for item in items)
    return [(step, line) for step, line in steps if step]


def _step(file: str, found: Found, problems: Problems) -> Step | None:
    before = len(problems)
    values = _mapped(file, found, {**STEP, "options": None}, NEEDED, problems)
    options = (found.fields or {}).get("options")
    given = _options(file, options, problems) if options else {}
    if len(problems) > before:
        return None
    return msgspec.convert({**values, "options": given}, Step)


def _options(file: str, found: Found, problems: Problems) -> dict[str, str]:
    fields = found.fields
    if fields is None:
        said = "options is a map."
        problems.append(Problem(file, found.line, said, "Write one option a line, below it."))
        return {}
    given: dict[str, str] = {}
    for name, field in fields.items():
        if field.words is None or len(field.words) > TEXT:
            said = f"{name} cannot be that."
            instead = f"Write at most {TEXT} characters."
            problems.append(Problem(file, field.line, said, instead))
        else:
            given[name] = field.words.strip()
    return given


# --- how they fit together ------------------------------------------------------------------------


def _checked(
    file: str, made: Template, lines: Mapping[str, int], kinds: Mapping[str, Kind] | None
) -> Problems:
    tangled = [*_twice(file, made, lines), *_anchored(file, made, lines)]
    tangled += _cycles(file, made, lines) if not tangled else []
    if kinds is None or tangled:
        return tangled
    wrong = [p for step in made.steps for p in _meant(file, step, lines[step.id], kinds)]
    return wrong or list(_counted(file, made, kinds))


def _twice(file: str, made: Template, lines: Mapping[str, int]) -> Iterator[Problem]:
    seen = set[str]()
    for step in made.steps:
        if step.id in seen:
            said = f"Two steps have the id {step.id}."
            yield Problem(file, lines[step.id], said, f"Write {step.id}-2 for this one.")
        seen.add(step.id)


def _anchored(file: str, made: Template, lines: Mapping[str, int]) -> Iterator[Problem]:
    steps = {step.id: step for step in made.steps}
    for step in made.steps:
        line, other = lines[step.id], steps.get(step.after)
        if other is None:
            if step.after != START:
                said = f"There is no step “{step.after[:40]}” to come after."
                yield Problem(file, line, said, one_of(step.after, {START, *steps} - {step.id}))
        elif step.days == 0 and step.on is None and step.at < other.at and other is not step:
            said = f"{step.id} would begin before {other.id}, on the same day."
            yield Problem(file, line, said, f"Write a time from {other.at} on, or days: 1.")
        if step.audience == "facilitator" and step.kind != "message":
            said = "Only a message can be for the facilitator alone."
            yield Problem(file, line, said, "Leave audience out.")


def _cycles(file: str, made: Template, lines: Mapping[str, int]) -> list[Problem]:
    after = {step.id: step.after for step in made.steps}
    found: dict[frozenset[str], Problem] = {}
    for first in after:
        path = [first]
        while after.get(path[-1], START) != START and after[path[-1]] not in path:
            path.append(after[path[-1]])
        if after[path[-1]] == first:
            said = f"These wait for each other: {' → '.join((*path, first))}."
            problem = Problem(file, lines[first], said, "Let one of them come after start.")
            found.setdefault(frozenset(path), problem)
    return list(found.values())


def _meant(file: str, step: Step, line: int, kinds: Mapping[str, Kind]) -> Iterator[Problem]:
    kind = kinds.get(step.kind)
    if kind is None:
        said = f"There is no kind of step “{step.kind[:40]}”."
        yield Problem(file, line, said, one_of(step.kind, kinds))
        return
    for name in step.options.keys() - kind.options.keys():
        instead = one_of(name, kind.options) if kind.options else "Leave options out."
        yield Problem(file, line, f"{step.kind} has no option “{name[:40]}”.", instead)
    for name, fits in kind.options.items():
        given = step.options.get(name, "")
        if not fits(given):
            said = f"“{given[:40]}” cannot be {name} of {step.kind}."
            instead = f"Write another {name}." if given else f"Write {name}: below options."
            yield Problem(file, line, said, instead)


def _counted(file: str, made: Template, kinds: Mapping[str, Kind]) -> Iterator[Problem]:
    """Nobody is written to more often than we promise."""
    most = busiest(made.steps, kinds).busiest
    if most > A_WEEK:
        said = f"In one week a member would get {most} private messages."
        yield Problem(file, 1, said, f"Move steps to other weeks: at most {A_WEEK} are sent.")
