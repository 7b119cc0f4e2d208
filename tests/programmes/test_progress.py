"""What becomes of a step that is early, late, held up or in a paused cohort: never all at once."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from core.programmes.calendar import Ground, laid
from core.programmes.model import Plan, Step
from core.programmes.progress import (
    GRACE,
    Verdict,
    begun,
    blocked,
    found,
    live,
    repeated,
    settled,
    started,
    verdict,
    without,
)

FIRST = date(2026, 3, 9)
GROUND = Ground("Europe/Berlin")
NINE = datetime(2026, 3, 9, 9, tzinfo=UTC)


def step(id: str, **more: object) -> Step:
    return replace(Step(id=id, kind="discussion", stage=1, title=id), **more)


def plan(*steps: Step) -> Plan:
    return Plan(
        id="c",
        draft="1",
        template="t",
        name="T",
        first=FIRST.isoformat(),
        zone=GROUND.zone,
        state="running",
        steps=laid(steps or (step("talk"),), FIRST, GROUND),
    )


def told(at: datetime, made: Plan | None = None, id: str = "talk", **more: bool) -> Verdict:
    made = made or plan()
    one = found(made, id)
    assert one is not None
    return verdict(made, one, at, **more)


def test_a_step_begins_when_its_time_has_come() -> None:
    assert told(NINE).do == "run"


def test_a_clock_that_jumped_back_lets_a_step_wait_for_its_time() -> None:
    assert told(NINE - timedelta(hours=5)) == Verdict("wait", NINE)


def test_a_step_that_is_a_day_late_begins_all_the_same() -> None:
    assert told(NINE + timedelta(days=1)).do == "run"


def test_a_step_that_is_more_than_two_days_late_is_left_out() -> None:
    assert told(NINE + GRACE + timedelta(minutes=1)).do == "miss"


def test_a_sign_up_still_opens_as_long_as_its_workshop_is_ahead() -> None:
    made = plan(step("workshop", opens=7, days=9))
    (one,) = made.steps
    assert told(one.due + timedelta(days=5), made, "workshop").do == "run"
    assert told(one.at - timedelta(hours=1), made, "workshop").do == "miss"


def test_in_a_paused_cohort_a_step_waits_however_late_it_is() -> None:
    assert told(NINE + timedelta(days=30), paused=True).do == "wait"


def test_only_one_late_step_begins_on_a_day() -> None:
    made = replace(plan(), late="2026-03-10")
    assert told(NINE + timedelta(days=1), made) == Verdict("wait", NINE + timedelta(days=2))


def test_a_step_on_time_does_not_wait_for_late_ones() -> None:
    assert told(NINE, replace(plan(), late="2026-03-09")).do == "run"


def test_a_step_waits_for_what_it_comes_after() -> None:
    made = plan(step("first"), step("talk", after="first", days=1))
    assert told(NINE + timedelta(days=1), made).do == "wait"
    first = found(made, "first")
    assert first is not None
    assert told(NINE + timedelta(days=1), begun(made, first, NINE)).do == "run"


def test_what_waits_is_given_two_weeks() -> None:
    made = plan(step("talk", gate="pairs"))
    waits = settled(made, made.steps[0], "waiting")
    assert told(NINE + timedelta(days=13), waits).do == "run"
    assert told(NINE + timedelta(days=15), waits).do == "miss"


def test_what_begins_late_takes_along_what_depends_on_it() -> None:
    made = plan(step("first"), step("talk", after="first", days=1))
    first, talk = made.steps
    after = found(begun(made, first, NINE + timedelta(days=2)), "talk")
    assert after is not None
    assert after.at == talk.at + timedelta(days=2)
    assert after.turn == 1


def test_a_sign_up_that_opens_late_does_not_move_its_workshop() -> None:
    made = plan(step("workshop", opens=7, days=9), step("talk", after="workshop", days=1))
    workshop, talk = made.steps
    after = begun(made, workshop, workshop.due + timedelta(days=1))
    assert [one.at for one in after.steps] == [workshop.at, talk.at]


def test_leaving_a_step_out_leaves_out_what_was_to_follow_it() -> None:
    made = plan(step("a"), step("b", after="a", days=1), step("c", after="b", days=1), step("d"))
    assert [one.step.id for one in live(without(made, "a"))] == ["d"]


def test_a_repeated_step_stands_for_itself() -> None:
    made = plan(step("talk", gate="pairs", catch_up=True))
    twice = repeated(made, made.steps[0], NINE + timedelta(days=7))
    again = found(twice, "talk-2")
    assert again is not None
    assert (again.step.after, again.step.gate, again.step.catch_up) == ("start", "", False)
    assert again.at == again.due == NINE + timedelta(days=7)
    assert found(repeated(twice, twice.steps[0], NINE), "talk-3") is not None


def test_what_would_have_been_long_before_the_start_is_left_out() -> None:
    made = plan(step("eve", days=-7), step("talk"))
    assert [one.step.id for one in live(started(made, NINE))] == ["talk"]


@st.composite
def outage(draw: st.DrawFn) -> tuple[Sequence[Step], int, int]:
    """A programme, and from when to when nothing worked."""
    count = draw(st.integers(1, 15))
    made = [
        step(
            f"s{n}",
            days=draw(st.integers(0, 20)),
            after=draw(st.sampled_from(["start", *(f"s{m}" for m in range(n))])),
        )
        for n in range(count)
    ]
    from_ = draw(st.integers(0, 40))
    return made, from_, from_ + draw(st.integers(0, 30))


def lived(made: Plan, down: range, days: int = 400) -> tuple[Plan, dict[str, list[datetime]]]:
    """Every day at noon and a minute, what is due is decided, except while it is down."""
    ran: dict[str, list[datetime]] = {}
    for day in range(days):
        now = NINE + timedelta(days=day, minutes=1)
        for id in [one.step.id for one in live(made)] if day not in down else []:
            one = found(made, id)
            if one is None or one.due > now:
                continue
            match verdict(made, one, now).do:
                case "run":
                    made = begun(made, one, now)
                    ran.setdefault(id, []).append(now)
                case "miss":
                    made = settled(made, one, "missed")
                case "wait" if blocked(made, one):
                    made = settled(made, one, "waiting")
                case _:
                    pass
    return made, ran


@settings(max_examples=40)
@given(outage())
def test_after_an_outage_every_step_is_accounted_for_and_none_comes_twice_or_all_at_once(
    told: tuple[Sequence[Step], int, int],
) -> None:
    steps, down, up = told
    made = plan(*steps)
    after, ran = lived(made, range(down, up))
    assert live(after) == []
    for one in after.steps:
        assert (one.state == "done") == (one.step.id in ran)
        assert len(ran.get(one.step.id, [])) <= 1
    late = [
        at
        for id, times in ran.items()
        for at in times
        if (kept := found(after, id)) and at - kept.due > timedelta(hours=1)
    ]
    assert len({at.date() for at in late}) == len(late)
