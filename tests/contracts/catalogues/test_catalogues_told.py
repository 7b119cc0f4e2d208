"""What every catalogue promises of completions: each is told once, in order, and none is lost."""

import pytest

from connectors.catalogues.port import NoCourse
from tests.contracts.catalogues.asking import ago, polled, since_now
from tests.contracts.catalogues.side import (
    ADA,
    BO,
    HANDOVERS,
    LISTENING,
    STRANGER,
    Fault,
    Side,
)

TITLES = tuple(f"Talking number {n}" for n in range(60))


@pytest.mark.needs("progress")
async def test_only_what_is_finished_from_now_on_is_told(side: Side) -> None:
    side.finish(ADA, HANDOVERS, ago(days=3))
    since = await since_now(side)
    side.finish(ADA, LISTENING, ago(seconds=1))

    (told,) = (await polled(side.catalogue, since)).progress

    assert (told.catalogue, told.course) == (side.catalogue.name, side.course(LISTENING))
    assert told.email == ADA
    assert told.done is not None


@pytest.mark.needs("progress")
async def test_a_completion_is_told_once_across_polls(side: Side) -> None:
    since = await since_now(side)
    side.finish(ADA, HANDOVERS, ago(seconds=2))
    first = await polled(side.catalogue, since)
    side.finish(BO, HANDOVERS, ago(seconds=1))
    second = await polled(side.catalogue, first.until)
    third = await polled(side.catalogue, second.until)
    told = [[one.email for one in poll.progress] for poll in (first, second, third)]
    assert told == [[ADA], [BO], []]


@pytest.mark.needs("progress")
async def test_an_answer_that_was_lost_is_told_again(side: Side) -> None:
    since = await since_now(side)
    side.finish(ADA, HANDOVERS, ago(seconds=1))
    lost = await polled(side.catalogue, since)
    assert (await polled(side.catalogue, since)).progress == lost.progress
    assert [one.email for one in lost.progress] == [ADA]


@pytest.mark.needs("progress")
async def test_a_process_that_starts_anew_goes_on_where_the_last_one_was(side: Side) -> None:
    since = await since_now(side)
    side.finish(ADA, HANDOVERS, ago(seconds=2))
    first = await polled(side.catalogue, since)
    side.finish(BO, LISTENING, ago(seconds=1))
    other = side.reopened()
    told = (await polled(other, first.until)).progress
    await other.close()
    assert [one.email for one in told] == [BO]


@pytest.mark.needs("progress", "search")
async def test_many_are_told_in_order_and_each_once(side: Side) -> None:
    side.many(TITLES)
    since = await since_now(side)
    for n, title in enumerate(TITLES):
        side.finish(ADA, title, ago(seconds=120 - n))
        side.finish(BO, title, ago(seconds=120 - n))
    told = (await polled(side.catalogue, since)).progress
    assert len(told) == len({(one.email, one.course) for one in told}) == 2 * len(TITLES)
    days = [one.done for one in told if one.done]
    assert days == sorted(days)


@pytest.mark.needs("progress")
@pytest.mark.parametrize("fault", ["broken", "hangs", "html", "throttled_unsaid", "token"])
async def test_an_outage_loses_nothing(side: Side, fault: Fault) -> None:
    since = await since_now(side)
    side.finish(ADA, HANDOVERS, ago(seconds=2))
    first = await polled(side.catalogue, since)
    side.finish(BO, HANDOVERS, ago(seconds=1))
    side.suffer(fault)
    with pytest.raises(NoCourse):
        await side.catalogue.progress(first.until)
    side.recover()
    other = side.reopened()
    told = (await polled(other, first.until)).progress
    await other.close()
    assert [one.email for one in told] == [BO]


@pytest.mark.needs("progress", "search")
@pytest.mark.parametrize("fault", ["lying", "repeating"])
async def test_polling_ends_whatever_the_provider_says_of_its_pages(
    side: Side, fault: Fault
) -> None:
    side.many(TITLES)
    since = await since_now(side)
    for title in TITLES:
        side.finish(ADA, title, ago(seconds=1))
    side.suffer(fault)
    told = (await polled(side.catalogue, since)).progress
    assert told
    assert len(told) == len({one.course for one in told})


@pytest.mark.needs("progress")
@pytest.mark.parametrize(
    "since", ["nonsense", "{}", "0", "2026-13-99", '{"at": 1}', "\x00", "[" * 99]
)
async def test_a_place_to_go_on_from_that_nobody_gave_is_no_error(side: Side, since: str) -> None:
    side.finish(ADA, HANDOVERS, ago(days=3))
    assert (await polled(side.catalogue, since)).progress == ()


@pytest.mark.needs("points")
async def test_points_are_told_of_who_is_known_and_of_nobody_else(side: Side) -> None:
    mine = await side.catalogue.points(ADA)
    assert mine is not None
    assert mine.provider
    assert await side.catalogue.points(STRANGER) is None
