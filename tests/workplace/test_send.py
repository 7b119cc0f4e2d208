"""What leaves for Workplace, and how it stands there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.errors import Gone, NotAllowed, RetryLater, Uncertain, Unreachable
from core.engine.ports import Address, Sent, Viewer
from core.message import (
    Bullets,
    Buttons,
    Heading,
    Image,
    Link,
    Mention,
    OpenForm,
    Post,
    Press,
    Quote,
    Text,
    Video,
    say,
    verbatim,
)
from tests.fakes.graph import FakeGraph
from tests.fakes.graph_rules import buttons, markdown, mentions, words
from tests.fakes.graph_world import COMMUNITY, Group, Human
from tests.workplace.bot import Bot
from workplace.marker import SIGNS, marker
from workplace.scene import chat, group, private, thread
from workplace.send import together

ADA, BO = Human("Ada Example"), Human("Bo Sample")
KEY = "show/place/card"
HI = Post(summary=verbatim("Hi"), blocks=(Text(verbatim("Six weeks.")),))
PRESS = Press(verbatim("Join"), "members.join", {"cohort": "1"})
CARD = Post(
    summary=verbatim("Better handovers"),
    blocks=(Heading(verbatim("Better handovers")), Buttons((PRESS,))),
    slot="welcome/1",
)


@pytest.fixture
def place(graph: FakeGraph) -> Group:
    return graph.world.group(ADA, BO)


def there(place: Group) -> Address:
    return group(COMMUNITY, place.id)


async def sent(bot: Bot, address: Address, post: Post = HI, **more: str) -> Sent:
    payload = bot.platform.render(post, Viewer())
    return await bot.platform.send(address, payload, **({"key": KEY} | more))


def plain(text: str) -> str:
    """Without what nobody sees."""
    return text.translate(dict.fromkeys(map(ord, SIGNS)))


# --- groups -----------------------------------------------------------------------------------


async def test_a_post_stands_in_the_group_in_markdown(
    graph: FakeGraph, bot: Bot, place: Group
) -> None:
    made = await sent(bot, there(place), CARD)
    post = graph.world.post(made.ref)

    assert made.ref.startswith(f"{place.id}_")
    assert plain(post.message).startswith("# Better handovers\n")
    assert "1. Join" in post.message
    assert post.fields == {"formatting": "MARKDOWN"}


async def test_a_post_is_edited_in_place_and_taken_away(
    graph: FakeGraph, bot: Bot, place: Group
) -> None:
    ref = (await sent(bot, there(place), CARD)).ref
    again = await sent(bot, there(place), HI, replace=ref)
    post = graph.world.post(ref)

    assert (again.ref, post.edits, post.message) == (ref, 1, "Six weeks.")
    await bot.platform.withdraw(there(place), ref)
    await bot.platform.withdraw(there(place), ref)
    await bot.platform.withdraw(there(place), "")
    assert post.deleted
    with pytest.raises(Gone):
        await sent(bot, there(place), HI, replace=ref)


async def test_an_answer_in_a_thread_is_a_comment_and_can_be_edited(
    graph: FakeGraph, bot: Bot, place: Group
) -> None:
    root = (await sent(bot, there(place), CARD)).ref
    comment = (await sent(bot, there(place), HI, thread=root, key="answer/1")).ref
    reply = (await sent(bot, there(place), HI, thread=comment, key="answer/2")).ref
    await sent(bot, there(place), CARD, replace=comment)

    assert graph.world.post(comment).above == root
    assert graph.world.post(reply).above == comment
    assert graph.world.post(comment).edits == 1


@pytest.mark.parametrize(
    ("blocks", "fields"),
    [
        (
            (
                Video(url="https://film.example/1", title=verbatim("Film")),
                Image(url="https://pictures.example/1.png", alt=verbatim("A")),
                Image(url="https://pictures.example/2.png", alt=verbatim("B")),
            ),
            {"attachment_url": "https://pictures.example/1.png"},
        ),
        (
            (Video(url="https://film.example/1", title=verbatim("Film")),),
            {"link": "https://film.example/1"},
        ),
        ((Image(url="file:///etc/passwd", alt=verbatim("no")),), {}),
    ],
)
async def test_one_picture_or_one_film_goes_with_a_post(
    graph: FakeGraph, bot: Bot, place: Group, blocks: tuple[Image | Video, ...], fields: object
) -> None:
    post = Post(summary=verbatim("x"), blocks=(Text(verbatim("Look.")), *blocks))
    made = await sent(bot, there(place), post)
    assert graph.world.post(made.ref).fields == {"formatting": "MARKDOWN"} | dict(fields)  # type: ignore[call-overload]


async def test_the_same_text_under_the_same_key_is_taken_as_sent(
    graph: FakeGraph, bot: Bot, place: Group
) -> None:
    first = await sent(bot, there(place))
    again = await sent(bot, there(place))
    other = await sent(bot, there(place), key="show/place/other")

    assert again.ref == first.ref
    assert other.ref != first.ref
    assert len(graph.world.standing(place)) == 2


async def test_an_edit_that_changes_nothing_is_taken_as_sent(
    graph: FakeGraph, bot: Bot, place: Group
) -> None:
    ref = (await sent(bot, there(place))).ref
    graph.fail(400, 506)
    assert (await sent(bot, there(place), replace=ref)).ref == ref


async def test_a_post_without_an_answer_is_found_by_what_nobody_sees(
    graph: FakeGraph, bot: Bot, place: Group
) -> None:
    platform, payload = bot.platform, bot.platform.render(HI, Viewer())
    graph.fail(502, html=True, accepted=True)
    with pytest.raises(Uncertain):
        await platform.send(there(place), payload, key=KEY)
    found = await platform.find(there(place), KEY)

    assert found == graph.world.standing(place)[0].id
    assert await platform.find(there(place), "another") is None
    graph.clock += 3600
    assert await platform.find(there(place), KEY) is None


async def test_a_comment_without_an_answer_is_found_too(
    graph: FakeGraph, bot: Bot, place: Group
) -> None:
    platform, payload = bot.platform, bot.platform.render(HI, Viewer())
    root = (await platform.send(there(place), payload, key=KEY)).ref
    graph.fail(502, html=True, accepted=True)
    with pytest.raises(Uncertain):
        await platform.send(there(place), payload, thread=root, key="answer/1")

    assert await platform.find(there(place), "answer/1") == graph.world.standing(place, root)[0].id


async def test_a_group_of_several_companies_takes_nothing(graph: FakeGraph, bot: Bot) -> None:
    shared = graph.world.group(ADA, purpose="WORK_MULTI_COMPANY")
    with pytest.raises(NotAllowed, match="multi-company"):
        await sent(bot, there(shared))


async def test_another_community_is_out_of_reach(graph: FakeGraph, bot: Bot) -> None:
    before = len(graph.calls)
    with pytest.raises(Unreachable):
        await sent(bot, group("666", "1"))
    assert len(graph.calls) == before


def test_the_marker_is_the_keys_own_and_nothing_to_see() -> None:
    marks = {marker(f"key/{n}") for n in range(1000)}
    assert len(marks) == 1000
    assert {len(mark) for mark in marks} == {24}
    assert set("".join(marks)) == set(SIGNS)


# --- words of people --------------------------------------------------------------------------

HOSTILE = (
    "@[{bo}]",
    "@[{bo}:1:Bo]",
    "[win](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "# Everyone",
    "| a | b |",
    "<script>alert(1)</script>",
)


@pytest.mark.parametrize("words_", HOSTILE)
async def test_what_people_write_calls_nobody_and_links_nowhere(
    graph: FakeGraph, bot: Bot, place: Group, words_: str
) -> None:
    text = words_.format(bo=BO.id)
    post = Post(
        summary=verbatim(text),
        blocks=(
            Heading(verbatim(text)),
            Text(say("t.x", "{a}", a=text)),
            Bullets((verbatim(text),)),
            Quote(text, verbatim(text)),
        ),
    )
    root = await sent(bot, there(place), post)
    comment = await sent(bot, there(place), post, thread=root.ref, key="k2")
    message = await sent(bot, private(ADA.account), post, key="k3")

    for ref in (root.ref, comment.ref):
        written = graph.world.post(ref).message
        assert mentions(written) == []
        assert "](https://evil" not in written
    assert message.ref
    assert mentions(words(graph.world.wrote(ADA)[0])) == []


async def test_a_mention_of_ours_calls_them(graph: FakeGraph, bot: Bot, place: Group) -> None:
    thanks = say("t.m", "Thank you, {who}.", who=Mention("p1", BO.name, BO.account))
    made = await sent(bot, there(place), Post(summary=verbatim("x"), blocks=(Text(thanks),)))
    assert mentions(graph.world.post(made.ref).message) == [BO.id]


@given(st.text(max_size=300))
def test_no_text_makes_markdown_that_workplace_does_not_know(text: str) -> None:
    from cards import workplace  # noqa: PLC0415 - only here

    post = Post(summary=verbatim("x"), blocks=(Text(verbatim(text)), Quote(text, verbatim("Bo"))))
    written = workplace.group_post(post, Viewer())["message"]
    markdown(written)
    assert mentions(written) == []


# --- chats ------------------------------------------------------------------------------------


async def test_a_private_message_has_buttons(graph: FakeGraph, bot: Bot, place: Group) -> None:
    address = await bot.platform.reach(ADA.account, None)
    made = await sent(bot, address, CARD)
    (said,) = graph.world.said

    assert (said.id, said.to, said.type) == (made.ref, ADA.id, "UPDATE")
    assert [one["title"] for one in buttons(said.message)] == ["Join"]
    assert address == Address(id=ADA.account, ref=chat(COMMUNITY, ADA.id).ref)


async def test_many_choices_are_quick_replies(graph: FakeGraph, bot: Bot, place: Group) -> None:
    many = tuple(OpenForm(verbatim(f"No {n}"), "do", {"n": str(n)}) for n in range(6))
    post = Post(summary=verbatim("x"), blocks=(Text(verbatim("Which?")), Buttons(many)))
    await sent(bot, private(ADA.account), post)
    assert len(graph.world.wrote(ADA)[0]["quick_replies"]) == 6


LONG = Post(
    summary=verbatim("x"),
    blocks=(
        Heading(verbatim("Title")),
        Image(url="https://pictures.example/1.png", alt=verbatim("A picture")),
        Text(verbatim("word " * 200)),
        Buttons((PRESS, Link(verbatim("Open"), "https://course.example"))),
    ),
)


@pytest.mark.parametrize("done", [0, 1, 2])
async def test_a_long_card_is_several_messages_and_a_second_try_repeats_none(
    graph: FakeGraph, bot: Bot, place: Group, done: int
) -> None:
    platform, payload = bot.platform, bot.platform.render(LONG, Viewer())
    await platform.send(private(ADA.account), payload, key="whole")
    graph.fail(403, 551, only="messages", skip=done)
    with pytest.raises(Unreachable):
        await platform.send(private(BO.account), payload, key=KEY)
    made = await platform.send(private(BO.account), payload, key=KEY)

    assert len(graph.world.wrote(ADA)) == 3
    assert graph.world.wrote(BO) == graph.world.wrote(ADA)
    assert made.ref == graph.world.said[-1].id


async def test_a_second_try_of_something_else_begins_anew(
    graph: FakeGraph, bot: Bot, place: Group
) -> None:
    platform = bot.platform
    graph.fail(403, 551, only="messages", skip=1)
    with pytest.raises(Unreachable):
        await platform.send(private(ADA.account), platform.render(LONG, Viewer()), key=KEY)
    await platform.send(private(ADA.account), platform.render(HI, Viewer()), key=KEY)
    assert words(graph.world.wrote(ADA)[-1]) == "Six weeks."


async def test_a_chat_of_several_is_made_once_and_kept_by_its_key(
    graph: FakeGraph, bot: Bot, place: Group
) -> None:
    first = await sent(bot, together(COMMUNITY, (ADA.id, BO.id)), LONG)
    kept, place_ = first.learned
    await sent(bot, kept, key="k2")
    await sent(bot, place_, key="k3")

    assert len(graph.world.threads) == 1
    assert {said.to for said in graph.world.said} == {kept.ref["thread"]}
    assert len(graph.world.said) == 5
    assert place_ == thread(COMMUNITY, kept.ref["thread"])


async def test_a_chat_of_several_that_broke_off_goes_on_in_the_same_chat(
    graph: FakeGraph, bot: Bot, place: Group
) -> None:
    platform, payload = bot.platform, bot.platform.render(LONG, Viewer())
    address = together(COMMUNITY, (ADA.id, BO.id))
    graph.fail(403, 551, only="messages", skip=1)
    with pytest.raises(Unreachable):
        await platform.send(address, payload, key=KEY)
    made = await platform.send(address, payload, key=KEY)

    assert len(graph.world.threads) == 1
    assert len(graph.world.said) == 3
    assert [one.ref["thread"] for one in made.learned] == list(graph.world.threads) * 2


async def test_emoji_count_twice_and_what_is_cut_shows_it(
    graph: FakeGraph, bot: Bot, place: Group
) -> None:
    smiles = verbatim("\U0001f600" * 1900)
    press = Press(verbatim("\U0001f600" * 15), "people.help")
    card = Post(summary=smiles, blocks=(Text(smiles), Buttons((press,))))
    await sent(bot, private(ADA.account), card)
    text, asked = graph.world.wrote(ADA)
    assert words(text).endswith("…")
    assert next(iter(buttons(asked)))["title"].endswith("…")


async def test_what_finds_a_post_again_is_no_part_of_an_address_at_its_end(
    graph: FakeGraph, bot: Bot, place: Group
) -> None:
    link = Post(
        summary=verbatim("x"), blocks=(Buttons((Link(verbatim("Read"), "https://a.example"),)),)
    )
    above = await sent(bot, there(place))
    made = await sent(bot, there(place), link, thread=above.ref, key="k2")
    assert graph.world.post(made.ref).message.endswith(f"(https://a.example) {marker('k2')}")


async def test_a_chat_edits_nothing_and_looks_for_nothing(bot: Bot) -> None:
    address = private(ADA.account)
    can = bot.platform.capabilities(address)
    assert (can.hears, can.edits, can.threads, can.buttons) == ("all", False, False, True)
    assert bot.platform.capabilities(Address(id=ADA.account)) == can
    await bot.platform.withdraw(address, "m_1")
    assert await bot.platform.find(address, KEY) is None


def test_a_group_has_threads_and_no_buttons(bot: Bot, place: Group) -> None:
    can = bot.platform.capabilities(there(place))
    assert (can.hears, can.edits, can.threads, can.buttons) == ("all", True, True, False)
    several = bot.platform.capabilities(thread(COMMUNITY, "7"))
    assert (several.hears, several.edits, several.buttons) == ("mentions", False, True)


async def test_somebody_who_is_not_there_is_not_reached(graph: FakeGraph, bot: Bot) -> None:
    with pytest.raises(Gone):
        await sent(bot, private(f"workplace:{COMMUNITY}:5"))


async def test_a_throttle_names_all_of_the_tenant(graph: FakeGraph, bot: Bot, place: Group) -> None:
    graph.fail(403, 613)
    with pytest.raises(RetryLater) as raised:
        await sent(bot, there(place))
    assert raised.value.scope == "tenant"
