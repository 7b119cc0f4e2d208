"""`python app.py move`: a CSV read with care, a report that adds up, a service beside it."""

import asyncio
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from shutil import copyfile

import pytest
from msgspec.structs import replace

from connectors.move import emails
from connectors.move import terminal as move_terminal
from connectors.move.emails import LARGEST, Unreadable, load, parse
from connectors.stores.beside import OTHER, BesideStore
from connectors.stores.sqlite import SqliteStore
from core.cohorts.moving.model import Move
from core.engine.errors import NotAllowed, RetryLater, StoreError, Unreachable
from core.engine.ports import Address, Changes, Commit, ToPlace
from core.people.model import Person
from core.product import PRODUCT
from tests.cohorts.moving import OLD, Town, settled, timer
from tests.cohorts.story import CEM
from tests.connectors.moving import Terminal
from tests.engine.machine import post_to
from tests.people.world import BO

ROOT = Path(__file__).parent.parent.parent
ACCOUNTS = ("slack:w1:ada", "slack:w1:bo")
THERE = {"ada@example.org": "ada", "bo@example.org": "bo"}


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("moving") / "begun.db"
    asyncio.run(settled(path, BO, CEM))
    return path


@pytest.fixture
def town(begun: Path, tmp_path: Path) -> Town:
    copyfile(begun, tmp_path / "test.db")
    it = Town(tmp_path / "test.db")
    it.clock.forward(hours=-1)
    return it


@pytest.fixture
def desk(town: Town) -> Terminal:
    it = Terminal(town.clock, town.path)
    it.directory.people = dict(THERE)
    return it


async def test_a_dry_run_says_who_can_be_reached_and_why_others_cannot(desk: Terminal) -> None:
    assert await desk.move(to="slack") == 0

    assert "3  members" in desk.text
    assert "2    can be reached: 2 found by e-mail" in desk.text
    assert "1    cannot be reached: 1 not found" in desk.text
    assert "  not found. Nobody there has that address." in desk.text
    assert "\n    Cem Sample, cem@example.org\n" in desk.text
    assert "Coterie writes to 2 in Slack, once each." in desk.text
    assert "A last line in 1 old place says where it went." in desk.text
    assert desk.text.endswith("Nothing has changed yet. Add --go to do it.")


async def test_the_figures_add_up_to_the_members(desk: Terminal) -> None:
    await desk.move(to="slack")

    members, good, bad = map(int, re.findall(r"(\d+) +(?:members|can be|cannot be)", desk.text))
    assert members == good + bad == 3


async def test_it_says_how_far_it_is(desk: Terminal) -> None:
    await desk.move(to="slack")

    assert [it[:25] for it in desk.progress] == [f"Looking people up: {n} of 3" for n in (1, 2, 3)]


async def test_an_interrupted_run_asks_nobody_twice(desk: Terminal) -> None:
    desk.directory.stops_after = 2
    with pytest.raises(asyncio.CancelledError):
        await desk.move(to="slack")
    stopped = desk.text
    desk.directory.stops_after = 1000

    await desk.move(to="slack")

    assert "Nothing is lost" in stopped
    assert sorted(desk.directory.asked) == ["ada@example.org", "bo@example.org", "cem@example.org"]


async def test_a_platform_that_asks_for_patience_gets_it(desk: Terminal) -> None:
    desk.directory.errors = [RetryLater(30.0)]

    assert await desk.move(to="slack") == 0

    assert desk.waits == [30.0]
    assert "2    can be reached" in desk.text


async def test_a_platform_that_wants_hours_gets_them(desk: Terminal) -> None:
    desk.directory.errors = [RetryLater(7200.0)]

    assert await desk.move(to="slack") == 2

    assert "asks to be left alone for 120 min. Nothing is lost" in desk.text


async def test_one_failed_look_up_is_told_and_asked_again_the_next_time(desk: Terminal) -> None:
    desk.directory.errors = [NotAllowed("The scope users:read.email is missing.")]
    await desk.move(to="slack")
    first = desk.text

    await desk.move(to="slack")

    assert "The scope users:read.email is missing. Run the command again later." in first
    assert "2    can be reached" in desk.text


async def test_a_guest_with_the_same_address_is_left_to_a_human(desk: Terminal) -> None:
    desk.directory.guests = {"bo"}
    await desk.move(to="slack")

    assert "2    cannot be reached" in desk.text
    assert "1 there only as a guest" in desk.text
    assert "Only a guest there has that address." in desk.text


async def test_whoever_stops_watching_hears_that_the_move_goes_on(desk: Terminal) -> None:
    async def leave() -> None:
        raise asyncio.CancelledError

    desk.meanwhile, desk.served = leave, True
    with pytest.raises(asyncio.CancelledError):
        await desk.move(to="slack", go=True, yes=True)

    assert "The move goes on in the service" in desk.said[-1]


