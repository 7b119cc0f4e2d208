"""Groups of the directory: found by name, read to the end, and never from a foreign host."""

import asyncio
import json

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.directory import doctor
from connectors.directory.client import Graph, GraphConfig
from core.engine.errors import RetryLater
from tests.connectors.directory.conftest import Desk
from tests.fakes.directory import (
    GROUPS,
    SCOPE,
    TENANT,
    USERS,
    Answer,
    FakeDirectory,
    Token,
    people,
)


def named(answer: object) -> list[str]:
    values = getattr(answer, "values", {})
    return [one["name"] for one in json.loads(values["groups"])]


async def test_groups_are_found_by_a_word_of_their_name_with_their_size(desk: Desk) -> None:
    desk.fake.group("All night nurses", people(3))
    desk.fake.group("Porters", people(1))
    found = await desk.ask("groups", words="nurses")

    (group,) = json.loads(found.values["groups"])
    assert (group["name"], group["size"]) == ("All night nurses", 3)


@pytest.mark.parametrize(
    "words", ['"', 'a" OR "b', "\\", "&$top=999", "x" * 5000, "\u202e\x00", ""]
)
async def test_whatever_is_searched_for_is_only_words(desk: Desk, words: str) -> None:
    desk.fake.group("Porters", people(1))
    assert (await desk.ask("groups", words=words)).error == ""


async def test_a_size_that_is_not_told_is_left_out(desk: Desk) -> None:
    desk.fake.group("Porters", people(1))
    found = await desk.ask("groups", words="Porters")
    assert "size" in json.loads(found.values["groups"])[0]

    desk.fake.groups["odd"] = ("Odd", [])
    desk.fake.groups["not an id"] = ("Broken", [])
    assert named(await desk.ask("groups", words="")) == ["Porters", "Odd"]


async def test_a_group_of_twelve_thousand_is_read_in_thirteen_requests(desk: Desk) -> None:
    group = desk.fake.group("Everyone", people(12_000))
    found, last = await desk.everyone(group)

    assert len({actor.account for actor in found}) == len(found) == 12_000
    assert found[0].account.startswith(f"teams:{TENANT}:")
    assert (found[0].name, found[0].email) == ("Person p0", "p0@example.org")
    assert last.error == ""
    assert len(desk.fake.asked) == 13


async def test_guests_and_whoever_has_left_are_not_in_it(desk: Desk) -> None:
    members = [
        *people(5),
        *people(3, "Guest", said="guest"),
        *people(2, enabled=False, said="left"),
        {**people(1, said="nomail")[0], "mail": None},
    ]
    found, _ = await desk.everyone(desk.fake.group("Mixed", members))

    assert len(found) == 6
    assert [actor.email for actor in found][-1] == ""
    assert not any("guest" in actor.name or "left" in actor.name for actor in found)


async def test_a_page_of_guests_only_does_not_end_the_group(desk: Desk) -> None:
    members = [*people(999, "Guest", said="guest"), *people(5)]
    found, _ = await desk.everyone(desk.fake.group("Guests first", members))
    assert len(found) == 5


async def test_what_was_kept_and_is_gone_is_asked_for_again(desk: Desk) -> None:
    group = desk.fake.group("Big", people(500))
    first = await desk.ask("members", group=group)
    await desk.ask("members", group=group, cursor=first.cursor)
    again = await desk.ask("members", group=group, cursor=first.cursor)

    assert again.people[0].name == "Person p200"


async def test_where_it_is_not_allowed_the_permission_is_named(desk: Desk) -> None:
    group = desk.fake.group("Everyone", people(3))
    desk.fake.granted.discard(USERS)
    unread = await desk.ask("members", group=group)
    desk.fake.granted.discard(GROUPS)
    closed = [await desk.ask("groups", words="x"), await desk.ask("members", group=group)]

    assert [(it.error, it.values["permission"]) for it in closed] == [("off", GROUPS)] * 2
    assert (unread.error, unread.values["permission"]) == ("off", USERS)
    assert unread.people == ()


async def test_a_token_of_another_tenant_opens_nothing(desk: Desk) -> None:
    group = desk.fake.group("Everyone", people(3))
    desk.fake.good = "of another tenant"
    answer = await desk.ask("members", group=group)

    assert (answer.error, answer.people) == ("off", ())
    assert desk.token.forgotten == 1


async def test_an_expired_token_is_renewed_once(desk: Desk) -> None:
    group = desk.fake.group("Everyone", people(3))
    desk.fake.good = "token-2"
    assert len((await desk.everyone(group))[0]) == 3
    assert desk.token.forgotten == 1


@pytest.mark.parametrize(
    "forged",
    [
        "http://127.0.0.2:1/v1.0/groups/x/transitiveMembers",
        "https://evil.example/v1.0/groups",
        "//evil.example/v1.0/groups",
        "http://169.254.169.254/latest/meta-data",
        "{home}@evil.example/v1.0/groups/x",
        "{home}.evil.example/v1.0/groups/x",
        "{home}/v1.0/users",
        "{home}/v1.0/groups/../users",
        "{home}/v1.0/groups/%2e%2e/users",
        "{home}/v1.0/groupsies",
        "file:///etc/passwd",
        "http://[::1",
    ],
)
async def test_a_next_page_elsewhere_is_not_followed(desk: Desk, forged: str) -> None:
    group = desk.fake.group("Everyone", people(2500))
    desk.fake.leads_to = forged.format(home=desk.fake.address)
    answer = await desk.ask("members", group=group)
    cursor = await desk.ask("members", group=group, cursor=f"1 0 {desk.fake.leads_to}")

    assert (answer.error, answer.people) == ("unreadable", ())
    assert cursor.error == "unreadable"
    assert len(desk.fake.asked) == 1


