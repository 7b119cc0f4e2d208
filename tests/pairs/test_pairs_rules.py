"""What can become of a pair, whatever its people do."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.pairs.model import Pair, Standing, answered, ended, glad, paired, settled, without
from core.pairs.rounds.model import away, hours_of, size_of, words_of
from core.pairs.words import together
from core.people.model import Person

NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)
STEPS = st.lists(
    st.tuples(st.sampled_from(["glad", "settled", "left", "ended"]), st.sampled_from("abcdx")),
    max_size=20,
)


def after(pair: Pair, step: str, person: str) -> Pair:
    match step:
        case "glad":
            return glad(pair, person)
        case "settled":
            return settled(pair)
        case "left" if person in pair.people:
            return without(pair, person, "left")
        case "ended":
            return ended(pair, "over")
        case _:
            return pair


@given(STEPS, st.integers(2, 4))
def test_a_pair_never_wakes_up_again_and_only_its_people_say_anything(
    steps: list[tuple[str, str]], size: int
) -> None:
    pair = paired("p", "c", tuple("abcd"[:size]), "lasting", NOW)
    for step, person in steps:
        was, pair = pair, after(pair, step, person)
        assert set(pair.said) <= set("abcd"[:size])
        assert set(pair.people) <= set(was.people)
        assert pair.state == "ended" or len(pair.people) >= 2
        assert was.state != "ended" or pair.state == "ended"
        assert not (was.state == "running" and pair.state in {"proposed", "accepted"})


def test_it_runs_once_all_are_glad() -> None:
    pair = paired("p", "c", ("a", "b"), "lasting", NOW)
    assert glad(pair, "a").state == "accepted"
    assert glad(glad(pair, "a"), "b").state == "running"
    assert glad(pair, "x") == pair


def test_whoever_goes_takes_their_answer_along() -> None:
    trio = answered(paired("p", "c", ("a", "b", "d"), "coffee", NOW), "a", "yes")
    assert without(trio, "a", "left").met == {}


def test_hours_are_those_of_where_somebody_is() -> None:
    berlin = Person(id="a", zone="Europe/Berlin", start=9, end=17)
    assert together(hours_of(berlin, NOW), "Europe/Berlin", NOW) == ("09:00", "17:00")
    assert together(hours_of(berlin, NOW), "UTC", NOW) == ("08:00", "16:00")
    night = replace(berlin, start=22, end=6)
    assert hours_of(night, NOW).bit_count() == 8


def test_hours_that_never_meet_are_not_named() -> None:
    assert together(0, "UTC", NOW) is None


def test_who_sits_out_and_why() -> None:
    here = Standing(id="c/a", cohort="c", person="a")
    person = Person(id="a")
    paused = replace(person, paused_until=NOW + timedelta(days=1))
    assert away(person, here, "lasting", paired=False, now=NOW) == ""
    assert away(person, here, "lasting", paired=True, now=NOW) == "busy"
    assert away(person, here, "coffee", paired=True, now=NOW) == ""
    assert away(paused, here, "coffee", paired=False, now=NOW) == "paused"
    assert away(paused, here, "coffee", paired=False, now=NOW + timedelta(days=2)) == ""
    alone = replace(here, alone=True)
    assert away(person, alone, "lasting", paired=False, now=NOW) == "alone"
    assert away(replace(person, stopped=True), here, "coffee", paired=False, now=NOW) == "stopped"


def test_a_size_that_is_none_means_two() -> None:
    assert [size_of(text) for text in ("3", "", "17", "-2", "two", "٣")] == [3, 2, 2, 2, 2, 2]


def test_only_what_was_written_with_a_name_is_compared() -> None:
    assert words_of([]) == []
