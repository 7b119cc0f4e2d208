"""Who meets whom: everybody once, no rule broken, nobody twice while somebody is new."""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from core.pairs.matching.draw import draw
from core.pairs.matching.people import Candidate, Draw, Rules, reasons

OFFICE = 0b1111_1111 << 8


def people(number: int) -> list[Candidate]:
    return [Candidate(id=f"p{n:05d}", hours=OFFICE) for n in range(number)]


def couples(drawn: Draw) -> list[tuple[str, str]]:
    return [two for group in drawn.groups for two in combinations(sorted(group.people), 2)]


def everybody(drawn: Draw) -> list[str]:
    grouped = [person for group in drawn.groups for person in group.people]
    return sorted([*grouped, *(one.person for one in drawn.left)])


def over(rounds: int, number: int) -> list[Draw]:
    """Rounds one after another, as a cohort draws them."""
    past: list[bytes] = []
    odd: Counter[str] = Counter()
    found = []
    for round in range(rounds):
        here = [replace(one, odd=odd[one.id]) for one in people(number)]
        found.append(draw(here, Rules(past=past), f"round {round}"))
        past.append(found[-1].keys)
        odd.update(p for group in found[-1].groups if len(group.people) > 2 for p in group.people)
    return found


@st.composite
def crowds(draws: st.DrawFn) -> tuple[list[Candidate], Rules]:
    ids = draws(st.lists(st.text("abcdé-", min_size=1, max_size=5), unique=True, max_size=24))
    some = st.sampled_from(["", *ids])
    crowd = [
        Candidate(
            id=id,
            team=draws(st.sampled_from(["", "day", "night"])),
            hours=draws(st.integers(0, 2**24 - 1)),
            days=draws(st.integers(0, 127)),
            words=tuple(draws(st.lists(st.sampled_from(["notes", "shift", "talk"]), max_size=3))),
            manager=draws(some),
            odd=draws(st.integers(0, 5)),
            away=draws(st.sampled_from(["", "", "", "paused"])),
        )
        for id in ids
    ]
    apart = draws(st.lists(st.tuples(some, some), max_size=8))
    return crowd, Rules(size=draws(st.integers(2, 5)), apart=apart)


def ruled_out(crowd: Sequence[Candidate], rules: Rules) -> set[frozenset[str]]:
    bosses = (frozenset((one.id, one.manager)) for one in crowd)
    return {two for two in (*map(frozenset, rules.apart), *bosses) if len(two) == 2}


@settings(max_examples=120, deadline=None)
@given(crowds())
def test_everybody_is_in_one_group_or_left_out_with_a_reason_and_no_rule_is_broken(
    given: tuple[list[Candidate], Rules],
) -> None:
    crowd, rules = given
    past = draw(crowd, rules, "before").keys
    drawn = draw(crowd, Rules(size=rules.size, apart=rules.apart, past=[past]), "now")
    assert everybody(drawn) == sorted(one.id for one in crowd)
    assert not {frozenset(two) for two in couples(drawn)} & ruled_out(crowd, rules)
    away = {one.id for one in crowd if one.away}
    assert away == {one.person for one in drawn.left if one.why == "paused"}
    assert all(2 <= len(group.people) <= rules.size + 1 for group in drawn.groups)


@settings(max_examples=40, deadline=None)
@given(crowds(), st.randoms())
def test_the_same_people_and_seed_give_the_same_in_whatever_order_they_come(
    given: tuple[list[Candidate], Rules], chance: object
) -> None:
    crowd, rules = given
    assert draw(crowd, rules, "7") == draw(list(reversed(crowd)), rules, "7")


@pytest.mark.parametrize("number", [2, 3, 9, 10, 51, 801, 1203])
def test_an_odd_one_joins_a_trio_and_there_is_no_other(number: int) -> None:
    drawn = draw(people(number), Rules(), "x")
    sizes = Counter(len(group.people) for group in drawn.groups)
    assert not drawn.left
    assert sizes[3] == number % 2
    assert sizes[2] == (number - 3 * (number % 2)) // 2


@pytest.mark.parametrize("number", [5, 9, 15, 21])
def test_being_in_the_trio_goes_round_fairly(number: int) -> None:
    trios = Counter(
        person
        for drawn in over(12, number)
        for group in drawn.groups
        if len(group.people) == 3
        for person in group.people
    )
    turns = [trios[one.id] for one in people(number)]
    assert max(turns) - min(turns) <= 1


