"""What every catalogue promises when things go wrong: one of a few words, and no secret in it."""

import time
import traceback
import tracemalloc

import pytest

from tests.contracts.catalogues.asking import EXPECTED, calls, refusal, since_now
from tests.contracts.catalogues.side import Fault, Side

MOST = 48 * 1024 * 1024


@pytest.mark.parametrize("fault", EXPECTED)
async def test_every_error_is_named_by_what_people_are_told(side: Side, fault: Fault) -> None:
    since = await since_now(side)
    side.suffer(fault)
    expected = EXPECTED[fault]
    wanted = side.facts.troubles.get(fault, expected.trouble)
    for call in calls(side, able=True):
        error = await refusal(call(side, since))
        assert error.trouble == wanted
        assert expected.after is None or (error.after or 0.0) > expected.after - 1.0


@pytest.mark.parametrize("fault", EXPECTED)
async def test_nothing_secret_is_in_any_log_or_error(
    side: Side, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    since = await since_now(side)
    side.suffer(fault)
    errors = [await refusal(call(side, since)) for call in calls(side, able=True)]
    side.recover()
    said = [caplog.text, repr(side.catalogue), repr(vars(side.catalogue)), since]
    for error in errors:
        said += [repr(error), error.detail, *traceback.format_exception(error)]
    assert [secret for secret in side.facts.secrets if any(secret in text for text in said)] == []


@pytest.mark.parametrize("fault", ["huge", "bomb"])
async def test_huge_answers_are_cut_off(side: Side, fault: Fault) -> None:
    since = await since_now(side)
    side.suffer(fault)
    began = time.monotonic()
    tracemalloc.start()
    try:
        for call in calls(side, able=True):
            await refusal(call(side, since))
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < MOST
    assert time.monotonic() - began < 8.0


@pytest.mark.suffers("throttled")
async def test_who_asks_for_patience_is_left_alone(side: Side) -> None:
    since = await since_now(side)
    side.suffer("throttled")
    asks = calls(side, able=True)
    for call in asks:
        await refusal(call(side, since))
    before = side.asked
    for call in asks:
        assert (await refusal(call(side, since))).trouble == "busy"
    assert side.asked == before


@pytest.mark.suffers("broken")
async def test_once_the_provider_is_well_again_all_works(side: Side) -> None:
    since = await since_now(side)
    side.suffer("broken")
    for call in calls(side, able=True):
        await refusal(call(side, since))
    side.recover()
    for call in calls(side, able=True):
        await call(side, since)