async def test_a_cursor_of_another_group_is_refused(desk: Desk) -> None:
    one = desk.fake.group("One", people(300))
    two = desk.fake.group("Two", people(300, said="q"))
    cursor = (await desk.ask("members", group=one)).cursor
    assert (await desk.ask("members", group=two, cursor=cursor)).error == "unreadable"


async def test_pages_that_repeat_for_ever_end(desk: Desk) -> None:
    desk.fake.again = True
    group = desk.fake.group("Everyone", people(5000))
    found, last = await desk.everyone(group)

    assert last.error == "unreadable"
    assert len(found) < 2000


async def test_more_pages_than_any_group_has_are_refused(desk: Desk) -> None:
    group = desk.fake.group("Everyone", people(300))
    cursor = (await desk.ask("members", group=group)).cursor
    late = cursor.replace("0 200", "250 0", 1)
    assert (await desk.ask("members", group=group, cursor=late)).error == "unreadable"


@pytest.mark.parametrize("group", ["", "../users", "a/b", "x" * 65, "é", "a b", "%2e%2e"])
async def test_a_group_that_is_none_is_not_asked_for(desk: Desk, group: str) -> None:
    assert (await desk.ask("members", group=group)).error == "gone"
    assert desk.fake.asked == []


async def test_a_group_that_is_gone_is_said_to_be(desk: Desk) -> None:
    assert (await desk.ask("members", group="0000-0000")).error == "gone"


@pytest.mark.parametrize(("status", "after"), [(429, 7.0), (503, 30.0), (504, None)])
async def test_a_busy_directory_is_asked_again_when_it_says(
    desk: Desk, status: int, after: float | None
) -> None:
    group = desk.fake.group("Everyone", people(3))
    headers = {"Retry-After": str(int(after))} if after else {}
    desk.fake.next.append(Answer(status, headers=headers))
    with pytest.raises(RetryLater) as told:
        await desk.ask("members", group=group)
    assert told.value.after == after


@pytest.mark.parametrize(
    "body", ["", "<html>", "[]", '{"value": 7}', '{"value": [{"id": 5}]}', '{"value": [null]}']
)
async def test_an_answer_that_is_none_is_no_group(desk: Desk, body: str) -> None:
    group = desk.fake.group("Everyone", people(3))
    desk.fake.next.append(Answer(200, body))
    assert (await desk.ask("members", group=group)).error == "unreadable"


async def test_a_redirect_is_not_followed(desk: Desk) -> None:
    group = desk.fake.group("Everyone", people(3))
    there = {"Location": "https://evil.example/v1.0/groups"}
    desk.fake.next.append(Answer(302, headers=there))
    assert (await desk.ask("members", group=group)).error == "unreadable"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(cursor=st.text(max_size=60) | st.from_regex(r"[0-9]{1,5} [0-9]{1,5} [!-~]{1,40}"))
async def test_a_forged_cursor_leads_nowhere(desk: Desk, cursor: str) -> None:
    group = desk.fake.group("Everyone", people(1))
    before = len(desk.fake.asked)
    answer = await desk.ask("members", group=group, cursor=cursor)
    assert answer.error == "unreadable" if cursor else len(desk.fake.asked) > before


# --- the doctor -----------------------------------------------------------------------------------


async def looked(desk: Desk, fake: FakeDirectory) -> tuple[str, str]:
    (check,) = await doctor.checks(desk.graph, fake.address)
    return check.state, check.said


async def test_the_doctor_says_what_would_allow_it(desk: Desk) -> None:
    desk.fake.group("Everyone", people(3))
    assert "may be an audience" in (await looked(desk, desk.fake))[1]
    desk.fake.granted.discard(USERS)
    assert "User.Read.All" in (await looked(desk, desk.fake))[1]
    desk.fake.granted.discard(GROUPS)
    state, said = await looked(desk, desk.fake)
    assert state == "ok"
    assert "Off." in said
    assert GROUPS in said


async def test_the_doctor_warns_of_a_directory_that_does_not_answer(desk: Desk) -> None:
    desk.fake.next.append(Answer(200, "<html>"))
    assert (await looked(desk, desk.fake))[0] == "warn"


async def test_an_answer_that_is_no_http_leaves_no_token_in_the_log() -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"no HTTP at all\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    here = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    config = GraphConfig(url=here, scope=SCOPE, tenant=TENANT)
    async with server, aiohttp.ClientSession() as session:
        with pytest.raises(RetryLater) as told:
            await Graph(config, Token("a-fictional-token"), session).get(f"{here}/v1.0/groups")
    assert "a-fictional-token" not in str(told.value)


async def test_a_page_without_a_bottom_is_unreadable(desk: Desk) -> None:
    desk.fake.next.append(Answer(status=200, body='{"a":' + "[" * 99_999))
    found = await desk.ask("members", group=desk.fake.group("Porters", people(1)))
    assert found.error == "unreadable"
