"""Where courses are, by host: a link there gets a card where people paste it."""

from urllib.parse import urlsplit

from connectors.catalogues.config import CataloguesConfig


def providers(config: CataloguesConfig) -> tuple[str, ...]:
    """The hosts of the providers that are set up: the organisation's own there."""
    on = {
        config.go1.portal_url: config.go1.on,
        config.talentlms.url: config.talentlms.on,
        config.udemy.url: config.udemy.on,
    }
    return tuple(dict.fromkeys(filter(None, (_host(url) for url, there in on.items() if there))))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
