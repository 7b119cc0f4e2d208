"""Settings, pauses, and silence after three messages without an answer."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.engine.ports import (
    Card,
    Changes,
    Deliver,
    Done,
    Invalid,
    Open,
    Origin,
    Say,
    ToPerson,
    Viewer,
)
from core.people.hours.model import (
    FIELDS,
    LONGEST_PAUSE,
    Unclear,
    as_of,
    find_zone,
    until_day,
    weeks_from,
    wished,
)
from core.people.model import Person
from core.product import silent, view
from tests.people.world import ADA, BO, CHANNEL, CHAT, MONDAY, World, said, told

BERLIN = Person(id="p", zone="Europe/Berlin")


def berlin(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=ZoneInfo("Europe/Berlin"))


# --- settings -----------------------------------------------------------------------------------


async def test_settings_show_where_each_value_comes_from(life: World) -> None:
    assert "Europe/Berlin, as on your device" in said(await life.press("people.settings"))


async def test_the_form_of_settings_opens_with_what_stands(life: World) -> None:
    changes = await life.press("people.change")
    assert isinstance(changes.reply, Open)
    values = {field.name: field.value for field in changes.reply.form.fields}
    assert values == {
        "start": "9",
        "end": "17",
        "days": "0,1,2,3,4",
        "zone": "",
        "locale": "",
        "country": "",
        "budget": "3",
    }


async def test_a_filled_in_form_counts_from_now_on(life: World) -> None:
    changes = await life.submit(
        "people.change",
        start="7",
        end="15",
        days="2,0",
        zone="são paulo",
        locale="de",
        country="br",
        budget="1",
    )
    ada = await life.known()
    assert (ada.start, ada.end, ada.days, ada.budget) == (7, 15, (0, 2), 1)
    assert (ada.zone, ada.zone_from) == ("America/Sao_Paulo", "own")
    assert (ada.locale, ada.locale_from, ada.country) == ("de", "own", "BR")
    assert "Saved" in said(changes)


async def test_an_own_zone_is_kept_when_the_device_says_otherwise(life: World) -> None:
    await life.submit("people.change", zone="Tokyo")
    await life.press("people.help", replace(ADA, zone="Europe/Paris"))
    assert (await life.known()).zone == "Asia/Tokyo"


async def test_an_empty_zone_follows_the_device_again(life: World) -> None:
    await life.submit("people.change", zone="Tokyo", locale="de")
    await life.submit("people.change", zone="", locale="")
    await life.press("people.help", replace(ADA, zone="Europe/Paris", locale="fr-FR"))
    ada = await life.known()
    assert (ada.zone, ada.locale) == ("Europe/Paris", "fr-FR")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("start", "24"),
        ("start", ""),
        ("end", "-1"),
        ("end", "٣"),
        ("days", ""),
        ("days", "0,7"),
        ("days", "," * 5000),
        ("zone", "Atlantis"),
        ("zone", "../../etc/passwd"),
        ("locale", "tlh"),
        ("country", "XX"),
        ("country", "GERMANY"),
        ("budget", "99"),
        ("budget", "0"),
    ],
)
def test_what_makes_no_sense_is_unclear(name: str, value: str) -> None:
    assert wished(BERLIN, {"end": "15", "start": "7", name: value}, MONDAY) == frozenset({name})


async def test_what_is_unclear_is_shown_at_its_field_and_changes_nothing(life: World) -> None:
    await life.press("people.help")
    before = await life.known()
    changes = await life.submit("people.change", start="7", zone="Atlantis")
    assert isinstance(changes.reply, Invalid)
    assert list(changes.reply.form.errors) == ["zone"]
    assert [f.value for f in changes.reply.form.fields if f.name in ("start", "zone")] == [
        "7",
        "Atlantis",
    ]
    assert await life.known() == before


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text()))
def test_no_form_however_forged_breaks_a_person(values: dict[str, str]) -> None:
    new = wished(BERLIN, values, MONDAY)
    assert isinstance(new, Person) or new <= set(FIELDS)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("berlin", "Europe/Berlin"),
        ("  New   York ", "America/New_York"),
        ("EUROPE/BERLIN", "Europe/Berlin"),
        ("utc", "UTC"),
        ("localtime", None),
        ("", None),
    ],
)
def test_a_zone_is_found_by_its_city(text: str, zone: str | None) -> None:
    assert find_zone(text) == zone


# --- pauses -------------------------------------------------------------------------------------


async def test_pause_offers_a_week_two_weeks_or_a_day(life: World) -> None:
    assert "One week 2 weeks Until a day…" in said(await life.write("Pause!"))


async def test_a_week_ends_at_midnight_where_the_person_is(life: World) -> None:
    await life.press("people.pause", weeks="1")
    assert (await life.known()).paused_until == berlin(2026, 3, 9)


async def test_the_pressed_card_shows_the_pause_at_once(life: World) -> None:
    await life.press("people.help")
    slot = f"pause/{(await life.known()).id}/1"
    changes = await life.press("people.pause", origin=replace(CHAT, slot=slot), weeks="2")
    assert isinstance(changes.reply, Card)
    assert changes.reply.post.slot == slot
    assert "Write to me again" in said(changes)


async def test_resume_ends_a_pause(life: World) -> None:
    await life.press("people.pause", weeks="1")
    changes = await life.write("resume")
    assert "Welcome back" in said(changes)
    assert (await life.known()).paused_until is None


async def test_a_day_is_asked_for_in_a_form(life: World) -> None:
    opened = await life.press("people.pause_until")
    assert isinstance(opened.reply, Open)
    assert opened.reply.form.action == "people.pause_until"
    await life.submit("people.pause_until", until="2026-04-01")
    assert (await life.known()).paused_until == berlin(2026, 4, 1)


async def test_a_day_may_be_typed(life: World) -> None:
    await life.write("pause until 2026-04-01.")
    assert (await life.known()).paused_until == berlin(2026, 4, 1)


async def test_a_pause_typed_in_a_channel_is_nobody_elses_business(life: World) -> None:
    changes = await life.write("pause 2026-04-01", origin=CHANNEL, mentioned=True)
    assert "unasked" not in said(changes)
    assert "unasked until" in told(changes)


@pytest.mark.parametrize("day", ["2026-03-02", "2020-01-01", "2027-04-01", "soon", "9999-12-31"])
def test_a_pause_ends_within_a_year(day: str) -> None:
    with pytest.raises(Unclear):
        until_day(BERLIN, MONDAY, day)


async def test_a_day_that_makes_no_sense_is_asked_for_again(life: World) -> None:
    changes = await life.submit("people.pause_until", until="2020-01-01")
    assert isinstance(changes.reply, Invalid)
    assert list(changes.reply.form.errors) == ["until"]
    assert (await life.known()).paused_until is None


async def test_a_forged_number_of_weeks_pauses_nobody(life: World) -> None:
    await life.press("people.pause", weeks="5200")
    assert (await life.known()).paused_until is None


@given(st.dates().map(str) | st.text(max_size=12))
def test_a_day_is_within_a_year_or_unclear(text: str) -> None:
    try:
        until = until_day(BERLIN, MONDAY, text)
    except Unclear:
        return
    assert MONDAY < until <= MONDAY + LONGEST_PAUSE


def test_a_pause_that_is_over_is_none() -> None:
    later = weeks_from(BERLIN, MONDAY, 1)
    away = replace(BERLIN, paused_until=later)
    assert as_of(away, later - timedelta(seconds=1)) == away
    assert as_of(away, later) == BERLIN


# --- silence ------------------------------------------------------------------------------------


async def unanswered(life: World, messages: int = 3) -> Changes:
    """So many messages without an answer, and then the worker says so."""
    ada = await life.known()
    await life.sent(ada, messages)
    return await life.happens(silent("main", ada.id, messages))


async def test_after_three_unanswered_messages_one_card_asks_how_to_go_on(life: World) -> None:
    await life.press("people.help")
    ada = await life.known()
    changes = await unanswered(life)
    job = changes.jobs[0]
    assert (job.key, job.weight, job.due) == (f"silent/{ada.id}/0", "essential", MONDAY)
    assert isinstance(job.work, Deliver)
    assert job.work.target == ToPerson(ada.id)
    assert "Go on as before In two weeks Don’t write unasked" in told(changes)


async def test_the_question_comes_once_and_within_their_hours(life: World) -> None:
    await life.press("people.help")
    life.now = MONDAY + timedelta(hours=12)
    changes = await unanswered(life)
    assert changes.jobs[0].due == berlin(2026, 3, 3) + timedelta(hours=9)
    assert not await unanswered(life, 1)


async def test_the_question_is_not_asked_when_it_no_longer_matters(life: World) -> None:
    await life.press("people.help")
    assert not await unanswered(life, 2)
    await life.press("people.stop")
    assert not await unanswered(life, 9)
    assert not await life.happens(silent("main", "nobody", 3))


async def answer_silence(life: World, name: str) -> Changes:
    await life.press("people.help")
    slot = (await unanswered(life)).jobs[0].key
    return await life.press(name, origin=replace(CHAT, slot=slot))


async def test_stay_goes_on_as_before(life: World) -> None:
    changes = await answer_silence(life, "people.stay")
    assert isinstance(changes.reply, Card)
    assert "I go on as before" in said(changes)
    assert (await life.known()).heard == 3


async def test_later_is_two_weeks_of_peace(life: World) -> None:
    await answer_silence(life, "people.later")
    assert (await life.known()).paused_until == berlin(2026, 3, 16)


async def test_stop_means_stop_until_they_say_otherwise(life: World) -> None:
    changes = await answer_silence(life, "people.stop")
    assert "nothing unasked until you want it again" in said(changes)
    assert (await life.known()).stopped
    await life.press("people.help")
    assert (await life.known()).stopped
    await life.press("people.resume")
    assert not (await life.known()).stopped


async def test_a_later_press_on_that_card_shows_what_was_chosen(life: World) -> None:
    await answer_silence(life, "people.stop")
    ada = await life.known()
    post = await view(life.moment(), f"silent/{ada.id}/0", Viewer(person=ada.id))
    assert post is not None
    assert post.summary.words == "I’m quiet for now"


# --- whose card ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["settings", "pause", "silent"])
async def test_a_personal_card_is_drawn_for_its_owner_only(life: World, kind: str) -> None:
    await life.press("people.help")
    await life.press("people.help", BO)
    ada, bo = await life.known(), await life.known(BO)
    slot = f"{kind}/{ada.id}/1"
    assert await view(life.moment(), slot, Viewer(person=ada.id)) is not None
    assert await view(life.moment(), slot, Viewer(person=bo.id)) is None
    assert await view(life.moment(), slot, Viewer()) is None
    assert await view(life.moment(), kind, Viewer(person=ada.id)) is None


async def test_a_press_on_somebody_elses_card_changes_only_oneself(life: World) -> None:
    await life.press("people.help")
    ada = await life.known()
    theirs = Origin(place="teams:t1:chat-bo", slot=f"pause/{ada.id}/1", private=True)
    changes = await life.press("people.pause", BO, theirs, weeks="1")
    assert isinstance(changes.reply, Done | Say)
    assert await life.known() == ada
    assert (await life.known(BO)).paused_until is not None


def test_times_are_utc() -> None:
    assert weeks_from(BERLIN, MONDAY, 1).tzinfo is UTC
