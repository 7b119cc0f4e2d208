"""A provider's group beside a cohort: looked at first, and brought in once."""

import pytest
from msgspec.structs import replace

from core.cohorts.model import Membership
from core.courses.groups.model import Fit, Mails, Offer, Sync
from core.courses.model import Send
from core.engine.ports import Ask, Changes, Job
from tests.cohorts.story import Story, actions, asks, chat, form, nudged, said, words
from tests.courses.groups.conftest import COURSE, Provider, staff
from tests.people.world import ADA, BO


def facts(text: str, label: str) -> int:
    return int(text.split(f"{label} ")[1].split(maxsplit=1)[0])


# --- which groups there are -----------------------------------------------------------------------


async def test_a_lead_sees_the_groups_with_their_keys(life: Story, provider: Provider) -> None:
    await provider.offers()
    card = await life.seen(f"group-offer/{(await life.cohort()).id}", ADA)
    assert "Night shift (key NIGHT27)" in words(card)


async def test_nobody_else_sees_them_whatever_they_press(life: Story, provider: Provider) -> None:
    await provider.offers()
    cohort = await life.cohort()
    await life.meets(staff(1))
    for who in (BO, staff(1)):
        refused = await life.press("courses.groups", who, chat(who), cohort=cohort.id)
        assert asks(refused, "groups") == []
        assert await life.see(f"group-offer/{cohort.id}", who) is None
        assert await life.see(f"group-sync/{cohort.id}/1", who) is None
    assert await life.see(f"group-offer/{cohort.id}") is None


async def test_a_lead_who_was_replaced_meanwhile_gets_no_answer(
    life: Story, provider: Provider
) -> None:
    cohort = await life.cohort()
    asked = await life.press("courses.groups", ADA, chat(ADA), cohort=cohort.id)
    bo = (await life.known(BO)).id
    await life.commit(Changes(saves=(replace(cohort, owner=bo, facilitator=bo),)))
    (job,) = asks(asked, "groups")
    assert not await life.answer(job, values={"groups": '[{"id": "7", "name": "x"}]'})


@pytest.mark.parametrize("error", ["off", "refused", "gone", "slow", "unknown", "no answer"])
async def test_a_provider_that_has_none_or_does_not_answer_is_said_in_words(
    life: Story, provider: Provider, error: str
) -> None:
    cohort = await life.cohort()
    asked = await life.press("courses.groups", ADA, chat(ADA), cohort=cohort.id)
    await life.answer(asks(asked, "groups")[0], error=error)
    card = await life.seen(f"group-offer/{cohort.id}", ADA)
    assert "rovider" in words(card)
    assert actions(card) == []


@pytest.mark.parametrize("text", ["", "{", "[7]", '[{"id": 7}]', '{"id": "x"}', "null"])
async def test_an_answer_that_is_no_list_of_groups_changes_nothing(
    life: Story, provider: Provider, text: str
) -> None:
    cohort = await life.cohort()
    asked = await life.press("courses.groups", ADA, chat(ADA), cohort=cohort.id)
    await life.answer(asks(asked, "groups")[0], values={"groups": text})
    assert actions(await life.seen(f"group-offer/{cohort.id}", ADA)) == []


# --- looking first --------------------------------------------------------------------------------


async def test_the_preview_says_who_would_come_and_who_would_not_and_why(
    life: Story, provider: Provider
) -> None:
    await life.meets(staff(1), staff(2), staff(3))
    await life.joins(staff(2))
    await life.joins(staff(3))
    cohort = await life.cohort()
    await life.press("members.leave", staff(3), chat(staff(3)), cohort=cohort.id)
    await life.press("members.left", staff(3), chat(staff(3)), cohort=cohort.id)
    before = (await life.read.find(Membership)).items
    mails = ("S1@example.org", "s1@EXAMPLE.org ", "s2@example.org", "s3@example.org")
    await provider.looks(*mails, "nobody@example.org", "no address", "")

    text = words(await provider.card())
    assert facts(text, "To be invited") == 1
    assert facts(text, "There already") == 1
    assert facts(text, "Left out, each with a reason") == 2
    assert "Nothing has happened yet" in text
    assert (await life.read.find(Membership)).items == before


async def test_who_is_left_out_is_listed_with_the_reason(life: Story, provider: Provider) -> None:
    await provider.looks(*(f"nobody{n}@example.org" for n in range(12)))
    args = await life.find(await provider.slot(), "Who is left out", ADA)
    first = await life.hits("courses.sync_who", args, ADA, chat(ADA))
    more = {**args, "standing": "unknown", "after": ""}
    assert said(first).count("@example.org") == 10
    assert "Address not known" in said(first)
    assert "All in all: 12" in said(first)
    assert "@example.org" in said(await life.hits("courses.sync_who", more, ADA, chat(ADA)))


