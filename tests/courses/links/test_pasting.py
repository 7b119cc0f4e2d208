"""Links that people send to Coterie: a draft for whoever leads, words for everybody else."""

import pytest
from msgspec.structs import replace

from core.courses.model import Send
from core.engine.ports import Changes, Done
from tests.cohorts.story import CEM, TEAM, Story, actions, asks, chat, said, told, unchanged
from tests.people.world import ADA, BO

GO1 = "https://go1.example/play/7"
MORE = [f"https://go1.example/play/{n}" for n in range(1, 10)]


async def drafts(life: Story) -> list[Send]:
    return [*(await life.read.find(Send)).items]


def urls(send: Send) -> list[str]:
    return [course.url for course in send.courses]


async def writes(life: Story, text: str, **more: object) -> Changes:
    """Ada writes to Coterie, in her own chat unless it is said otherwise."""
    return await life.write(text, **{"by": ADA, "origin": chat(ADA), **more})  # type: ignore[arg-type]


async def test_a_pasted_link_becomes_a_draft_for_the_only_cohort_one_leads(life: Story) -> None:
    cohort = await life.begins()
    changes = await writes(life, GO1)

    (draft,) = await drafts(life)
    assert (draft.by, draft.cohort, urls(draft)) == ((await life.known()).id, cohort.id, [GO1])
    assert [job.work.question["url"] for job in asks(changes, "resolve")] == [GO1]  # type: ignore[union-attr]


async def test_words_around_a_link_do_no_harm(life: Story) -> None:
    await life.begins()
    await writes(life, f"Hi! Could you send {GO1}, please? It’s for Thursday.")
    assert [urls(draft) for draft in await drafts(life)] == [[GO1]]


async def test_several_links_are_one_path(life: Story) -> None:
    await life.begins()
    await writes(life, "\n".join(MORE[:5]))
    assert [urls(draft) for draft in await drafts(life)] == [MORE[:5]]


async def test_six_links_at_once_are_too_many(life: Story) -> None:
    await life.begins()
    changes = await writes(life, " ".join(MORE[:6]))
    assert "up to five" in said(changes)
    assert await drafts(life) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (" ".join(f"https://example.org/{n}" for n in range(10_000)), "up to five"),
        (f"https://example.org/{'x' * 100_000}", "longer than I can keep"),
        ("https://coterie.example.org/j/7KQ4MWX", "leads to me already"),
    ],
)
async def test_what_cannot_be_sent_is_answered_with_a_sentence(
    life: Story, text: str, words: str
) -> None:
    await life.begins()
    changes = await writes(life, text)
    assert words in said(changes)
    assert unchanged(changes)


@pytest.mark.parametrize("text", ["javascript:alert(1)", "data:text/html,x", "What’s good?"])
async def test_what_is_no_link_is_none(life: Story, text: str) -> None:
    await life.begins()
    assert "only know a few words" in said(await writes(life, text))
    assert await drafts(life) == []


# --- in a channel ---------------------------------------------------------------------------------


async def test_in_a_channel_a_mention_with_a_link_is_answered_privately(life: Story) -> None:
    cohort = await life.begins()
    changes = await writes(life, f"this one: {GO1}", origin=TEAM, mentioned=True)

    (draft,) = await drafts(life)
    assert draft.cohort == cohort.id
    assert isinstance(changes.reply, Done)
    assert GO1 not in said(changes)


async def test_links_that_people_send_each_other_are_none_of_ours(life: Story) -> None:
    await life.begins()
    changes = await writes(life, GO1, origin=TEAM)
    assert (changes.reply, changes.jobs, await drafts(life)) == (None, (), [])


async def test_in_a_cohort_of_others_the_draft_is_for_ones_own(life: Story) -> None:
    cohort = await life.begins()
    await life.meets(CEM)
    elsewhere = replace(TEAM, place="teams:t1:days", team="days", title="Days")
    await writes(life, GO1, origin=elsewhere, mentioned=True)
    assert [draft.cohort for draft in await drafts(life)] == [cohort.id]


