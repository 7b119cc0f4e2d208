"""The manifest that makes the app in Slack, and what the doctor says of it."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from slack import doctor
from slack.interaction import FLAG, LINK, SHORTCUTS
from slack.package import SCOPES, Incomplete, Plan, build_package, manifest, problems
from slack.parse import KINDS
from tests.fakes.slack import FakeSlack

PLAN = Plan(public_url="https://coterie.example.org/")
KNOWN = frozenset({"_metadata", "display_information", "features", "oauth_config", "settings"})
LENGTHS = {
    "name": (1, 35),
    "description": (1, 140),
    "long_description": (175, 4000),
    "background_color": (4, 7),
}
SHORTCUT = {"name": 24, "description": 150, "callback_id": 255}
COMMAND = {"command": 32, "description": 2000, "usage_hint": 1000}


def faults(made: dict[str, Any]) -> Iterator[str]:
    """What Slack would not take, by the rules of its manifest, second version."""
    yield from (f"unknown: {name}" for name in made.keys() - KNOWN)
    shown, features, settings = made["display_information"], made["features"], made["settings"]
    for name, (least, most) in LENGTHS.items():
        if not least <= len(shown[name]) <= most:
            yield f"{name}: {len(shown[name])}"
    yield from _typed(features)
    if not 0 < len(features["bot_user"]["display_name"]) <= 80:
        yield "display_name"
    if not 0 < len(features["unfurl_domains"]) <= 5:
        yield "unfurl_domains"
    events = settings["event_subscriptions"]["bot_events"]
    if len(events) > 100 or len(events) != len(set(events)):
        yield "bot_events"


def _typed(features: dict[str, Any]) -> Iterator[str]:
    for one in features["shortcuts"]:
        yield from _long(one, SHORTCUT)
    for one in features["slash_commands"]:
        yield from _long(one, COMMAND)
        if not one["command"].startswith("/"):
            yield str(one["command"])


def _long(one: dict[str, Any], most: dict[str, int]) -> Iterator[str]:
    for name, limit in most.items():
        if not 0 < len(one[name]) <= limit:
            yield f"{name}: {len(one[name])}"


@pytest.mark.parametrize("make_channels", [True, False])
def test_the_manifest_is_one_that_slack_takes(make_channels: bool) -> None:
    made = manifest(Plan(public_url=PLAN.public_url, make_channels=make_channels))

    assert [*faults(made)] == []
    assert ("channels:manage" in made["oauth_config"]["scopes"]["bot"]) is make_channels
    assert re.fullmatch("#[0-9a-f]{6}", made["display_information"]["background_color"])


def test_it_leads_to_our_three_addresses() -> None:
    made = manifest(PLAN)
    settings, home = made["settings"], "https://coterie.example.org"

    assert settings["event_subscriptions"]["request_url"] == f"{home}/slack/events"
    assert settings["interactivity"]["request_url"] == f"{home}/slack/interactivity"
    assert made["features"]["slash_commands"][0]["url"] == f"{home}/slack/commands"
    assert made["features"]["unfurl_domains"] == ["coterie.example.org"]


def test_links_get_cards_where_the_organisation_has_its_courses() -> None:
    theirs = tuple(f"hilltop-{n}.talentlms.com" for n in range(9))
    made = manifest(Plan(public_url=PLAN.public_url, courses=theirs))

    assert [*faults(made)] == []
    assert made["features"]["unfurl_domains"] == ["coterie.example.org", *theirs[:4]]


def test_it_subscribes_to_what_we_read_and_to_nothing_else() -> None:
    asked = manifest(PLAN)["settings"]["event_subscriptions"]["bot_events"]

    assert {one.partition(".")[0] for one in asked} == set(KINDS)
    shortcuts = manifest(PLAN)["features"]["shortcuts"]
    assert [one["callback_id"] for one in shortcuts] == [*SHORTCUTS]
    assert [one["callback_id"] for one in shortcuts if one["type"] == "message"] == [
        LINK,
        FLAG,
    ]


def test_the_same_plan_gives_the_same_file(tmp_path: Path) -> None:
    first = build_package(PLAN, tmp_path / "deep" / "a.json").read_bytes()
    second = build_package(PLAN, tmp_path / "b.json").read_bytes()

    assert first == second
    assert json.loads(first) == manifest(PLAN)


@pytest.mark.parametrize("url", ["", "http://coterie.example.org", "coterie.example.org", "//["])
def test_without_an_https_address_there_is_none(tmp_path: Path, url: str) -> None:
    with pytest.raises(Incomplete, match="COTERIE_PUBLIC_URL"):
        build_package(Plan(public_url=url), tmp_path / "a.json")
    assert len([*problems(Plan(public_url=url))]) == 1


# --- the doctor ---------------------------------------------------------------------------------


async def looked(slack: FakeSlack, **late: float) -> list[tuple[str, str]]:
    now = datetime.now(UTC) + timedelta(**late)  # noqa: TID251 - the fake has the real time
    async with aiohttp.ClientSession() as session:
        found = await doctor.checks(slack.config(), session, now)
    return [(one.name, one.state) for one in found]


async def test_all_is_well(slack: FakeSlack) -> None:
    names = ("slack token", "slack scopes", "slack clock")
    assert await looked(slack) == [(name, "ok") for name in names]


async def test_a_missing_scope_and_a_wrong_clock_are_said(slack: FakeSlack) -> None:
    slack.scopes = SCOPES[1:]
    assert (await looked(slack, minutes=10))[1:] == [
        ("slack scopes", "fail"),
        ("slack clock", "fail"),
    ]


async def test_a_token_that_is_worth_nothing_is_said(slack: FakeSlack) -> None:
    slack.revoked = True
    assert await looked(slack) == [("slack token", "fail")]


async def test_a_slack_that_does_not_answer_is_said(slack: FakeSlack) -> None:
    slack.fail(status=502)
    assert await looked(slack) == [("slack token", "fail")]
