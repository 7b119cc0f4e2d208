"""Who is who at Go1: accounts by address and addresses by account, remembered for a while."""

import asyncio
from collections.abc import Iterable

from connectors.catalogues.go1.client import Client
from connectors.catalogues.port import NoCourse

REMEMBERED = 20_000
LONGEST = 254
ALIKE = 5
AT_ONCE = 20  # so many get their turn before they would be sent away


class People:
    """Looks people up, each once; whom Go1 does not know is asked for again."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._accounts: dict[str, str] = {}
        self._mails: dict[str, str] = {}

    async def account(self, email: str) -> str:
        """The account of an address, "" for none. Raises NoCourse."""
        mail = email.strip().lower()
        if not ("@" in mail and len(mail) <= LONGEST and mail.isprintable()):
            return ""
        if mail not in self._accounts:
            for one in (await self._client.accounts(mail))[:ALIKE]:
                if mail == (one.mail or await self._mail(str(one.id))):
                    return _kept(self._accounts, mail, str(one.id))
        return self._accounts.get(mail, "")

    def unknown(self, accounts: Iterable[str]) -> set[str]:
        """Those whose address we would have to look up."""
        return {one for one in accounts if one not in self._mails}

    async def mails(self, accounts: Iterable[str]) -> dict[str, str]:
        """The addresses of accounts, "" for who is not there any more. Raises NoCourse."""
        wanted = set(accounts)
        found = {one: self._mails[one] for one in wanted if one in self._mails}
        missing = sorted(wanted - found.keys())
        for start in range(0, len(missing), AT_ONCE):
            some = missing[start : start + AT_ONCE]
            asked = await asyncio.gather(*map(self._mail, some), return_exceptions=True)
            wrong = next((mail for mail in asked if isinstance(mail, BaseException)), None)
            if wrong:
                raise wrong
            found |= {one: str(mail) for one, mail in zip(some, asked, strict=True)}
        return found

    def forget(self, email: str) -> None:
        """The account that we know for an address is no good any more."""
        self._accounts.pop(email.strip().lower(), None)

    async def _mail(self, account: str) -> str:
        """The address of an account, remembered unless there is none."""
        try:
            mail = (await self._client.account(account)).mail
        except NoCourse as error:
            if error.trouble != "gone":
                raise
            return ""
        return _kept(self._mails, account, mail) if mail else ""


def _kept(known: dict[str, str], name: str, value: str) -> str:
    """The oldest makes room."""
    if len(known) >= REMEMBERED:
        known.pop(next(iter(known)))
    known[name] = value
    return value
