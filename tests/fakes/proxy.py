"""A wire that can be cut: it stands between two programs and spoils what passes, when told to.

async with FaultProxy("127.0.0.1", 27017) as wire:
    wire.latency = 0.2
    wire.fault = "blackhole"
    wire.heal()
"""

import asyncio
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from types import TracebackType
from typing import Literal, Self

Fault = Literal["", "refuse", "reset", "blackhole", "truncate", "swallow"]
CHUNK = 64 * 1024
RESET = struct.pack("ii", 1, 0)


class Cut(Exception):
    """This connection is over."""


def anything(data: bytes) -> bool:
    """Every request is meant."""
    return True


@dataclass(eq=False)
class Line:
    """One connection, from both ends."""

    near: asyncio.StreamWriter
    far: asyncio.StreamWriter
    meant: bool = False
    back: int = 0

    def cut(self) -> None:
        """Both ends hear of it at once, as when a machine dies."""
        for end in (self.near, self.far):
            plug = end.get_extra_info("socket")
            with suppress(OSError):
                plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            end.transport.abort()


@dataclass
class FaultProxy:
    """Passes everything on to (host, port), late and piece by piece if so told.

    `latency` and `jitter` are seconds for each piece, `bandwidth` bytes a second (0: all there is).
    A `fault` strikes where `meant` says yes to a request:
    "refuse" new connections, "reset" instead of passing anything on, "blackhole": nothing passes
    and nobody hears of it, "truncate" an answer after so many bytes of it (`enough`), "swallow":
    the request arrives, and instead of the answer the connection dies. `times` is how often, then
    it heals by itself; 0 is until it is healed.
    """

    host: str
    port_behind: int
    latency: float = 0.0
    jitter: float = 0.0
    bandwidth: float = 0.0
    fault: Fault = ""
    enough: int = 40
    times: int = 0
    meant: Callable[[bytes], bool] = anything
    struck: int = 0
    port: int = 0
    dice: Random = field(default_factory=lambda: Random(1))

    async def __aenter__(self) -> Self:
        self._lines: set[Line] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._healed = asyncio.Event()
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        self.drop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def open(self) -> int:
        """How many connections there are."""
        return len(self._lines)

    def strike(
        self, fault: Fault, times: int = 0, meant: Callable[[bytes], bool] = anything
    ) -> None:
        """From now on this goes wrong."""
        self.fault, self.times, self.meant = fault, times, meant

    def heal(self) -> None:
        """All passes again; what waited in a black hole goes on its way."""
        self.fault, self.times, self.meant = "", 0, anything
        self.latency = self.jitter = self.bandwidth = 0.0
        self._healed.set()
        self._healed = asyncio.Event()

    def drop(self) -> None:
        """Ends every connection now."""
        for line in [*self._lines]:
            line.cut()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._carry(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.fault == "refuse":
            self._strikes()
            return Line(writer, writer).cut()
        try:
            far, onward = await asyncio.open_connection(self.host, self.port_behind)
        except OSError:
            return Line(writer, writer).cut()
        line = Line(writer, onward)
        self._lines.add(line)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._out(reader, line))
                both.create_task(self._back(far, line))
        except* (Cut, OSError):
            pass
        finally:
            line.cut()
            self._lines.discard(line)
        return None

    async def _out(self, reader: asyncio.StreamReader, line: Line) -> None:
        """What is asked."""
        while data := await reader.read(CHUNK):
            line.meant, line.back = bool(self.fault) and self.meant(data), 0
            await self._holes(line)
            if line.meant and self.fault == "reset":
                self._strikes()
                raise Cut
            await self._pass(data, line.far)
        raise Cut

    async def _back(self, reader: asyncio.StreamReader, line: Line) -> None:
        """What is answered."""
        while data := await reader.read(CHUNK):
            await self._holes(line)
            if line.meant and self.fault == "swallow":
                self._strikes()
                raise Cut
            if line.meant and self.fault == "truncate":
                data, line.back = data[: max(0, self.enough - line.back)], line.back + len(data)
                await self._pass(data, line.near)
                if line.back >= self.enough:
                    self._strikes()
                    raise Cut
                continue
            await self._pass(data, line.near)
        raise Cut

    async def _holes(self, line: Line) -> None:
        """Nothing passes until it is healed."""
        if self.fault == "blackhole" and line.meant:
            self.struck += 1
        while self.fault == "blackhole" and line.meant:
            await self._healed.wait()

    async def _pass(self, data: bytes, writer: asyncio.StreamWriter) -> None:
        wait = self.latency + self.dice.random() * self.jitter
        wait += len(data) / self.bandwidth if self.bandwidth else 0.0
        if wait:
            await asyncio.sleep(wait)
        writer.write(data)
        await writer.drain()

    def _strikes(self) -> None:
        self.struck += 1
        if self.times:
            self.times -= 1
            if not self.times:
                self.fault, self.meant = "", anything
