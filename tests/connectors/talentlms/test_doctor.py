"""What is wrong with the way to TalentLMS, and what to do about it."""

from dataclasses import replace

import pytest

from connectors.catalogues.config import CataloguesConfig, TalentLmsConfig
from connectors.catalogues.doctor import checks
from connectors.clock import Clock
from connectors.http.session import client_session
from core.checks import Check
from tests.connectors.talentlms.conftest import Portal
from tests.contracts.catalogues.side import Fault
from tests.fakes.talentlms import KEY


async def looked(config: TalentLmsConfig) -> Check:
    async with client_session() as session:
        (found,) = await checks(CataloguesConfig(talentlms=config), session, Clock().now())
        return found


async def test_a_talentlms_that_lets_us_in_is_said_to(portal: Portal) -> None:
    assert (await looked(portal.fake.config)).state == "ok"


async def test_a_wrong_key_is_named_and_never_shown(portal: Portal) -> None:
    check = await looked(replace(portal.fake.config, api_key=f"{KEY}-mistyped"))

    assert check.state == "fail"
    assert "COTERIE_TALENTLMS_API_KEY" in check.todo
    assert KEY not in repr(check)


async def test_an_api_that_is_off_is_said_to_be_switched_on(portal: Portal) -> None:
    portal.fake.habits.off = True

    assert "Switch the API on" in (await looked(portal.fake.config)).todo


async def test_a_quota_that_is_nearly_used_up_is_a_warning(portal: Portal) -> None:
    portal.fake.calls = 1_950
    check = await looked(portal.fake.config)

    assert check.state == "warn"
    assert check.said == "Only 49 of 2000 calls to TalentLMS are left in this hour."


@pytest.mark.parametrize("fault", ["broken", "html", "garbage", "missing", "wrong_types"])
async def test_a_talentlms_that_does_not_answer_as_it_should_is_said_not_to(
    portal: Portal, fault: Fault
) -> None:
    portal.fake.faults.now = fault
    check = await looked(portal.fake.config)

    assert check.state == "fail"
    assert "127.0.0.1" in check.todo
