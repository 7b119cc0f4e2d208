import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from tests.web.theatre import FRIDAY, OWN, Theatre, theatre


async def test_the_first_visit_brings_coterie_into_the_channel_once(play: Theatre) -> None:
    await play.messages()
    shown = await play.messages()

    assert [one["plain"] for one in shown] == ["Coterie in better-handovers: You are invited"]
    assert "Better handovers" in shown[0]["html"]


async def test_a_message_that_mentions_coterie_is_answered_in_its_thread(play: Theatre) -> None:
    [card] = await play.messages()
    said = {"person": "sky", "place": "channel", "thread": card["id"], "text": "@Coterie hello"}
    await play.post("say", said)

    asked, answer = (await play.messages())[1:]

    assert (asked["by"], asked["thread"], answer["thread"]) == ("sky", card["id"], card["id"])
    assert "heard: hello" in answer["html"]


async def test_coterie_does_not_hear_talk_among_people(play: Theatre) -> None:
    await play.messages()
    await play.post("say", {"person": "sky", "place": "channel", "text": "See you at lunch"})

    assert [one["by"] for one in await play.messages()] == ["", "sky"]


async def test_in_private_coterie_hears_everything(play: Theatre) -> None:
    await play.post("say", {"person": "sky", "place": "chat-sky", "text": "help"})

    asked, answer = await play.messages("chat-sky")

    assert (asked["by"], answer["by"]) == ("sky", "")
    assert "heard: help" in answer["html"]


async def test_a_press_updates_the_card_in_place(play: Theatre) -> None:
    [card] = await play.messages()

    told = await play.press(card, "join", args={"cohort": "1"})
    await play.post("clock", {"by": "hour"})
    [after] = await play.messages()

    assert (told["do"], told["note"]) == ("card", "Welcome.")
    assert "1 joined" in told["html"]
    assert (after["id"], after["edits"]) == (card["id"], 1)
    assert "1 joined" in after["html"]


async def test_the_same_press_sent_twice_counts_once(play: Theatre) -> None:
    [card] = await play.messages()
    body = {"person": "sky", "place": "channel", "message": card["id"], "action": "join"}
    both = [play.post("press", {**body, "nonce": "the-same-press"}) for _ in range(2)]

    told = await asyncio.gather(*both)
    await play.post("clock", {"by": "hour"})

    assert told[0] == told[1]
    assert "1 joined" in (await play.messages())[0]["html"]


async def test_a_form_opens_comes_back_with_errors_and_is_taken(play: Theatre) -> None:
    [card] = await play.messages()

    opened = await play.press(card, "ask")
    wrong = await play.press(card, "ask", values={"words": ""})
    right = await play.press(card, "ask", values={"words": "help", "open": "true", "who": "a,b"})

    assert (opened["do"], opened["title"]) == ("form", "What is it?")
    assert "Misty Vale (learner)" in opened["html"]
    assert (wrong["again"], "A word is missing." in wrong["html"]) == (True, True)
    assert (right["do"], right["note"]) == ("note", "open=true, who=a,b, words=help")


async def test_what_coterie_says_to_a_press_is_a_message_in_the_thread(play: Theatre) -> None:
    [card] = await play.messages()
    await play.press(card, "whisper")

    [_, answer] = await play.messages()

    assert (answer["by"], answer["thread"]) == ("", card["id"])


async def test_a_message_of_its_own_is_answered_below_it(play: Theatre) -> None:
    await play.post("say", {"person": "sky", "place": "channel", "text": "@coterie, hello"})

    asked, answer = (await play.messages())[1:]

    assert (answer["thread"], "heard: hello" in answer["html"]) == (asked["id"], True)


async def test_a_message_that_is_taken_away_leaves_a_note(play: Theatre) -> None:
    [card] = await play.messages()
    await play.press(card, "hide")

    [gone] = await play.messages()

    assert (gone["removed"], "was removed" in gone["html"]) == (True, True)


