"""Whatever members write for others can be flagged and hidden; who may not read it sees none."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.cohorts.circles.model import Circle, Seat, seat_id
from core.cohorts.closing.model import Thanks
from core.cohorts.discussions.model import Discussion
from core.engine.ports import Actor, Changes, Withdraw
from core.message import ChoiceField
from core.moderation.model import Case
from tests.cohorts.story import CEM, DEE, Story, chat, form, said, story, words
from tests.people.world import BO

NASTY = "Ask somebody with a brain."
EVE = Actor(account="teams:t1:eve", name="Eve Sample", zone="Europe/Berlin")


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Story]:
    async with story(tmp_path / "test.db") as it:
        await it.begins()
        await it.joins(CEM, DEE, EVE, BO)
        yield it


async def offered(life: Story, to: Actor) -> str:
    """What somebody can choose among when something is not right."""
    cohort = await life.cohort()
    changes = await life.press("moderation.flag", to, chat(to), cohort=cohort.id)
    if "nothing" in said(changes).casefold():
        return ""
    field = form(changes).fields[0]
    assert isinstance(field, ChoiceField)
    return " ".join(str(option.label) for option in field.options)


async def hidden(life: Story, what: str) -> Changes:
    """Dee flags it, and Bo, who moderates, hides it."""
    cohort = await life.cohort()
    values = {"what": what, "words": "It hurts."}
    await life.fill("moderation.flag", values, DEE, chat(DEE), cohort=cohort.id)
    case = (await life.read.find(Case)).items[0]
    args = {"cohort": cohort.id, "id": case.id, "rev": str(case.version)}
    values = {"reason": "We promised otherwise."}
    return await life.hands_in("moderation.hide", values, args, BO, chat(BO))


async def test_thanks_are_offered_to_whoever_got_them_and_go_when_they_are_hidden(
    life: Story,
) -> None:
    cohort, dee = await life.cohort(), (await life.known(DEE)).id
    values = {"person": dee, "words": NASTY}
    await life.fill("closing.thank", values, CEM, chat(CEM), cohort=cohort.id)
    assert NASTY in await offered(life, DEE)
    assert NASTY not in await offered(life, EVE)

    (thanks,) = (await life.read.find(Thanks)).items
    changes = await hidden(life, f"thanks|{thanks.id}")
    assert [job for job in changes.jobs if isinstance(job.work, Withdraw)]
    assert await life.see(f"closing-thanks/{thanks.id}", DEE) is None


async def test_an_answer_in_a_circle_is_offered_to_those_in_it(life: Story) -> None:
    cohort = await life.cohort()
    cem, dee = (await life.known(CEM)).id, (await life.known(DEE)).id
    circle = Circle(
        id="one", cohort=cohort.id, number=1, draft=1, people=(cem, dee), state="running", rank="1"
    )
    seats = [
        Seat(id=seat_id(cohort.id, one), cohort=cohort.id, person=one, circle="one")
        for one in (cem, dee)
    ]
    await life.commit(Changes(saves=(circle, *seats)))
    await life.fill("circles.say", {"text": NASTY}, CEM, chat(CEM), cohort=cohort.id)
    assert NASTY in await offered(life, DEE)
    assert NASTY not in await offered(life, EVE)

    await hidden(life, f"circles|{seat_id(cohort.id, cem)}")
    assert NASTY not in words(await life.seen("circle/one", DEE))


async def test_a_hidden_question_is_read_and_answered_by_nobody(life: Story) -> None:
    cohort = await life.cohort()
    asks = {"question": NASTY, "purpose": "learn"}
    await life.fill("discussions.start", asks, CEM, chat(CEM), cohort=cohort.id)
    (it,) = (await life.read.find(Discussion)).items
    assert NASTY in await offered(life, DEE)

    await hidden(life, f"questions|{it.id}")
    card = words(await life.seen(f"discussion/{it.id}"))
    assert "A moderator has hidden this question." in card
    assert NASTY not in card
    args = {"cohort": cohort.id, "discussion": it.id}
    changes = await life.hands_in("discussions.answer", {"text": "No."}, args, DEE, chat(DEE))
    assert "closed" in said(changes)
