"""The sandbox: its channel, as the page in the browser uses it."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import count

import orjson
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from cards import html
from core.engine.ports import Address, Asker
from tests.contracts.hearing import ORG, Engine
from tests.contracts.side import Answered, Asked, Facts, Json, Names, Stands, Told, Trouble
from web import sandbox
from web.sandbox.model import Screen, key_of
from web.sandbox.send import Sandbox, place_of
from web.sandbox.wall import Wall

OWN = {"Sec-Fetch-Site": "same-origin"}
ADA, BO = "sky", "sunny"
FACTS = Facts(
    finds=True,
    suffers=frozenset({"not_installed"}),
    hostile=(
        '<a href="https://evil.example">win</a>',
        '<span class="mention" data-person="bo">Bo</span>',
        "<script>alert(1)</script>",
    ),
)
Browser = TestClient[web.Request, web.Application]


@dataclass
class Stage:
    """The sandbox as the suite uses it."""

    browser: Browser
    wall: Wall
    platform: Sandbox
    facts: Facts = FACTS
    names: Names = field(
        default_factory=lambda: Names(
            place="sandbox:g1:channel",
            ada=f"sandbox:g1:{ADA}",
            bo=f"sandbox:g1:{BO}",
            stranger="sandbox:g1:nobody",
        )
    )
    _nonces: Iterator[int] = field(default_factory=count)

    @property
    def askers(self) -> Mapping[str, Asker]:
        return sandbox.ASKERS

    def met(self, account: str) -> Address:
        return Address(id=account)

    def standing(self, address: Address) -> list[Stands]:
        place = place_of(address)
        return [
            stands(screen)
            for screen in self.wall.all()
            if screen.place == place and screen.post and not screen.removed
        ]

    async def suffer(self, trouble: Trouble) -> None:
        assert trouble == "not_installed"
        body = {"person": ADA, "place": "channel", "nonce": self._nonce(), "add": False}
        await self._told("invite", body).once()

    def says(self, who: str, text: str, *, private: bool = False, thread: str = "") -> Told:
        words = text if private else f"@Coterie {text}"
        body = {"person": key_of(who), "place": room(who, private), "text": words, "thread": thread}
        return self._told("say", body, repeats=False)

    def edits(self, who: str, message: str, text: str) -> Told:
        return Told()

    def deletes(self, who: str, message: str) -> Told:
        return Told()

    def presses(self, who: str, ref: str, label: str, *, private: bool = False) -> Told:
        screen = self.wall.get(ref)
        assert screen
        assert screen.post
        page = Page(str(html.post(screen.post, screen.viewer)))
        carried = orjson.loads(page.buttons[label])
        return self._told("press", self._press(who, room(who, private), carried, ref))

    def submits(self, who: str, form: Asked, values: Mapping[str, str]) -> Told:
        body = self._press(who, "channel", form.native["coterie"], form.native["message"])
        return self._told("press", body | {"values": {**form.values, **values}})

    def joins(self, who: str) -> Told:
        body = {"person": ADA, "place": "group", "nonce": self._nonce(), "add": True}
        return self._told("invite", body)

    def leaves(self, who: str) -> Told:
        return Told()

    def arrives(self, by: str) -> Told:
        return self.joins(by)

    def echoes(self, ref: str) -> Told:
        return Told()

    def strangers(self) -> Told:
        elsewhere = {"person": "g7:sky", "place": "g7:channel", "text": "@Coterie hello"}
        return self._told("say", elsewhere)

    async def raw(self, body: bytes) -> list[int]:
        headers = {**OWN, "Content-Type": "application/json"}
        codes = []
        for path in ("say", "press", "invite", "clock"):
            async with self.browser.post(f"/sandbox/{path}", data=body, headers=headers) as answer:
                codes.append(answer.status)
        return codes

    def samples(self) -> list[Json]:
        pressed = self._press(self.names.ada, "channel", {"a": "join", "k": {"id": "1"}}, "g1-1")
        return [pressed | {"text": "@Coterie hello", "thread": "", "by": "hour", "add": True}]

    def _press(self, who: str, place: str, carried: Json, message: str) -> Json:
        return {
            "person": key_of(who),
            "place": place,
            "message": message,
            "action": carried["a"],
            "args": carried.get("k", {}),
            "slot": carried.get("s", ""),
            "nonce": self._nonce(),
        }

    def _nonce(self) -> str:
        return f"nonce-{next(self._nonces):04d}"

    def _told(self, path: str, body: Json, *, repeats: bool = True) -> Told:
        async def deliver() -> Answered:
            async with self.browser.post(f"/sandbox/{path}", json=body, headers=OWN) as answer:
                text = await answer.text()
                told = orjson.loads(text) if answer.status == web.HTTPOk.status_code else {}
                return answered(answer.status, told, str(body.get("message", "")))

        return Told(calls=(deliver,), repeats=repeats)


def room(who: str, private: bool) -> str:
    return f"chat-{key_of(who)}" if private else "channel"


class Page(HTMLParser):
    """A page as a browser takes it: what it says, links, calls, and what can be filled in."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.buttons: dict[str, str] = {}
        self.values: dict[str, str] = {}
        self.links: set[str] = set()
        self.mentions: set[str] = set()
        self._value, self._writing = "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self._value = told.get("value", "") if tag == "button" else ""
        self._writing = told.get("name", "") if tag == "textarea" else ""
        if tag in {"input", "textarea", "select"}:
            self.values[told.get("name", "")] = told.get("value", "")
        if tag == "a":
            self.links.add(told["href"])
        if told.get("class") == "mention":
            self.mentions.add(told["data-person"])

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._value:
            self.buttons[data] = self._value
        if self._writing:
            self.values[self._writing] += data if self.values[self._writing] else data[1:]

    def handle_endtag(self, tag: str) -> None:
        self._value = self._writing = ""


def stands(screen: Screen) -> Stands:
    """A card as the browser shows it."""
    assert screen.post
    page = Page(str(html.post(screen.post, screen.viewer)))
    return Stands(
        ref=screen.id,
        words=" ".join(page.words),
        thread=screen.thread,
        labels=tuple(page.buttons),
        mentions=frozenset(page.mentions),
        links=frozenset(page.links),
    )


def answered(status: int, told: Json, message: str) -> Answered:
    """What the page does with an answer."""
    page = Page(told.get("html", ""))
    words = " ".join((*page.words, told.get("note", "")))
    if told.get("do") != "form":
        return Answered(status=status, words=words)
    carried = orjson.loads(page.values.pop("coterie"))
    native = {"coterie": carried, "message": message}
    return Answered(
        status=status, words=words, form=Asked(values=page.values, words=words, native=native)
    )


@asynccontextmanager
async def on_sandbox(engine: Engine) -> AsyncIterator[Stage]:
    """The sandbox after the first visit."""
    wall = Wall(engine.store, engine.clock, ORG)
    platform = engine.platforms["sandbox"] = Sandbox(wall)
    app = web.Application()
    sandbox.add(app, engine=engine.intake, worker=engine.worker, queue=engine.store, wall=wall)
    async with TestClient(TestServer(app)) as browser:
        async with browser.get("/sandbox/state") as begun:
            assert begun.status == web.HTTPOk.status_code
        yield Stage(browser, wall, platform)
