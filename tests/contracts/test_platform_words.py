"""What people can type, and what comes over the wire, at its nastiest: words stay words."""

import asyncio
import json
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.engine.ports import Viewer
from core.examples import EXAMPLES
from core.message import Anchor, Form, Mention, Post, Quote, Text, say, verbatim
from tests.cards.samples import SAMPLES
from tests.contracts.world import PLATFORMS, World, world_of

TRUE = "https://example.com/true"
SHARED = Viewer()
POSTS: Mapping[str, Post] = {
    name: post for name, post in {**EXAMPLES, **SAMPLES}.items() if isinstance(post, Post)
}
HOSTILE = ("<!channel>", "<!here>", "@[100]", "@here", "<@U0BO>", "[a](https://evil.example/md)")


async def test_every_post_of_the_product_is_taken(world: World) -> None:
    for post in POSTS.values():
        await world.send(post)

    assert len(world.standing()) == len(POSTS)


async def test_every_post_of_the_product_is_taken_in_private(world: World) -> None:
    for post in POSTS.values():
        await world.send(post, to=world.chat)

    assert {one.ref for one in world.standing(world.chat)}


async def test_what_a_person_wrote_calls_nobody_and_links_nowhere(world: World) -> None:
    written = " ".join((*HOSTILE, *world.side.facts.hostile))
    called = Mention(world.side.names.bo, "Bo Sample", world.side.names.bo)
    words = say("", "{bo} {link} {text}", bo=called, link=Anchor("true", TRUE), text=written)
    post = Post(
        summary=verbatim(written),
        purpose=verbatim(written),
        blocks=(Text(words), Quote(written, verbatim(written))),
    )
    for where in (world.place, world.chat):
        await world.send(post, to=where)
        stands = world.standing(where)
        assert {who for one in stands for who in one.mentions} <= {world.side.names.bo}
        assert {link for one in stands for link in one.links} <= {TRUE}
        assert "evil.example" in "".join(one.words for one in stands)


async def test_a_mention_and_a_link_of_ours_work(world: World) -> None:
    called = Mention(world.side.names.bo, "Bo Sample", world.side.names.bo)
    words = say("", "{bo} {link}", bo=called, link=Anchor("true", TRUE))
    stands = world.stands((await world.send(Post(summary=words, blocks=(Text(words),)))).ref)

    assert stands.links == {TRUE}
    assert stands.mentions == {world.side.names.bo}


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "\u202e", "\r\n", " ", "🙂" * 4000])
async def test_whatever_is_typed_can_be_sent(world: World, text: str) -> None:
    await world.send(Post(summary=verbatim(text), blocks=(Text(verbatim(text)),)))

    assert len(world.standing()) == 1


async def test_half_an_emoji_loses_no_message(world: World) -> None:
    """Clients cut texts in the middle of one: JSON can say so, and UTF-8 cannot."""
    for one in deepcopy(world.side.samples()):
        typed = [path for path in walked(one) if path and path[-1] in {"text", "message", "words"}]
        for path in typed:
            if isinstance(found(one, path), str):
                put(one, path, "cut \ud83d")
        assert min(await world.side.raw(written(one))) < 300


# --- garbage over the wire --------------------------------------------------------------------

Path_ = tuple[str | int, ...]
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.sampled_from(("", "message", "\x00", "a:b:c", "/", "9" * 30, "\u202e", "x" * 3000))
    | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=5,
)
noise = st.sampled_from(
    (b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"a":' * 2000, b"payload=%7B", b"a=b&c", b"\x00" * 9)
) | st.binary(max_size=40)


@pytest.mark.parametrize("name", PLATFORMS)
def test_garbage_is_never_a_fault_of_ours(name: str, tmp_path: Path) -> None:
    """Correctly authenticated bodies with something wrong anywhere."""
    with asyncio.Runner() as runner:
        entered = world_of(name, tmp_path)
        world: World = runner.run(entered.__aenter__())
        samples = world.side.samples()
        for one in samples:
            assert min(runner.run(world.side.raw(written(one)))) < 300
        places = [(at, path) for at, one in enumerate(samples) for path in walked(one)]

        @settings(max_examples=150, suppress_health_check=list(HealthCheck))
        @given(st.sampled_from(places), values, values, noise)
        def send(place: tuple[int, Path_], value: Any, other: Any, junk: bytes) -> None:
            at, path = place
            spoilt = put(deepcopy(samples[at]), path, value)
            spoilt = put(spoilt, path[:1], other) if junk else spoilt
            for body in (written(spoilt), junk):
                codes = runner.run(world.side.raw(body))
                assert max(codes) < 500, (body, codes)

        send()
        runner.run(well_after(world))
        runner.run(entered.__aexit__(None, None, None))


async def well_after(world: World) -> None:
    """And it goes on: what comes next is heard."""
    await world.engine.idle()
    world.engine.heard.clear()
    event = await world.hears_one(world.side.says(world.side.names.ada, "still there?"))
    assert event.text == "still there?"
    assert world.engine.intake.counts["handler_error"] == 0


def walked(value: Any, path: Path_ = ()) -> list[Path_]:
    """Where something could be wrong."""
    found = [path]
    items: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        items = [*value.items()]
    elif isinstance(value, list):
        items = [*enumerate(value)]
    for name, inner in items:
        found += walked(inner, (*path, name))
    return found


def put(value: Any, path: Path_, new: Any) -> Any:
    """The value with something else there, if there is a there."""
    if not path:
        return new
    at: Any = value
    for name in path[:-1]:
        at = at[name] if has(at, name) else None
    if has(at, path[-1]):
        at[path[-1]] = new
    return value


def found(value: Any, path: Path_) -> Any:
    """What is there."""
    for name in path:
        value = value[name]
    return value


def has(value: Any, name: str | int) -> bool:
    if isinstance(value, dict):
        return name in value
    return isinstance(value, list) and isinstance(name, int) and name < len(value)


def written(value: Any) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")


def test_the_suite_sees_posts_and_forms() -> None:
    assert len(POSTS) > 10
    assert any(isinstance(one, Form) for one in SAMPLES.values())
