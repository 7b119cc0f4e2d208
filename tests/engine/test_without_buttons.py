"""Places without buttons and without edits, and people who are called by name."""

from datetime import timedelta
from pathlib import Path

from msgspec.structs import replace

from core.engine.mentions import with_accounts
from core.engine.ports import (
    Choices,
    Deliver,
    Job,
    Moment,
    ToOrigin,
    ToPerson,
    ToPlace,
    ToThread,
    Viewer,
    Withdraw,
    show,
)
from core.message import (
    Bold,
    Buttons,
    Facts,
    Link,
    Mention,
    OpenForm,
    Post,
    Press,
    Text,
    say,
    verbatim,
)
from tests.engine.machine import (
    ADA,
    MONDAY,
    ROOM,
    Chat,
    Machine,
    line,
    machine,
    post_to,
    room,
    state,
)

JOIN = Press(verbatim("Join"), "join", {"cohort": "c1"})
ANSWER = OpenForm(verbatim("Answer"), "answer")
CARD = replace(
    line("A card", "card/1"),
    blocks=(Buttons((JOIN, Link(verbatim("Read"), "https://example.org"), ANSWER)),),
)
SHOW = show(ToPlace(ROOM), "card/1")


class Board:
    """A thing that changes."""

    def __init__(self, post: Post | None = CARD) -> None:
        self.post = post

    async def view(self, moment: Moment, slot: str, viewer: Viewer) -> Post | None:
        return self.post

    def says(self, words: str) -> None:
        self.post = line(words, "card/1")


async def numbers(m: Machine, ref: str, place: str = ROOM) -> Choices | None:
    return await m.store.reader("main").get(Choices, f"{place}|{ref}")


async def shown(m: Machine, job: Job = SHOW) -> None:
    await m.do(job)
    await m.settled()


# --- no buttons ---------------------------------------------------------------------------------


async def test_where_there_are_no_buttons_it_is_kept_what_each_number_means(tmp_path: Path) -> None:
    async with machine(tmp_path, view=Board().view, chat=Chat(buttons=False)) as m:
        await room(m)
        await shown(m)
        kept = await numbers(m, "m1")
    assert kept is not None
    assert kept.buttons == (JOIN, ANSWER)
    assert kept.slot == "card/1"


async def test_where_there_are_buttons_nothing_is_kept(tmp_path: Path) -> None:
    async with machine(tmp_path, view=Board().view) as m:
        await room(m)
        await shown(m)
        assert await numbers(m, "m1") is None


async def test_a_message_without_choices_keeps_no_numbers(tmp_path: Path) -> None:
    async with machine(tmp_path, chat=Chat(buttons=False)) as m:
        await room(m)
        await shown(m, post_to(ToPlace(ROOM), "Just words"))
        assert await numbers(m, "m1") is None


async def test_an_edit_takes_the_numbers_of_choices_away_that_it_no_longer_offers(
    tmp_path: Path,
) -> None:
    board = Board()
    async with machine(tmp_path, view=board.view, chat=Chat(buttons=False)) as m:
        await room(m)
        await shown(m)
        board.says("It is over")
        m.clock.forward(minutes=5)
        await shown(m)
        kept = await numbers(m, "m1")
    assert kept is not None
    assert kept.buttons == ()


async def test_an_answer_in_a_thread_has_numbers_of_its_own(tmp_path: Path) -> None:
    async with machine(tmp_path, chat=Chat(buttons=False)) as m:
        await room(m)
        await shown(m, Job(key="below", work=Deliver(ToPlace(ROOM), replace(CARD, slot=""))))
        kept = await numbers(m, "m1")
    assert kept is not None
    assert kept.slot == ""


async def test_below_a_persons_post_the_numbers_of_our_newest_answer_count(tmp_path: Path) -> None:
    theirs = ToOrigin(ROOM, "theirs")
    other = replace(CARD, slot="", blocks=(Buttons((ANSWER,)),))
    async with machine(tmp_path, chat=Chat(buttons=False)) as m:
        await room(m)
        await shown(m, Job(key="one", work=Deliver(theirs, replace(CARD, slot=""))))
        first = await numbers(m, "theirs")
        await shown(m, Job(key="two", work=Deliver(theirs, other)))
        second = await numbers(m, "theirs")
    assert first is not None
    assert second is not None
    assert (first.buttons, second.buttons) == ((JOIN, ANSWER), (ANSWER,))


async def test_an_answer_below_a_post_with_choices_leaves_them_as_they_are(tmp_path: Path) -> None:
    other = replace(CARD, slot="", blocks=(Buttons((ANSWER,)),))
    async with machine(tmp_path, view=Board().view, chat=Chat(buttons=False)) as m:
        await room(m)
        await shown(m)
        await shown(m, Job(key="two", work=Deliver(ToOrigin(ROOM, "m1"), other)))
        kept = await numbers(m, "m1")
    assert kept is not None
    assert kept.buttons == (JOIN, ANSWER)


async def test_buttons_that_may_vanish_are_remembered_by_their_chat(tmp_path: Path) -> None:
    async with machine(tmp_path, view=Board().view, chat=Chat(edits=False)) as m:
        await room(m)
        await shown(m)
        kept = await numbers(m, "")
    assert kept is not None
    assert kept.buttons == (JOIN, ANSWER)


# --- no edits -----------------------------------------------------------------------------------


