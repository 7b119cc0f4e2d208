"""Two who turned out to be one: what each had in cohorts is one person's, and counts stay true."""

from datetime import timedelta

from msgspec.structs import replace

from core.cohorts.agreement.model import Agreement, Closed, Consent, Line, Suggestion
from core.cohorts.introductions.model import Introduction, Round
from core.cohorts.model import Cohort, Membership
from core.cohorts.personal.merging import PAGE, merged
from core.cohorts.working_on.model import WorkingOn
from core.engine.ports import Actor, Changes, Withdraw
from core.people.accounts.model import code_in, digest
from core.people.model import Person
from tests.cohorts.story import CEM, TEAM, Story, chat, said, shown
from tests.people.world import ADA, BO

PAST = timedelta(hours=1)
ELSE = Actor(account="slack:t9:cem", name="Cem on Slack")


async def become_one(life: Story, one: Actor = CEM, other: Actor = ELSE) -> Changes:
    """By a code of the one, typed and confirmed by the other; then the timers ring."""
    words = said(await life.write("link", one, chat(one)))
    code = next(word for word in words.split() if "-" in word and word.isupper())
    await life.write(f"link {code}", other, chat(other))
    key = digest(code_in(code))
    changes = await life.press("accounts.confirm", other, chat(other), code=key)
    while any(timer.name == "accounts.merge" for timer in life.timers.values()):
        changes += await life.ring("accounts.merge")
    return changes


async def counted(life: Story, state: str) -> int:
    return await life.read.tally(f"cohorts.{state}", (await life.cohort()).id)


async def both_in(life: Story) -> tuple[Person, Person]:
    await life.begins()
    await life.joins(CEM, ELSE)
    return await life.known(CEM), await life.known(ELSE)


async def test_two_memberships_become_the_stronger_one_and_count_once(life: Story) -> None:
    await life.begins()
    await life.place("people.added", CEM)
    await life.joins(ELSE)
    assert (await counted(life, "member"), await counted(life, "invited")) == (1, 1)
    changes = await become_one(life)
    assert (await counted(life, "member"), await counted(life, "invited")) == (1, 0)
    assert await life.standing(CEM) == await life.standing(ELSE) == "member"
    assert len((await life.read.find(Membership)).items) == 1
    cohort = await life.cohort()
    assert (TEAM.place, f"welcome/{cohort.id}") in shown(changes)


async def test_no_row_is_left_with_the_old_id(life: Story) -> None:
    old = await both_in(life)
    cohort = await life.cohort()
    await life.fill("agreement.draft", {"lines": "Be kind"}, cohort=cohort.id)
    await life.fill("agreement.suggest", {"text": "Be brief"}, CEM, cohort=cohort.id)
    await life.press("agreement.close", ADA, TEAM, **await rev(life))
    await life.press("agreement.agree", CEM, TEAM, cohort=cohort.id, number="1")
    await life.fill("agreement.suggest", {"text": "Be late"}, ELSE, cohort=cohort.id)
    await life.fill("working_on.name", {"text": "Nights", "sight": "named"}, CEM, cohort=cohort.id)
    await become_one(life)
    now = await life.known(CEM)
    (gone,) = (one.id for one in old if one.id != now.id)
    for kind in (Membership, Consent, Introduction, WorkingOn):
        assert (await life.read.find(kind, person=gone)).items == ()
    assert (await life.read.find(Suggestion, by=gone)).items == ()
    agreement = await life.read.get(Agreement, cohort.id)
    closed = (await life.read.find(Closed, cohort=cohort.id)).items[0]
    assert agreement is not None
    for record in (agreement, closed):
        assert Line("Be brief", now.id) in record.lines
    (idea,) = (await life.read.find(Suggestion, by=now.id)).items
    assert idea.text == "Be late"


async def rev(life: Story) -> dict[str, str]:
    cohort = await life.cohort()
    agreement = await life.read.get(Agreement, cohort.id)
    assert agreement is not None
    return {"cohort": cohort.id, "id": cohort.id, "rev": str(agreement.version)}


async def test_the_later_answer_to_an_agreement_stands_and_counts_once(life: Story) -> None:
    await both_in(life)
    cohort = await life.cohort()
    await life.fill("agreement.draft", {"lines": "Be kind"}, cohort=cohort.id)
    await life.press("agreement.close", ADA, TEAM, **await rev(life))
    await life.press("agreement.agree", CEM, TEAM, cohort=cohort.id, number="1")
    life.now += PAST
    await life.press("agreement.not_for_me", ELSE, TEAM, cohort=cohort.id, number="1")
    await become_one(life)
    (said_so,) = (await life.read.find(Consent)).items
    assert said_so.choice == "not_for_me"
    version = f"{cohort.id}/1"
    assert await life.read.tally("agreement.agree", version) == 0
    assert await life.read.tally("agreement.not_for_me", version) == 1