async def test_a_csv_maps_old_addresses_to_new_ones(desk: Terminal, tmp_path: Path) -> None:
    desk.directory.people["cem@new.example"] = "cem"
    file = tmp_path / "mails.csv"
    file.write_text("\ufeffold;new\r\nCem@Example.org;cem@new.example\r\nx@y.z;x@new.example\r\n")

    await desk.move(to="slack", emails=file)

    assert "3    can be reached: 3 found by e-mail" in desk.text
    assert "line 3: nobody in this cohort has x@y.z" in desk.text


async def test_a_wrong_line_has_to_be_mended_before_anybody_moves(
    desk: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "mails.csv"
    file.write_text("cem@example.org,nobody\n")

    assert await desk.move(to="slack", emails=file, go=True, yes=True) == 2

    assert "line 1: 'nobody' is no e-mail address" in desk.text


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ({"to": "irc"}, "irc is not set up here. Platforms that are set up: slack, teams."),
        ({}, "Say where to, with --to. Platforms that are set up: slack, teams."),
        ({"to": "slack", "place": "C9"}, "Coterie is not in that place yet: add it there first."),
        ({"to": "slack", "cohort": "Cooking"}, "There is no cohort 'Cooking'."),
        ({"status": True}, "Better handovers is not on its way anywhere."),
        ({"cancel": True}, "Better handovers is not on its way anywhere, so there is nothing"),
        ({"to": "slack", "emails": Path("/nowhere.csv")}, "/nowhere.csv cannot be read"),
    ],
)
async def test_what_cannot_be_done_is_said_plainly(
    desk: Terminal, order: dict[str, object], said: str
) -> None:
    assert await desk.move(**order) == 2  # type: ignore[arg-type] # what a test types

    assert desk.text.startswith(said)


async def test_a_cohort_goes_by_its_code_and_by_a_part_of_its_name(
    desk: Terminal, town: Town
) -> None:
    cohort = await town.cohort()

    assert await desk.move(cohort.code.lower(), to="slack") == 0
    assert await desk.move(cohort.id, to="slack") == 0
    assert await desk.move("handovers", to="slack") == 0


async def test_without_a_yes_nothing_begins(desk: Terminal, town: Town) -> None:
    desk.answer = False

    assert await desk.move(to="slack", go=True) == 2

    assert (await town.move()).stage == "looking"


async def test_without_a_service_it_begins_when_that_starts(desk: Terminal, town: Town) -> None:
    assert await desk.move(to="slack", go=True, yes=True) == 0
    said = desk.text
    await town.life()

    assert said.endswith("The move begins when it starts: python app.py serve")
    assert town.told() == {"slack:w1:ada": 1, "slack:w1:bo": 1}
    assert await desk.move(status=True) == 0
    assert "Better handovers to Slack: done" in desk.text
    assert "2    reached" in desk.text
    assert "1    not found" in desk.text


async def test_whom_no_message_could_reach_is_told_after_all(desk: Terminal, town: Town) -> None:
    await desk.move(to="slack", go=True, yes=True)
    town.slack.errors.append(Unreachable())
    await town.life()
    await desk.move(status=True)
    lost = Address(id=({*ACCOUNTS} - {*town.told()}).pop(), ref={"conversation": "installed"})

    await town.life(replace(timer("seen", await town.cohort()), learned=(lost,)))
    await desk.move(to="slack", go=True, yes=True)
    await town.life()

    assert "1    not delivered: Coterie is not installed for them there" in "".join(desk.kept)
    assert town.told() == dict.fromkeys(ACCOUNTS, 1)


async def test_a_move_is_called_off_by_the_command(desk: Terminal, town: Town) -> None:
    await desk.move(to="slack", go=True, yes=True)

    assert await desk.move(cancel=True) == 0
    await town.life()

    assert town.told() == {}
    assert (await town.cohort()).spaces == (OLD.id,)


async def test_names_cannot_move_the_cursor_of_a_terminal(desk: Terminal, town: Town) -> None:
    async with town.story() as it:
        cem = await it.known(CEM)
        await it.commit(Changes(saves=(replace(cem, name="Cem\x1b[2J\u202eevil"),)))

    await desk.move(to="slack")

    assert "\x1b" not in desk.text
    assert "\u202e" not in desk.text


# --- the terminal -------------------------------------------------------------------------------


class Screen(TextIOWrapper):
    """A terminal of an old kind, which knows few letters."""

    def isatty(self) -> bool:
        return True


def screen(typed: str = "", *, asks: bool = True) -> tuple[BytesIO, move_terminal.Terminal]:
    seen = BytesIO()
    out = Screen(seen, encoding="ascii")
    return seen, move_terminal.Terminal(out, StringIO(typed).readline, asks=asks)


def test_progress_is_written_over() -> None:
    seen, terminal = screen()
    terminal.progress("1 of 2")
    terminal.progress("2 of 2")
    terminal.tell("Zoë")

    assert seen.getvalue() == b"\r\x1b[K1 of 2\r\x1b[K2 of 2\r\x1b[KZo?\n"


def test_only_a_yes_is_a_yes() -> None:
    assert screen("YES \n")[1].agreed("Move?")
    assert not screen("\n")[1].agreed("Move?")
    assert not screen("yes\n", asks=False)[1].agreed("Move?")


