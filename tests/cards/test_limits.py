from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    HeaderBlock,
    ImageBlock,
    SectionBlock,
)
from slack_sdk.models.views import View

from cards import limits
from cards.limits import ROOMS, clip, clip_runs, fit, options, some, whole
from core.message import Anchor, Bold, Buttons, Link, Mention, Option, Text, verbatim

OUT = Buttons((Link(verbatim("Out"), "https://example.com"),))
PARAGRAPH = Text(verbatim("words"))


def test_a_text_that_fits_stays_as_it_is() -> None:
    assert clip("12345", 5) == "12345"


def test_a_text_that_is_too_long_ends_visibly_and_between_words_where_that_is_near() -> None:
    assert clip("One two three four", 16) == "One two three…"
    assert clip("Donaudampfschifffahrt", 10) == "Donaudamp…"


def test_words_with_markup_are_cut_as_a_whole_text() -> None:
    assert clip_runs(("One ", Bold("two"), " three"), 100) == ("One ", Bold("two"), " three")
    assert clip_runs(("One ", Bold("two"), " three four"), 18) == ("One ", Bold("two"), " three…")
    assert clip_runs(("One ", Mention("ada", "Ada Ash")), 7) == ("One ", "Ad…")


def test_a_link_weighs_what_its_address_weighs() -> None:
    long = Anchor("here", "https://example.com/" + "x" * 1000)
    assert clip_runs(("See ", long), 60) == ("See ", "here …")


def test_what_fits_is_drawn_with_the_most_room() -> None:
    assert fit(lambda room: room, lambda room: room.text, 1000) == ROOMS[2]
    assert fit(lambda room: room, lambda room: room.text, 1) == ROOMS[-1]


def test_a_single_row_is_never_left_out() -> None:
    assert some("abcd", 3) == ("abcd", 0)
    assert some("abcde", 3) == ("abc", 2)


def test_a_chosen_option_is_among_those_that_fit() -> None:
    offered = tuple(Option(str(n), verbatim(str(n))) for n in range(500))
    shown, left = options(offered, "499", ROOMS[0])
    assert [shown[0].value, shown[-1].value] == ["0", "499"]
    assert len(shown) + left == 500


def test_the_last_buttons_stay_when_a_message_is_too_long() -> None:
    assert whole([PARAGRAPH] * 3, 3) == ([PARAGRAPH] * 3, True)
    assert whole([OUT, *[PARAGRAPH] * 9, OUT], 3) == ([PARAGRAPH, PARAGRAPH, OUT], False)


def test_every_room_is_smaller_than_the_one_before() -> None:
    assert list(ROOMS) == sorted(ROOMS, reverse=True)
    assert limits.CARD_BYTES * 2 < limits.ACTIVITY_UTF16


def test_what_slack_takes_is_what_its_own_library_says() -> None:
    assert HeaderBlock.text_max_length >= limits.HEADING
    assert SectionBlock.text_max_length == limits.SLACK_TEXT
    assert SectionBlock.fields_max_length == limits.SLACK_FIELDS
    assert ActionsBlock.elements_max_length >= limits.BUTTONS
    assert ButtonElement.text_max_length >= limits.LABEL
    assert ButtonElement.value_max_length >= limits.DATA_BYTES
    assert ImageBlock.alt_text_max_length >= limits.ALT
    assert limits.SLACK_TITLE == View.title_max_length == View.submit_max_length
    assert View.private_metadata_max_length == limits.SLACK_METADATA
    assert View.blocks_max_length == limits.SLACK_VIEW_BLOCKS
