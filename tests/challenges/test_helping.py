"""Helpers are asked by a fair rota, may pass, and are left alone when they are silent."""

from datetime import timedelta

from msgspec.structs import replace

from core.challenges.helping import posts
from core.challenges.model import Challenge, Help, Helper
from core.engine.ports import Actor, Changes
from tests.challenges.clinic import EVA, NOTES, Clinic, private, withdrawn
from tests.cohorts.story import CEM, DEE, TEAM, chat, said, unchanged, words
from tests.people.world import BO

FIN = Actor(account="teams:t1:fin", name="Fin Example", zone="Europe/Berlin")
GUS = Actor(account="teams:t1:gus", name="Gus Example", zone="Europe/Berlin")


async def asked(life: Clinic, text: str = NOTES, by: Actor = CEM) -> tuple[Challenge, Changes]:
    one, _ = await life.named(text, by)
    return one, await life.ring("challenges.helpers")


async def test_three_members_are_asked_privately_and_never_the_owner(life: Clinic) -> None:
    await life.gathers(FIN)
    one, changes = await asked(life)
    helpers = await life.helpers(one)
    assert len(helpers) == 3
    assert (await life.known(CEM)).id not in helpers
    assert private(changes) == [
        (person, f"help/{one.id}", "nudge") for person in sorted_by(changes)
    ]
    assert {job.until for job in changes.jobs if job.weight == "nudge"} == {
        life.now + timedelta(days=2)
    }


def sorted_by(changes: Changes) -> list[str]:
    return [person for person, _, _ in private(changes)]


async def test_the_next_challenge_goes_to_those_who_were_not_asked(life: Clinic) -> None:
    await life.gathers(FIN, GUS)
    first, _ = await asked(life)
    second, _ = await asked(life, "The printer is down.")
    assert not set(await life.helpers(first)) & set(await life.helpers(second))


async def test_over_many_rounds_everybody_has_the_same_turns(life: Clinic) -> None:
    await life.gathers(FIN, GUS)
    for n in range(6):
        one, _ = await asked(life, f"Trouble number {n}.", BO)
        await life.hands_in(
            "challenges.change", {"situation": "x", "back": "true"}, life.aim(one), BO
        )
        await life.ring("challenges.clear")
        life.now += timedelta(days=8)
    rows = (await life.read.find(Helper)).items
    bo = (await life.known(BO)).id
    counts = [row.asked for row in rows if row.person != bo]
    assert max(counts) - min(counts) <= 1
    assert sum(counts) == 18


