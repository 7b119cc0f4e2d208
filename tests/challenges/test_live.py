"""A challenge with everything running: what really stands in each place, and in each chat."""

from msgspec.structs import replace

from core.challenges.model import Challenge
from core.engine.ports import Shown
from tests.cohorts.story import CEM, DEE, TEAM, chat
from tests.cohorts.test_across_live import DAYS, EVE, Live, introduced
from tests.cohorts.test_across_live import live as running
from tests.people.world import BO

NOTES = "Notes get lost between two night shifts."
PHOTO = "Take a photo of the board."
live = running


async def named(live: Live) -> Challenge:
    """Cem has named a challenge without his name; Bo, Dee and Eve are members as well."""
    await introduced(live)
    args = {"cohort": (await live.cohort()).id}
    for who in (BO, DEE):
        await live.happens("press", "members.join", who, TEAM, args=args)
    values = {"situation": NOTES, "who": "nameless"}
    about = {**args, "draft": "1"}
    await live.happens("form", "challenges.name", CEM, TEAM, values=values, args=about)
    return (await live.store.reader("main").find(Challenge)).items[0]


async def card(live: Live, one: Challenge, place: str) -> str:
    shown = await live.store.reader("main").get(Shown, f"{place}|challenge/{one.id}")
    assert shown is not None
    return shown.ref


async def test_the_card_and_the_wall_stand_on_both_platforms(live: Live) -> None:
    one = await named(live)
    for window, place in ((live.teams, TEAM.place), (live.slack, DAYS.place)):
        assert NOTES in window.stands[await card(live, one, place)]
        assert any("What we work on" in text for text in window.stands.values())
        assert not any(NOTES in text and "Cem Sample" in text for text in window.stands.values())


async def test_a_reply_on_one_platform_is_an_idea_on_both(live: Live) -> None:
    one = await named(live)
    at = replace(DAYS, thread=await card(live, one, DAYS.place), message="eve-9")
    await live.happens("message", "message", EVE, at, text=PHOTO)
    assert PHOTO in live.teams.stands[await card(live, one, TEAM.place)]
    assert PHOTO in live.slack.stands[await card(live, one, DAYS.place)]
    await live.happens("message", "message.deleted", EVE, at)
    assert PHOTO not in live.teams.stands[await card(live, one, TEAM.place)]


async def test_how_it_went_stands_under_the_thread_and_goes_with_the_challenge(live: Live) -> None:
    one = await named(live)
    args = {"cohort": one.cohort, "challenge": one.id}
    values = {"best": "none", "step": "A camera."}
    await live.happens("form", "challenges.choose", CEM, chat(CEM), values=values, args=args)
    how = {**args, "how": "not"}
    await live.happens("press", "challenges.worked", CEM, chat(CEM), args=how)
    root = await card(live, one, TEAM.place)
    assert any("It didn’t work" in text for text in live.teams.below(root))
    back = {"situation": NOTES, "back": "true"}
    await live.happens("form", "challenges.change", CEM, chat(CEM), values=back, args=args)
    for window in (live.teams, live.slack):
        assert not any(NOTES in text for text in window.stands.values())
