"""Launches the bots: ours with its settings, the bare one, and the SDK's in its own environment."""

import subprocess
import sys
import venv
from pathlib import Path

from tests.bench.host import Bot, free_port, python
from tests.bench.outside import Outside
from tests.bench.world import APP, TENANT

BENCH = Path(__file__).parent.parent
PEERS = BENCH / ".peers"
WANTED = BENCH / "peers.txt"


def ours(outside: Outside, database: Path | str, *, limits: bool = False) -> Bot:
    """Coterie on this file or database; with `limits`, as slow as Teams wants it."""
    port = free_port()
    env = {
        "COTERIE_PORT": str(port),
        "COTERIE_DATABASE": database if isinstance(database, str) else f"sqlite:///{database}",
        "COTERIE_SECRET": "a secret of the bench",
        "COTERIE_TEAMS_APP_ID": APP,
        "COTERIE_TEAMS_APP_PASSWORD": "bench",
        "COTERIE_TEAMS_APP_TENANT_ID": TENANT,
        "COTERIE_TEAMS_APP_TYPE": "SingleTenant",
        "COTERIE_TEAMS_OPENID_METADATA": outside.url("metadata"),
        "COTERIE_TEAMS_TOKEN_URL": outside.url("token"),
        "SSL_CERT_FILE": str(outside.trusted),
    }
    command = [sys.executable, "app.py", "serve"] if limits else python("tests.bench.bots.ours")
    return Bot(command, env, port, outside.folder / "ours.log")


def chats(outside: Outside, database: Path) -> Bot:
    """Coterie in Slack and in Workplace, both of which allow a thousand times as much."""
    port = free_port()
    env = {
        "COTERIE_PORT": str(port),
        "COTERIE_DATABASE": f"sqlite:///{database}",
        "COTERIE_SLACK_BOT_TOKEN": "xoxb-bench",
        "COTERIE_SLACK_SIGNING_SECRET": "bench",
        "COTERIE_SLACK_API_URL": outside.url("api/"),
        "COTERIE_WORKPLACE_ACCESS_TOKEN": "bench",
        "COTERIE_WORKPLACE_APP_SECRET": "bench",
        "COTERIE_WORKPLACE_VERIFY_TOKEN": "bench",
        "COTERIE_WORKPLACE_GRAPH_URL": outside.url("graph"),
    }
    command = python("tests.bench.bots.ours", "slack", "workplace")
    return Bot(command, env, port, outside.folder / "chats.log")


def bolt(outside: Outside, cards: Path, way: str) -> Bot:
    """slack-bolt's echo, built in one of its ways."""
    port = free_port()
    api = outside.url("api/")
    command = [PEERS / "bin" / "python", BENCH / "bots" / "bolt.py", port, cards, api, way]
    return Bot([str(part) for part in command], {}, port, outside.folder / "bolt.log")


def bare(outside: Outside, cards: Path) -> Bot:
    """aiohttp and orjson, the least that answers."""
    port = free_port()
    env = {"SSL_CERT_FILE": str(outside.trusted)}
    command = python("tests.bench.bots.bare", port, cards)
    return Bot(command, env, port, outside.folder / "bare.log")


def answering(outside: Outside) -> Bot:
    """aiohttp that answers a sentence, the least that a press can cost over HTTP."""
    port = free_port()
    command = python("tests.bench.bots.answering", port)
    return Bot(command, {}, port, outside.folder / "answering.log")


def stock(outside: Outside, cards: Path, *, signed: bool) -> Bot:
    """botbuilder's echo; signed or for anyone."""
    port = free_port()
    metadata = [outside.url("metadata")] if signed else []
    command = [PEERS / "bin" / "python", BENCH / "bots" / "stock.py", port, cards, *metadata]
    env = {"REQUESTS_CA_BUNDLE": str(outside.trusted)}
    return Bot([str(part) for part in command], env, port, outside.folder / "stock.log")


def proactive(outside: Outside, way: str, sends: int, result: Path) -> Bot:
    """botbuilder writing to many chats, in one of its ways, over TLS."""
    command = [PEERS / "bin" / "python", BENCH / "bots" / "proactive.py", way, sends, result]
    env = {"REQUESTS_CA_BUNDLE": str(outside.trusted)}
    words = [*map(str, command), outside.service(tls=True)]
    return Bot(words, env, log=outside.folder / "proactive.log")


def install_peers() -> bool:
    """Makes the environment of the peers once; answers whether there is one."""
    done = PEERS / ".installed"
    wanted = WANTED.read_text()
    if done.exists() and done.read_text() == wanted:
        return True
    print("installing the peers into tests/bench/.peers (once, about half a minute)", flush=True)
    venv.create(PEERS, clear=True, with_pip=True)
    quietly = ("-q", "--disable-pip-version-check", "-r", WANTED)
    pip = (PEERS / "bin" / "python", "-m", "pip", "install", *quietly)
    if subprocess.run(pip, check=False).returncode:
        print("the peers could not be installed: their rows are left out")
        return False
    done.write_text(wanted)
    return True
