"""The service as somebody starts it, and a browser before it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent.parent
ARTIFACTS = Path(__file__).parent / "artifacts"
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 30.0


@contextmanager
def serving(
    folder: Path, port: int = 0, settings: Mapping[str, str] | None = None
) -> Iterator[str]:
    """The service with development settings, its data in `folder`; answers its address."""
    port = port or free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,  # noqa: TID251 - the service starts as it would from a shell
        "COTERIE_ENV": "development",
        "COTERIE_PORT": str(port),
        "COTERIE_DATABASE": f"sqlite:///{folder / 'coterie.db'}",
        **(settings or {}),
    }
    with (folder / "service.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "app.py", "serve"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            _wait(process, f"{url}/ready", folder)
            yield url
        finally:
            process.terminate()
            process.wait(PATIENCE)


@contextmanager
def browsing() -> Iterator[Browser]:
    """Chromium, as Debian has it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def picture(page: Page, name: str) -> None:
    """Keeps what the page looks like."""
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}.png")


def barriers(page: Page) -> list[str]:
    """What axe finds that would keep people out."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [
        f"{one['id']}: {node['target']}" for one in found["violations"] for node in one["nodes"]
    ]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], url: str, folder: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(url, timeout=5):  # noqa: S310 - our own address
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise AssertionError((folder / "service.log").read_text())
