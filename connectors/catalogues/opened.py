"""The catalogues that are set up, one line each; any link is the last."""

from collections.abc import Iterator

import aiohttp

from connectors.catalogues.config import CataloguesConfig
from connectors.catalogues.link.catalogue import LinkCatalogue
from connectors.catalogues.port import Catalogue
from connectors.clock import Clock
from connectors.http.safe import Safe


def opened(
    config: CataloguesConfig, session: aiohttp.ClientSession, url: str
) -> Iterator[Catalogue]:
    """Those that the settings name, imported only then; `url` is where our own pages are."""
    now = Clock().now
    if config.go1.on:
        from connectors.catalogues.go1.catalogue import Go1Catalogue  # noqa: PLC0415 - only if used

        yield Go1Catalogue(config.go1, session, now)
    if config.talentlms.on:
        from connectors.catalogues.talentlms.catalogue import TalentLms  # noqa: PLC0415 - see above

        talent = TalentLms(config.talentlms, session, now)
        talent.begin()
        yield talent
    if config.udemy.on:
        from connectors.catalogues.udemy.catalogue import Udemy  # noqa: PLC0415 - see above

        udemy = Udemy(config.udemy, session, now)
        udemy.begin()
        yield udemy
    if config.demo:
        from connectors.catalogues.demo import Demo, Register  # noqa: PLC0415 - see above

        yield Demo(url, Register(now()))
    yield LinkCatalogue(Safe())
