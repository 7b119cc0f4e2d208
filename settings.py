"""What the operator decides: environment variables with the prefix COTERIE_, read once.

All problems of all settings are said at once.
"""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from connectors.catalogues.config import NAMES as CATALOGUES
from connectors.catalogues.config import CataloguesConfig
from connectors.catalogues.config import config as catalogues_config
from connectors.catalogues.config import problems as catalogues_problems
from slack.config import API as SLACK_API
from slack.config import SlackConfig
from slack.config import problems as slack_problems
from teams.cloud import TeamsConfig
from teams.cloud import problems as teams_problems
from workplace.config import GRAPH, WorkplaceConfig
from workplace.config import problems as workplace_problems

ORG = "main"
PREFIX = "COTERIE_"
TEAMS = (
    "APP_ID",
    "APP_PASSWORD",
    "APP_TENANT_ID",
    "APP_TYPE",
    "CLOUD",
    "OPENID_METADATA",
    "TOKEN_ISSUER",
    "TOKEN_URL",
    "ALLOWED_TENANTS",
)
SLACK = ("BOT_TOKEN", "SIGNING_SECRET", "API_URL")
WORKPLACE = ("ACCESS_TOKEN", "APP_SECRET", "VERIFY_TOKEN", "GRAPH_URL", "ALLOW_SHA1")
NOW = (
    *("ENV", "HOST", "PORT", "PUBLIC_URL", "DATABASE", "SECRET", "API_TOKENS", "WORKS_COUNCIL"),
    "LOG",
    *(f"TEAMS_{name}" for name in TEAMS),
    *(f"SLACK_{name}" for name in SLACK),
    *(f"WORKPLACE_{name}" for name in WORKPLACE),
    *CATALOGUES,
)
LATER = ("BLOBS",)
SQLITE = "sqlite:///"
MONGO = ("mongodb://", "mongodb+srv://")
SECRET = 16


class Misconfigured(Exception):
    """The settings are wrong; says everything that is."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the operator decides, from the environment with the prefix COTERIE_."""

    env: Literal["development", "production"] = "production"
    host: str = "127.0.0.1"
    port: int = 3978
    public_url: str = ""
    database: str = field(default="sqlite:///var/coterie.db", repr=False)
    secret: str = ""
    teams: TeamsConfig = field(default_factory=TeamsConfig)
    slack: SlackConfig = field(default_factory=SlackConfig)
    workplace: WorkplaceConfig = field(default_factory=WorkplaceConfig)
    catalogues: CataloguesConfig = field(default_factory=CataloguesConfig)
    api_tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    works_council: bool = False
    log: str = "info"

    @property
    def connected(self) -> tuple[str, ...]:
        """The platforms that are set up, by the names that people know."""
        on = {
            "Microsoft Teams": bool(self.teams.app_id),
            "Slack": self.slack.on,
            "Workplace": self.workplace.on,
        }
        return tuple(name for name, there in on.items() if there)

    @property
    def development(self) -> bool:
        """Whether this is a developer's machine: then there is a sandbox."""
        return self.env == "development"

    @property
    def url(self) -> str:
        """Where people find us."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def sqlite(self) -> Path | None:
        """The file of the database; None where it is a MongoDB."""
        where = self.database
        return Path(where.removeprefix(SQLITE)) if where.startswith(SQLITE) else None

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Reads all settings; raises Misconfigured with every problem at once."""
        given = {
            name.removeprefix(PREFIX): value.strip()
            for name, value in environ.items()
            if name.startswith(PREFIX) and value.strip()
        }
        development = given.get("ENV") == "development"
        settings = cls(
            env="development" if development else "production",
            host=given.get("HOST", cls.host),
            port=int(given["PORT"]) if given.get("PORT", "").isdecimal() else cls.port,
            public_url=given.get("PUBLIC_URL", ""),
            database=given.get("DATABASE", cls.database),
            secret=given.get("SECRET", ""),
            teams=_teams(given, development=development),
            slack=_slack(given),
            workplace=_workplace(given),
            catalogues=catalogues_config(given, demo=development),
            api_tokens=dict(_tokens(given.get("API_TOKENS", ""))),
            works_council=given.get("WORKS_COUNCIL", "").lower() == "true",
            log=given.get("LOG", cls.log),
        )
        wrong = [
            *_problems(given),
            *teams_problems(settings.teams),
            *slack_problems(settings.slack),
            *workplace_problems(settings.workplace),
            *catalogues_problems(settings.catalogues),
        ]
        if not (wrong or development or settings.connected):
            wrong.append("TEAMS_APP_ID (or SLACK_BOT_TOKEN) is needed in production")
        if wrong:
            raise Misconfigured("\n".join(f"  {PREFIX}{line}" for line in wrong))
        return settings