async def test_whoever_leads_several_chooses_in_the_draft(life: Story) -> None:
    first = await life.begins()
    elsewhere = replace(TEAM, place="teams:t1:days", team="days", title="Days")
    ada, bo = await life.meets(ADA, BO)
    given = {
        "name": "Calmer mornings",
        "purpose": "Less noise",
        "first": "2026-03-09",
        "last": "2026-04-17",
        "zone": "Europe/Berlin",
        "where": "here",
        "facilitator": ada.id,
        "moderator": bo.id,
    }
    await life.fill("cohorts.create", given, origin=elsewhere, draft="2")
    await writes(life, MORE[0])
    await writes(life, MORE[1], origin=TEAM, mentioned=True)
    found = {urls(draft)[0]: draft.cohort for draft in await drafts(life)}
    assert found == {MORE[0]: "", MORE[1]: first.id}


# --- who may not ----------------------------------------------------------------------------------


async def test_a_member_hears_what_they_can_do_with_a_link(life: Story) -> None:
    await life.begins()
    await life.joins(CEM)
    changes = await writes(life, GO1, by=CEM, origin=chat(CEM))

    assert "ask Ada Example to send it" in said(changes)
    assert actions(changes.reply.post) == ["discussions.start"]  # type: ignore[union-attr]
    assert await drafts(life) == []


async def test_a_member_is_never_told_so_in_front_of_others(life: Story) -> None:
    await life.begins()
    await life.joins(CEM)
    changes = await writes(life, GO1, by=CEM, origin=TEAM, mentioned=True)
    assert "sent it to you privately" in said(changes)
    assert "Start a discussion" in told(changes)


async def test_somebody_without_a_cohort_may_start_one(life: Story) -> None:
    changes = await writes(life, GO1, by=CEM, origin=chat(CEM))
    assert actions(changes.reply.post) == ["cohorts.create", "members.code"]  # type: ignore[union-attr]


# --- once -----------------------------------------------------------------------------------------


async def test_a_message_that_is_told_twice_makes_one_draft(life: Story) -> None:
    await life.begins()
    event = replace(life.event("message", "message", ADA, chat(ADA)), text=GO1)
    first, again = await life.again(event), await life.again(event)
    assert first == again
    await life.commit(first, event.id)
    await life.happens(event)
    assert len(await drafts(life)) == 1


async def test_an_edit_makes_no_second_draft(life: Story) -> None:
    await life.begins()
    await writes(life, GO1)
    edit = replace(life.event("message", "message.edited", ADA, chat(ADA)), text=f"{GO1} now")
    await life.happens(edit)
    assert len(await drafts(life)) == 1


# --- the menu of a message, and what was found ----------------------------------------------------


async def test_the_first_link_of_somebodys_message_becomes_a_draft(life: Story) -> None:
    await life.begins()
    event = life.event("press", "courses.from_message", ADA, TEAM)
    changes = await life.happens(replace(event, text=f"I liked {MORE[3]} and {MORE[4]}"))
    assert [urls(draft) for draft in await drafts(life)] == [[MORE[3]]]
    assert isinstance(changes.reply, Done)


async def test_a_message_without_a_link_says_so(life: Story) -> None:
    await life.begins()
    event = life.event("press", "courses.from_message", ADA, TEAM)
    assert "no link in that message" in said(await life.happens(replace(event, text="Hello")))


async def test_a_course_that_was_found_becomes_a_draft(life: Story) -> None:
    await life.begins()
    await life.press("courses.pick", ADA, chat(ADA), url=GO1)
    assert [urls(draft) for draft in await drafts(life)] == [[GO1]]


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "x" * 9000, "https://[", "\0"])
async def test_a_forged_pick_is_a_sentence(life: Story, url: str) -> None:
    await life.begins()
    changes = await life.press("courses.pick", ADA, chat(ADA), url=url)
    assert said(changes)
    assert await drafts(life) == []