@pytest.mark.parametrize(("number", "rounds"), [(50, 12), (18, 12), (802, 6), (4000, 8)])
def test_nobody_meets_twice_while_somebody_is_new(number: int, rounds: int) -> None:
    met = Counter(two for drawn in over(rounds, number) for two in couples(drawn))
    assert max(met.values()) == 1


def test_fourteen_people_meet_nearly_everybody_in_thirteen_rounds() -> None:
    met = Counter(two for drawn in over(13, 14) for two in couples(drawn))
    assert len(met) >= 88  # of 91


def test_who_has_met_everybody_meets_whom_they_have_not_seen_for_longest() -> None:
    rounds = over(8, 4)
    assert [drawn.groups[0].again for drawn in rounds] == [0, 0, 0, 3, 3, 3, 3, 3]


def test_nobody_and_one_person() -> None:
    assert draw([], Rules(), "x") == Draw((), ())
    alone = draw(people(1), Rules(), "x")
    assert [(one.person, one.why) for one in alone.left] == [("p00000", "only")]


def test_who_may_meet_nobody_is_left_out_and_the_others_are_paired() -> None:
    crowd = people(5)
    apart = [(crowd[0].id, other.id) for other in crowd[1:]]
    drawn = draw(crowd, Rules(apart=apart), "x")
    assert [(one.person, one.why) for one in drawn.left] == [("p00000", "rules")]
    assert sorted(len(group.people) for group in drawn.groups) == [2, 2]


def test_a_rule_holds_among_very_many_people_too() -> None:
    crowd = [replace(one, manager="p00000") for one in people(1500)]
    drawn = draw(crowd, Rules(), "x")
    assert [(one.person, one.why) for one in drawn.left] == [("p00000", "rules")]


def test_people_of_different_teams_meet_and_those_who_work_on_something_alike() -> None:
    crowd = [replace(one, team="night" if n % 2 else "day") for n, one in enumerate(people(40))]
    crowd = [replace(one, words=(f"w{n // 2}",)) for n, one in enumerate(crowd)]
    for group in draw(crowd, Rules(), "x").groups:
        one, other = (crowd[int(id[1:])] for id in group.people)
        assert one.team != other.team
        assert one.words == other.words


def test_people_whose_days_overlap_meet() -> None:
    late = [replace(one, id=f"late{n}", hours=0b1111_1111) for n, one in enumerate(people(10))]
    for group in draw([*people(10), *late], Rules(), "x").groups:
        assert len({person.startswith("late") for person in group.people}) == 1


def test_rare_kinds_of_people_are_matched_in_a_large_crowd() -> None:
    crowd = [
        replace(one, team=f"t{n % 37}", hours=OFFICE << n % 8, days=0b11111 << n % 3)
        for n, one in enumerate(people(2500))
    ]
    drawn = draw(crowd, Rules(), "x")
    assert not drawn.left
    by_id = {one.id: one for one in crowd}
    good = sum(by_id[a].team != by_id[b].team for a, b in couples(drawn))
    assert good / len(drawn.groups) > 0.99


@pytest.mark.parametrize(
    ("number", "size"), [(7, 3), (12, 3), (13, 5), (100, 4), (700, 8), (62, 12)]
)
def test_larger_groups_have_the_size_asked_for_give_or_take_one(number: int, size: int) -> None:
    drawn = draw(people(number), Rules(size=size), "x")
    assert everybody(drawn) == [one.id for one in people(number)]
    assert all(size - 1 <= len(group.people) <= size + 1 for group in drawn.groups)


def test_a_group_says_what_speaks_for_it() -> None:
    ada = Candidate(id="ada", team="day", hours=0b0111, days=0b11111, words=("notes", "shift"))
    bo = Candidate(id="bo", team="night", hours=0b1110, days=0b00110, words=("shift",))
    found = reasons([ada, bo], again=4)
    assert (found.teams, found.hours, found.days) == (True, 0b0110, 0b00110)
    assert (found.words, found.again) == (("shift",), 4)
    assert not reasons([ada, replace(bo, team="")]).teams