def _teams(given: Mapping[str, str], *, development: bool) -> TeamsConfig:
    value = {name: given.get(f"TEAMS_{name}", "") for name in TEAMS}
    return TeamsConfig(
        org=ORG,
        app_id=value["APP_ID"],
        password=value["APP_PASSWORD"],
        tenant_id=value["APP_TENANT_ID"],
        app_type=value["APP_TYPE"],
        cloud=value["CLOUD"] or "public",
        openid_metadata=value["OPENID_METADATA"],
        token_issuer=value["TOKEN_ISSUER"],
        token_url=value["TOKEN_URL"],
        allowed_tenants=tuple(value["ALLOWED_TENANTS"].replace(",", " ").split()),
        development=development,
    )


def _slack(given: Mapping[str, str]) -> SlackConfig:
    return SlackConfig(
        org=ORG,
        bot_token=given.get("SLACK_BOT_TOKEN", ""),
        signing_secret=given.get("SLACK_SIGNING_SECRET", ""),
        api_url=given.get("SLACK_API_URL", SLACK_API),
    )


def _workplace(given: Mapping[str, str]) -> WorkplaceConfig:
    return WorkplaceConfig(
        org=ORG,
        access_token=given.get("WORKPLACE_ACCESS_TOKEN", ""),
        app_secret=given.get("WORKPLACE_APP_SECRET", ""),
        verify_token=given.get("WORKPLACE_VERIFY_TOKEN", ""),
        graph_url=given.get("WORKPLACE_GRAPH_URL", GRAPH),
        allow_sha1=given.get("WORKPLACE_ALLOW_SHA1", "").lower() == "true",
    )


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Who acts with which token: `address=token`, with commas between them."""
    for part in text.split(","):
        mail, equals, token = part.strip().partition("=")
        if equals:
            yield token.strip(), mail.strip().lower()


def _problems(given: Mapping[str, str]) -> list[str]:
    """What is wrong with the general settings; those of a platform are checked by it."""
    wrong = [_unknown(name) for name in given if not _known(name)]
    if given.get("ENV", "production") not in {"development", "production"}:
        wrong.append("ENV must be development or production")
    if given.get("LOG", "info") not in {"info", "debug"}:
        wrong.append("LOG must be info or debug")
    port = given.get("PORT", "3978")
    if not port.isdecimal() or not 0 <= int(port) < 65536:  # noqa: PLR2004 - what a port can be
        wrong.append("PORT must be a number from 0 to 65535")
    wrong += _database(given.get("DATABASE", SQLITE), secret=bool(given.get("SECRET")))
    if 0 < len(given.get("SECRET", "")) < SECRET:
        wrong.append(f"SECRET must have at least {SECRET} characters")
    tokens = given.get("API_TOKENS", "")
    if tokens and not all("@" in mail and len(token) >= SECRET for token, mail in _tokens(tokens)):
        wrong.append(f"API_TOKENS must be address=token, tokens of {SECRET} characters or more")
    url = urlsplit(given.get("PUBLIC_URL", ""))
    if given.get("PUBLIC_URL") and (url.scheme not in {"http", "https"} or not url.hostname):
        wrong.append("PUBLIC_URL must be an address such as https://coterie.example.org")
    return wrong


def _database(where: str, *, secret: bool) -> Iterator[str]:
    """Several processes share a MongoDB, so nothing of them can lie beside it."""
    if not where.startswith((SQLITE, *MONGO)):
        yield f"DATABASE must begin with {SQLITE} or {MONGO[0]}"
    if where.startswith(MONGO):
        if not where.partition("://")[2].partition("/")[2].partition("?")[0]:
            yield "DATABASE must name a database, such as mongodb://db.example.org/coterie"
        if not secret:
            yield "SECRET is needed with MongoDB, the same for all processes"


def _known(name: str) -> bool:
    return name in NOW or name in LATER


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, [*NOW, *LATER], 1)
    return f"{name} is no setting" + (f"; did you mean {PREFIX}{near[0]}?" if near else "")