async def test_of_two_answers_to_a_question_the_later_stays_on_the_card(life: Story) -> None:
    await both_in(life)
    cohort = await life.cohort()
    await life.fill("introductions.open", {"days": "5"}, cohort=cohort.id)
    await life.fill("introductions.answer", {"text": "First."}, CEM, cohort=cohort.id)
    life.now += PAST
    await life.fill("introductions.answer", {"text": "Second."}, ELSE, cohort=cohort.id)
    changes = await become_one(life)
    (answer,) = (await life.read.find(Introduction)).items
    (round,) = (await life.read.find(Round)).items
    assert (answer.text, answer.person) == ("Second.", (await life.known(CEM)).id)
    assert await life.read.tally("introductions.given", round.id) == 1
    assert [job for job in changes.jobs if isinstance(job.work, Withdraw)]


async def test_a_given_answer_counts_more_than_a_later_skip(life: Story) -> None:
    await both_in(life)
    cohort = await life.cohort()
    await life.fill("introductions.open", {"days": "5"}, cohort=cohort.id)
    await life.fill("introductions.answer", {"text": "First."}, CEM, cohort=cohort.id)
    life.now += PAST
    await life.press("introductions.skip", ELSE, TEAM, cohort=cohort.id)
    await become_one(life)
    (answer,) = (await life.read.find(Introduction)).items
    (round,) = (await life.read.find(Round)).items
    assert answer.said == "given"
    assert await life.read.tally("introductions.skipped", round.id) == 0


async def test_two_challenges_become_the_later_one_and_count_once(life: Story) -> None:
    await both_in(life)
    cohort = await life.cohort()
    for text, who in (("Nights", CEM), ("Days", ELSE)):
        life.now += PAST
        values = {"text": text, "sight": "named"}
        await life.fill("working_on.name", values, who, cohort=cohort.id)
    await become_one(life)
    (named,) = (await life.read.find(WorkingOn)).items
    assert named.text == "Days"
    assert await life.read.tally("working_on.shared", cohort.id) == 1


async def test_roles_go_over_to_the_one_person(life: Story) -> None:
    cohort = await life.begins()
    await life.meets(ELSE)
    await become_one(life, BO, ELSE)
    bo = await life.known(BO)
    assert (await life.cohort()).moderator == bo.id
    assert "Better handovers" in said(await life.write("cohorts", ELSE, chat(ELSE)))
    assert cohort.id == (await life.cohort()).id


async def test_a_long_history_comes_page_by_page(life: Story) -> None:
    cohort = await life.begins()
    one, other = await life.meets(CEM, ELSE)
    many = 2 * PAGE + 1
    for n in range(many):
        cohorts = replace(cohort, id=f"c{n}", version=0, code=f"C{n}", spaces=())
        rows = tuple(
            Membership(
                id=f"c{n}/{p.id}",
                cohort=f"c{n}",
                person=p.id,
                state="member",
                way="code",
                at=life.now,
            )
            for p in (one, other)
        )
        await life.commit(Changes(saves=(cohorts, *rows)))
    await become_one(life)
    now = await life.known(CEM)
    kept = (await life.read.find(Membership)).items
    assert len(kept) == many
    assert {row.person for row in kept} == {now.id}
    assert await life.read.get(Cohort, "c7") is not None


async def test_whoever_is_erased_meanwhile_leaves_nothing_behind(life: Story) -> None:
    await both_in(life)
    words = said(await life.write("link", CEM, chat(CEM)))
    code = next(word for word in words.split() if "-" in word and word.isupper())
    await life.write(f"link {code}", ELSE, chat(ELSE))
    await life.press("accounts.confirm", ELSE, chat(ELSE), code=digest(code_in(code)))
    await life.press("people.erase_now", CEM, chat(CEM))
    await life.ring("accounts.merge")
    assert (await life.read.find(Membership)).items == ()
    assert await counted(life, "member") == 0
    assert all(p.name in ("", "Ada Example", "Bo Example") for p in await everyone(life))


async def everyone(life: Story) -> tuple[Person, ...]:
    return (await life.read.find(Person)).items


async def test_who_leads_a_cohort_and_is_in_it_goes_over_at_once(life: Story) -> None:
    cohort = await life.begins()
    await life.meets(ELSE)
    await life.fill("agreement.draft", {"lines": "Be kind"}, cohort=cohort.id)
    await life.press("agreement.close", ADA, TEAM, **await rev(life))
    await life.joins(ADA)
    await life.press("agreement.agree", ADA, TEAM, cohort=cohort.id, number="1")
    ada, kept = await life.known(ADA), await life.known(ELSE)
    await life.commit(await merged(kept, ada, life.moment()))

    now = await life.cohort()
    assert (now.owner, now.facilitator) == (kept.id, kept.id)
    agreement = await life.read.get(Agreement, cohort.id)
    assert agreement is not None
    assert {line.by for line in agreement.lines} <= {kept.id, ""}
    assert await counted(life, "member") == 1
    assert await life.standing(ELSE) == "member"
