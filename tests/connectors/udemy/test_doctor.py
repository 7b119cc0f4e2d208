"""What is wrong with the way to Udemy Business, and what to do about it."""

from dataclasses import replace

import pytest

from connectors.catalogues.config import CataloguesConfig, UdemyConfig
from connectors.catalogues.doctor import checks
from connectors.clock import Clock
from connectors.http.session import client_session
from core.checks import Check
from tests.connectors.udemy.conftest import Academy
from tests.contracts.catalogues.side import Fault
from tests.fakes.udemy import SECRET


async def looked(config: UdemyConfig) -> Check:
    async with client_session() as session:
        (found,) = await checks(CataloguesConfig(udemy=config), session, Clock().now())
        return found


async def test_a_udemy_business_that_lets_us_in_is_said_to(academy: Academy) -> None:
    assert (await looked(academy.fake.config)).state == "ok"


async def test_wrong_credentials_are_named_and_never_shown(academy: Academy) -> None:
    check = await looked(replace(academy.fake.config, client_secret=f"{SECRET}-mistyped"))

    assert check.state == "fail"
    assert "COTERIE_UDEMY_CLIENT_SECRET" in check.todo
    assert SECRET not in repr(check)


@pytest.mark.parametrize("fault", ["broken", "html", "garbage", "missing", "wrong_types"])
async def test_a_udemy_business_that_does_not_answer_as_it_should_is_said_not_to(
    academy: Academy, fault: Fault
) -> None:
    academy.fake.faults.now = fault
    check = await looked(academy.fake.config)

    assert check.state == "fail"
    assert "127.0.0.1" in check.todo
