"""`why` and `status` explain a match, and why somebody has none."""

from tests.cohorts.story import CEM, Story, chat, said
from tests.pairs.drawing import drawn, sent
from tests.people.world import ADA, BO


async def test_why_explains_whom_somebody_is_with(it: Story) -> None:
    await sent(it, BO, CEM)
    answer = said(await it.write("why", BO, chat(BO)))
    assert "with Cem Sample. What spoke for it:" in answer
    assert "Better handovers" in answer


async def test_why_explains_why_somebody_was_left_out_and_names_nobody(it: Story) -> None:
    await it.begins()
    await it.joins(ADA, BO, CEM)
    cohort = await it.cohort()
    ada, bo = await it.known(ADA), await it.known(BO)
    for other in (ada, bo):
        form = {"people": other.id}
        await it.hands_in("pairs.apart", form, {"cohort": cohort.id}, CEM, chat(CEM))
    await sent(it)
    answer = said(await it.write("why", CEM, chat(CEM)))
    assert "left out of the last round" in answer
    assert "Ada" not in answer
    assert "left out" not in said(await it.write("why", ADA, chat(ADA)))


async def test_a_proposal_is_explained_to_nobody_before_it_is_sent(it: Story) -> None:
    await drawn(it, BO, CEM)
    assert "Cem" not in said(await it.write("why", BO, chat(BO)))


async def test_status_says_who_the_partner_is_in_each_cohort(it: Story) -> None:
    await sent(it, BO, CEM)
    assert "your partner is Cem Sample" in said(await it.write("status", BO, chat(BO)))
    cohort = await it.cohort()
    await it.press("members.left", CEM, chat(CEM), cohort=cohort.id)
    assert "partner" not in said(await it.write("status", BO, chat(BO)))


async def test_who_left_hears_no_more_of_whom_they_were_with(it: Story) -> None:
    await sent(it, BO, CEM)
    cohort = await it.cohort()
    await it.press("members.left", CEM, chat(CEM), cohort=cohort.id)
    for word in ("why", "status"):
        assert "Bo" not in said(await it.write(word, CEM, chat(CEM)))
