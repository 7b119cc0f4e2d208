"""What an operator tells us about Slack."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.addresses import secure

API = "https://slack.com/api/"
BOT_TOKEN = re.compile(r"xoxb-[A-Za-z0-9-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackConfig:
    """The app of one workspace; without a token there is no Slack here."""

    org: str = "main"
    bot_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    api_url: str = API

    @property
    def on(self) -> bool:
        """Whether Coterie is in Slack."""
        return bool(self.bot_token)

    @property
    def api(self) -> str:
        """Where the methods of Slack's Web API are."""
        return (self.api_url or API).rstrip("/")


def problems(config: SlackConfig) -> list[str]:
    """What is wrong with it, a line each, beginning with the name of the setting."""
    return list(_problems(config))


def _problems(config: SlackConfig) -> Iterator[str]:
    if config.signing_secret and not config.bot_token:
        yield "SLACK_BOT_TOKEN is missing beside SLACK_SIGNING_SECRET"
    if config.bot_token and not config.signing_secret:
        yield "SLACK_SIGNING_SECRET is missing beside SLACK_BOT_TOKEN"
    if config.bot_token and not BOT_TOKEN.fullmatch(config.bot_token):
        yield "SLACK_BOT_TOKEN must be the token of the bot, which begins with xoxb-"
    if not secure(config.api):
        yield "SLACK_API_URL must be https (plain http on this machine only)"
