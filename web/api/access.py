"""Who asks: a bearer token stands for a person, and for so many requests a minute."""

import hmac
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from aiohttp import web

from core.engine.ports import Actor, Reader
from core.people.model import FEW, Person, ways
from web.api.problems import Problem

MINUTE = 60.0
PER_TOKEN, PER_STRANGER = 240, 60
REMEMBERED = 10_000
LONGEST = 4096
BEARER = {"WWW-Authenticate": 'Bearer realm="coterie"'}


@dataclass(frozen=True, slots=True)
class Caller:
    """The person that a token stands for, and the account through which they act."""

    person: Person
    actor: Actor


class Gate:
    """Lets in who has a token; all tokens are compared, whichever fits."""

    def __init__(self, tokens: Mapping[str, str], reader: Reader) -> None:
        self._mails = {digest(token): mail for token, mail in tokens.items()}
        self._reader = reader
        self._asked: OrderedDict[str, tuple[float, int]] = OrderedDict()

    async def caller(self, request: web.Request) -> Caller:
        """Who asks. Raises Problem."""
        given = _bearer(request)
        known = [token for token in self._mails if hmac.compare_digest(token, digest(given))]
        if not (given and known):
            self.pace(f"stranger {request.remote}", PER_STRANGER)
            raise Problem(401, "This needs a token that Coterie knows.", headers=BEARER)
        self.pace(known[0], PER_TOKEN)
        return await self._person(self._mails[known[0]])

    async def _person(self, mail: str) -> Caller:
        page = await self._reader.find(Person, email=mail, limit=FEW)
        met = [one for one in page.items if not (one.erased or one.into or one.guest)]
        if len(met) > 1:
            said = "Two people have the address of this token. Write accounts to Coterie to sort it"
            raise Problem(403, f"{said} out.")
        if not met or not met[0].accounts:
            said = "Coterie has not met whoever this token stands for. Write to it in a chat once."
            raise Problem(403, said)
        return Caller(met[0], Actor(account=ways(met[0])[0]))

    def pace(self, who: str, most: int) -> None:
        """Counts a request. Raises Problem for too many in a minute."""
        now = time.monotonic()
        since, times = self._asked.pop(who, (now, 0))
        since, times = (now, 1) if now - since >= MINUTE else (since, times + 1)
        self._asked[who] = (since, times)
        if len(self._asked) > REMEMBERED:
            self._asked.popitem(last=False)
        if times > most:
            wait = {"Retry-After": str(int(MINUTE - (now - since)) + 1)}
            raise Problem(429, "Too many requests in a minute. Please wait.", headers=wait)


def digest(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def _bearer(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    fit = scheme.lower() == "bearer" and len(token) <= LONGEST
    return token.strip() if fit else ""
