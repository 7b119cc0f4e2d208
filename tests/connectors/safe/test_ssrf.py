"""Nobody gets us to open a connection to where no stranger belongs, by whatever link they send.

Each shows the same: it is refused, and not one socket was made for it. Somebody listens on loopback
all the while, at a port that is allowed, and hears nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from aiohttp.abc import ResolveResult
from hypothesis import given
from hypothesis import strategies as st

from connectors.http.safe import HTML, Safe
from connectors.http.safe_where import BLOCKED, NotFetched, Rule
from tests.connectors.safe.addresses import INSIDE, NAMES, TRICKS, forms, teredo, written
from tests.fakes.websites import Everything, FakeWebsites, Site

DIRECT = list(dict.fromkeys((*map(written, (*forms("127.0.0.1"), *INSIDE)), *NAMES)))
PUBLIC = ("8.8.8.8", "1.1.1.1", "172.32.0.1", "192.0.1.1", "2606:4700::1111", "2001:4860::8888")
REFUSED = frozenset({"private", "address"})
RULE = Rule()


@dataclass
class Listener:
    """Somebody at home, on loopback; `heard` is who came in."""

    port: int
    heard: list[object] = field(default_factory=list)


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    found = Listener(0)

    async def came(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found.heard.append(writer.get_extra_info("peername"))
        writer.close()

    server = await asyncio.start_server(came, "0.0.0.0", 0)  # noqa: S104 - all that is loopback
    found.port = server.sockets[0].getsockname()[1]
    yield found
    server.close()


async def refused(url: str, port: int, names: Everything) -> str:
    """Why it was not read; and not a single connection was made for it."""
    safe = Safe(Rule(ports=frozenset({80, 443, port})), names=names, seconds=2)
    try:
        with pytest.raises(NotFetched) as told:
            await safe.fetch(url, HTML)
        assert safe.counts["connected"] == 0
    finally:
        await safe.close()
    return told.value.why


def test_there_are_many_ways_to_try() -> None:
    assert len({*DIRECT, *TRICKS}) > 120


@pytest.mark.parametrize("host", DIRECT)
async def test_an_address_inside_is_not_asked(listener: Listener, host: str) -> None:
    names = Everything()
    assert await refused(f"http://{host}:{listener.port}/", listener.port, names) in REFUSED
    assert await refused(f"https://{host}/", listener.port, names) in REFUSED
    assert listener.heard == []
    assert names.asked == []


@pytest.mark.parametrize("trick", TRICKS)
async def test_a_crooked_link_is_not_asked(listener: Listener, trick: str) -> None:
    url = trick.replace("{inside}", "127.0.0.1").replace("{port}", str(listener.port))
    assert await refused(url, listener.port, Everything()) in REFUSED
    assert listener.heard == []


@pytest.mark.parametrize("address", INSIDE)
async def test_a_name_that_leads_inside_is_not_followed(listener: Listener, address: str) -> None:
    names = Everything(**{"good.example": address})
    url = f"http://good.example:{listener.port}/"
    assert await refused(url, listener.port, names) == "private"
    assert names.asked == ["good.example"]
    assert listener.heard == []


@pytest.mark.parametrize(
    "addresses", [["10.0.0.1", "::1"], ["127.0.0.2", "127.0.0.3"], ["fe80::1%lo", "224.0.0.1"]]
)
async def test_a_name_with_several_addresses_inside(
    listener: Listener, addresses: Sequence[str]
) -> None:
    names = Everything()
    names.known["good.example"] = list(addresses)
    url = f"http://good.example:{listener.port}/"
    assert await refused(url, listener.port, names) == "private"
    assert listener.heard == []


# From here on 127.0.0.1 stands for the web outside: there is no other to try it with.

ELSEWHERE = list(dict.fromkeys((*map(written, (*forms("127.0.0.2"), *INSIDE)), *NAMES)))


@pytest.mark.parametrize("host", ELSEWHERE)
async def test_a_redirect_inside_is_not_followed(
    web: FakeWebsites, listener: Listener, host: str
) -> None:
    rule = Rule(ports=frozenset({web.port, listener.port}), opened=(web.rule.opened[0],))
    safe = Safe(rule, names=web.names, seconds=2)
    web.moves("/course", f"http://{host}:{listener.port}/")
    with pytest.raises(NotFetched) as told:
        await safe.fetch(web.at("/course"), HTML)
    await safe.close()
    assert told.value.why in {"private", "moved"}
    assert safe.counts["connected"] == 1
    assert listener.heard == []


@pytest.mark.parametrize("trick", TRICKS[:30])
async def test_a_crooked_redirect_is_not_followed(
    web: FakeWebsites, safe: Safe, listener: Listener, trick: str
) -> None:
    told = trick.replace("{inside}", "127.0.0.2").replace("{port}", str(listener.port))
    web.moves("/course", told.replace("\r", "").replace("\n", ""))
    with pytest.raises(NotFetched):
        await safe.fetch(web.at("/course"), HTML)
    assert all(asked.host.startswith("127.0.0.1") for asked in web.asked)
    assert listener.heard == []


class Rebinding(Everything):
    """A name that leads elsewhere each time."""

    def __init__(self, *turns: str) -> None:
        super().__init__()
        self.turns = list(turns)

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        self.known[host] = [self.turns.pop(0)]
        return await super().resolve(host, port, family)


@pytest.mark.parametrize("address", ["127.0.0.2", "10.0.0.1", "169.254.169.254", "fd00::1"])
async def test_a_name_that_moves_inside_between_two_look_ups(
    web: FakeWebsites, address: str
) -> None:
    names = Rebinding("127.0.0.1", address)
    safe = Safe(web.rule, names=names, seconds=2)
    again = web.at("/again", "rebinding.example")
    web["/course"] = Site(status=302, headers={"Location": again, "Connection": "close"})
    with pytest.raises(NotFetched) as told:
        await safe.fetch(web.at("/course", "rebinding.example"), HTML)
    await safe.close()
    assert (told.value.why, names.turns) == ("private", [])
    assert (safe.counts["connected"], len(web.asked)) == (1, 1)


async def test_of_several_addresses_only_the_public_one_is_asked(web: FakeWebsites) -> None:
    names = Everything()
    names.known["mixed.example"] = ["10.0.0.1", "127.0.0.1", "fd00::1"]
    web["/course"] = "<title>Outside</title>"
    safe = Safe(web.rule, names=names, seconds=2)
    read = await safe.fetch(web.at("/course", "mixed.example"), HTML)
    await safe.close()
    assert "Outside" in read.text
    assert safe.counts["connected"] == len(web.asked) == 1


@pytest.mark.parametrize("address", PUBLIC)
def test_the_rest_of_the_web_is_open(address: str) -> None:
    assert RULE.reaches(address)
    assert RULE.admitted(f"https://{written(address)}/").raw_host == address


@pytest.mark.parametrize(
    ("link", "host"),
    [
        ("https://аpple.example/", "xn--pple-43d.example"),  # noqa: RUF001 - Cyrillic, and so shown
        ("https://bücher.example/kurs", "xn--bcher-kva.example"),
        ("HTTPS://Courses.Example:443/a?b=c#d", "courses.example"),
        ("https://my_course.example./", "my_course.example."),
        ("https://127.0.0.1.example/", "127.0.0.1.example"),
        ("https://1password.example/", "1password.example"),
    ],
)
def test_an_honest_link_is_admitted_under_its_real_name(link: str, host: str) -> None:
    assert RULE.admitted(link).raw_host == host


def test_an_operator_may_close_more() -> None:
    rule = Rule(blocked=(ip_network("8.8.8.0/24"),))
    assert not rule.reaches("8.8.8.8")
    assert rule.reaches("8.8.4.4")


@given(st.ip_addresses(v=4))
def test_no_way_to_wrap_an_address_reaches_it(address: IPv4Address) -> None:
    number = int(address)
    wrapped = [
        IPv6Address(number),
        IPv6Address((0xFFFF << 32) | number),
        IPv6Address((0x64FF9B << 96) | number),
        IPv6Address((0x2002 << 112) | (number << 80)),
        IPv6Address((0x2A001450 << 96) | (0x5EFE << 32) | number),
        teredo(number),
    ]
    assert not any(RULE.reaches(str(one)) for one in wrapped)


@given(st.ip_addresses())
def test_what_is_reached_is_public(address: IPv4Address | IPv6Address) -> None:
    if RULE.reaches(str(address)):
        assert address.is_global
        assert not any(address in network for network in BLOCKED)
        assert not address.is_private
        assert not address.is_multicast
        assert not address.is_reserved


@given(st.text(max_size=60))
def test_no_text_is_taken_for_an_address(text: str) -> None:
    assert RULE.reaches(text) is False or ip_address(text).is_global


@given(st.text(max_size=200) | st.text(alphabet="htp:/@[]%\\.#?0127x\u2460\u3002 -_", max_size=40))
def test_any_text_is_admitted_or_refused(text: str) -> None:
    for link in (text, f"http://{text}", f"https://good.example/{text}"):
        with suppress(NotFetched):
            url = RULE.admitted(link)
            assert (url.scheme in {"http", "https"}, url.user, url.password) == (True, None, None)
