"""Brings the app to somebody who has never met it, where an admin has allowed that in Graph."""

import asyncio
from urllib.parse import quote

from msgspec import Struct

from core.engine.errors import DeliveryError, NotAllowed, RetryLater, Unreachable
from teams.client import Client, read
from teams.cloud import TeamsConfig

NOT_ALLOWED, NO_ANSWER = 3600.0, 60.0


class Listed(Struct, frozen=True):
    """An app of the organisation's catalogue."""

    id: str = ""


class Catalogue(Struct, frozen=True):
    """Those that were asked for."""

    value: tuple[Listed, ...] = ()


class Installs:
    """Nobody has to allow it: a no is believed for an hour, and people are reported instead."""

    def __init__(self, config: TeamsConfig, client: Client) -> None:
        self._config, self._client = config, client
        self._app, self._closed_until = "", 0.0

    async def brought(self, account: str) -> bool:
        """Whether the app has just come to this account. Raises RetryLater where Graph is busy."""
        _, tenant, user = account.split(":", 2)
        now = asyncio.get_running_loop().time()
        if tenant != self._config.tenant_id or now < self._closed_until:
            return False
        try:
            return await self._install(user)
        except RetryLater as error:
            if error.why.startswith("429"):
                raise RetryLater(error.after, error.why, "lane") from error
            self._closed_until = now + NO_ANSWER
        except (NotAllowed, Unreachable):  # any 403: Graph has many words for it
            self._closed_until = now + NOT_ALLOWED
        except (DeliveryError, ValueError):  # it is there already, or there is no such person
            return False
        return False

    async def _install(self, user: str) -> bool:
        self._app = self._app or await self._listed()
        if not self._app:
            raise NotAllowed("the organisation's catalogue does not have the app")
        url = f"{self._config.graph}/v1.0/users/{quote(user, safe='')}/teamwork/installedApps"
        bound = f"{self._config.graph}/v1.0/appCatalogs/teamsApps/{self._app}"
        asked = {"teamsApp@odata.bind": bound}
        await self._client.call("POST", url, self._config.graph_scope, asked)
        return True

    async def _listed(self) -> str:
        """Our app's own id in the catalogue, which is not the id of its manifest."""
        wanted = quote(f"externalId eq '{self._config.app_id.lower()}'", safe="")
        url = f"{self._config.graph}/v1.0/appCatalogs/teamsApps?$filter={wanted}"
        found = read(await self._client.call("GET", url, self._config.graph_scope), Catalogue)
        return found.value[0].id if found.value else ""
