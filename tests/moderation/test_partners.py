"""Between two partners, too: what one writes, the other may show to the moderator; nobody else."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.engine.ports import Actor, Invalid, Open
from core.message import ChoiceField
from core.moderation.model import Case
from core.pairs.checkins.model import CheckIn, Cheer
from core.pairs.commitments.model import Commitment
from tests.cohorts.story import CEM, DEE
from tests.pairs.clockwork import Weeks, a_pair, promise, weeks
from tests.people.world import ADA, BO

NASTY = "Better than you ever do."


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Weeks]:
    async with weeks(tmp_path) as it:
        await a_pair(it)
        await it.on(3, 12)
        yield it


async def offered(life: Weeks, to: Actor) -> str:
    """What somebody can choose among when something is not right."""
    reply = await life.does("moderation.flag", {"cohort": (await promise(life)).cohort}, to)
    if not isinstance(reply, Open):
        return ""
    field = reply.form.fields[0]
    assert isinstance(field, ChoiceField)
    return " ".join(str(option.label) for option in field.options)


async def flags(life: Weeks, what: str, by: Actor) -> tuple[Case, ...]:
    """Somebody flags it; answers the cases that there are then."""
    values = {"what": what, "words": "It hurts."}
    await life.does("moderation.flag", {"cohort": (await promise(life)).cohort}, by, values)
    return (await life.read.find(Case)).items


async def decides(life: Weeks, what: str, case: Case) -> None:
    args = {"cohort": case.cohort, "id": case.id, "rev": str(case.version)}
    reply = await life.does(f"moderation.{what}", args, BO, {"reason": "We promised otherwise."})
    assert not isinstance(reply, Invalid)


async def a_line(life: Weeks) -> CheckIn:
    """Cem says how it went, with a line that his partner reads."""
    args = {"commitment": (await promise(life)).id, "n": "1"}
    await life.does("checkins.line", args, CEM, {"answer": "partly", "line": NASTY})
    await life.on(3, 12, 13)
    (found,) = (await life.read.find(CheckIn)).items
    return found


async def test_a_line_of_a_check_in_can_be_flagged_by_whoever_reads_it(life: Weeks) -> None:
    said = await a_line(life)
    assert NASTY in life.got(ADA, "checkin-told")[-1].text
    assert NASTY in await offered(life, ADA)
    (case,) = await flags(life, f"checkins|{said.id}", ADA)
    assert (case.text, case.judge) == (NASTY, (await life.person(BO)).id)

    await decides(life, "hide", case)
    assert NASTY not in life.chat.edited[-1].text
    assert "says: Partly" in life.chat.edited[-1].text


async def test_who_may_not_read_it_can_neither_choose_nor_name_it(life: Weeks) -> None:
    said = await a_line(life)
    await life.does("members.join", {"cohort": said.cohort}, DEE)
    assert NASTY not in await offered(life, DEE)
    assert await flags(life, f"checkins|{said.id}", DEE) == ()


async def test_another_line_than_the_hidden_one_is_read_again(life: Weeks) -> None:
    said = await a_line(life)
    (case,) = await flags(life, f"checkins|{said.id}", ADA)
    await decides(life, "hide", case)
    args = {"commitment": said.commitment, "n": "1"}
    await life.does("checkins.line", args, CEM, {"answer": "kept", "line": NASTY})
    await life.on(3, 12, 14)
    assert "says: Kept" in life.chat.edited[-1].text
    assert NASTY not in life.chat.edited[-1].text
    await life.does("checkins.line", args, CEM, {"answer": "kept", "line": "Sorry for that."})
    await life.on(3, 12, 15)
    assert "Sorry for that." in life.chat.edited[-1].text


async def test_a_question_and_an_answer_go_from_where_they_were_read(life: Weeks) -> None:
    args = {"commitment": (await promise(life)).id, "n": "0"}
    await life.does("checkins.question", args, ADA, {"text": NASTY})
    (cheer,) = (await life.read.find(Cheer)).items
    answer = {**args, "from": cheer.person}
    await life.does("checkins.reply", answer, CEM, {"text": "And you?"})
    assert NASTY in await offered(life, CEM)
    assert "And you?" in await offered(life, ADA)

    before = len(life.chat.gone)
    (case,) = await flags(life, f"cheers|{cheer.id}/question", CEM)
    await decides(life, "hide", case)
    assert len(life.chat.gone) == before + 1
    await life.does("checkins.reply", answer, CEM, {"text": "Still here?"})
    (now,) = (await life.read.find(Cheer)).items
    assert now.answer == "And you?"


async def test_a_promise_for_a_partner_can_be_flagged_and_its_cards_go(life: Weeks) -> None:
    await a_line(life)
    one = await promise(life)
    assert one.then in await offered(life, ADA)
    before = len(life.chat.gone)
    (case,) = await flags(life, f"promises|{one.id}", ADA)
    await decides(life, "hide", case)
    assert len(life.chat.gone) == before + 2  # the promise, and how it went
    found = await life.read.get(Commitment, one.id)
    assert found is not None
    assert found.hidden
