"""Addresses that came in lately, so that one that comes again is not looked at again."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from core.engine.ports import Address

MOST = 10_000


class Known:
    """The last ten thousand addresses, as they came."""

    def __init__(self) -> None:
        self._all: OrderedDict[str, Address] = OrderedDict()

    def news(self, addresses: Sequence[Address]) -> list[Address]:
        """Those that are not known as they are."""
        return [it for it in addresses if self._all.get(it.id) != it]

    def learn(self, addresses: Iterable[Address]) -> None:
        """They are stored."""
        self._all.update((it.id, it) for it in addresses)
        while len(self._all) > MOST:
            self._all.popitem(last=False)

    def forget(self, id: str) -> None:
        """What is learned next about this address is news."""
        self._all.pop(id, None)

    def forget_all(self) -> None:
        """Whatever is learned next is news."""
        self._all.clear()
