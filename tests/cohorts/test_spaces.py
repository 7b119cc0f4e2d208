"""Coming into a place, leaving it, coming back."""

from datetime import timedelta

from msgspec.structs import replace

from core.actions import RECORDS
from core.cohorts.agreement.model import Agreement
from core.cohorts.introductions.model import Introduction
from core.cohorts.model import Cohort, Membership, Space
from core.engine.ports import Origin
from tests.cohorts.story import (
    CEM,
    TEAM,
    Story,
    actions,
    asks,
    chat,
    posted,
    shown,
    unchanged,
    words,
)
from tests.people.world import ADA, CHAT

ELSEWHERE = Origin(place="teams:t1:elsewhere", team="days", title="Days")


async def test_a_new_place_is_greeted_once(life: Story) -> None:
    (hello,) = posted(await life.place("place.added"))
    assert "Hello, I am Coterie" in words(hello)
    assert actions(hello) == ["cohorts.create", "people.help"]
    assert unchanged(await life.place("place.added"))


async def test_a_private_chat_is_no_space(life: Story) -> None:
    await life.place("place.added", origin=CHAT)
    assert await life.read.get(Space, CHAT.place) is None


async def test_a_removal_lets_go_of_the_place_and_keeps_what_was_written(life: Story) -> None:
    await life.begins()
    await life.place("place.removed")
    space = await life.read.get(Space, TEAM.place)
    assert space is not None
    assert (space.state, space.cohort) == ("detached", (await life.cohort()).id)
    assert (await life.cohort()).spaces == ()


async def test_coming_back_goes_on_where_it_stopped_and_says_so_once(life: Story) -> None:
    await life.begins()
    await life.place("place.removed")
    changes = await life.place("place.added")
    cohort = await life.cohort()
    assert "I’m back" in words(posted(changes)[0])
    assert cohort.spaces == (TEAM.place,)
    assert (TEAM.place, f"welcome/{cohort.id}") in shown(changes)
    assert asks(changes, "members")
    assert unchanged(await life.place("place.added"))


async def test_a_removal_that_is_told_twice_happens_once(life: Story) -> None:
    await life.begins()
    await life.place("place.removed")
    assert unchanged(await life.place("place.removed"))


async def test_a_month_after_the_removal_everything_is_forgotten(life: Story) -> None:
    await told_much(life)
    await life.place("place.removed")
    await life.ring("cohorts.forget")
    for _ in range(9):
        await life.ring("cohorts.wipe")
    for kind in (Cohort, Membership, Agreement, Introduction):
        assert (await life.read.find(kind)).items == ()


async def test_a_month_after_a_removal_that_did_not_last_nothing_is_forgotten(life: Story) -> None:
    await life.begins()
    await life.place("place.removed")
    life.now += timedelta(days=2)
    await life.place("place.added")
    assert unchanged(await life.ring("cohorts.forget"))


async def test_a_cohort_that_lives_elsewhere_too_is_kept(life: Story) -> None:
    cohort = await life.begins()
    await life.press("spaces.here", origin=ELSEWHERE, cohort=cohort.id)
    await life.place("place.removed")
    await life.ring("cohorts.forget")
    assert (await life.cohort()).spaces == (ELSEWHERE.place,)
    assert await life.read.get(Space, TEAM.place) is None


async def test_a_cohort_lives_in_ten_places_at_most(life: Story) -> None:
    cohort = await life.begins()
    for n in range(10):
        place = Origin(place=f"teams:t1:more{n}")
        await life.press("spaces.here", origin=place, cohort=cohort.id)
    assert len((await life.cohort()).spaces) == 10


async def test_a_place_keeps_its_new_name(life: Story) -> None:
    await life.begins()
    await life.place("place.renamed", origin=Origin(place=TEAM.place, title="Late"))
    space = await life.read.get(Space, TEAM.place)
    assert space is not None
    assert space.title == "Late"


async def told_much(life: Story) -> None:
    """A cohort with a member, an agreement and an answer."""
    cohort = await life.begins()
    await life.joins(CEM)
    await life.fill("agreement.draft", {"lines": "We begin on time."}, cohort=cohort.id)
    await life.fill("introductions.open", {"days": "5"}, cohort=cohort.id)
    await life.fill("introductions.answer", {"text": "Hello."}, CEM, cohort=cohort.id)


async def test_the_agreement_says_what_is_heard_where_the_cohort_meets(life: Story) -> None:
    await life.begins()
    cohort = await life.joins(CEM)
    await life.fill("agreement.draft", {"lines": "One."}, cohort=cohort.id)
    unheard = words(await life.see(f"agreement/{cohort.id}"))
    await life.write("we were only talking", CEM, TEAM, mentioned=False)
    heard = words(await life.see(f"agreement/{cohort.id}"))
    assert "I hear only what mentions me." in unheard
    assert "I hear all that is written here." in heard


async def test_where_all_is_told_to_us_the_agreement_says_so_from_the_start(life: Story) -> None:
    origin = replace(TEAM, overheard=True)
    await life.place("place.added", origin=origin)
    cohort = await life.begins(origin)
    await life.fill("agreement.draft", {"lines": "One."}, cohort=cohort.id)
    assert "I hear all that is written here." in words(await life.see(f"agreement/{cohort.id}"))


async def test_a_forgotten_cohort_leaves_nothing_behind_that_names_it(life: Story) -> None:
    cohort = await life.begins()
    await life.joins(ADA)
    named = [kind for kind in RECORDS if "cohort" in kind.indexes and kind is not Space]
    alike = [kind for kind in RECORDS if "cohort" not in kind.indexes]
    await life.press("closing.open", ADA, chat(ADA), cohort=cohort.id)
    await life.fill("closing.answer", {"kept": "Three lines."}, ADA, chat(ADA), cohort=cohort.id)
    values = {"template": "three-stages", "first": "2026-03-09", "days": "0,1,2,3,4"}
    await life.fill("programmes.choose", values, ADA, chat(ADA), cohort=cohort.id)
    await life.place("place.removed")
    await life.ring("cohorts.forget")
    for _ in range(len(named)):
        await life.ring("cohorts.wipe")
    assert await life.read.get(Cohort, cohort.id) is None
    assert [kind for kind in named if (await life.read.find(kind, cohort=cohort.id)).items] == []
    assert [kind for kind in alike if await life.read.get(kind, cohort.id)] == []
