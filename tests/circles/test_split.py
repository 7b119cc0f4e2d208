"""Who is in a circle with whom, and who hosts when: the pure rules."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from core.cohorts.circles.model import Circle, next_host, poured, proposed, seated
from core.cohorts.circles.split import (
    LEAST,
    MOST,
    Candidate,
    Reasons,
    clash,
    reasons,
    sizes,
    split,
)

TEAMS, TITLES, OFFSETS = ("t1", "t2", "t3", ""), ("nurse", "baker", ""), (-8.0, 0.0, 1.0, 9.5)


def people(count: int, dice: Random) -> list[Candidate]:
    return [
        Candidate(
            id=f"p{n:03}",
            accounts=(f"a{n}",),
            manager=dice.choice(TEAMS),
            title=dice.choice(TITLES),
            offset=dice.choice(OFFSETS),
        )
        for n in range(count)
    ]


@given(st.integers(LEAST, 2000), st.integers(LEAST, MOST))
def test_circles_are_of_six_to_twelve_and_even(count: int, wished: int) -> None:
    found = sizes(count, wished)
    assert sum(found) == count
    assert max(found) - min(found) <= 1
    assert LEAST <= min(found) <= max(found) <= MOST


@settings(max_examples=20, deadline=None)
@given(st.integers(6, 80), st.integers(LEAST, MOST), st.integers())
def test_everyone_is_in_exactly_one_circle_and_chance_repeats(
    count: int, wished: int, seed: int
) -> None:
    some = people(count, Random(seed))
    circles = split(some, wished, Random(seed))
    assert sorted(one.id for circle in circles for one in circle) == [one.id for one in some]
    assert split(list(reversed(some)), wished, Random(seed)) == circles


def nobody(person: str, circle: Circle) -> bool:
    """Nobody has their manager anywhere."""
    return False


def test_nobody_sits_with_their_manager_where_there_is_another_way() -> None:
    bosses = [Candidate(id=f"b{n}", accounts=(f"boss{n}",)) for n in range(3)]
    reports = [
        Candidate(id=f"r{n}", accounts=(f"r{n}",), manager=f"boss{n % 3}") for n in range(21)
    ]
    for seed in range(5):
        circles = split([*bosses, *reports], 6, Random(seed))
        assert not [c for c in circles if any(clash(a, b) for a in c for b in c if a is not b)]
        assert not any(reasons(circle).clash for circle in circles)


def test_teams_are_spread() -> None:
    some = [Candidate(id=f"p{n:02}", manager=f"t{n // 6}") for n in range(24)]
    for circle in split(some, 6, Random(1)):
        assert reasons(circle).teams == 4


def test_those_whose_clocks_are_near_sit_together() -> None:
    some = [Candidate(id=f"p{n:02}", offset=-8.0 if n % 2 else 1.0) for n in range(24)]
    assert [reasons(circle).hours for circle in split(some, 6, Random(3))] == [0, 0, 0, 0]


def test_a_clash_that_cannot_be_avoided_is_said() -> None:
    boss = Candidate(id="boss", accounts=("boss",))
    assert reasons([boss, Candidate(id="report", manager="boss")]).clash


# --- hosts --------------------------------------------------------------------------------------


def circle(*names: str, number: int = 1) -> Circle:
    return replace(proposed("c", 1, number, names, Reasons()), state="running")


def test_everyone_hosts_once_before_anyone_hosts_again() -> None:
    now = circle("a", "b", "c", "d")
    order = []
    for _ in range(8):
        person = next_host(now)
        before = () if person in now.hosted else now.hosted
        now = replace(now, host=person, hosted=(*before, person))
        order.append(person)
    assert sorted(order[:4]) == sorted(order[4:]) == ["a", "b", "c", "d"]


def test_who_is_away_is_passed_over_and_comes_next() -> None:
    now = replace(circle("a", "b", "c"), host="a", hosted=("a",))
    assert next_host(now, ("b",)) == "c"
    assert next_host(replace(now, host="c", hosted=("a", "c"))) == "b"
    assert next_host(now, ("a", "b", "c")) == ""


# --- merging ------------------------------------------------------------------------------------


def test_a_small_circle_goes_together_where_one_has_room() -> None:
    small = circle("x", "y", number=1)
    other = circle(*[f"a{n}" for n in range(8)], number=2)
    large = circle(*[f"b{n}" for n in range(12)], number=3)
    (taken,) = poured(small, (small, large, other), nobody)
    assert taken.id == other.id
    assert {"x", "y"} <= set(taken.people)


def test_a_small_circle_is_shared_out_where_none_has_room_for_all() -> None:
    small = circle("x", "y", number=1)
    others = [circle(*[f"{k}{n}" for n in range(11)], number=k) for k in (2, 3)]
    assert [len(one.people) for one in poured(small, others, nobody)] == [12, 12]
    full = [circle(*[f"{k}{n}" for n in range(12)], number=k) for k in (2, 3)]
    assert poured(small, full, nobody) == ()


def test_who_has_gone_no_longer_hosts() -> None:
    now = replace(circle("a", "b", "c"), host="b", hosted=("a", "b"))
    assert seated(now, ("a", "c")).host == ""
    assert seated(now, ("a", "c")).hosted == ("a",)
