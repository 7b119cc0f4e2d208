"""Whatever is sent to the API gets a status and a sentence, and changes nothing that it may not."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.courses.model import Send
from core.people.model import Person
from tests.people.world import ADA
from tests.web.apis import LINK, STRANGER, TOKEN, TOKENS, Service, service
from web.api.access import Gate
from web.api.house import House
from web.api.openapi import DOCUMENT
from web.api.routes import VERBS, Api

PATHS = ["sends", "sends/x", "cohorts", "courses?search=x", "nothing", "", "sends/x/y/z"]


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Service]:
    async with service(tmp_path / "test.db", TOKENS) as made:
        yield made


# --- the door -------------------------------------------------------------------------------------


async def test_without_tokens_there_is_no_api(tmp_path: Path) -> None:
    async with service(tmp_path / "test.db", {}) as it:
        for path in [*PATHS, "openapi.json"]:
            for method in ("GET", "POST", "OPTIONS"):
                url = f"/api/v1/{path}"
                async with it.client.request(method, url) as answer:
                    assert answer.status == 404


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic YTpi",
        f"Basic {TOKEN}",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        f"Bearer {TOKEN} {TOKEN}",
        "Bearer " + "x" * 5000,
        "Bearer é",
    ],
)
async def test_a_token_that_is_none_opens_nothing(it: Service, header: str) -> None:
    await it.meets(ADA)
    for path in ("sends", "cohorts", "courses?search=x"):
        refused = await it.call("GET", path, token="", headers={"Authorization": header})
        assert refused.status == 401
        assert refused.headers["WWW-Authenticate"].startswith("Bearer")


async def test_a_token_of_somebody_we_never_met_or_erased_acts_for_nobody(it: Service) -> None:
    assert (await it.call("GET", "sends", token=STRANGER)).status == 403
    assert (await it.call("GET", "sends")).status == 403
    await it.meets(ADA)
    assert (await it.call("GET", "sends")).status == 200
    await it.happens("press", "people.erase_now", ADA)
    assert (await it.call("GET", "sends")).status == 403
    assert all(one.erased for one in (await it.read.find(Person)).items)


async def test_nothing_is_said_to_other_pages(it: Service) -> None:
    await it.meets(ADA)
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for method in ("GET", "OPTIONS"):
        answer = await it.call(method, "sends", headers=asked)
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]
        assert answer.headers["Cache-Control"] == "no-store"


async def test_too_many_requests_wait(it: Service) -> None:
    await it.meets(ADA)
    found = [await it.call("GET", "cohorts") for _ in range(245)]
    assert [one.status for one in found[:240]] == [200] * 240
    assert found[-1].status == 429
    assert 0 < int(found[-1].headers["Retry-After"]) <= 61


async def test_guessing_tokens_is_slowed(it: Service) -> None:
    found = [await it.call("GET", "cohorts", token=f"guess-{n}") for n in range(62)]
    assert found[-1].status == 429


# --- bodies ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 422),
        (b'{"a":' * 50_000, 422),
        (b"null", 422),
        (b"[]", 422),
        (b"7", 422),
        (b'"x"', 422),
        (b"{}", 422),
        (b'{"to": NaN}', 400),
    ],
)
async def test_a_body_that_is_none_is_refused(it: Service, raw: bytes, status: int) -> None:
    await it.meets(ADA)
    assert (await it.call("POST", "sends", key="k", raw=raw)).status == status


WRONG: list[tuple[str, Any]] = [
    ("to", None),
    ("to", "cohort"),
    ("to", []),
    ("to", {}),
    ("to", {"me": "yes"}),
    ("to", {"me": False}),
    ("to", {"me": True, "cohort": "x"}),
    ("to", {"cohort": 7}),
    ("to", {"cohort": ""}),
    ("to", {"cohort": "x" * 201}),
    ("to", {"emails": []}),
    ("to", {"emails": "ada@example.org"}),
    ("to", {"emails": [7]}),
    ("to", {"emails": ["no address"]}),
    ("to", {"emails": ["a@b.example\nc@d.example"]}),
    ("to", {"emails": ["x" * 300 + "@example.org"]}),
    ("to", {"everybody": True}),
    ("link", None),
    ("link", 7),
    ("link", ""),
    ("link", "ftp://courses.example"),
    ("link", "javascript:alert(1)"),
    ("link", "https://" + "x" * 2000),
    ("link", [LINK]),
    ("links", [LINK]),
    ("links", []),
    ("purpose", 7),
    ("purpose", "x" * 201),
    ("question", {"a": 1}),
    ("open", "true"),
    ("open", 1),
    ("due", "tomorrow"),
    ("due", "2026-02-30"),
    ("due", 20260302),
    ("assigned", None),
    ("at", "2026-03-03T09:00:00"),
    ("at", "soon"),
    ("at", 1e400),
    ("number", "12"),
    ("number", -1),
    ("number", 1.5),
    ("dry_run", "no"),
    ("title", "x" * 151),
    ("by", "somebody else"),
    ("account", "teams:t1:bo"),
]


@pytest.mark.parametrize(("field", "value"), WRONG)
async def test_a_field_of_another_kind_is_named(it: Service, field: str, value: Any) -> None:
    await it.meets(ADA)
    body = {"link": LINK, "to": {"me": True}, field: value}
    raw = json.dumps(body).encode().replace(b"Infinity", b"1e400")
    refused = await it.call("POST", "sends", key="k", raw=raw)
    assert refused.status in (400, 422)
    if refused.status == 422:
        assert refused.body["errors"]
    assert (await it.read.find(Send)).items == ()


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None
)
@given(
    body=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["to", "link", "links", "at", "due", "emails", "cohort", "x"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=8,
    )
)
async def test_whatever_json_is_sent_gets_a_sentence(it: Service, body: Any) -> None:
    await it.meets(ADA)
    answer = await it.call("POST", "sends", key="k", raw=json.dumps(body).encode())
    assert 400 <= answer.status < 500


async def test_a_body_of_nine_megabytes_is_too_much(it: Service) -> None:
    await it.meets(ADA)
    raw = b'{"to": {"emails": ["' + b"x" * (9 * 1024 * 1024) + b'"]}}'
    assert (await it.call("POST", "sends", key="k", raw=raw)).status == 413


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Encoding": "gzip"},
    ],
)
async def test_only_plain_json_is_read(it: Service, headers: dict[str, str]) -> None:
    await it.meets(ADA)
    answer = await it.call("POST", "sends", key="k", raw=b"x", headers=headers)
    assert answer.status in (400, 415)


@pytest.mark.parametrize("key", ["", " ", "x" * 65, "a b"])
async def test_a_request_needs_a_name(it: Service, key: str) -> None:
    await it.meets(ADA)
    body = {"link": LINK, "to": {"me": True}}
    headers = {"Idempotency-Key": key} if key else {}
    assert (await it.call("POST", "sends", body, headers=headers)).status == 400


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=51", "limit=x", "limit=-1", "limit=²", "cursor=%00", "cursor=../../x"],
)
async def test_a_page_that_is_none_is_refused(it: Service, query: str) -> None:
    await it.meets(ADA)
    assert (await it.call("GET", f"sends?{query}")).status in (200, 422)
    assert "limit" not in query or (await it.call("GET", f"sends?{query}")).status == 422


@pytest.mark.parametrize("id", ["..%2F..%2Fx", "%00", "x" * 3000, "é", "a%20b"])
async def test_an_id_that_is_none_is_not_there(it: Service, id: str) -> None:
    await it.meets(ADA)
    assert (await it.call("GET", f"sends/{id}")).status == 404
    for verb in VERBS:
        assert (await it.call("POST", f"sends/{id}/{verb}")).status == 404


async def test_what_is_not_there_says_so(it: Service) -> None:
    for method, path in (("GET", "nothing"), ("DELETE", "sends"), ("PUT", "cohorts")):
        assert (await it.call(method, path)).status == 404


# --- the document ---------------------------------------------------------------------------------


async def test_every_route_is_in_the_document_and_no_other(it: Service) -> None:
    house = House(org="main", engine=it.intake, reader=it.read, clock=it.clock, asks={})
    routes = Api(house, Gate({}, it.read)).routes()
    served = {(one.method.lower(), one.path) for one in routes if "rest" not in one.path}
    paths: Any = DOCUMENT["paths"]
    assert served == {(method, path) for path, told in paths.items() for method in told}


async def test_the_document_is_served_to_whoever_wants_to_read_it(it: Service) -> None:
    told = await it.call("GET", "openapi.json", token="")
    assert told.body == DOCUMENT
    assert told.body["openapi"].startswith("3.1")


def test_the_schemas_of_the_document_are_schemas() -> None:
    components: Any = DOCUMENT["components"]
    for schema in components["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
