"""What a program is told when something is wrong: a status, and a sentence for whoever reads it."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import NamedTuple

from aiohttp import web

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Wrong(NamedTuple):
    """One field that is not in order, and why."""

    field: str
    detail: str


class Problem(Exception):
    """The request ends here."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        wrong: Sequence[Wrong] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.wrong = status, detail, tuple(wrong)
        self.headers = headers or {}

    def response(self) -> web.Response:
        """As RFC 9457 has it; `errors` is there whether or not it names any field."""
        told = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "errors": [one._asdict() for one in self.wrong],
        }
        return answered(told, self.status, self.headers, kind="application/problem+json")


def answered(
    told: object,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    *,
    kind: str = "application/json",
) -> web.Response:
    """An answer in JSON, for this request only."""
    body = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
    given = {**HEADERS, **(headers or {})}
    return web.Response(body=body, status=status, headers=given, content_type=kind)