async def test_each_card_is_drawn_in_six_looks(play: Theatre) -> None:
    [card] = await play.messages()
    looks = {
        look: (await play.get(f"message/{card['id']}?look={look}"))["html"]
        for look in ("browser", "teams", "slack", "workplace", "lock", "json", "unheard-of")
    }

    assert '<article class="post"' in looks["browser"]
    assert 'class="ac"' in looks["teams"]
    assert 'class="sl"' in looks["slack"]
    assert 'class="wp' in looks["workplace"]
    assert "<p>You are invited</p>" in looks["lock"]
    assert "AdaptiveCard" in looks["json"]
    assert looks["unheard-of"] == looks["browser"]
    assert not any("<b>so far" in html for html in looks.values())


async def test_what_people_write_is_escaped(play: Theatre) -> None:
    text = "<script>alert(1)</script> @Coterie"
    await play.post("say", {"person": "sky", "place": "channel", "text": text})

    assert not any("<script>" in one["html"] for one in await play.messages())


async def test_everything_survives_a_restart(tmp_path: Path) -> None:
    async with theatre(tmp_path / "db") as before:
        [card] = await before.messages()
        await before.press(card, "join")
        await before.post("clock", {"by": "day"})
        kept = await before.messages()

    async with theatre(tmp_path / "db") as after:
        assert await after.messages() == kept
        assert after.clock.now() == datetime(2027, 3, 6, 14, 0, tzinfo=UTC)


async def test_starting_over_wipes_the_screens_and_begins_anew(play: Theatre) -> None:
    [old] = await play.messages()
    await play.post("say", {"person": "sky", "place": "chat-sky", "text": "help"})
    await play.post("clock", {"by": "monday"})

    told = await play.post("reset", {})
    [new] = await play.messages()

    assert (told["generation"], new["id"][:3], old["id"][:3]) == ("g2", "g2-", "g1-")
    assert await play.messages("chat-sky") == []
    assert abs((play.clock.now() - FRIDAY).total_seconds()) < 60


async def test_coterie_can_be_added_to_a_group_and_removed_again(play: Theatre) -> None:
    invite = {"person": "sky", "place": "group", "nonce": "invite-1", "add": True}
    await play.post("invite", invite)
    await play.post("invite", invite)
    shown = await play.messages("group")
    await play.post("invite", {**invite, "nonce": "invite-2", "add": False})
    await play.post("say", {"person": "sky", "place": "group", "text": "@Coterie are you there?"})

    assert len(shown) == 1
    assert [one["by"] for one in await play.messages("group")] == ["", "sky"]


async def test_the_clock_says_what_comes_and_each_thing_comes_at_its_time(play: Theatre) -> None:
    [card] = await play.messages()
    await play.press(card, "remind")

    before = await play.get("clock")
    await play.post("clock", {"by": "end"})
    shown = await play.messages("chat-sky")

    assert [(one["at"], one["what"], one["whom"]) for one in before["next"]] == [
        ("Sat 6 Mar, 15:00", "day 1", "Sky Meadows"),
        ("Mon 8 Mar, 15:00", "day 3", "Sky Meadows"),
    ]
    assert [one["html"].count("Sat 6 Mar, 15:00") for one in shown] == [1, 0]
    assert (await play.get("clock"))["next"] == []


async def test_the_clock_moves_by_an_hour_a_day_and_to_monday(play: Theatre) -> None:
    await play.messages()
    seen = []
    for by in ("hour", "day", "monday"):
        await play.post("clock", {"by": by})
        seen.append((await play.get("clock"))["now"])

    assert seen == ["Fri 5 Mar, 16:00", "Sat 6 Mar, 16:00", "Mon 8 Mar, 09:00"]


