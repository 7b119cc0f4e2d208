"""What a page says of itself in JSON-LD, by the words of schema.org."""

import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from connectors.catalogues.link import durations, says
from connectors.catalogues.link.address import alike
from connectors.catalogues.link.says import Says

# The first is what a page is rather about.
KINDS = (
    ("course", ("Course",)),
    ("resource", ("LearningResource",)),
    ("video", ("VideoObject",)),
    ("podcast", ("PodcastEpisode",)),
    ("event", ("Event", "EducationEvent", "BusinessEvent", "CourseInstance")),
    ("article", ("Article", "NewsArticle", "TechArticle", "BlogPosting", "ScholarlyArticle")),
)
RANKS = {name: rank for rank, (_, names) in enumerate(KINDS) for name in names}
WITHIN = ("@graph", "mainEntity", "mainEntityOfPage", "item")
BEGIN = re.compile(r"\s*+(?:(?:<!--|(?://|/\*)?\s*+<!\[CDATA\[)(?:\s*+\*/)?)?\s*+;?")
DECODER = json.JSONDecoder(strict=False)
MOST = 2000
REPEATS = 1000

Node = Mapping[object, object]


def said(scripts: Iterable[str], url: str) -> Says:
    """What the best of the things described says; a list of things describes none of them."""
    nodes = [node for script in scripts for node in _nodes(_read(script), url)]
    ranked = [
        (_elsewhere(node, url), rank, place)
        for place, node in enumerate(nodes)
        if (rank := _rank(node)) < len(KINDS)
    ]
    if not ranked:
        return Says()
    _, rank, place = min(ranked)
    return _told(nodes[place], KINDS[rank][0], url)


def _read(script: str) -> object:
    """The data in it; what old browsers wanted around it, or somebody left behind it, is none."""
    begin = BEGIN.match(script)
    try:
        found: object = DECODER.raw_decode(script, begin.end() if begin else 0)[0]
    except (ValueError, RecursionError):
        return None
    return found


def _nodes(root: object, url: str) -> Iterator[Node]:
    """Every thing in there, from the outside in."""
    waiting = deque([root])
    for _ in range(MOST):
        if not waiting:
            return
        thing = waiting.popleft()
        if isinstance(thing, list):
            waiting.extend(thing[:MOST])
        elif isinstance(thing, dict):
            yield thing
            waiting.extend(thing[key] for key in WITHIN if key in thing)
            waiting.extend(_listed(thing.get("itemListElement"), url))


def _listed(things: object, url: str) -> Sequence[object]:
    """Of a list the one thing in it, or those that are this page; all others have their own."""
    listed = things[:MOST] if isinstance(things, list) else [things]
    if len(listed) == 1:
        return listed
    return [one for one in listed if isinstance(one, dict) and _here(one, url)]


def _here(node: Node, url: str) -> bool:
    inner = node.get("item")
    return any(_at(one) and alike(_at(one), url) for one in (node, inner) if isinstance(one, dict))


def _at(node: Node) -> str:
    """The address that a thing gives as its own."""
    told = says.text(node.get("url")) or says.text(node.get("@id"))
    return told if told.startswith(("http://", "https://")) else ""


def _elsewhere(node: Node, url: str) -> bool:
    return bool(_at(node)) and not alike(_at(node), url)


def _rank(node: Node) -> int:
    told = node.get("@type")
    types = told[:MOST] if isinstance(told, list) else [told]
    names = (re.split(r"[/#:]", one)[-1] for one in types if isinstance(one, str))
    return min((RANKS.get(name, len(KINDS)) for name in names), default=len(KINDS))


def _told(node: Node, kind: str, url: str) -> Says:
    offered = (node.get(key) for key in ("provider", "publisher", "sourceOrganization"))
    return Says(
        title=_first(says.title, node, "name", "headline"),
        summary=_first(says.summary, node, "description", "abstract"),
        image=says.image(node.get("image"), url) or says.image(node.get("thumbnailUrl"), url),
        minutes=_minutes(node),
        provider=next((found for one in offered if (found := says.name(one))), ""),
        language=says.language(node.get("inLanguage")),
        kind=kind,
    )


def _first(read: Callable[..., str], node: Node, *keys: str) -> str:
    """In there, texts may be HTML."""
    return next((found for key in keys if (found := read(node.get(key), marked=True))), "")


def _minutes(node: Node) -> int:
    """Its time, else the work of its first run, else what its schedule adds up to."""
    for key in ("timeRequired", "duration", "courseWorkload"):
        if found := durations.from_iso(says.text(node.get(key))):
            return found
    runs = node.get("hasCourseInstance")
    for run in runs[:MOST] if isinstance(runs, list) else [runs]:
        if isinstance(run, dict) and (found := _of_run(run)):
            return found
    return _scheduled(node.get("courseSchedule"))


def _of_run(run: Node) -> int:
    work = durations.from_iso(says.text(run.get("courseWorkload")))
    return work or _scheduled(run.get("courseSchedule"))


def _scheduled(schedule: object) -> int:
    """So often, so long each time."""
    if not isinstance(schedule, dict):
        return 0
    often, long = schedule.get("repeatCount", 1), says.text(schedule.get("duration"))
    times = int(often) if isinstance(often, str) and re.fullmatch(r"\d{1,4}", often) else often
    if not isinstance(times, int) or not 0 < times <= REPEATS:
        return 0
    whole = times * durations.from_iso(long)
    return whole if whole <= durations.MOST else 0
