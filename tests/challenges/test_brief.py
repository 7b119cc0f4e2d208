"""Real challenges go into the training with their owner's leave, on one page."""

import pytest
from msgspec.structs import replace

from core.challenges.brief import posts
from core.challenges.model import Challenge
from core.engine.ports import Done, Say
from core.message import Post, Quote
from tests.challenges.clinic import NOTES, PHOTO, Clinic, private
from tests.cohorts.story import CEM, DEE, Story, actions, buttons, chat, said, unchanged, words
from tests.people.world import ADA, BO


async def asked(life: Clinic, **values: str) -> Challenge:
    """The facilitator would like to use it."""
    await life.gathers()
    one, _ = await life.named(**values)
    await life.presses("challenges.take", one, ADA)
    return one


async def brief(life: Story) -> str:
    cohort = await life.cohort()
    return said(await life.hits("challenges.brief", {"cohort": cohort.id}, ADA, chat(ADA)))


async def test_the_facilitator_asks_and_its_owner_is_asked_privately(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    args = {"cohort": one.cohort}
    listed = await life.hits("challenges.material", args, ADA, chat(ADA))
    assert NOTES in said(listed)
    assert "Cem" not in said(listed)
    changes = await life.presses("challenges.take", one, ADA)
    (cem,) = await life.ids(CEM)
    assert (cem, f"leave/{one.id}", "nudge") in private(changes)
    assert "Ada Example would like" in words(await life.see(f"leave/{one.id}", CEM))
    assert await life.see(f"leave/{one.id}", DEE) is None


async def test_without_a_yes_nothing_is_on_the_page(life: Clinic) -> None:
    one = await asked(life)
    assert NOTES not in await brief(life)
    await life.presses("challenges.leave", one, CEM, leave="no")
    assert NOTES not in await brief(life)


async def test_with_a_yes_it_is_on_the_page_and_a_no_later_takes_it_off(life: Clinic) -> None:
    one = await asked(life, who="named", wish="Fewer calls.")
    slot = replace(chat(CEM), slot=f"leave/{one.id}")
    changes = await life.presses("challenges.leave", one, CEM, slot, leave="nameless")
    assert "You said yes" in said(changes)
    page = await brief(life)
    assert NOTES in page
    assert "Fewer calls." in page
    assert "Cem" not in page
    await life.presses("challenges.leave", one, CEM, leave="named")
    assert "Cem Sample" in await brief(life)
    await life.presses("challenges.leave", one, CEM, leave="no")
    assert NOTES not in await brief(life)


async def test_who_asked_without_a_name_cannot_be_named_on_the_page(life: Clinic) -> None:
    one = await asked(life)
    post = await life.seen(f"leave/{one.id}", CEM)
    offered = [dict(b.args)["leave"] for b in buttons(post)]  # type: ignore[union-attr]
    assert offered == ["nameless", "no"]
    await life.presses("challenges.leave", one, CEM, leave="named")
    assert "Cem" not in await brief(life)
    assert NOTES in await brief(life)


async def test_who_takes_the_name_off_later_is_off_the_page_too(life: Clinic) -> None:
    one = await asked(life, who="named")
    await life.presses("challenges.leave", one, CEM, leave="named")
    values = {"situation": NOTES, "who": "nameless"}
    await life.hands_in("challenges.change", values, life.aim(one), CEM)
    assert "Cem" not in await brief(life)


async def test_the_page_tells_what_helped_and_how_it_went(life: Clinic) -> None:
    one = await asked(life)
    await life.has_idea(one)
    await life.chooses(one)
    await life.presses("challenges.leave", one, CEM, leave="nameless")
    await life.presses("challenges.worked", one, CEM, how="not")
    page = await brief(life)
    assert PHOTO in page
    assert "It didn’t work" in page


async def test_the_page_stays_one_page(life: Clinic) -> None:
    await life.gathers()
    for who in (BO, CEM, DEE):
        for n in range(4):
            one, _ = await life.named(f"{who.name} {n} " + "long " * 150, who)
            await life.presses("challenges.take", one, ADA)
            await life.presses("challenges.leave", one, who, leave="nameless")
    cohort = await life.cohort()
    changes = await life.hits("challenges.brief", {"cohort": cohort.id}, ADA, chat(ADA))
    quotes = [b for b in changes.reply.post.blocks if isinstance(b, Quote)]  # type: ignore[union-attr]
    assert len(quotes) == 8
    assert all(len(quote.text) <= 400 for quote in quotes)


async def test_nobody_is_asked_twice(life: Clinic) -> None:
    one = await asked(life)
    assert (await life.presses("challenges.take", one, ADA)).reply == Done(posts.ALREADY)


@pytest.mark.parametrize("name", ["take", "material", "brief"])
async def test_only_those_who_lead_ask_for_material(life: Clinic, name: str) -> None:
    one = await asked(life)
    for who in (BO, CEM):
        assert "Only those who lead" in said(await life.presses(f"challenges.{name}", one, who))


@pytest.mark.parametrize("leave", ["", "asked", "everyone"])
async def test_only_its_owner_answers_and_only_what_was_offered(life: Clinic, leave: str) -> None:
    one = await asked(life)
    assert unchanged(await life.presses("challenges.leave", one, CEM, leave=leave))
    for who in (ADA, DEE):
        assert unchanged(await life.presses("challenges.leave", one, who, leave="named"))


async def test_leave_that_nobody_asked_for_is_not_given(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    assert unchanged(await life.presses("challenges.leave", one, CEM, leave="named"))
    assert "challenges.material" in actions(await page_of(life))


async def page_of(life: Clinic) -> Post:
    cohort = await life.cohort()
    changes = await life.hits("challenges.brief", {"cohort": cohort.id}, ADA, chat(ADA))
    assert isinstance(changes.reply, Say)
    return changes.reply.post