async def test_ctrl_c_at_the_question_is_a_no_at_once() -> None:
    def interrupted() -> str:
        signal.raise_signal(signal.SIGINT)
        return "yes"

    assert not move_terminal.Terminal(StringIO(), interrupted, asks=True).agreed("Move?")
    await asyncio.sleep(0)


# --- two on one file ----------------------------------------------------------------------------


@pytest.fixture
def service(town: Town) -> Iterator[Path]:
    """The service, as another process, on the same file."""
    command = [sys.executable, "-m", "tests.connectors.moving", str(town.path)]
    with subprocess.Popen(  # noqa: S603 - it is our own
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield Path(f"{town.path}.chat")
        process.stdin.close()


async def test_a_running_service_does_what_the_command_plans(
    desk: Terminal, town: Town, service: Path
) -> None:
    async with asyncio.timeout(20):
        assert await desk.move(to="slack", go=True, yes=True) == 0

    assert told_by(service) == 2
    assert "Better handovers to Slack: done" in desk.text


def told_by(service: Path) -> int:
    sent = service.read_text().splitlines()
    return sum(line.endswith("Your cohort goes on here") for line in sent)


async def test_it_leaves_alone_what_the_service_has_claimed(town: Town) -> None:
    async with SqliteStore(town.path, records=PRODUCT.records, ranked=PRODUCT.ranked) as store:
        job = post_to(ToPlace(OLD.id), "claimed")
        commit = Commit(org="main", event="", at=town.clock.now(), changes=Changes(jobs=(job,)))
        await store.commit([commit])
        await store.mark([("main", job.key)])

        await Terminal(town.clock, town.path).move(to="slack")

        due = await store.job("main", job.key)
        assert due is not None
        assert due.state == "claimed"


async def test_what_one_changed_is_a_conflict_for_the_other(town: Town) -> None:
    move = Move(id="m", cohort="m", to="slack", at=town.clock.now())
    changes = Changes(saves=(move,))
    async with (
        SqliteStore(town.path, records=PRODUCT.records, ranked=PRODUCT.ranked) as one,
        BesideStore(town.path, records=PRODUCT.records, ranked=PRODUCT.ranked) as other,
    ):
        await one.commit([Commit(org="main", event="a", at=town.clock.now(), changes=changes)])
        late = Commit(org="main", event="b", at=town.clock.now(), changes=changes)

        with pytest.raises(StoreError, match="b"):
            await other.commit([late])

    assert other.served


async def test_a_database_that_somebody_holds_is_said_in_a_sentence(town: Town) -> None:
    with closing(sqlite3.connect(town.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked"):
            async with BesideStore(town.path, records=PRODUCT.records, patience=0.1):
                pass


async def test_beside_another_version_it_does_nothing(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "older.db"
    async with SqliteStore(path, records=(Person,)):
        with pytest.raises(StoreError, match=OTHER):
            await BesideStore(path, records=PRODUCT.records).open()


# --- the CSV ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"old,new\na@x.y,b@x.y\n",
        b"\xef\xbb\xbfold;new\r\na@x.y;b@x.y;\r\n",
        b"\n\nA@X.Y\tB@x.y\n\n",
        b'"a@x.y" , "b@x.y"\n',
    ],
)
def test_a_csv_is_read_however_excel_writes_it(data: bytes) -> None:
    found = parse(data)

    assert (found.new, found.problems) == ({"a@x.y": "b@x.y"}, [])


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"a@x.y\n", "line 1: two columns are needed, old and new, not 1"),
        (b"a@x.y,b@x.y,c@x.y\n", "line 1: two columns are needed, old and new, not 3"),
        (b"a@x.y,b@x.y\na@x.y,c@x.y\n", "line 2: a@x.y stands on line 1 already"),
        (b"a@x.y,b@x.y\nc@x.y,b@x.y\n", "line 2: b@x.y is somebody's on line 1 already"),
        (b"a@x.y,b@\n", "line 1: 'b@' is no e-mail address"),
        (b"a@x.y," + b"b" * 300 + b"@x.y\n", f"line 1: '{'b' * 60}…' is no e-mail address"),
        (b"a@x.y,<!channel>@x.y\n", "line 1: '<!channel>@x.y' is no e-mail address"),
    ],
)
def test_a_line_that_says_nothing_is_named(data: bytes, problem: str) -> None:
    assert parse(data).problems == [problem]


def test_text_that_is_not_utf_8_is_refused_with_its_line() -> None:
    with pytest.raises(Unreadable, match="line 2 is not UTF-8"):
        parse(b"a@x.y,b@x.y\nm\xfcller@x.y,b@x.y\n")


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "huge.csv"
    file.write_bytes(b"x" * (LARGEST + 1))

    with pytest.raises(Unreadable, match="is larger than 8 MB"):
        load(file)


def test_a_field_without_an_end_is_refused_and_not_a_crash() -> None:
    found = emails.parse(b'a@x.y,"' + b"x" * 200_000)

    assert "the rest was not read" in found.problems[0]
