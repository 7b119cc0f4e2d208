"""News that are listed with old ones are told once, and none is lost."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from connectors.catalogues.seen import OVERLAP, Seen, seen
from core.courses.model import Progress

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
POLLS = st.lists(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 47)), max_size=8), max_size=8
)


def done(name: int, hours: int) -> tuple[str, Progress]:
    at = NOW - timedelta(hours=hours)
    return str(name), Progress(catalogue="test", course=str(name), email="a@b.c", done=at)


@given(POLLS)
def test_each_is_told_once_however_the_list_changes(polls: list[list[tuple[int, int]]]) -> None:
    """As long as what comes late is not older than the overlap."""
    known = Seen(NOW - OVERLAP, NOW - OVERLAP)
    told: list[str] = []
    for poll in polls:
        news = dict(done(*one) for one in poll)
        fresh = known.fresh(news)
        told += fresh
        found = seen(known.after({name: news[name] for name in fresh}, NOW).ended().text)
        assert found is not None
        known = found

    assert len(told) == len(set(told))
    assert set(told) == {str(name) for poll in polls for name, _ in poll}


def test_the_oldest_are_told_first() -> None:
    known = Seen(NOW - OVERLAP, NOW - OVERLAP)

    assert known.fresh(dict([done(1, 2), done(2, 9), done(3, 5)])) == ["2", "3", "1"]


def test_what_was_before_the_start_is_never_told() -> None:
    assert Seen(NOW, NOW).fresh(dict([done(1, 1)])) == []


@given(st.text(max_size=60))
def test_what_nobody_has_given_out_is_nothing(text: str) -> None:
    assert seen(text) is None


def test_a_page_that_is_none_is_the_first() -> None:
    found = seen('{"start": "2026-01-01T00:00:00Z", "newest": "2026-01-01T00:00:00Z", "page": -7}')

    assert found is not None
    assert found.page == 1
