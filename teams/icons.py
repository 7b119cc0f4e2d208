"""Our icons: three people around one conversation. Drawn in code, so no picture has to be kept."""

import struct
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import cos, hypot, radians, sin

Point = tuple[float, float]
Colour = tuple[int, int, int]
Shape = Callable[[Point], float]  # how far outside of it a point is

ACCENT = "#14605A"
WHITE: Colour = (255, 255, 255)
ABOVE: Colour = (32, 128, 118)
BELOW: Colour = (12, 72, 67)


@dataclass(frozen=True, slots=True)
class Ring:
    """Three people on a circle: how thick their shoulders are and how large their heads."""

    size: int
    radius: float
    arm: float
    spread: float
    head: float
    inwards: float

    def people(self) -> tuple[tuple[Colour, Shape], ...]:
        """Each with a colour of their own; the one at the lower left speaks."""
        return (
            ((246, 198, 103), self._person(90)),
            ((242, 132, 92), self._person(330)),
            (WHITE, _joined(self._person(210), self._tail())),
        )

    def at(self, x: int, y: int) -> Point:
        """The middle of a pixel, seen from the middle of the icon, upwards."""
        middle = self.size / 2
        return x + 0.5 - middle, middle - y - 0.5 - self.radius * 0.06

    def _person(self, angle: float) -> Shape:
        head = _along(angle, self.radius * self.inwards)
        return _joined(_disc(head, self.head), self._shoulders(angle))

    def _shoulders(self, angle: float) -> Shape:
        return _arc(self.radius, angle, self.spread, self.arm)

    def _tail(self) -> Shape:
        root, tip = _along(232, self.radius), _along(226, self.radius * 1.36)
        return _horn(root, tip, self.arm * 1.25)


FULL = Ring(size=192, radius=50.0, arm=8.2, spread=41.0, head=14.5, inwards=0.44)
SMALL = Ring(size=32, radius=11.6, arm=1.75, spread=41.0, head=3.2, inwards=0.42)


@cache
def color() -> bytes:
    """The icon of 192 by 192, filled to its edges."""
    people = FULL.people()
    rows = (
        b"".join(bytes(_seen(people, FULL.at(x, y), _ground(y))) for x in range(FULL.size))
        for y in range(FULL.size)
    )
    return _png(FULL.size, rows, alpha=False)


@cache
def outline() -> bytes:
    """The icon of 32 by 32: white on nothing."""
    whole = _joined(*(shape for _, shape in SMALL.people()))
    rows = (
        b"".join(bytes((*WHITE, round(255 * _cover(whole(SMALL.at(x, y)))))) for x in range(32))
        for y in range(SMALL.size)
    )
    return _png(SMALL.size, rows, alpha=True)


# --- shapes -------------------------------------------------------------------------------------


def _along(angle: float, length: float) -> Point:
    return length * cos(radians(angle)), length * sin(radians(angle))


def _disc(middle: Point, radius: float) -> Shape:
    return lambda p: hypot(p[0] - middle[0], p[1] - middle[1]) - radius


def _arc(radius: float, angle: float, spread: float, half: float) -> Shape:
    """A part of a ring with round ends, `spread` degrees to each side of `angle`."""
    ends = [_disc(_along(angle + side * spread, radius), half) for side in (-1, 1)]
    towards, within = _along(angle, 1.0), cos(radians(spread))

    def shape(p: Point) -> float:
        far = hypot(*p)
        if p[0] * towards[0] + p[1] * towards[1] >= far * within:
            return abs(far - radius) - half
        return min(end(p) for end in ends)

    return shape


def _horn(root: Point, tip: Point, half: float) -> Shape:
    """What a speech bubble has: wide at its root, pointed at its tip."""
    length = hypot(tip[0] - root[0], tip[1] - root[1])
    along = ((tip[0] - root[0]) / length, (tip[1] - root[1]) / length)

    def shape(p: Point) -> float:
        x, y = p[0] - root[0], p[1] - root[1]
        way = x * along[0] + y * along[1]
        aside = abs(y * along[0] - x * along[1])
        return max(-way, (aside * length + way * half) / hypot(length, half) - half)

    return shape


def _joined(*shapes: Shape) -> Shape:
    return lambda p: min(shape(p) for shape in shapes)


# --- pixels -------------------------------------------------------------------------------------


def _ground(y: int) -> Colour:
    return _mixed(ABOVE, BELOW, y / FULL.size)


def _seen(people: Sequence[tuple[Colour, Shape]], p: Point, ground: Colour) -> Colour:
    for colour, shape in people:
        ground = _mixed(ground, colour, _cover(shape(p)))
    return ground


def _cover(distance: float) -> float:
    """How much of a pixel a shape covers."""
    return min(1.0, max(0.0, 0.5 - distance))


def _mixed(one: Colour, other: Colour, part: float) -> Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _png(size: int, rows: Iterable[bytes], *, alpha: bool) -> bytes:
    header = struct.pack(">IIBBBBB", size, size, 8, 6 if alpha else 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", pixels), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check
