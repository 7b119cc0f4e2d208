"""Who serves what, as plain rules: shares, what is given up, and who is taken for dead."""

import pytest

from connectors.stores.mongo.leases import NOBODY, Watch, share, shared_out, surplus

ALL = range(64)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 7, 16, 64, 100])
def test_shares_add_up_and_differ_by_at_most_one(count: int) -> None:
    live = [f"w{number}" for number in range(count)]
    shares = [share(live, me) for me in live]
    assert sum(shares) == 64
    assert max(shares) - min(shares) <= 1


def test_whoever_is_not_among_the_living_has_no_share() -> None:
    assert share(["a", "b"], "c") == 0
    assert share([], "c") == 0


def test_what_nobody_or_a_dead_one_serves_is_taken_up_to_the_share() -> None:
    owners = ["a"] * 20 + ["dead"] * 20 + [NOBODY] * 24
    after = shared_out(owners, ["a", "b"], "b", frozenset())
    assert after.count("b") == 32
    assert after.count("a") == 20


def test_what_is_given_up_is_not_taken_again() -> None:
    after = shared_out(["a"] * 64, ["a", "b"], "a", frozenset(range(40, 64)))
    assert (after.count("a"), after.count(NOBODY)) == (40, 24)


def test_what_is_leaving_goes_on_leaving() -> None:
    first = surplus(ALL, frozenset(), 10)
    assert len(first) == 10
    assert surplus(ALL, first, 12) > first
    assert surplus(ALL, first, 4) < first
    assert surplus(ALL, first, -1) == frozenset()


def test_whose_beat_stands_still_is_dead_only_after_so_many_seconds() -> None:
    watch = Watch(6.0)
    looks = [watch.look({"a": 1, "b": beat}, 100.0 + beat) for beat in range(8)]
    assert looks == [[], [], [], [], [], [], ["a"], ["a"]]


def test_while_we_could_not_look_nobody_is_found_dead() -> None:
    watch = Watch(6.0)
    for second in range(5):
        assert watch.look({"a": 1}, 100.0 + second) == []
    assert watch.look({"a": 1}, 160.0) == []
    assert watch.look({"a": 1}, 162.0) == []
    assert watch.look({"a": 2}, 164.0) == []
    assert watch.look({"a": 2}, 166.9) == []
