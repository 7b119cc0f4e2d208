"""Addresses that no stranger may send us to, in all the ways to write them."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address

CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")
WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")  # noqa: RUF001 - that is the trick

INSIDE = """
    10.0.0.1 172.16.0.1 172.31.255.255 192.168.0.1 127.0.0.2 127.255.255.254 0.0.0.0 0.1.2.3
    169.254.169.254 169.254.170.2 168.63.129.16 100.64.0.1 100.100.100.200 192.0.0.192
    198.18.0.1 192.0.2.1 198.51.100.1 203.0.113.1 192.88.99.1 192.31.196.1 192.52.193.1
    192.175.48.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
    :: ::1 ::2 fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1 ff0e::1 100::1 4000::1 5f00::1 8000::1
    64:ff9b::808:808 64:ff9b:1::808:808 2001:db8::1 2001::1 2001:10::1 2001:20::1 2001:1ff::1
    2002:808:808::1 2620:4f:8000::1 3fff::1 ::ffff:8.8.8.8 ::8.8.8.8
""".split()  # noqa: SIM905 - a list of fifty is read more easily so

NAMES = """
    localhost LocalHost localhost. localhost.. wiki.localhost printer.local kubernetes.default.svc
    metadata metadata.google.internal instance-data host.docker.internal intranet wiki.corp
    router.lan nas.home gateway.home.arpa portal.intranet ⓛⓞⓒⓐⓛⓗⓞⓢⓣ
""".split()  # noqa: SIM905

TRICKS = (
    "http://good.example@{inside}:{port}/",
    "http://good.example:80@{inside}:{port}/",
    "http://@{inside}:{port}/",
    "http://user:word@good.example:{port}/",
    "http://:@good.example:{port}/",
    "http://good.example\\@{inside}:{port}/",
    "http://{inside}\\@good.example:{port}/",
    "http://{inside}:{port}\\.good.example/",
    "http://good.example%40{inside}:{port}/",
    "http://{inside}%00.good.example:{port}/",
    "http://{inside}%0d%0a.good.example:{port}/",
    "http://good.example\r\nHost: {inside}:{port}/",
    "http://good.example:{port}\n@{inside}/",
    "http://{inside}\t:{port}/",
    "http://{inside}:{port}#@good.example/",
    "http://{inside}:{port}?@good.example/",
    "http://{inside}:{port};@good.example/",
    "http:\\\\{inside}:{port}\\",
    "http:/\\{inside}:{port}/",
    "http:///{inside}:{port}/",
    "http:{inside}:{port}/",
    "//{inside}:{port}/",
    "{inside}:{port}",
    "ftp://{inside}:{port}/",
    "gopher://{inside}:{port}/_x",
    "dict://{inside}:{port}/x",
    "ldap://{inside}:{port}/",
    "ws://{inside}:{port}/",
    "jar:http://{inside}:{port}!/",
    "view-source:http://{inside}:{port}/",
    "file://{inside}/etc/passwd",
    "file:///etc/passwd",
    "data:text/html,<title>x</title>",
    "javascript:alert(1)",
    "http://",
    "http://:{port}/",
    "http://[{inside}]:{port}/",
    "http://[::1:{port}/",
    "http://good.example:22/",
    "http://good.example:25/",
    "http://good.example:6379/",
    "http://good.example:8080/",
    "http://good.example:0/",
    "http://good.example:65616/",
    "http://good.example:0x50/",
    "http://good.example:-80/",
    "http://-.-/",
    "http://./",
    "http://" + "a" * 64 + ".example:{port}/",
    "http://" + "a." * 200 + "example:{port}/",
    "http://good.example:{port}/" + "x" * 3000,
    "",
    " ",
)


def written(host: str) -> str:
    """As it stands in a link."""
    return f"[{host}]" if ":" in host else host


def forms(address: str) -> Iterator[str]:
    """Every way to write an IPv4 address that some browser, library or resolver understands."""
    number, (a, b, c, d) = int(IPv4Address(address)), address.split(".")
    w, x, y, z = (int(part) for part in (a, b, c, d))
    yield from (address, f"{address}.", f"{number}", f"0x{number:08x}", f"0x{number:X}")
    yield from (f"0{number:o}", f"{w:#x}.{x:#x}.{y:#x}.{z:#x}", f"{w:#x}.{x}.{y}.{z}")
    yield from (
        f"0{w:o}.0{x:o}.0{y:o}.0{z:o}",
        f"{w:08o}.{x}.{y}.{z}",
        f"{w:03}.{x:03}.{y:03}.{z:03}",
    )
    yield from (f"{w}.{number & 0xFFFFFF}", f"{w}.{x}.{number & 0xFFFF}", f"{w:#x}.{z}")
    yield from (address.translate(CIRCLED), address.translate(WIDE), address.replace(".", "。"))
    yield from (address.replace(".", "%2e"), f"%3{a[0]}{a[1:]}.{b}.{c}.{d}", f"{address}..")
    high, low = f"{number >> 16:x}", f"{number & 0xFFFF:x}"
    yield from (f"::ffff:{address}", f"::ffff:{high}:{low}", f"0:0:0:0:0:ffff:{address}")
    yield from (
        f"::{address}",
        f"::ffff:0:{address}",
        f"64:ff9b::{address}",
        f"64:ff9b:1::{address}",
    )
    yield from (f"2002:{high}:{low}::", f"fe80::5efe:{address}", f"2a00:1450::200:5efe:{address}")
    yield from (f"2a00:1450::5efe:{high}:{low}", str(teredo(number)), "fe80::1%25eth0", "::1%25lo")


def teredo(number: int) -> IPv6Address:
    """An IPv4 address behind a Teredo server, turned over as it is there."""
    return IPv6Address((0x20010000 << 96) | (0x41D0 << 64) | (number ^ 0xFFFFFFFF))
