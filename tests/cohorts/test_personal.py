"""What a person hears about their cohorts, takes along from them, and erases."""

from core.cohorts.agreement.model import Agreement, Closed, Consent, Suggestion
from core.cohorts.introductions.model import Introduction
from core.cohorts.model import Cohort, Membership
from core.cohorts.personal.handlers import exported
from core.cohorts.working_on.model import WorkingOn
from core.engine.ports import Say, Withdraw
from core.message import plain
from tests.cohorts.story import CEM, GIVEN, TEAM, Story, buttons, chat, form, said, words
from tests.people.world import ADA, BO


async def lived(life: Story) -> Cohort:
    """Cem has done everything that a member can do."""
    cohort = await life.begins()
    await life.joins(BO, CEM)
    await life.fill("agreement.draft", {"lines": "We begin on time."}, cohort=cohort.id)
    await life.fill("agreement.suggest", {"text": "We say thanks."}, CEM, cohort=cohort.id)
    about = form(await life.press("agreement.suggest", CEM, TEAM, cohort=cohort.id))
    values = {"about": about.fields[0].options[1].value, "text": "We begin at nine."}  # type: ignore[union-attr]
    await life.fill("agreement.suggest", values, CEM, cohort=cohort.id)
    await life.hits("agreement.close", await life.find(f"desk/{cohort.id}", "Close", ADA))
    for who in (BO, CEM):
        await life.press("agreement.agree", who, TEAM, cohort=cohort.id, number="1")
    await life.fill("introductions.open", {}, cohort=cohort.id)
    await life.fill("introductions.answer", {"text": "I ask early."}, CEM, cohort=cohort.id)
    values = {"text": "Notes get lost.", "sight": "named"}
    await life.fill("working_on.name", values, CEM, cohort=cohort.id)
    return cohort


async def test_status_tells_each_cohort_and_what_comes_next(life: Story) -> None:
    cohort = await life.begins()
    await life.joins(CEM)
    await life.fill("introductions.open", {}, cohort=cohort.id)
    status = said(await life.write("status", CEM, chat(CEM)))
    assert "Better handovers" in status
    assert "a question to get to know you" in status


async def test_status_tells_the_leads_where_their_desk_is(life: Story) -> None:
    await life.begins()
    assert "You lead Better handovers" in said(await life.write("status", ADA, chat(ADA)))


async def test_who_is_in_several_cohorts_is_asked_which_is_meant(life: Story) -> None:
    await life.begins()
    assert "Which one" not in said(await life.write("status", ADA, chat(ADA)))
    values = {**GIVEN, "name": "First weeks", "facilitator": "", "moderator": ""}
    people = await life.meets(ADA, BO)
    values |= {"facilitator": people[0].id, "moderator": people[1].id}
    await life.fill("cohorts.create", values, origin=chat(ADA), draft="2")

    changes = await life.write("status", ADA, chat(ADA))
    assert "Which one do you mean?" in said(changes)
    assert isinstance(changes.reply, Say)
    labels = {plain(button.label) for button in buttons(changes.reply.post)}
    assert {"Better handovers", "First weeks"} <= labels


async def test_a_copy_holds_all_that_cohorts_keep_of_a_person(life: Story) -> None:
    await lived(life)
    copy = await exported(await life.known(CEM), life.moment())
    assert set(copy) == {"membership", "consent", "introduction", "working_on", "suggestion"}
    assert all(copy.values())
    assert "I ask early." in str(copy)
    assert "Notes get lost." in str(copy)


async def test_the_button_privacy_gives_the_copy(life: Story) -> None:
    await lived(life)
    assert "I ask early." in said(await life.press("people.export", CEM, chat(CEM)))


async def test_an_erased_person_is_gone_from_every_card_and_count(life: Story) -> None:
    cohort = await lived(life)
    changes = await life.press("people.erase_now", CEM, chat(CEM))
    assert [job for job in changes.jobs if isinstance(job.work, Withdraw)]
    assert "1 of 1 agreed" in words(await life.see(f"agreement/{cohort.id}"))
    assert "Joined 1" in words(await life.see(f"welcome/{cohort.id}"))
    desk = words(await life.see(f"desk/{cohort.id}", ADA))
    assert "Introductions 0" in desk
    assert "Challenges" not in desk
    assert "Suggestions" not in desk


async def test_nothing_that_an_erased_person_wrote_is_left(life: Story) -> None:
    cohort = await lived(life)
    cem = await life.known(CEM)
    await life.press("people.erase_now", CEM, chat(CEM))
    for kind in (Membership, Consent, Introduction, WorkingOn):
        assert (await life.read.find(kind, person=cem.id)).items == ()
    assert (await life.read.find(Suggestion, by=cem.id)).items == ()
    agreement = await life.read.get(Agreement, cohort.id)
    kept = await life.read.get(Closed, f"{cohort.id}/1")
    assert cem.id not in str((agreement, kept))


async def test_the_line_of_an_erased_person_stays_without_a_name(life: Story) -> None:
    cohort = await lived(life)
    await life.press("people.erase_now", CEM, chat(CEM))
    assert "We say thanks." in words(await life.see(f"agreement/{cohort.id}"))


async def test_an_erased_facilitator_leaves_a_cohort_that_still_shows(life: Story) -> None:
    cohort = await lived(life)
    await life.press("people.erase_now", ADA, chat(ADA))
    assert "someone who has left" in words(await life.see(f"welcome/{cohort.id}"))


async def test_who_comes_back_after_erasing_starts_afresh(life: Story) -> None:
    await lived(life)
    await life.press("people.erase_now", CEM, chat(CEM))
    cohort = await life.joins(CEM)
    assert await life.standing(CEM) == "member"
    assert "Joined 2" in words(await life.see(f"welcome/{cohort.id}"))
