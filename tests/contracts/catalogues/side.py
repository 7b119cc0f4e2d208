"""What the suite needs of a catalogue: an `on_<name>.py` gives a Side, and is one line in world.py.

    @asynccontextmanager
    async def on_example(session: aiohttp.ClientSession) -> AsyncIterator[Side]:
        async with FakeExample() as fake:
            yield Example(fake, ExampleCatalogue(fake.config, session, …))

The fake is a server on loopback that enforces the provider's own rules. It has, from the start and
told by nobody to the catalogue, the three courses in COURSES, of which WITHDRAWN is retired (or, if
the provider forgets such courses, not there), no completions, and the people ADA and BO; if the
catalogue is able to read groups, one with the id "1". Every fixture gets its own fake and a
catalogue that has asked for nothing yet. A catalogue without a provider has no fake: its
`facts.suffers` is empty, and what it cannot do raises.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, get_args

from connectors.catalogues.port import Catalogue, Trouble

Fault = Literal[
    "token",  # the credentials are not taken (any more)
    "forbidden",  # 403
    "missing",  # 404 for everything
    "throttled",  # 429 with Retry-After: PATIENCE
    "throttled_unsaid",  # 429 without
    "broken",  # 500
    "hangs",  # no answer within the catalogue's patience, which is shortened for this one
    "garbage",  # 200, and bytes that are no JSON
    "html",  # 200, and a page to log in
    "html_401",  # 401 with an HTML page
    "wrong_types",  # 200, and JSON in which nothing is what it should be
    "deep",  # 200, and 100,000 brackets
    "huge",  # 200, and more than any catalogue wants to read, for ever
    "bomb",  # 200, gzip, small on the wire and huge when unpacked
    "cut",  # half an answer, and the connection is closed
    "lying",  # 200, and totals and next pages that are not true: far too many, or none
    "repeating",  # 200, and every page is the first page again
]

EVERY: frozenset[Fault] = frozenset(get_args(Fault))
PATIENCE = 7
ADA, BO, STRANGER = "ada@example.com", "bo@example.com", "nobody@example.org"
HANDOVERS, LISTENING, WITHDRAWN = "Better handovers", "Listening with care", "Fax for beginners"
COURSES = (HANDOVERS, LISTENING, WITHDRAWN)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is true of a catalogue beside what it is able to do.

    `secrets` must never show in a log or an error. `foreign` are links that are not its own, `own`
    further forms of links that are. `forgets`: a course that was retired is not there any more.
    `troubles` are those that people are told in another way than by the usual word, because here
    they mean something else.
    """

    suffers: frozenset[Fault] = frozenset()
    secrets: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    forgets: bool = False
    troubles: Mapping[Fault, Trouble] = field(default_factory=dict)


class Side(Protocol):
    """One catalogue, set up for the suite."""

    @property
    def facts(self) -> Facts:
        """What is true of it."""

    @property
    def catalogue(self) -> Catalogue:
        """What is tested."""

    def reopened(self) -> Catalogue:
        """The same one in a process that has just started, and so remembers nothing."""

    def link(self, title: str) -> str:
        """Where people open one of COURSES."""

    def course(self, title: str) -> str:
        """The id by which the catalogue knows one of COURSES."""

    def many(self, titles: Sequence[str]) -> None:
        """These courses are there as well, from now on; only if it is able to search."""

    def finish(self, email: str, title: str, at: datetime) -> None:
        """Somebody has finished a course; the provider says so from `at` on, if it is able."""

    def enrolments(self, email: str) -> list[str]:
        """The titles on which the provider has somebody, one for each enrolment."""

    def suffer(self, fault: Fault) -> None:
        """Every request goes wrong in this way from now on."""

    def recover(self) -> None:
        """All is well again."""

    @property
    def asked(self) -> int:
        """How many requests the provider has seen."""