async def test_where_nothing_is_edited_a_change_is_posted_anew_after_an_hour(
    tmp_path: Path,
) -> None:
    board = Board()
    async with machine(tmp_path, view=board.view, chat=Chat(edits=False)) as m:
        await room(m)
        await shown(m)
        board.says("Second")
        m.clock.forward(minutes=10)
        await shown(m)
        assert await state(m, SHOW.key) == "held"
        board.says("Third")
        m.clock.forward(minutes=20)
        await shown(m)
        assert [text for _, text in m.chat.sent] == ["A card"]
        m.clock.forward(minutes=30)
        await m.settled()
        assert [text for _, text in m.chat.sent] == ["A card", "Third"]
        assert m.chat.stands == {"m1": "A card", "m2": "Third"}


async def test_where_nothing_is_edited_the_same_is_not_posted_twice(tmp_path: Path) -> None:
    async with machine(tmp_path, view=Board().view, chat=Chat(edits=False)) as m:
        await room(m)
        await shown(m)
        m.clock.forward(hours=2)
        await shown(m)
        due = await m.store.job("main", SHOW.key)
        assert due is not None
        assert (due.state, due.why) == ("sent", "unchanged")
        assert len(m.chat.sent) == 1


async def test_who_pressed_a_button_in_private_does_not_wait_an_hour(tmp_path: Path) -> None:
    board = Board()
    mine = show(ToPerson("ada"), "card/1", weight="answer")
    async with machine(tmp_path, view=board.view, chat=Chat(edits=False)) as m:
        await shown(m, mine)
        board.says("Saved")
        m.clock.forward(minutes=1)
        await shown(m, mine)
        assert [text for _, text in m.chat.sent] == ["A card", "Saved"]


async def test_what_nobody_asked_for_waits_in_private_as_well(tmp_path: Path) -> None:
    board = Board()
    mine = show(ToPerson("ada"), "card/1")
    async with machine(tmp_path, view=board.view, chat=Chat(edits=False)) as m:
        await shown(m, mine)
        board.says("A number has changed")
        m.clock.forward(minutes=1)
        await shown(m, mine)
        assert await state(m, mine.key) == "held"


async def test_where_nothing_can_be_taken_away_it_stays(tmp_path: Path) -> None:
    async with machine(tmp_path, view=Board().view, chat=Chat(edits=False)) as m:
        await room(m)
        await shown(m)
        await shown(m, Job(key="away", work=Withdraw(ToPlace(ROOM), "card/1")))
        assert await state(m, "away") == "skipped"
        assert "m1" in m.chat.stands


async def test_below_a_message_that_was_never_posted_nothing_is_posted(tmp_path: Path) -> None:
    async with machine(tmp_path, chat=Chat(edits=False)) as m:
        await room(m)
        await shown(m, post_to(ToThread(ROOM, "card/1"), "below"))
        assert await state(m, "below") == "skipped"


# --- in the middle of something -------------------------------------------------------------------


async def test_a_nudge_waits_until_the_person_is_done_with_something_else(tmp_path: Path) -> None:
    async with machine(tmp_path) as m:
        m.people.busy_until = MONDAY + timedelta(minutes=20)
        await shown(m, post_to(ToPerson("ada"), "A nudge", weight="nudge"))
        await shown(m, post_to(ToPerson("ada"), "An answer", weight="answer"))
        assert await state(m, "A nudge") == "held"
        assert [text for _, text in m.chat.sent] == ["An answer"]
        m.clock.forward(minutes=20)
        await m.settled()
        assert [text for _, text in m.chat.sent] == ["An answer", "A nudge"]


# --- mentions -----------------------------------------------------------------------------------


def test_a_mention_is_filled_in_wherever_it_stands() -> None:
    ada = Mention("ada", "Ada")
    words = say("test", "{who}", who=say("test.in", "{who}", who=ada))
    post = Post(summary=words, blocks=(Text(words), Facts(((words, verbatim("x")),))))
    filled = with_accounts(post, {"ada": ADA})
    assert str(filled).count(f"account='{ADA}'") == 3
    assert with_accounts(filled, {}) == post


class Naming(Chat):
    """A chat system that shows whom it would notify."""

    def render(self, post: Post, viewer: Viewer) -> dict[str, object]:
        who = post.summary.args["who"]
        return {"text": f"@{who.account}" if isinstance(who, Mention) and who.account else "plain"}


async def test_who_is_mentioned_is_called_by_the_account_of_that_platform(tmp_path: Path) -> None:
    post = line("x")
    post = replace(post, summary=say("test", "{who}", who=Mention("ada", "Ada")))
    async with machine(tmp_path, chat=Naming()) as m:
        m.people.accounts = ("other:t1:ada", "fake:t2:ada", ADA)
        await room(m)
        await shown(m, Job(key="mention", work=Deliver(ToPlace(ROOM), post)))
        assert m.chat.sent == [(ROOM, f"@{ADA}")]


async def test_who_is_not_on_a_platform_stays_plain_words(tmp_path: Path) -> None:
    for_nobody = say("test", "{who}", who=Mention("nobody", "Nobody"))
    for_others = say("test", "{who}", who=Mention("bo", "Bo"))
    async with machine(tmp_path, chat=Naming()) as m:
        m.people.accounts = ("other:t1:bo",)
        await room(m)
        for n, words in enumerate((for_nobody, for_others)):
            post = replace(line("x"), summary=words)
            await shown(m, Job(key=f"m{n}", work=Deliver(ToPlace(ROOM), post)))
        assert m.chat.sent == [(ROOM, "plain"), (ROOM, "plain")]


def test_a_post_without_a_mention_is_left_as_it_is() -> None:
    post = replace(line("x"), summary=say("test", "{a}", a=Bold("b")))
    assert with_accounts(post, {}) == post
