"""What an operator tells us about Workplace."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from core.addresses import secure

GRAPH = "https://graph.workplace.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkplaceConfig:
    """The custom integration of one community; without a token there is no Workplace here."""

    org: str = "main"
    access_token: str = field(default="", repr=False)
    app_secret: str = field(default="", repr=False)
    verify_token: str = field(default="", repr=False)
    graph_url: str = GRAPH
    allow_sha1: bool = False

    @property
    def on(self) -> bool:
        """Whether Coterie is in Workplace."""
        return bool(self.access_token)


def problems(config: WorkplaceConfig) -> list[str]:
    """What is wrong with it, a line each, beginning with the name of the setting."""
    return list(_problems(config))


def _problems(config: WorkplaceConfig) -> Iterator[str]:
    needed = {
        "WORKPLACE_ACCESS_TOKEN": config.access_token,
        "WORKPLACE_APP_SECRET": config.app_secret,
        "WORKPLACE_VERIFY_TOKEN": config.verify_token,
    }
    if any(needed.values()):
        yield from (f"{name} is missing beside the others" for name, it in needed.items() if not it)
    if not secure(config.graph_url):
        yield "WORKPLACE_GRAPH_URL must be https (plain http on this machine only)"
