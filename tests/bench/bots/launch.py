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


def ours(outside: Outside, database: Path, *, limits: bool = False) -> Bot:
    """Coterie on this database; with `limits`, as slow as Teams wants it."""
    port = free_port()
    env = {
        "COTERIE_PORT": str(port),
        "COTERIE_DATABASE": f"sqlite:///{database}",
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


def bare(outside: Outside, cards: Path) -> Bot:
    """aiohttp and orjson, the least that answers."""
    port = free_port()
    env = {"SSL_CERT_FILE": str(outside.trusted)}
    command = python("tests.bench.bots.bare", port, cards)
    return Bot(command, env, port, outside.folder / "bare.log")


def stock(outside: Outside, cards: Path, *, signed: bool) -> Bot:
    """botbuilder's echo; signed or for anyone."""
    port = free_port()
    metadata = [outside.url("metadata")] if signed else []
    command = [PEERS / "bin" / "python", BENCH / "bots" / "stock.py", port, cards, *metadata]
    env = {"REQUESTS_CA_BUNDLE": str(outside.trusted)}
    return Bot([str(part) for part in command], env, port, outside.folder / "stock.log")


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