async def test_whoever_looks_on_is_told_at_once(play: Theatre) -> None:
    await play.messages()
    async with play.client.get("/sandbox/events") as stream:
        hello = await stream.content.readuntil(b"\n\n")
        await play.post("say", {"person": "sky", "place": "channel", "text": "Hi all"})
        news = await stream.content.readuntil(b"\n\n")

    assert b"event: hello" in hello
    assert orjson.loads(news.partition(b"data: ")[2]) == {"what": "message", "id": "g1-000002"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("say", {}),
        ("say", []),
        ("say", {"person": "sky", "place": "chat-misty", "text": "let me in"}),
        ("say", {"person": "nobody", "place": "channel", "text": "hello"}),
        ("say", {"person": "sky", "place": "channel", "text": ""}),
        ("say", {"person": "sky", "place": "channel", "text": "x" * 4001}),
        ("say", {"person": "sky", "place": "channel", "text": "hello", "thread": "g9-000001"}),
        ("press", {"person": "sky", "place": "channel", "action": "join", "nonce": "short"}),
        ("press", {"person": "sky", "place": "channel", "action": 7, "nonce": "12345678"}),
        ("invite", {"person": "sky", "place": "group", "nonce": "12345678", "add": "yes"}),
        ("clock", {"by": "decade"}),
    ],
)
async def test_nonsense_is_answered_with_a_sentence(play: Theatre, path: str, body: object) -> None:
    assert (await play.post(path, body, status=400))["words"]


async def test_what_is_not_json_is_refused(play: Theatre) -> None:
    json = {**OWN, "Content-Type": "application/json"}
    for data, headers, status in (
        (b"{", json, 400),
        (b"\xff\xfe", json, 400),
        (b"[" * 50_000, json, 400),
        (b"x" * 70_000, json, 413),
        (b"person=sky", {**OWN, "Content-Type": "text/plain"}, 415),
    ):
        async with play.client.post("/sandbox/say", data=data, headers=headers) as response:
            assert response.status == status


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {**OWN, "Host": "coterie.example"},
        {**OWN, "X-Forwarded-For": "203.0.113.9"},
    ],
)
async def test_only_its_own_page_on_this_machine_may_act(
    play: Theatre, headers: dict[str, str]
) -> None:
    async with play.client.post("/sandbox/reset", json={}, headers=headers) as response:
        assert response.status == 403


async def test_a_browser_without_fetch_metadata_names_its_origin(play: Theatre) -> None:
    origin = {"Origin": str(play.client.make_url("/")).rstrip("/")}
    async with play.client.post("/sandbox/reset", json={}, headers=origin) as response:
        assert response.status == 200


async def test_the_page_lets_nothing_strange_in(play: Theatre) -> None:
    async with play.client.get("/sandbox") as response:
        policy, page = response.headers["Content-Security-Policy"], await response.text()

    assert "script-src 'self'" in policy
    assert "style=" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "Robin Rivers, facilitator" in page


@pytest.mark.parametrize("name", ["sandbox.css", "sandbox.js", "mark.svg", "base.css", "cards.css"])
async def test_own_files_are_served_and_may_be_kept_a_while(play: Theatre, name: str) -> None:
    async with play.client.get(f"/static/{name}") as response:
        assert (response.status, "max-age" in response.headers["Cache-Control"]) == (200, True)


@pytest.mark.parametrize("name", ["..%2Fpages.py", "nothing.css", "%2Fetc%2Fpasswd", "sandbox"])
async def test_other_files_are_not(play: Theatre, name: str) -> None:
    async with play.client.get(f"/static/{name}") as response:
        assert response.status == 404


async def test_after_starting_over_a_form_offers_each_person_once(play: Theatre) -> None:
    await play.press((await play.messages())[0], "join")
    await play.post("reset", {})
    [card] = await play.messages()

    opened = await play.press(card, "ask")

    assert opened["html"].count("Sky Meadows") == 1


async def test_the_end_is_where_nothing_of_this_play_is_left(play: Theatre) -> None:
    await play.press((await play.messages())[0], "remind")
    await play.post("reset", {})
    await play.messages()

    left = (await play.get("clock"))["next"]
    await play.post("clock", {"by": "end"})

    assert (left, play.clock.now() < FRIDAY + timedelta(hours=1)) == ([], True)
