"""The app package, judged by Microsoft's own schema."""

import json
import struct
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from jsonschema.validators import validator_for

from teams.package import PROFILE, Plan, build_package

SCHEMAS = Path(__file__).parent / "node_modules/@microsoft/app-manifest/build/json-schemas/teams"
APP = "11111111-2222-3333-4444-555555555555"
HOME = "https://coterie.example.org"
PLANS = [
    Plan(app_id=APP, public_url=HOME),
    Plan(app_id=APP, public_url=f"{HOME}:8443/", hear_threads=True),
    Plan(app_id=APP, public_url=HOME, hear_threads=True, make_channels=True),
    Plan(app_id=APP, public_url=HOME, bring_app=True),
    Plan(app_id=APP, public_url=HOME, courses=("hilltop.talentlms.com", "hilltop.mygo1.com")),
]


def faults(manifest: Any, profile: str) -> list[str]:
    schema = json.loads((SCHEMAS / f"v{profile}" / "MicrosoftTeams.schema.json").read_text())
    return [error.message for error in validator_for(schema)(schema).iter_errors(manifest)]


@pytest.mark.e2e
@pytest.mark.parametrize("plan", PLANS)
def test_microsofts_schema_has_nothing_to_say_about_our_manifest(
    plan: Plan, tmp_path: Path
) -> None:
    with ZipFile(build_package(plan, tmp_path / "app.zip")) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert faults(manifest, PROFILE) == []


@pytest.mark.e2e
@pytest.mark.parametrize("profile", ["1.22", "1.30"])
def test_the_manifest_would_hold_in_newer_profiles_too(profile: str, tmp_path: Path) -> None:
    with ZipFile(build_package(PLANS[2], tmp_path / "app.zip")) as archive:
        manifest = json.loads(archive.read("manifest.json")) | {"manifestVersion": profile}
    assert faults(manifest, profile) == []


@pytest.mark.e2e
def test_the_schema_would_have_told() -> None:
    assert faults({"manifestVersion": PROFILE, "name": {"short": "Coterie" * 5}}, PROFILE)


@pytest.mark.e2e
@pytest.mark.parametrize(("name", "size"), [("color.png", 192), ("outline.png", 32)])
def test_the_icons_are_as_large_as_teams_wants_them(name: str, size: int, tmp_path: Path) -> None:
    with ZipFile(build_package(PLANS[0], tmp_path / "app.zip")) as archive:
        png = archive.read(name)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", png[16:24]) == (size, size)
