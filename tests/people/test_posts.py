"""What the engine makes of several messages, and of one sent once more."""

from hypothesis import given
from hypothesis import strategies as st

from core.message import Button, Buttons, Heading, Post, Press, Text, plain, say, verbatim
from core.people.posts import MOST_BUTTONS, bundle, listed, marked
from tests.people.world import words


def post(title: str, *buttons: str) -> Post:
    return Post(
        summary=verbatim(title),
        purpose=verbatim(f"why {title}"),
        blocks=(
            Heading(verbatim(title)),
            Text(verbatim(f"first line of {title}")),
            Text(verbatim("second line")),
            Buttons(tuple(Press(verbatim(label), label, {"id": title}) for label in buttons)),
        ),
        slot=title,
    )


def buttons(shown: Post) -> list[Button]:
    return [one for block in shown.blocks if isinstance(block, Buttons) for one in block.buttons]


def test_a_bundle_has_the_title_the_first_line_and_the_buttons_of_each() -> None:
    shown = bundle((post("one", "a", "b"), post("two", "c")))
    assert words(shown.blocks) == (
        "one why one first line of one a b two why two first line of two c"
    )
    assert plain(shown.summary) == "2 things for you"
    assert shown.slot == ""


def test_a_bundle_has_six_buttons_and_nobody_goes_without() -> None:
    shown = bundle([post(name, "a", "b", "c", "d") for name in ("one", "two", "three", "four")])
    assert [b.args["id"] for b in buttons(shown) if isinstance(b, Press)] == [
        *("one", "one", "two", "two", "three", "four")
    ]


def test_a_message_without_a_title_is_named_by_its_summary() -> None:
    bare = Post(summary=say("test.bare", "A question"), blocks=())
    assert "A question" in words(bundle((bare, bare)).blocks)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=9))
def test_a_bundle_never_has_more_than_six_buttons(counts: list[int]) -> None:
    shown = bundle([post(str(n), *map(str, range(count))) for n, count in enumerate(counts)])
    assert len(buttons(shown)) == min(MOST_BUTTONS, sum(counts))


def test_a_message_sent_once_more_says_so() -> None:
    assert words(marked(post("one")).blocks).startswith("You may have had this already. one")
    assert marked(post("one")).slot == "one"


def test_lists_have_commas() -> None:
    assert plain(listed([verbatim("a"), verbatim("{b}"), verbatim("c")])) == "a, {b}, c"
