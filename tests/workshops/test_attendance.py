"""Being there by the code that is shown; catching up counts the same."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from core.cohorts.workshops.attendance import posts
from core.cohorts.workshops.corners import report
from core.cohorts.workshops.signup.model import ATTENDED
from core.engine.ports import Actor, Changes, Tally
from core.message import Anchor, Link, plain
from tests.cohorts.story import (
    CEM,
    DEE,
    TEAM,
    Story,
    actions,
    buttons,
    chat,
    form,
    said,
    told,
    unchanged,
    words,
)
from tests.people.world import ADA, BO
from tests.workshops.session import (
    AFTER,
    EVE,
    STARTS,
    calls_off,
    ended,
    how,
    planned,
    private,
    signs,
    workshop,
)

VIDEO = "https://video.example.org/7"


async def here(life: Story, who: Actor, code: str = "") -> Changes:
    code = code or (await workshop(life)).code
    return await life.write(f"here {code}", who, chat(who))


async def attended(life: Story) -> int:
    return await life.read.tally(ATTENDED, (await workshop(life)).id)


async def test_ada_sees_the_code_and_nobody_else_does(life: Story) -> None:
    one = await planned(life)
    shown = await life.press("workshops.code", ADA, TEAM, workshop=one.id)
    assert one.code in told(shown)
    assert one.code not in said(shown)
    for action in ("code", "open"):
        seen = await life.press(f"workshops.{action}", CEM, chat(CEM), workshop=one.id)
        assert one.code not in said(seen) + told(seen)
    assert await life.see(f"workshop-code/{one.id}", CEM) is None


async def test_who_writes_the_code_in_the_session_was_there(life: Story) -> None:
    await planned(life)
    life.now = STARTS + timedelta(minutes=10)
    assert said(await here(life, BO)) == posts.HERE.words
    assert await how(life, BO) == "session"
    assert await attended(life) == 1


async def test_the_code_counts_online_and_without_a_sign_up_as_well(life: Story) -> None:
    await planned(life)
    await signs(life, "online", CEM)
    life.now = STARTS
    await here(life, CEM)
    await here(life, DEE)
    assert [await how(life, who) for who in (CEM, DEE)] == ["session", "session"]


async def test_by_a_button_the_code_is_asked_for(life: Story) -> None:
    one = await planned(life)
    life.now = STARTS
    opened = form(await life.press("workshops.here", BO, TEAM, workshop=one.id))
    assert [field.name for field in opened.fields] == ["code"]
    values = {"code": f" {one.code.lower()} "}
    await life.hands_in("workshops.here", values, opened.args, BO, TEAM)
    assert await how(life, BO) == "session"


async def test_written_twice_it_counts_once(life: Story) -> None:
    await planned(life)
    life.now = STARTS
    await here(life, BO)
    assert unchanged(await here(life, BO))
    assert await attended(life) == 1


@pytest.mark.parametrize("minutes", [-16, 121])
async def test_outside_the_session_the_code_does_not_count(life: Story, minutes: int) -> None:
    await planned(life)
    life.now = STARTS + timedelta(minutes=minutes)
    assert unchanged(await here(life, BO))
    assert await how(life, BO) == ""


@pytest.mark.parametrize("minutes", [-15, 119])
async def test_a_little_early_or_late_is_fine(life: Story, minutes: int) -> None:
    await planned(life)
    life.now = STARTS + timedelta(minutes=minutes)
    if minutes > 0:
        await life.ring("workshops.ends")
    await here(life, BO)
    assert await how(life, BO) == "session"


async def test_a_wrong_code_is_a_sentence_and_many_are_too_many(life: Story) -> None:
    await planned(life)
    life.now = STARTS
    for _ in range(10):
        assert said(await here(life, BO, "ZZZZZ")) == posts.WRONG.words
    assert said(await here(life, BO)) == posts.WAIT.words
    life.now += timedelta(minutes=61)
    await here(life, BO)
    assert await how(life, BO) == "session"


async def test_the_code_of_another_cohort_is_a_wrong_one(life: Story) -> None:
    await planned(life, BO)
    life.now = STARTS
    assert said(await here(life, EVE)) == posts.WRONG.words


async def test_the_code_of_what_was_called_off_is_a_wrong_one(life: Story) -> None:
    await planned(life)
    await calls_off(life)
    life.now = STARTS
    assert said(await here(life, BO)) == posts.WRONG.words


async def test_the_word_without_a_code_says_how(life: Story) -> None:
    await planned(life)
    assert "here 7KQ4M" in said(await life.write("here", BO, chat(BO)))
    changes = await life.fill("workshops.here", {"code": " \u202e "}, BO, chat(BO))
    assert set(form(changes).errors) == {"code"}


@pytest.mark.parametrize("code", ["x" * 100_000, "../..", "{}", "7" * 9])
async def test_a_code_that_is_none_does_no_harm(life: Story, code: str) -> None:
    await planned(life)
    life.now = STARTS
    changes = await life.fill("workshops.here", {"code": code}, BO, chat(BO))
    assert await how(life, BO) == ""
    assert changes.reply is not None


async def test_a_code_cannot_be_worked_out_from_what_people_see(life: Story) -> None:
    one = await planned(life)
    post = await life.seen(f"workshop/{one.id}")
    assert one.code not in words(post)
    assert all(one.code not in str(button) for button in buttons(post))


# --- catching up ----------------------------------------------------------------------------------


async def recorded(life: Story, link: str = VIDEO) -> Changes:
    args = {"workshop": (await workshop(life)).id}
    return await life.hands_in("workshops.record", {"link": link}, args, ADA, chat(ADA))


async def test_those_who_were_not_there_are_offered_the_recording(life: Story) -> None:
    one = await planned(life)
    await signs(life, "room", BO, CEM)
    await signs(life, "no", DEE)
    life.now = STARTS
    await here(life, BO)
    await ended(life)
    await recorded(life)
    offered = private(await life.ring("workshops.catch"), "workshop-catch")
    absent = {(await life.known(who)).id for who in (CEM, DEE)}
    assert set(offered) == {(person, "nudge") for person in absent}
    card = await life.seen(f"workshop-catch/{one.id}", CEM)
    assert VIDEO in [b.url for b in buttons(card) if isinstance(b, Link)]
    assert await life.see(f"workshop-catch/{one.id}", BO) is None


async def test_catching_up_asks_the_same_and_counts_the_same(life: Story) -> None:
    one = await planned(life)
    await ended(life)
    await recorded(life)
    there = form(await life.press("workshops.leave", BO, TEAM, workshop=one.id))
    later = form(await life.press("workshops.catch_up", CEM, TEAM, workshop=one.id))
    assert [f.name for f in there.fields] == [f.name for f in later.fields]
    assert later.intro is not None
    assert any(isinstance(it, Anchor) and it.url == VIDEO for it in later.intro.args.values())
    values = {"left": "", "takes": "Three lines do."}
    await life.hands_in("workshops.catch_up", values, later.args, CEM, chat(CEM))
    assert await how(life, CEM) == "catch_up"
    assert await attended(life) == 1
    assert "1 were there or caught up" in words(await life.see(f"desk/{one.cohort}", ADA))


async def test_who_was_there_and_watches_again_counts_once(life: Story) -> None:
    one = await planned(life)
    life.now = STARTS
    await here(life, BO)
    await ended(life)
    await recorded(life)
    args = {"workshop": one.id}
    await life.hands_in("workshops.catch_up", {"takes": "More."}, args, BO, chat(BO))
    assert (await how(life, BO), await attended(life)) == ("session", 1)


async def test_what_somebody_takes_along_is_theirs_alone(life: Story) -> None:
    one = await planned(life)
    await ended(life)
    await recorded(life)
    args = {"workshop": one.id}
    values = {"left": "Who holds the pen?", "takes": "Three lines do."}
    await life.hands_in("workshops.catch_up", values, args, CEM, TEAM)
    for slot in (f"workshop-after/{one.id}", f"workshop/{one.id}"):
        assert "Three lines do." not in words(await life.see(slot))
    assert "Three lines do." not in words(await life.see(f"desk/{one.cohort}", ADA))
    assert "Who holds the pen?" in words(await life.see(f"workshop-after/{one.id}"))


async def test_without_a_recording_there_is_nothing_to_catch_up_with(life: Story) -> None:
    one = await planned(life)
    await ended(life)
    args = {"workshop": one.id}
    values = {"takes": "I skipped it."}
    assert unchanged(await life.hands_in("workshops.catch_up", values, args, CEM, TEAM))
    assert "workshops.catch_up" not in actions(await life.seen(f"workshop-after/{one.id}"))


@pytest.mark.parametrize("link", ["", "javascript:alert(1)", "x" * 600, "https://" + "x" * 500])
async def test_a_recording_that_leads_nowhere_is_refused(life: Story, link: str) -> None:
    await planned(life)
    await ended(life)
    assert set(form(await recorded(life, link)).errors) == {"link"}
    assert (await workshop(life)).recording == ""


async def test_a_recording_comes_after_the_session_and_is_announced_once(life: Story) -> None:
    await planned(life)
    assert unchanged(await recorded(life))
    life.now = AFTER
    await ended(life)
    await recorded(life)
    again = await recorded(life, f"{VIDEO}8")
    assert not [job for job in again.jobs if job.key.startswith("workshops.catch")]


async def test_members_cannot_add_a_recording(life: Story) -> None:
    one = await planned(life)
    await ended(life)
    args = {"workshop": one.id}
    assert unchanged(await life.hands_in("workshops.record", {"link": VIDEO}, args, CEM, TEAM))


async def test_a_guest_of_the_cohort_may_be_there_too(life: Story) -> None:
    await planned(life)
    life.now = STARTS
    await here(life, replace(DEE, guest=True))
    assert await how(life, DEE) == "session"


async def test_the_closing_report_counts_no_few(life: Story) -> None:
    one = await planned(life)
    await ended(life)
    few, many = (Tally(board=ATTENDED, subject=one.id, by=by) for by in (4, 1))
    await life.commit(Changes(tallies=(few,)))
    assert await report(life.moment(), await life.cohort()) == ()
    await life.commit(Changes(tallies=(many,)))
    (line,) = await report(life.moment(), await life.cohort())
    assert plain(line).startswith("Workshops: 1.")
