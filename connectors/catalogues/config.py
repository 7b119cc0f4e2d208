"""The settings of course providers; secrets are never shown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

GO1 = ("CLIENT_ID", "CLIENT_SECRET", "WEBHOOK_SECRET", "URL", "AUTH_URL", "PORTAL_URL")
TALENTLMS = ("API_KEY", "URL")
UDEMY = ("CLIENT_ID", "CLIENT_SECRET", "ACCOUNT_ID", "URL")
NAMES = (
    *(f"GO1_{name}" for name in GO1),
    *(f"TALENTLMS_{name}" for name in TALENTLMS),
    *(f"UDEMY_{name}" for name in UDEMY),
)
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Go1Config:
    """Go1 by its API v3; `portal_url` is where its courses open for people."""

    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
    url: str = "https://gateway.go1.com"
    auth_url: str = "https://auth.go1.com"
    portal_url: str = ""

    @property
    def on(self) -> bool:
        """Whether it is set up."""
        return bool(self.client_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class TalentLmsConfig:
    """TalentLMS; `url` is the address of the organisation's own domain there."""

    api_key: str = field(default="", repr=False)
    url: str = ""

    @property
    def on(self) -> bool:
        """Whether it is set up."""
        return bool(self.api_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class UdemyConfig:
    """Udemy Business; `url` is the address of the organisation's own domain there."""

    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    account_id: str = ""
    url: str = ""

    @property
    def on(self) -> bool:
        """Whether it is set up."""
        return bool(self.client_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class CataloguesConfig:
    """All providers; any link works without one. `demo`: the built-in courses of the sandbox."""

    go1: Go1Config = field(default_factory=Go1Config)
    talentlms: TalentLmsConfig = field(default_factory=TalentLmsConfig)
    udemy: UdemyConfig = field(default_factory=UdemyConfig)
    demo: bool = False


def config(given: Mapping[str, str], *, demo: bool) -> CataloguesConfig:
    """What the settings say, by their names without the prefix."""

    def told(prefix: str, names: tuple[str, ...]) -> dict[str, str]:
        found = {name.lower(): given.get(f"{prefix}_{name}", "") for name in names}
        return {name: value for name, value in found.items() if value}

    return CataloguesConfig(
        go1=Go1Config(**told("GO1", GO1)),
        talentlms=TalentLmsConfig(**told("TALENTLMS", TALENTLMS)),
        udemy=UdemyConfig(**told("UDEMY", UDEMY)),
        demo=demo,
    )


def problems(config: CataloguesConfig) -> Iterator[str]:
    """What is wrong, each as `NAME what to do`."""
    go1, talent, udemy = config.go1, config.talentlms, config.udemy
    if go1.on and not go1.client_secret:
        yield "GO1_CLIENT_SECRET is needed with GO1_CLIENT_ID"
    if go1.webhook_secret and not go1.on:
        yield "GO1_CLIENT_ID is needed with GO1_WEBHOOK_SECRET"
    if talent.on and not talent.url:
        yield "TALENTLMS_URL is needed with TALENTLMS_API_KEY"
    if udemy.on:
        for name in ("client_secret", "account_id", "url"):
            if not getattr(udemy, name):
                yield f"UDEMY_{name.upper()} is needed with UDEMY_CLIENT_ID"
    yield from _addresses(config)


def _addresses(config: CataloguesConfig) -> Iterator[str]:
    given = {
        "GO1_URL": config.go1.url,
        "GO1_AUTH_URL": config.go1.auth_url,
        "GO1_PORTAL_URL": config.go1.portal_url,
        "TALENTLMS_URL": config.talentlms.url,
        "UDEMY_URL": config.udemy.url,
    }
    for name, url in given.items():
        if url and not _fit(url):
            yield f"{name} must be an https address (http on loopback only)"


def _fit(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK))