async def test_an_address_that_two_people_have_is_nobodys(life: Story, provider: Provider) -> None:
    one = await life.meets(staff(1))
    twin = replace(one[0], id="twin", version=0, accounts=("slack:w:twin",))
    await life.commit(Changes(saves=(twin,)))
    await provider.looks("s1@example.org")
    assert (await life.read.find(Fit)).items[0].standing == "several"


async def test_a_group_that_cannot_be_read_is_said_and_nothing_follows(
    life: Story, provider: Provider
) -> None:
    await provider.looks(error="gone")
    card = await provider.card()
    assert "does not have this group any more" in words(card)
    assert actions(card) == []


async def test_only_a_group_that_was_offered_can_be_chosen(life: Story, provider: Provider) -> None:
    await provider.offers()
    cohort = await life.cohort()
    for values in ({"group": "9", "into": "cohort"}, {"group": "7", "into": "moon"}, {}):
        wrong = await life.fill("courses.sync", values, ADA, chat(ADA), cohort=cohort.id)
        assert asks(wrong, "group") == []
        assert form(wrong).errors or not values


# --- bringing them in -----------------------------------------------------------------------------


async def test_those_of_the_group_get_the_invitation_that_a_list_brings(
    life: Story, provider: Provider
) -> None:
    one, two = await life.meets(staff(1), staff(2))
    await provider.looks("s1@example.org", "s2@example.org", "nobody@example.org")
    done = await provider.goes()

    told = [nudge for changes in done for nudge in nudged(changes)]
    assert sorted(person for person, _ in told) == sorted((one.id, two.id))
    assert all(slot.startswith("welcome/") for _, slot in told)
    assert [await life.standing(staff(n)) for n in (1, 2)] == ["invited", "invited"]
    text = words(await provider.card())
    assert "Done." in text
    assert facts(text, "Brought in") == 2


async def test_once_more_changes_nothing_twice(life: Story, provider: Provider) -> None:
    await life.meets(staff(1), staff(2))
    await provider.looks("s1@example.org", "s2@example.org")
    args = await life.find(await provider.slot(), "Bring them in", ADA)
    await provider.goes()
    again = await life.hits("courses.sync_go", args, ADA, chat(ADA))
    await provider.looks("s1@example.org", "s2@example.org")

    assert "moved on" in said(again)
    text = words(await provider.card(2))
    assert facts(text, "To be invited") == 0
    assert facts(text, "There already") == 2
    assert "courses.sync_go" not in actions(await provider.card(2))


async def test_a_no_is_a_no_however_often_a_group_is_synced(
    life: Story, provider: Provider
) -> None:
    await life.meets(staff(1))
    await provider.looks("s1@example.org")
    await provider.goes()
    cohort = await life.cohort()
    await life.press("members.decline", staff(1), chat(staff(1)), cohort=cohort.id)
    await provider.looks("s1@example.org")
    assert await life.standing(staff(1)) == "declined"
    assert facts(words(await provider.card(2)), "To be invited") == 0


async def test_a_long_group_is_walked_in_pages_and_goes_on_where_it_was(
    life: Story, provider: Provider
) -> None:
    people = [staff(n) for n in range(250)]
    for start in range(0, 250, 125):
        await life.place("people.changed", *people[start : start + 125])
    await life.meets(*people[:5])
    await provider.looks(*(who.email for who in people))
    args = await life.find(await provider.slot(), "Bring them in", ADA)
    await life.hits("courses.sync_go", args, ADA, chat(ADA))
    first = await life.ring("courses.sync_on")
    assert len(nudged(first)) == 5
    assert facts(words(await provider.card()), "Left out, each with a reason") == 245
    await life.ring("courses.sync_on")
    assert "Done." in words(await provider.card())


async def test_a_repeated_timer_invites_nobody_twice(life: Story, provider: Provider) -> None:
    await life.meets(staff(1))
    await provider.looks("s1@example.org")
    args = await life.find(await provider.slot(), "Bring them in", ADA)
    await life.hits("courses.sync_go", args, ADA, chat(ADA))
    (timer,) = [one for one in life.timers.values() if one.name == "courses.sync_on"]
    assert len(nudged(await life.happens(timer))) == 1
    assert nudged(await life.again(timer)) == []


# --- the other way --------------------------------------------------------------------------------


async def added(life: Story, done: list[Changes]) -> list[Job]:
    return [job for changes in done for job in asks(changes, "add")]


