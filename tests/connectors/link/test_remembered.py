"""No more is remembered than there is room for."""

from collections import Counter

from connectors.catalogues.link.remembered import Remembered
from core.courses.model import Course, bare
from tests.connectors.link.conftest import Hand


async def test_the_oldest_is_forgotten_first() -> None:
    read: Counter[str] = Counter()

    async def reading(url: str) -> Course:
        read[url] += 1
        return bare(url)

    kept = Remembered(reading, Hand(), most=3)
    for url in "abcd":
        await kept.get(url)
    for url in "bcda":
        await kept.get(url)
    assert read == {"a": 2, "b": 1, "c": 1, "d": 1}
