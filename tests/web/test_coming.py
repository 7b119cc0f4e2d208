from core.actions import TIMERS, VIEWS
from web.sandbox import coming


def test_the_clock_has_words_for_every_timer_and_every_card() -> None:
    assert set(coming.TIMERS) == set(TIMERS)
    assert set(coming.SLOTS) == set(VIEWS)
