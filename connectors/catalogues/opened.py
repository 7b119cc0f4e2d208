"""The catalogues that are set up, one line each; any link is the last."""

from collections.abc import Iterator

import aiohttp

from connectors.catalogues.config import CataloguesConfig
from connectors.catalogues.port import Catalogue


def opened(config: CataloguesConfig, session: aiohttp.ClientSession) -> Iterator[Catalogue]:
    """Those that the settings name, imported only then."""
    yield from ()