async def test_of_those_asked_as_often_who_has_helped_less_comes_first(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    life.timers = {}
    await life.has_idea(one, DEE)
    rota = (await life.read.find(Helper, there="yes")).items
    assert rota[-1].person == (await life.known(DEE)).id


async def test_who_pauses_or_said_stop_is_not_asked(life: Clinic) -> None:
    await life.gathers()
    await life.press("people.pause", BO, chat(BO), weeks="2")
    await life.press("people.stop", DEE, chat(DEE))
    one, _ = await asked(life)
    assert await life.helpers(one) == await life.ids(EVA)


async def test_who_asks_without_a_name_is_nameless_to_helpers(life: Clinic) -> None:
    await life.gathers()
    one, _ = await asked(life)
    for who in (BO, DEE, EVA):
        card = words(await life.see(f"help/{one.id}", who))
        assert NOTES in card
        assert "Cem" not in card
    assert await life.see(f"help/{one.id}", CEM) is None


async def test_a_helper_accepts_and_the_card_thanks(life: Clinic) -> None:
    await life.gathers()
    one, _ = await asked(life)
    origin = replace(chat(DEE), slot=f"help/{one.id}")
    changes = await life.presses("challenges.help", one, DEE, origin)
    assert "A sentence is plenty" in said(changes)
    assert await life.helpers(one, "accepted") == await life.ids(DEE)


async def one_of(life: Clinic, asked: list[str]) -> Actor:
    """Somebody who was asked."""
    known = {(await life.ids(actor))[0]: actor for actor in (BO, DEE, EVA, FIN)}
    return next(known[id] for id in asked if id in known)


async def test_passing_is_fine_and_the_next_one_is_asked(life: Clinic) -> None:
    await life.gathers(FIN)
    one, _ = await asked(life)
    first = await life.helpers(one)
    who = await one_of(life, first)
    changes = await life.presses("challenges.pass", one, who)
    assert "somebody else" in said(changes)
    await life.ring("challenges.helpers")
    now = await life.helpers(one)
    assert len(now) == 3
    assert len(set(now) - set(first)) == 1


async def test_passing_twice_asks_one_more_and_not_two(life: Clinic) -> None:
    await life.gathers(FIN, GUS)
    one, _ = await asked(life)
    first = await life.helpers(one)
    who = await one_of(life, first)
    await life.presses("challenges.pass", one, who)
    await life.presses("challenges.pass", one, who)
    await life.ring("challenges.helpers")
    assert len(await life.helpers(one)) == 3


async def test_two_days_of_silence_end_it_and_others_are_asked(life: Clinic) -> None:
    await life.gathers(FIN, GUS)
    one, _ = await asked(life)
    first = await life.helpers(one)
    life.now += timedelta(days=2)
    await life.ring("challenges.lapse")
    await life.ring("challenges.helpers")
    assert sorted(await life.helpers(one, "lapsed")) == sorted(first)
    assert not set(await life.helpers(one)) & set(first)


async def test_nobody_is_asked_for_more_than_nine_times(life: Clinic) -> None:
    crowd = [Actor(account=f"teams:t1:p{n}", name=f"P{n}") for n in range(20)]
    await life.gathers(*crowd)
    one, _ = await asked(life)
    for _ in range(6):
        life.now += timedelta(days=2)
        await life.ring("challenges.lapse")
        await life.ring("challenges.helpers")
    assert len((await life.read.find(Help, challenge=one.id)).items) == 9


async def test_where_all_were_asked_this_week_it_looks_again_and_then_gives_up(
    life: Clinic,
) -> None:
    await life.gathers()
    await asked(life)
    two, changes = await asked(life, "The printer is down.", BO)
    assert await life.helpers(two) == await life.ids(CEM)
    three, changes = await asked(life, "Nobody answers.", DEE)
    assert await life.helpers(three) == []
    (again,) = changes.jobs
    assert again.due == life.now + timedelta(days=2)
    for _ in range(5):
        await life.ring("challenges.helpers")
    assert "challenges.helpers" not in {event.name for event in life.timers.values()}


async def test_a_late_yes_counts_and_one_after_the_end_is_told_so(life: Clinic) -> None:
    await life.gathers()
    one, _ = await asked(life)
    life.now += timedelta(days=2)
    await life.ring("challenges.lapse")
    await life.presses("challenges.help", one, DEE)
    assert await life.helpers(one, "accepted") == await life.ids(DEE)
    await life.presses("challenges.close", one, CEM)
    changes = await life.presses("challenges.help", one, EVA)
    assert unchanged(changes)
    assert "settled" in said(changes)


async def test_who_was_not_asked_may_help_all_the_same(life: Clinic) -> None:
    await life.gathers()
    one, _ = await life.named()
    assert said(await life.presses("challenges.help", one, DEE)) == words_of(posts.NOT_ASKED)
    assert said(await life.presses("challenges.pass", one, DEE)) == words_of(posts.NOT_ASKED)


def words_of(phrase: object) -> str:
    return str(getattr(phrase, "words", ""))


async def test_an_idea_answers_what_a_helper_was_asked(life: Clinic) -> None:
    await life.gathers()
    one, _ = await asked(life)
    await life.has_idea(one, DEE)
    assert await life.helpers(one, "answered") == await life.ids(DEE)


async def test_a_helper_who_leaves_is_replaced_and_not_asked_again(life: Clinic) -> None:
    cohort = await life.gathers(FIN)
    one, _ = await asked(life)
    first = await life.helpers(one)
    who = await one_of(life, first)
    await life.press("members.left", who, chat(who), cohort=cohort.id)
    await life.ring("challenges.left")
    await life.ring("challenges.helpers")
    assert (await life.ids(who))[0] not in await life.helpers(one)
    assert len(await life.helpers(one)) == 3
    assert (await life.ids(who))[0] not in [
        row.person for row in (await life.read.find(Helper, there="yes")).items
    ]


async def test_who_comes_back_keeps_their_place_in_the_rota(life: Clinic) -> None:
    cohort = await life.gathers()
    await asked(life)
    (dee,) = await life.ids(DEE)
    await life.press("members.left", DEE, chat(DEE), cohort=cohort.id)
    await life.ring("challenges.left")
    await life.press("members.join", DEE, TEAM, cohort=cohort.id)
    row = await life.read.get(Helper, f"{cohort.id}/{dee}")
    assert row is not None
    assert (row.there, row.asked) == ("yes", 1)


async def test_members_from_before_there_was_a_rota_are_asked_too(life: Clinic) -> None:
    await life.gathers()
    rows = (await life.read.find(Helper)).items
    await life.commit(Changes(deletes=rows))
    one, _ = await asked(life)
    assert sorted(await life.helpers(one)) == sorted(await life.ids(BO, DEE, EVA))


async def test_what_is_taken_back_is_taken_from_helpers_too(life: Clinic) -> None:
    await life.gathers()
    one, _ = await asked(life)
    values = {"situation": NOTES, "back": "true"}
    await life.hands_in("challenges.change", values, life.aim(one), CEM)
    changes = await life.ring("challenges.clear")
    assert f"help/{one.id}" in withdrawn(changes)
    assert (await life.read.find(Help)).items == ()
