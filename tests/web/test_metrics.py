"""The figures are as Prometheus reads them, and say nothing about anybody."""

from collections import Counter
from collections.abc import Mapping

from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from core.engine.meters import Meters
from web.backlog import Backlog
from web.metrics import KINDS, OTHER, Watched, exposition


def watched(
    meters: Meters | None = None, doors: Mapping[str, Mapping[str, int]] | None = None
) -> Watched:
    """A process that has done a little of everything."""
    return Watched(
        meters=meters or Meters(),
        events={"conflict": 2, "handled": 9},
        jobs={"sent": 7, "put_back": 1},
        doors=doors or {"teams": {"message": 5, "refused.signature": 1}},
        answers={"teams": {"201": 7, "429": 1}},
        links={"connected": 3},
        waiting=4,
        in_flight=2,
        partitions=64,
    )


def families(text: bytes) -> Mapping[str, Metric]:
    return {family.name: family for family in text_string_to_metric_families(text.decode())}


def values(family: Metric) -> Mapping[tuple[str, ...], float]:
    return {tuple(one.labels.values()): one.value for one in family.samples}


def test_every_family_has_a_type_an_explanation_and_a_proper_name() -> None:
    found = families(exposition(watched(), Backlog(1.5, {"due": 3})))
    for name, family in found.items():
        assert name.startswith(("coterie_", "process_")), name
        assert family.type in ("counter", "gauge", "histogram"), name
        assert len(family.documentation) > 10, name
        assert "seconds" in name or "duration" not in name, name
    assert len(found) > 20


def test_what_was_counted_is_what_is_told() -> None:
    meters = Meters()
    meters.turned("press", "handled", 0.004)
    meters.sent("teams", "sent", 0.2)
    meters.held("teams", 1.5)
    found = families(exposition(watched(meters), Backlog(1.5, {"due": 3, "later": 8})))
    assert values(found["coterie_turns"]) == {("handled", "press"): 1}
    assert values(found["coterie_sends"]) == {("sent", "teams"): 1}
    assert values(found["coterie_rate_limit_wait_seconds"]) == {("teams",): 1.5}
    assert values(found["coterie_platform_answers"]) == {("teams", "201"): 7, ("teams", "429"): 1}
    assert values(found["coterie_jobs_open"]) == {("due",): 3, ("later",): 8}
    assert values(found["coterie_job_lag_seconds"]) == {(): 1.5}
    assert values(found["coterie_conflicts"]) == {(): 2}
    assert values(found["coterie_jobs_settled"])["sent",] == 7


def test_a_histogram_counts_upwards_to_all() -> None:
    meters = Meters()
    for seconds in (0.0005, 0.004, 0.004, 60.0):
        meters.turned("press", "handled", seconds)
    family = families(exposition(watched(meters), None))["coterie_turn_duration_seconds"]
    buckets = {one.labels["le"]: one.value for one in family.samples if "le" in one.labels}
    assert (buckets["0.001"], buckets["0.005"], buckets["10.0"], buckets["+Inf"]) == (1, 3, 3, 4)
    assert sorted(buckets.values()) == list(buckets.values())


def test_without_a_store_the_rest_is_told() -> None:
    found = families(exposition(watched(), None))
    assert values(found["coterie_store_up"]) == {(): 0}
    assert "coterie_job_lag_seconds" not in found
    assert values(found["coterie_events_waiting"]) == {(): 4}


def test_a_label_never_has_more_than_a_few_values() -> None:
    kinds = Counter({f"kind{number}": 2 for number in range(10 * KINDS)})
    told = values(families(exposition(watched(doors={"teams": kinds}), None))["coterie_received"])
    assert len(told) == KINDS + 1
    assert sum(told.values()) == kinds.total()
    assert told["teams", OTHER] == 2 * 9 * KINDS


def test_what_a_label_holds_cannot_break_a_line() -> None:
    doors = {"teams": {'a "b"\nc{d="e"} 1': 1}}
    found = families(exposition(watched(doors=doors), None))
    assert values(found["coterie_received"]) == {("teams", 'a "b"\nc{d="e"} 1'): 1}


def test_memory_and_cpu_are_told_by_their_usual_names() -> None:
    found = families(exposition(watched(), None))
    assert values(found["process_resident_memory_bytes"])[()] > 1e6
    assert "process_cpu_seconds" in found
