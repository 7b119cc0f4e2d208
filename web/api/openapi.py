"""The API as OpenAPI 3.1: written by hand beside its routes, and held to them by the tests."""

from typing import get_args

from core.courses.model import State as SendState
from core.courses.requests.model import Stage
from core.engine.ports import State

Schema = dict[str, object]

TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
DATE: Schema = {"type": "string", "format": "date"}
DAY: Schema = {"type": ["string", "null"], "format": "date"}
MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
BY_WORD: Schema = {"type": "object", "additionalProperties": COUNT}


def _all_of(fields: dict[str, Schema]) -> Schema:
    """An object with exactly these fields."""
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _page(of: Schema) -> Schema:
    return _all_of({"items": _list(of), "cursor": TEXT})


FIGURE: Schema = {
    "type": ["integer", "null"],
    "minimum": 0,
    "description": "null where so few people are meant that the figure would tell of one of them",
}
SCHEMAS: dict[str, Schema] = {
    "Asked": {
        "type": "object",
        "additionalProperties": False,
        "required": ["to"],
        "properties": {
            "link": {"type": "string", "pattern": "^https?://", "maxLength": 2000},
            "links": {
                "type": "array",
                "minItems": 1,
                "maxItems": 20,
                "items": {"type": "string", "pattern": "^https?://", "maxLength": 2000},
                "description": "an ordered path; instead of link",
            },
            "title": {"type": "string", "maxLength": 150, "description": "if no page tells it"},
            "purpose": {"type": "string", "maxLength": 200, "description": "else suggested"},
            "question": {"type": "string", "maxLength": 200, "description": "else suggested"},
            "to": _ref("To"),
            "open": {"type": "boolean", "description": "once in the channel, for all to see"},
            "due": {"type": ["string", "null"], "format": "date"},
            "assigned": {"type": "boolean", "description": "also for those who join later"},
            "at": {
                "type": ["string", "null"],
                "format": "date-time",
                "description": "with its zone; it leaves at the sender's next full hour",
            },
            "number": {
                "type": ["integer", "null"],
                "minimum": 1,
                "description": "of the people who get it; needed for more than 200",
            },
            "dry_run": {"type": "boolean", "description": "count, and wait for go"},
        },
    },
    "To": {
        "type": "object",
        "additionalProperties": False,
        "description": "one of these",
        "properties": {
            "me": FLAG,
            "cohort": {"type": ["string", "null"]},
            "place": {"type": ["string", "null"]},
            "group": {"type": ["string", "null"], "description": "of the directory"},
            "emails": {"type": ["array", "null"], "items": TEXT, "maxItems": 100_000},
        },
    },
    "Number": {
        "type": "object",
        "additionalProperties": False,
        "properties": {"number": {"type": ["integer", "null"], "minimum": 1}},
    },
    "Course": _all_of(
        {
            **dict.fromkeys(("catalogue", "id", "url", "title", "summary", "image"), TEXT),
            "minutes": COUNT,
            **dict.fromkeys(("provider", "language"), TEXT),
            "retired": FLAG,
        }
    ),
    "Cohort": _all_of(
        {
            **dict.fromkeys(("id", "name", "purpose"), TEXT),
            **dict.fromkeys(("first", "last"), DATE),
            "zone": TEXT,
            "stage": {"enum": ["open", "paused", "cancelled"]},
            "places": _list(TEXT),
        }
    ),
    "Counts": _all_of(
        {
            **dict.fromkeys(("all", "will", "held", "cannot"), COUNT),
            **dict.fromkeys(("held_why", "cannot_why"), BY_WORD),
        }
    ),
    "Send": _all_of(
        {
            "id": TEXT,
            "state": {"enum": list(get_args(SendState))},
            "stage": {"enum": ["", *get_args(Stage)]},
            "why": {"type": "string", "description": "what keeps a request from going on"},
            **dict.fromkeys(("trouble", "halt"), TEXT),
            "made": {"type": "string", "format": "date-time"},
            **dict.fromkeys(("at", "ended"), MOMENT),
            "due": DAY,
            **dict.fromkeys(("purpose", "question"), TEXT),
            **dict.fromkeys(("open", "assigned"), FLAG),
            "cohort": TEXT,
            "to": _all_of({"kind": TEXT, "ids": _list(TEXT), "name": TEXT}),
            "links": _list(_ref("Course")),
            "counts": _ref("Counts"),
            "deliveries": _all_of(dict.fromkeys(get_args(State), COUNT)),
            "figures": _list(_all_of(dict.fromkeys(("opened", "declared", "confirmed"), FIGURE))),
        }
    ),
    "Sends": _page(_ref("Send")),
    "Cohorts": _page(_ref("Cohort")),
    "Courses": _page(_ref("Course")),
    "Problem": _all_of(
        {
            "type": TEXT,
            "title": TEXT,
            "status": {"type": "integer"},
            "detail": TEXT,
            "errors": _list(_all_of({"field": TEXT, "detail": TEXT})),
        }
    ),
}

