"""Ideas for a challenge: by form, by reply, all on one card, and taken back at any time."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from core.challenges.ideas import posts
from core.challenges.model import IDEAS, Challenge, Idea, idea_of
from core.engine.ports import Changes, Done, Moment, Page, Reader, Tally, Viewer
from core.message import Quote
from core.product import view
from tests.challenges.clinic import EVA, PHOTO, THREAD, Clinic
from tests.cohorts.story import (
    CEM,
    DEE,
    TEAM,
    args_of,
    buttons,
    chat,
    form,
    said,
    shown,
    told,
    unchanged,
)
from tests.people.world import ADA, BO


async def test_an_idea_stands_on_the_card_and_its_owner_hears_of_it(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    changes = await life.has_idea(one)
    card = await life.card(one)
    assert PHOTO in card
    assert "Dee Sample" in card
    assert "Ideas: 1" in card
    (cem,) = await life.ids(CEM)
    assert (cem, f"challenge-mine/{one.id}") in shown(changes)
    assert PHOTO in await life.own_card(one)


@pytest.mark.parametrize("text", ["", " \n ", "\u202e", "x" * 801, "x" * 100_000])
async def test_an_idea_that_is_none_comes_back_with_a_sentence(life: Clinic, text: str) -> None:
    await life.gathers()
    one, _ = await life.named()
    changes = await life.has_idea(one, text=text)
    assert set(form(changes).errors) == {"text"}
    assert await life.read.tally(IDEAS, one.id) == 0


async def test_one_form_handed_in_twice_is_one_idea(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    opened = form(await life.press("challenges.idea", DEE, TEAM, **life.aim(one)))
    for _ in range(2):
        await life.hands_in("challenges.idea", {"text": PHOTO}, opened.args, DEE)
    assert await life.read.tally(IDEAS, one.id) == 1


async def test_ten_ideas_of_one_person_are_enough(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    for n in range(10):
        await life.has_idea(one, text=f"Idea number {n}.")
    assert (await life.has_idea(one, text="More.")).reply == Done(posts.ENOUGH)


async def test_who_has_not_joined_has_no_say(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    assert "Press Join first" in said(await life.presses("challenges.idea", one, ADA))


async def test_all_ideas_come_privately_and_page_by_page(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    for n in range(7):
        life.now += timedelta(minutes=1)
        await life.has_idea(one, text=f"Idea number {n}.")
    first = await life.presses("challenges.ideas", one, EVA, TEAM)
    assert "Idea number 6." in told(first)
    assert "Idea number 1." not in told(first)
    page = await life.presses("challenges.ideas", one, EVA)
    (more,) = [args_of(b) for b in buttons(page.reply.post) if "More" in b.label.words]  # type: ignore[union-attr]
    assert "Idea number 1." in said(await life.hits("challenges.ideas", more, EVA, chat(EVA)))
    forged = await life.presses("challenges.ideas", one, EVA, after="../../x")
    assert forged.reply == Done(posts.NO_PAGE)


async def test_one_takes_back_only_ones_own(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    await life.has_idea(one)
    idea = await life.idea(one)
    refused = await life.presses("challenges.unsay", one, EVA, idea=idea.id)
    assert refused.reply == Done(posts.NOTHING)
    await life.presses("challenges.unsay", one, DEE, idea=idea.id)
    assert PHOTO not in await life.card(one)
    assert await life.read.tally(IDEAS, one.id) == 0
    again = await life.presses("challenges.unsay", one, DEE, idea=idea.id)
    assert unchanged(again)
    assert await life.read.tally(IDEAS, one.id) == 0


async def test_an_idea_that_is_taken_back_is_no_best_answer_any_more(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    await life.has_idea(one)
    await life.chooses(one)
    await life.presses("challenges.unsay", one, DEE, idea=(await life.idea(one)).id)
    assert (await life.now_is(one)).best == ""
    assert PHOTO not in await life.card(one)


# --- by reply -------------------------------------------------------------------------------------


async def test_a_reply_below_the_card_is_an_idea(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    changes = await life.replies(one, PHOTO, said_to_us=True)
    assert changes.reply == Done(posts.SHARED)
    assert PHOTO in await life.card(one)


async def test_a_reply_that_is_only_heard_counts_without_a_word(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    assert (await life.replies(one, PHOTO)).reply is None
    assert PHOTO in await life.card(one)


def no_idea(changes: Changes) -> bool:
    """Heard, and nothing made of it."""
    return changes.reply is None and not [it for it in changes.saves if isinstance(it, Idea)]


async def test_talk_is_no_idea_unless_it_mentions_us(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    assert no_idea(await life.replies(one, "Nice!"))
    assert no_idea(await life.replies(one, "1, 2, 3, 4"))
    await life.replies(one, PHOTO, m="2")
    assert no_idea(await life.replies(one, "And how did that go then?", m="3"))
    await life.replies(one, "Or read it aloud.", said_to_us=True, m="4")
    card = await life.card(one)
    assert "Or read it aloud." in card
    assert "And how did that go" not in card


async def test_whoever_asks_with_their_name_talks_along_without_answering_themselves(
    life: Clinic,
) -> None:
    await life.gathers()
    one, _ = await life.named(who="named")
    assert no_idea(await life.replies(one, "We have tried that twice.", CEM))


async def test_whoever_asks_without_a_name_is_heard_like_everybody(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    theirs = await life.replies(one, "I wonder what would help.", CEM)
    others = await life.replies(one, "I wonder about that too.", DEE, m="2")
    assert len(theirs.saves) > 0
    assert (theirs.reply is None) == (others.reply is None)
    asked = (await life.see(f"challenge/{one.id}")).blocks[1]  # type: ignore[union-attr]
    assert isinstance(asked, Quote)
    assert "Cem" not in str(asked.by)


async def test_editing_and_deleting_the_reply_changes_the_idea(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    await life.replies(one, PHOTO)
    origin = replace(THREAD, message="1")
    edited = replace(life.event("message", "message.edited", DEE, origin), text="Film the board.")
    assert unchanged(await life.happens(replace(edited, by=EVA)))
    await life.happens(replace(edited, id="other"))
    assert "Film the board." in await life.card(one)
    await life.happens(life.event("message", "message.deleted", DEE, origin))
    assert "Film the board." not in await life.card(one)
    assert await life.read.tally(IDEAS, one.id) == 0


async def test_who_replies_without_having_joined_hears_so_only_when_speaking_to_us(
    life: Clinic,
) -> None:
    await life.gathers()
    one, _ = await life.named()
    assert "Press Join first" in said(await life.replies(one, PHOTO, ADA, said_to_us=True))
    assert (await life.replies(one, PHOTO, ADA, m="2")).reply is None
    assert PHOTO not in await life.card(one)


# --- a crowd --------------------------------------------------------------------------------------


class Counting:
    """A reader that counts how often, and for how many rows, it is asked."""

    def __init__(self, inner: Reader) -> None:
        self.inner, self.looks, self.rows = inner, 0, 0

    async def get(self, kind: type[Idea], id: str) -> Idea | None:
        self.looks += 1
        return await self.inner.get(kind, id)

    async def find(
        self, kind: type[Idea], *, after: str = "", limit: int = 200, **equals: str
    ) -> Page[Idea]:
        self.looks += 1
        page = await self.inner.find(kind, after=after, limit=limit, **equals)
        self.rows += len(page.items)
        return page

    async def tally(self, board: str, subject: str) -> int:
        self.looks += 1
        return await self.inner.tally(board, subject)


async def drawn(life: Clinic, one: Challenge) -> tuple[int, int]:
    """What it takes to draw the card."""
    read = Counting(life.read)
    moment = Moment(read, life.now, "draw")  # type: ignore[arg-type]
    assert await view(moment, f"challenge/{one.id}", Viewer()) is not None
    return read.looks, read.rows


async def crowd(life: Clinic, one: Challenge, size: int) -> None:
    """So many ideas stand there already."""
    dee = (await life.known(DEE)).id
    for first in range(0, size, 500):
        ideas = tuple(
            replace(
                idea_of(one, dee, f"{one.id}-{n}", life.now - timedelta(seconds=n)),
                text=f"Idea {n}.",
            )
            for n in range(first, min(first + 500, size))
        )
        tally = Tally(board=IDEAS, subject=one.id, by=len(ideas))
        await life.commit(Changes(saves=ideas, tallies=(tally,)))


async def test_a_card_with_thousands_of_ideas_costs_what_one_with_ten_costs(life: Clinic) -> None:
    await life.gathers()
    few, _ = await life.named()
    many, _ = await life.named("The printer is down.", BO)
    await crowd(life, few, 10)
    ten = await drawn(life, few)
    await crowd(life, many, 10_000)
    assert await drawn(life, many) == ten
    assert "Ideas: 10000" in await life.card(many)


async def test_an_idea_among_many_saves_no_more_than_itself(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    await life.has_idea(one)
    await life.has_idea(one, text="Once more.")
    changes = await life.has_idea(one, text="And again.")
    assert [type(saved) for saved in changes.saves] == [Idea]
