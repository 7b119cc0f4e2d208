"""How the service is doing, in the format of Prometheus: figures only, nobody's name or id.

Prometheus' own library writes it down, and adds what it knows of the process. It is loaded when
somebody first asks; what is counted meanwhile costs it nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeVar

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from core.engine.meters import BOUNDS, Meters, Timing
from web.backlog import MOST, Backlog

KINDS = 60  # values of one label: whatever comes in, a family never grows beyond them
OTHER = "other"
ENDS = ("sent", "unconfirmed", "skipped", "blocked", "not_installed", "expired", "withdrawn")
STATES = (*ENDS, "failed", "planned", "held", "waiting_install")
EVENTS = {
    "conflict": ("conflicts", "Batches or events that met a change of another process."),
    "handler_error": ("handler_errors", "Faults of ours in handlers, each try counted."),
    "query_timeout": ("query_timeouts", "Look-ups that took too long for an answer."),
}
JOBS = {
    "put_back": ("jobs_put_back", "Jobs that were claimed and wait again, undone."),
    "taken": ("jobs_taken", "Jobs that another process had claimed first."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What is measured. `events` and `jobs` are the counts of intake and worker.

    `doors`: what came in, by door and kind. `answers`: those of platforms, by platform and status.
    """

    meters: Meters
    events: Mapping[str, int]
    jobs: Mapping[str, int]
    doors: Mapping[str, Mapping[str, int]]
    answers: Mapping[str, Mapping[str, int]]
    links: Mapping[str, int]
    waiting: int
    in_flight: int
    partitions: int


K = TypeVar("K", bound=tuple[str, ...])
Family = CounterMetricFamily | GaugeMetricFamily | HistogramMetricFamily


def exposition(watched: Watched, backlog: Backlog | None) -> bytes:
    """All of it; without a `backlog` the store has not answered."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures(watched, backlog))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class Figures(Collector):
    """Ours, as they are now."""

    def __init__(self, watched: Watched, backlog: Backlog | None) -> None:
        self._of, self._backlog = watched, backlog

    def collect(self) -> Iterator[Family]:
        """Called by the library."""
        yield from self._turns()
        yield from self._store()
        yield from self._jobs()
        yield from self._sends()
        said = "What came in, by door and kind; refused and malformed requests too."
        yield _counter("received", said, ("door", "kind"), _pairs(self._of.doors))
        said = "Pages of links that people pasted, by what came of fetching them."
        yield _counter("link_fetches", said, ("outcome",), _named(_few(self._of.links)))

    def _turns(self) -> Iterator[Family]:
        meters = self._of.meters
        said = (
            "Events by what they come from and how they ended: handled, repeated (answered as"
            " before), poison (no handler can take it), refused (the store does not), overloaded"
            " (too many waited). The last two were answered 503."
        )
        yield _counter("turns", said, ("source", "outcome"), meters.turns)
        said = "From taking an event in to its answer, its commit included."
        yield _histogram("turn_duration_seconds", said, (), {(): meters.turn})
        yield _gauge("events_waiting", "Events that wait or are worked on.", self._of.waiting)
        for key, (name, said) in EVENTS.items():
            yield _counter(name, said, (), {(): self._of.events.get(key, 0)})

    def _store(self) -> Iterator[Family]:
        meters, said = self._of.meters, "How long the store took to write, as the engine sees it."
        writes = {("commit",): meters.commit, ("settle",): meters.settle}
        yield _histogram("store_write_duration_seconds", said, ("write",), writes)
        yield _gauge("store_up", "1 if the store answers.", int(self._backlog is not None))
        said = "Partitions of 64 whose jobs this process does."
        yield _gauge("partitions_held", said, self._of.partitions)

    def _jobs(self) -> Iterator[Family]:
        states = {(state,): self._of.jobs.get(state, 0) for state in STATES}
        said = "Jobs that came to this state in this process; the last three go on later."
        yield _counter("jobs_settled", said, ("state",), states)
        for key, (name, said) in JOBS.items():
            yield _counter(name, said, (), {(): self._of.jobs.get(key, 0)})
        yield _gauge("jobs_in_flight", "Jobs that this process is doing.", self._of.in_flight)
        if self._backlog is None:
            return
        said = "How late the oldest job is that is due and not done; 0 when none is."
        yield _gauge("job_lag_seconds", said, self._backlog.lag)
        family = GaugeMetricFamily(
            "coterie_jobs_open",
            f"Jobs in the store that are not done, none counted beyond {MOST:,}.",
            labels=("state",),
        )
        for state, many in self._backlog.open.items():
            family.add_metric((state,), many)
        yield family

    def _sends(self) -> Iterator[Family]:
        meters = self._of.meters
        said = "Messages to platforms by what became of them; later: it is tried again."
        yield _counter("sends", said, ("platform", "outcome"), meters.sends)
        times = {(platform,): timing for platform, timing in meters.sending.items()}
        said = "From drawing a message to the platform's answer."
        yield _histogram("send_duration_seconds", said, ("platform",), times)
        said = "Waits for a turn at a platform's pace, before a message left."
        yield _counter("rate_limit_waits", said, ("platform",), _named(meters.waits))
        said = "Seconds that those waits were meant to take."
        yield _counter("rate_limit_wait_seconds", said, ("platform",), _named(meters.waited))
        said = "Answers of platforms by HTTP status; 429 also where one says so in its own words."
        yield _counter("platform_answers", said, ("platform", "status"), _pairs(self._of.answers))


def _pairs(values: Mapping[str, Mapping[str, int]]) -> Mapping[tuple[str, ...], float]:
    return {(one, of): many for one, each in values.items() for of, many in _few(each).items()}


def _few(values: Mapping[str, int]) -> Mapping[str, int]:
    """The first of them by name, and the sum of those beyond."""
    found: Counter[str] = Counter()
    for number, (of, many) in enumerate(values.items()):
        found[of if number < KINDS else OTHER] += many
    return found


def _named(values: Mapping[str, float]) -> Mapping[tuple[str, ...], float]:
    return {(name,): value for name, value in values.items()}


def _counter(
    name: str, said: str, labels: tuple[str, ...], values: Mapping[K, float]
) -> CounterMetricFamily:
    family = CounterMetricFamily(f"coterie_{name}", said, labels=labels)
    for of, value in sorted(values.items()):
        family.add_metric(of, value)
    return family


def _gauge(name: str, said: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"coterie_{name}", said, value=value)


def _histogram(
    name: str,
    said: str,
    labels: tuple[str, ...],
    timings: Mapping[K, Timing],
) -> HistogramMetricFamily:
    family = HistogramMetricFamily(f"coterie_{name}", said, labels=labels)
    for of, timing in sorted(timings.items()):
        family.add_metric(of, _buckets(timing.counts), timing.seconds)
    return family


def _buckets(counts: Iterable[int]) -> list[tuple[str, float]]:
    bounds = (*map(floatToGoString, BOUNDS), "+Inf")
    return list(zip(bounds, accumulate(counts), strict=True))