async def test_members_are_added_to_the_group_and_counted(life: Story, provider: Provider) -> None:
    await life.meets(*(staff(n) for n in range(4)))
    await life.joins(*(staff(n) for n in range(4)))
    await provider.looks("s0@example.org", into="group")
    assert facts(words(await provider.card()), "To be added") == 3
    jobs = await added(life, await provider.goes())

    assert sorted(job.work.question["email"] for job in jobs if isinstance(job.work, Ask)) == [
        f"s{n}@example.org" for n in (1, 2, 3)
    ]
    await life.answer(jobs[0], values={"state": "enrolled"})
    await life.answer(jobs[1], values={"state": "unknown"})
    assert "Brought in so far" in words(await provider.card())
    await life.answer(jobs[2], error="refused")
    text = words(await provider.card())
    assert facts(text, "Brought in") == 1
    assert facts(text, "Left out, each with a reason") == 2
    assert "Done." in text


async def test_a_repeated_answer_counts_once(life: Story, provider: Provider) -> None:
    await life.meets(staff(1))
    await life.joins(staff(1))
    await provider.looks(into="group")
    (job,) = await added(life, await provider.goes())
    await life.answer(job, values={"state": "enrolled"})
    await life.answer(job, values={"state": "enrolled"})
    assert facts(words(await provider.card()), "Brought in") == 1


async def test_a_member_without_an_address_is_left_out(life: Story, provider: Provider) -> None:
    nameless = replace(staff(1), email="")
    await life.meets(nameless)
    await life.joins(nameless)
    await provider.looks(into="group")
    assert facts(words(await provider.card()), "Left out, each with a reason") == 1


async def test_while_they_come_in_nobody_starts_over(life: Story, provider: Provider) -> None:
    await life.meets(staff(1))
    await life.joins(staff(1))
    await provider.looks(into="group")
    await provider.goes()
    cohort = await life.cohort()
    again = await life.press("courses.sync", ADA, chat(ADA), cohort=cohort.id)
    assert "still coming in" in said(again)


# --- its courses, and what is kept ----------------------------------------------------------------


async def test_its_courses_become_drafts_once(life: Story, provider: Provider) -> None:
    await provider.looks(courses=[COURSE, replace(COURSE, id="8", retired=True)])
    args = await life.find(await provider.slot(), "Draft its courses", ADA)
    opened = await life.hits("courses.sync_courses", args, ADA, chat(ADA))
    assert "Feedback that lands" in said(opened)
    for _ in range(2):
        await life.hands_in("courses.sync_courses", {"courses": "0"}, args, ADA, chat(ADA))
    (send,) = (await life.read.find(Send)).items
    assert (send.state, send.courses[0].title) == ("draft", "Feedback that lands")
    assert send.cohort == (await life.cohort()).id


async def test_left_as_it_was_is_forgotten(life: Story, provider: Provider) -> None:
    await provider.looks("nobody@example.org")
    args = await life.find(await provider.slot(), "Leave it", ADA)
    await life.hits("courses.sync_drop", args, ADA, chat(ADA))
    while any(one.name == "courses.sync_forget" for one in life.timers.values()):
        await life.ring("courses.sync_forget")
    assert (await life.read.find(Fit)).items == ()
    assert (await life.read.find(Mails)).items == ()
    assert await life.read.tally("courses.fit.unknown", (await provider.slot())[11:]) == 0


async def test_who_is_erased_is_in_no_group_here(life: Story, provider: Provider) -> None:
    await life.meets(staff(1))
    await provider.looks("s1@example.org", "other@example.org")
    await life.press("people.erase_now", staff(1), chat(staff(1)))
    assert [fit.mail for fit in (await life.read.find(Fit)).items] == ["other@example.org"]
    held = [mail for page in (await life.read.find(Mails)).items for mail in page.mails]
    assert held == ["other@example.org"]


async def test_a_lead_who_is_erased_leaves_no_offer(life: Story, provider: Provider) -> None:
    await provider.looks("s1@example.org")
    await life.press("people.erase_now", ADA, chat(ADA))
    assert (await life.read.find(Offer)).items == ()
    assert [sync.by for sync in (await life.read.find(Sync)).items] == [""]


@pytest.mark.parametrize(
    "action",
    ["courses.sync", "courses.sync_go", "courses.sync_drop", "courses.sync_who"],
)
async def test_forged_rounds_and_cohorts_get_a_sentence(
    life: Story, provider: Provider, action: str
) -> None:
    await provider.looks("s1@example.org")
    cohort = (await life.cohort()).id
    for args in (
        {"cohort": cohort, "round": "99"},
        {"cohort": cohort},
        {"cohort": "nope", "round": "1"},
        {"cohort": cohort, "round": "1", "after": "\x00", "standing": "new"},
    ):
        assert (await life.hits(action, args, ADA, chat(ADA))).reply is not None
        assert not nudged(await life.hits(action, args, BO, chat(BO)))


async def test_twelve_thousand_addresses_are_looked_at(life: Story, provider: Provider) -> None:
    await life.meets(staff(7))
    await provider.looks(*(f"s{n}@example.org" for n in range(12_000)))
    text = words(await provider.card())
    assert facts(text, "To be invited") == 1
    assert facts(text, "Left out, each with a reason") == 11_999
