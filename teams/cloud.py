"""Where Microsoft's clouds live, and what an operator tells us about Teams."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from core.addresses import secure

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
APP_TYPES = ("SingleTenant", "MultiTenant")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """The addresses of one cloud; `connector` is where a chat is reached that never wrote to us."""

    login: str
    tenant: str
    resource: str
    openid: str
    tokens: str
    graph: str
    connector: str


PUBLIC = Cloud(
    login="https://login.microsoftonline.com",
    tenant="botframework.com",
    resource="https://api.botframework.com",
    openid="https://login.botframework.com/v1/.well-known/openidconfiguration",
    tokens="https://token.botframework.com",
    graph="https://graph.microsoft.com",
    connector="https://smba.trafficmanager.net/teams/",
)
GCC_CONNECTOR = "https://smba.infra.gcc.teams.microsoft.com/teams/"
CLOUDS: Mapping[str, Cloud] = {
    "public": PUBLIC,
    "gcc": Cloud(
        login=PUBLIC.login,
        tenant=PUBLIC.tenant,
        resource=PUBLIC.resource,
        openid=PUBLIC.openid,
        tokens=PUBLIC.tokens,
        graph=PUBLIC.graph,
        connector=GCC_CONNECTOR,
    ),
    "gcch": Cloud(
        login="https://login.microsoftonline.us",
        tenant="MicrosoftServices.onmicrosoft.us",
        resource="https://api.botframework.us",
        openid="https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
        tokens="https://tokengcch.botframework.azure.us",
        graph="https://graph.microsoft.us",
        connector="https://smba.infra.gov.teams.microsoft.us/teams/",
    ),
    "dod": Cloud(
        login="https://login.microsoftonline.us",
        tenant="MicrosoftServices.onmicrosoft.us",
        resource="https://api.botframework.us",
        openid="https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
        tokens="https://apiDoD.botframework.azure.us",
        graph="https://dod-graph.microsoft.us",
        connector="https://smba.infra.dod.teams.microsoft.us/teams/",
    ),
    "china": Cloud(
        login="https://login.partner.microsoftonline.cn",
        tenant="microsoftservices.partner.onmschina.cn",
        resource="https://api.botframework.azure.cn",
        openid="https://login.botframework.azure.cn/v1/.well-known/openidconfiguration",
        tokens="https://token.botframework.azure.cn",
        graph="https://microsoftgraph.chinacloudapi.cn",
        connector="",
    ),
}
CloudName = Literal["public", "gcc", "gcch", "dod", "china"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamsConfig:
    """What an operator tells us about Teams; empty fields mean what the cloud says."""

    org: str = "main"
    app_id: str = ""
    password: str = field(default="", repr=False)
    tenant_id: str = ""
    app_type: str = ""
    cloud: str = "public"
    openid_metadata: str = ""
    token_issuer: str = ""
    token_url: str = ""
    graph_url: str = ""
    allowed_tenants: tuple[str, ...] = ()
    development: bool = False

    @property
    def place(self) -> Cloud:
        """The cloud that is meant."""
        return CLOUDS.get(self.cloud or "public", PUBLIC)

    @property
    def open(self) -> bool:
        """Whether anyone on this machine may speak to us: in development, without an app."""
        return self.development and not self.app_id

    @property
    def single(self) -> bool:
        """Whether the app lives in one tenant, as all new ones must."""
        return self.app_type == "SingleTenant" or (not self.app_type and bool(self.tenant_id))

    @property
    def authority(self) -> str:
        """Who gives out our tokens: the own tenant for a single-tenant app."""
        return f"{self.place.login}/{self.tenant_id if self.single else self.place.tenant}"

    @property
    def issuer(self) -> str:
        """Who signs what Teams sends."""
        return self.token_issuer or self.place.resource

    @property
    def metadata(self) -> str:
        """Where the keys of the issuer are announced."""
        return self.openid_metadata or self.place.openid

    @property
    def scope(self) -> str:
        """What a token for the chats is asked for."""
        return f"{self.place.resource}/.default"

    @property
    def graph(self) -> str:
        """Where Microsoft Graph answers."""
        return (self.graph_url or self.place.graph).rstrip("/")

    @property
    def graph_scope(self) -> str:
        """What a token for Graph is asked for."""
        return f"{self.place.graph}/.default"

    @property
    def tenants(self) -> frozenset[str]:
        """The tenants that may speak to us; none named means any, in development only."""
        named = self.allowed_tenants or (self.tenant_id,)
        return frozenset(tenant.lower() for tenant in named if tenant)


def problems(config: TeamsConfig) -> list[str]:
    """All that is wrong with the settings, each with what would put it right."""
    if not (config.app_id or config.password):
        return []
    return [*_app(config), *_addresses(config)]


def _app(config: TeamsConfig) -> Iterator[str]:
    if not config.app_id:
        yield "TEAMS_APP_ID is missing beside TEAMS_APP_PASSWORD"
    if not config.password:
        yield "TEAMS_APP_PASSWORD is missing beside TEAMS_APP_ID"
    if config.app_type == "UserAssignedMSI":
        yield (
            "TEAMS_APP_TYPE UserAssignedMSI is not supported yet: give the app a client secret"
            " and say SingleTenant"
        )
    elif config.app_type and config.app_type not in APP_TYPES:
        yield f"TEAMS_APP_TYPE must be one of {', '.join(APP_TYPES)}"
    if config.app_type == "SingleTenant" and not config.tenant_id:
        yield "TEAMS_APP_TENANT_ID is needed for a SingleTenant app"
    if not config.tenants:
        yield "TEAMS_ALLOWED_TENANTS or TEAMS_APP_TENANT_ID must name whom we serve"


def _addresses(config: TeamsConfig) -> Iterator[str]:
    if config.cloud and config.cloud not in CLOUDS:
        yield f"TEAMS_CLOUD must be one of {', '.join(CLOUDS)}"
    named = {"TEAMS_OPENID_METADATA": config.openid_metadata, "TEAMS_TOKEN_URL": config.token_url}
    for name, url in named.items():
        if url and not secure(url):
            yield f"{name} must be https, or http on this machine"
