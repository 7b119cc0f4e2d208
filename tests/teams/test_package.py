"""The package that is uploaded to Teams."""

import json
import struct
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from teams.compose import SEARCH, WORDS
from teams.icons import color, outline
from teams.menu import ACTIONS, FLAG, LINK, SEND
from teams.package import Incomplete, Plan, build_package, manifest, version

APP = "11111111-2222-3333-4444-555555555555"
PLAN = Plan(app_id=APP, public_url="https://coterie.example.org/")


def told(plan: Plan, folder: Path) -> dict[str, Any]:
    with ZipFile(build_package(plan, folder / "new" / "app.zip")) as archive:
        found: dict[str, Any] = json.loads(archive.read("manifest.json"))
    return found


def pixels(png: bytes) -> tuple[int, int, list[tuple[int, ...]]]:
    """The width, the channels and all pixels of a PNG of ours."""
    at, data, width, channels = 8, b"", 0, 0
    while at < len(png):
        (length,), kind = struct.unpack(">I", png[at : at + 4]), png[at + 4 : at + 8]
        chunk = png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0] == zlib.crc32(
            kind + chunk
        )
        if kind == b"IHDR":
            width, channels = struct.unpack(">I", chunk[:4])[0], {2: 3, 6: 4}[chunk[9]]
        data += chunk if kind == b"IDAT" else b""
        at += 12 + length
    raw, row = zlib.decompress(data), width * channels + 1
    flat = b"".join(raw[n * row + 1 : (n + 1) * row] for n in range(len(raw) // row))
    found = [tuple(flat[n : n + channels]) for n in range(0, len(flat), channels)]
    return width, channels, found


def test_the_package_holds_a_manifest_and_two_icons_and_nothing_else(tmp_path: Path) -> None:
    with ZipFile(build_package(PLAN, tmp_path / "app.zip")) as archive:
        assert archive.namelist() == ["manifest.json", "color.png", "outline.png"]
        assert archive.testzip() is None
        assert archive.read("color.png") == color()
        assert archive.read("outline.png") == outline()


def test_the_same_settings_make_the_same_bytes(tmp_path: Path) -> None:
    first = build_package(PLAN, tmp_path / "one.zip").read_bytes()
    assert build_package(PLAN, tmp_path / "two.zip").read_bytes() == first


def test_the_package_is_that_of_this_installation(tmp_path: Path) -> None:
    found = told(PLAN, tmp_path)
    assert found["id"] == found["bots"][0]["botId"] == APP
    assert found["version"] == version()
    assert found["validDomains"] == ["coterie.example.org"]
    assert found["developer"]["privacyUrl"] == "https://coterie.example.org/#privacy"


def test_without_wishes_the_package_asks_for_no_permission() -> None:
    assert not {"webApplicationInfo", "authorization", "permissions"} & manifest(PLAN).keys()


@pytest.mark.parametrize(
    ("plan", "names"),
    [
        (replace(PLAN, hear_threads=True), {"ChannelMessage.Read.Group", "ChatMessage.Read.Chat"}),
        (replace(PLAN, make_channels=True), {"Channel.Create.Group"}),
    ],
)
def test_each_wish_asks_for_its_own_permissions_and_no_others(plan: Plan, names: set[str]) -> None:
    found = manifest(plan)
    asked = found["authorization"]["permissions"]["resourceSpecific"]
    assert {one["name"] for one in asked} == names
    assert found["webApplicationInfo"]["id"] == APP


def test_an_app_that_may_be_brought_to_people_says_which_app_it_is() -> None:
    found = manifest(replace(PLAN, bring_app=True))

    assert found["webApplicationInfo"]["id"] == APP
    assert "authorization" not in found


@pytest.mark.parametrize("scope", ["personal", "team", "groupChat"])
def test_the_menu_of_each_scope_has_at_most_ten_short_commands(scope: str) -> None:
    (bot,) = manifest(PLAN)["bots"]
    (menu,) = [one["commands"] for one in bot["commandLists"] if one["scopes"] == [scope]]
    assert scope in bot["scopes"]
    assert 0 < len(menu) <= 10
    assert all(len(one["title"]) <= 32 and len(one["description"]) <= 128 for one in menu)


def commands(plan: Plan = PLAN) -> dict[str, dict[str, Any]]:
    (beside,) = manifest(plan)["composeExtensions"]
    assert beside["botId"] == APP
    return {one["id"]: one for one in beside["commands"]}


def test_every_command_is_short() -> None:
    for one in commands().values():
        assert len(one["title"]) <= 32
        assert len(one["description"]) <= 128


def test_the_menu_of_every_message_lets_people_flag_it_or_send_its_link() -> None:
    menu = {id: one for id, one in commands().items() if "message" in one["context"]}
    assert [*menu] == [LINK, FLAG]
    assert {(one["type"], one["fetchTask"]) for one in menu.values()} == {("action", True)}
    assert set(menu) | {SEND} == set(ACTIONS)


def test_beside_the_box_courses_are_found_and_sent() -> None:
    box = {id: one for id, one in commands().items() if "compose" in one["context"]}
    assert [(id, one["type"]) for id, one in box.items()] == [(SEARCH, "query"), (SEND, "action")]
    (typed,) = box[SEARCH]["parameters"]
    assert (typed["name"], box[SEARCH]["initialRun"]) == (WORDS, True)


def test_links_get_cards_where_the_organisation_has_its_courses() -> None:
    (beside,) = manifest(PLAN)["composeExtensions"]
    assert "messageHandlers" not in beside
    theirs = ("hilltop.talentlms.com", "hilltop.udemy.com", "hilltop.talentlms.com")
    (beside,) = manifest(replace(PLAN, courses=theirs))["composeExtensions"]
    assert beside["messageHandlers"] == [
        {"type": "link", "value": {"domains": ["hilltop.talentlms.com", "hilltop.udemy.com"]}}
    ]


@pytest.mark.parametrize(
    ("app_id", "url", "named"),
    [
        ("", "https://coterie.example.org", ["COTERIE_TEAMS_APP_ID"]),
        ("not-a-guid", "https://coterie.example.org", ["COTERIE_TEAMS_APP_ID"]),
        (APP, "", ["COTERIE_PUBLIC_URL"]),
        (APP, "http://coterie.example.org", ["COTERIE_PUBLIC_URL", "https"]),
        (APP, "https://[half", ["COTERIE_PUBLIC_URL"]),
        ("", "", ["COTERIE_TEAMS_APP_ID", "COTERIE_PUBLIC_URL"]),
    ],
)
def test_what_is_missing_is_named_all_at_once(
    app_id: str, url: str, named: list[str], tmp_path: Path
) -> None:
    with pytest.raises(Incomplete) as refused:
        build_package(Plan(app_id=app_id, public_url=url), tmp_path / "app.zip")
    assert all(name in str(refused.value) for name in named)
    assert not (tmp_path / "app.zip").exists()


def test_the_large_icon_fills_its_square() -> None:
    width, channels, found = pixels(color())
    assert (width, channels, len(found)) == (192, 3, 192 * 192)
    assert all(max(found[n]) < 140 for n in (0, 191, 191 * 192, 192 * 192 - 1))


def test_the_small_icon_is_white_on_nothing() -> None:
    width, channels, found = pixels(outline())
    assert (width, channels, len(found)) == (32, 4, 32 * 32)
    assert {pixel[:3] for pixel in found} == {(255, 255, 255)}
    assert found[0][3] == 0
    assert max(pixel[3] for pixel in found) == 255
