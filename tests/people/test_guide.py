"""Help, status and why: what people ask about themselves."""

from datetime import timedelta

from msgspec.structs import replace

from core.engine.ports import Changes, Deliver, Diary, Done, Say, Told, ToPerson
from core.message import Button, say
from core.people.guide.handlers import status
from core.people.model import Person
from core.people.posts import privately
from tests.people.world import ADA, CHANNEL, MONDAY, World, said, told


async def test_help_says_what_can_be_done_in_a_private_chat(life: World) -> None:
    assert "why you got a message" in said(await life.press("people.help"))


async def test_help_in_a_channel_says_that_personal_matters_go_elsewhere(life: World) -> None:
    changes = await life.press("people.help", origin=CHANNEL)
    assert "private chat" in said(changes)
    assert "hours" not in said(changes)


async def test_without_a_cohort_status_says_how_to_join_one(life: World) -> None:
    assert "write join and the code" in said(await life.press("people.status"))


async def test_status_tells_what_each_slice_has_to_tell(life: World) -> None:
    async def tell(read: object, person: Person) -> tuple[object, ...]:
        return (say("test.line", "{name}: introductions are open", name=person.name),)

    async def none(moment: object, person: Person) -> tuple[Button, ...]:
        return ()

    event = life.event("press", "people.status")
    changes = await status((tell,), none, event, life.moment(), Person(id="p", name="Ada"))  # type: ignore[arg-type]
    assert "Ada: introductions are open" in said(changes)


async def test_status_says_that_somebody_pauses(life: World) -> None:
    await life.press("people.pause", weeks="1")
    assert "nothing unasked until" in said(await life.press("people.status"))


async def test_why_lists_the_last_messages_with_their_reasons(life: World) -> None:
    await life.press("people.help")
    ada = await life.known()
    told = Told(
        at=MONDAY,
        summary=say("test.what", "An agreement waits"),
        purpose=say("test.why", "So that all know how you work."),
    )
    older = Told(at=MONDAY - timedelta(days=1), summary=say("test.old", "A question"))
    await life.commit(Changes(saves=(Diary(id=ada.id, told=(told, older)),)))
    answer = said(await life.press("people.why"))
    assert "An agreement waits. So that all know how you work." in answer
    assert "A question." in answer


async def test_why_counts_the_messages_of_the_persons_own_week(life: World) -> None:
    await life.press("people.help")
    ada = await life.known()
    await life.sent(ada, 2, "sent/2026-W10")
    await life.sent(ada, 9, "sent/2026-W09")
    assert "This week: 2 of at most 3" in said(await life.press("people.why"))


async def test_why_says_so_when_nothing_was_sent(life: World) -> None:
    assert "haven’t written to you" in said(await life.write("Warum?"))


async def test_what_is_personal_is_answered_in_private(life: World) -> None:
    for name in ("status", "why", "settings", "pause", "privacy", "export", "erase"):
        changes = await life.press(f"people.{name}", origin=CHANNEL)
        ada = await life.known()
        assert changes.reply == Done(privately())
        assert [job.work.target for job in changes.jobs if isinstance(job.work, Deliver)] == [
            ToPerson(ada.id)
        ]
        assert {job.weight for job in changes.jobs} == {"answer"}
        assert told(changes)


async def test_installed_for_oneself_says_hello_once(life: World) -> None:
    first = await life.happens(life.event("place", "place.added"))
    again = await life.happens(life.event("place", "place.added"))
    assert "Hi Ada Example, I’m Coterie." in said(first)
    assert again.reply is None


async def test_in_a_channel_nobody_is_greeted_by_name(life: World) -> None:
    changes = await life.happens(life.event("place", "place.added", ADA, CHANNEL))
    assert "Ada" not in said(changes) + told(changes)


async def test_who_came_along_without_a_name_is_greeted_all_the_same(life: World) -> None:
    nameless = replace(ADA, name="")
    changes = await life.happens(life.event("place", "place.added", nameless))
    assert "Hi, I’m Coterie." in said(changes)


async def test_thanks_are_welcome(life: World) -> None:
    assert said(await life.write("Thank you!")) == "You’re welcome."


async def test_words_that_mean_nothing_are_answered_honestly(life: World) -> None:
    changes = await life.write("could you maybe order a pizza for the whole team")
    assert isinstance(changes.reply, Say)
    assert "only know a few words" in said(changes)