PROBLEMS = {
    "400": "The body is no JSON, or Idempotency-Key is missing.",
    "401": "No token, or none that is known.",
    "403": "The person of the token may not do this.",
    "404": "It is not there, or not theirs.",
    "409": "It stands otherwise, or the Idempotency-Key was used for something else.",
    "413": "More than 8 MB.",
    "415": "No plain JSON.",
    "422": "A field is not in order; `errors` names it.",
    "429": "Too many requests in a minute; see Retry-After.",
    "503": "Too much is waiting; see Retry-After.",
}
ALWAYS = ("401", "403", "429", "503")
KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 64},
}
ID: Schema = {"name": "id", "in": "path", "required": True, "schema": TEXT}
CURSOR: Schema = {"name": "cursor", "in": "query", "schema": TEXT}
LIMIT: Schema = {
    "name": "limit",
    "in": "query",
    "schema": {"type": "integer", "minimum": 1, "maximum": 50, "default": 20},
}
COHORT: Schema = {"name": "cohort", "in": "query", "schema": TEXT}
SEARCH: Schema = {"name": "search", "in": "query", "required": True, "schema": TEXT}


def _content(kind: str, name: str) -> Schema:
    return {kind: {"schema": _ref(name)}}


def _answers(name: str, status: str, said: str, problems: tuple[str, ...]) -> Schema:
    wrong: Schema = {
        code: {
            "description": PROBLEMS[code],
            "content": _content("application/problem+json", "Problem"),
        }
        for code in sorted({*ALWAYS, *problems})
    }
    return {status: {"description": said, "content": _content("application/json", name)}, **wrong}


def _body(name: str, *, required: bool) -> Schema:
    return {"required": required, "content": _content("application/json", name)}


def _verb(said: str) -> Schema:
    return {
        "post": {
            "summary": said,
            "parameters": [ID],
            "requestBody": _body("Number", required=False),
            "responses": _answers(
                "Send", "200", "As it stands now.", ("400", "404", "409", "413", "415", "422")
            ),
        }
    }


PATHS: dict[str, Schema] = {
    "/api/v1/sends": {
        "post": {
            "summary": "Ask for a send. It is read, counted and sent by itself.",
            "parameters": [KEY],
            "requestBody": _body("Asked", required=True),
            "responses": _answers(
                "Send",
                "202",
                "Taken; as it stands by now.",
                ("400", "404", "409", "413", "415", "422"),
            ),
        },
        "get": {
            "summary": "Your sends, or those of a cohort that you run, the newest first.",
            "parameters": [CURSOR, LIMIT, COHORT],
            "responses": _answers("Sends", "200", "A page of them.", ("404", "422")),
        },
    },
    "/api/v1/sends/{id}": {
        "get": {
            "summary": "One send: its state, its counts and its figures.",
            "parameters": [ID],
            "responses": _answers("Send", "200", "As it stands now.", ("404",)),
        }
    },
    "/api/v1/sends/{id}/go": _verb("Let it leave, in a minute."),
    "/api/v1/sends/{id}/undo": _verb("Within that minute: not yet, after all."),
    "/api/v1/sends/{id}/stop": _verb("Nobody else gets it, until it goes on."),
    "/api/v1/sends/{id}/take": _verb("Take it back from all who have it."),
    "/api/v1/sends/{id}/drop": _verb("Put a draft away; it is shown once more, as taken."),
    "/api/v1/cohorts": {
        "get": {
            "summary": "The cohorts that you lead.",
            "parameters": [CURSOR, LIMIT],
            "responses": _answers("Cohorts", "200", "All of them.", ("422",)),
        }
    },
    "/api/v1/courses": {
        "get": {
            "summary": "What the catalogues find.",
            "parameters": [SEARCH, CURSOR],
            "responses": _answers("Courses", "200", "The best first.", ("422",)),
        }
    },
    "/api/v1/openapi.json": {
        "get": {
            "summary": "This document.",
            "security": [],
            "responses": {
                "200": {
                    "description": "OpenAPI 3.1.",
                    "content": {"application/json": {"schema": {"type": "object"}}},
                },
                "429": {
                    "description": PROBLEMS["429"],
                    "content": _content("application/problem+json", "Problem"),
                },
            },
        }
    },
}

DOCUMENT: Schema = {
    "openapi": "3.1.0",
    "info": {
        "title": "Coterie",
        "version": "1",
        "description": "Course links, sent in the name of the person of a token.",
    },
    "security": [{"token": []}],
    "paths": PATHS,
    "components": {
        "schemas": SCHEMAS,
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
    },
}
