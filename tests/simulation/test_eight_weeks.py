"""Eight weeks of a cohort: every person’s every message is accounted for.

Here with sixty people; `make bench` lets five hundred live through them.
"""

import faulthandler
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from core.engine.gate import opening, week_of
from tests.simulation.chronicle import Chronicle, lived
from tests.simulation.town import CHANNEL

PEOPLE = 60
MOST_SILENT = 6
KEPT = re.compile(r"^\| (\w+), .* \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", re.MULTILINE)
DECISIONS = Path(__file__).parent.parent.parent / "deploy" / "decisions"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Chronicle:
    faulthandler.cancel_dump_traceback_later()  # this may take longer than a test that hangs
    return lived(tmp_path_factory.mktemp("town"), PEOPLE)


def test_the_programme_ran_to_its_end(told: Chronicle) -> None:
    states = Counter(step.state for step in told.plan.steps)
    assert states["done"] >= len(told.plan.steps) * 0.8, states
    assert told.poison == []


def test_nobody_gets_the_same_message_twice(told: Chronicle) -> None:
    twice = Counter((letter.account, letter.key) for letter, _, _ in told.letters)
    assert [one for one, times in twice.items() if times > 1] == []


def test_nobody_is_written_to_outside_their_hours(told: Chronicle) -> None:
    late = [
        (letter.account, letter.at, letter.key)
        for letter, job, _ in told.letters
        if job.weight == "nudge"
        and letter.account != CHANNEL
        and opening(told.rhythm(letter.account), letter.at) != letter.at
    ]
    assert late == []


def test_nobody_gets_more_a_week_than_they_allow(told: Chronicle) -> None:
    weeks = Counter(
        (letter.account, week_of(told.rhythm(letter.account).zone, letter.at))
        for letter, job, _ in told.letters
        if job.weight == "nudge" and letter.account != CHANNEL
    )
    over = {one: n for one, n in weeks.items() if n > told.rhythm(one[0]).budget}
    assert over == {}


def test_who_never_answers_is_left_alone_soon(told: Chronicle) -> None:
    silent = [
        account
        for account, one in told.people.items()
        if one.habit == "silent" and not (one.pauses or one.leaves)
    ]
    assert len(silent) > len(told.people) // 10
    most = {
        account: [letter.key for letter, job, _ in told.to(account) if job.weight != "answer"]
        for account in silent
    }
    too_many = {account: keys for account, keys in most.items() if len(keys) > MOST_SILENT}
    assert too_many == {}


def test_who_left_hears_nothing_more(told: Chronicle) -> None:
    after = [
        (account, letter.key)
        for account, one in told.people.items()
        if one.leaves
        for letter, job, _ in told.to(account)
        if job.weight != "answer" and letter.at > one.leaves + timedelta(hours=1)
    ]
    assert after == []


def test_who_pauses_hears_nothing_until_it_is_over(told: Chronicle) -> None:
    during = [
        (account, letter.key)
        for account, one in told.people.items()
        if one.pauses
        for letter, job, _ in told.to(account)
        if job.weight == "nudge"
        and one.pauses + timedelta(hours=1) < letter.at < one.pauses + timedelta(days=6)
    ]
    assert during == []


def test_every_message_ended_in_a_way_that_has_a_name(told: Chronicle) -> None:
    assert told.ends["failed"] == 0
    assert told.ends["claimed"] == 0
    assert told.ends["unconfirmed"] == 0
    assert told.refused > 0


def test_who_signed_up_for_what_was_called_off_hears_so_and_is_reminded_of_nothing(
    told: Chronicle,
) -> None:
    off = told.off
    after = [
        (letter.account, letter.key, job.weight)
        for letter, job, _ in told.letters
        if off.workshop in letter.key and letter.at >= off.at
    ]
    heard = {account for account, _, weight in after if weight == "essential"}
    signed = {a for a, person in told.persons.items() if person.id in off.signed}
    away = {a for a, one in told.people.items() if one.blocks or one.leaves}
    assert signed
    assert signed - away <= heard
    reminded = [
        letter.key
        for letter, job, _ in told.letters
        if off.workshop in letter.key and letter.at > off.at and job.weight in ("nudge", "person")
    ]
    assert reminded == []


def test_what_a_person_leaves_behind_is_what_the_record_on_capacity_says(told: Chronicle) -> None:
    (record,) = DECISIONS.glob("0021-*.md")
    said = KEPT.findall(record.read_text())
    assert {what for what, *_ in said} == told.kept.keys()
    for what, rows, size, indexes in said:
        it = told.kept[what]
        assert it.rows / PEOPLE == about(rows)
        assert (it.bytes + it.indexes) / 1000 / PEOPLE == about(size)
        assert it.indexes / 1000 / PEOPLE == about(indexes)
    (size,) = re.findall(r"those records are (\d+) KB", record.read_text())
    assert told.documents / 1000 / PEOPLE == about(size)


def about(figure: str) -> object:
    """People differ, and so do programmes."""
    return pytest.approx(float(figure), rel=0.5, abs=1)
