"""The compose files: everything hardened, nothing open but the proxy, only settings that exist."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import app
import settings
from tests.deploy import recipe
from tests.deploy.recipe import ROOT

DEPLOY = ROOT / "deploy"
FILES = ["compose.sqlite.yml", "compose.mongo.yml"]
KNOWN = {settings.PREFIX + name for name in (*settings.NOW, *settings.LATER)}
KEYS = {
    *("build", "cap_add", "cap_drop", "command", "depends_on", "deploy", "env_file"),
    *("environment", "healthcheck", "image", "init", "logging", "networks", "ports", "read_only"),
    *("restart", "security_opt", "stop_grace_period", "tmpfs", "user", "volumes"),
}
REFERENCE = re.compile(r"\$\{(\w+)")
SECRET = re.compile(r"SECRET|TOKEN|PASSWORD|_KEY")
Service = dict[str, Any]


def house(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / name).read_text())
    return found


def services(name: str) -> dict[str, Service]:
    found: dict[str, Service] = house(name)["services"]
    return found


def coterie(name: str) -> dict[str, Service]:
    """Those that run our image."""
    return {key: one for key, one in services(name).items() if "build" in one}


@pytest.fixture(params=FILES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_service_is_hardened(name: str) -> None:
    for one in services(name).values():
        assert one.keys() <= KEYS
        assert one["read_only"] is True
        assert one["cap_drop"] == ["ALL"]
        assert one["security_opt"] == ["no-new-privileges:true"]
        assert one["restart"] == "unless-stopped"
        assert one["deploy"]["resources"]["limits"].keys() == {"cpus", "memory", "pids"}
        assert "/tmp" in one["tmpfs"]  # noqa: S108 - it is what may be written
        assert one["logging"]["options"]["max-size"]


def test_what_is_not_ours_is_named_with_its_version_and_watched(name: str) -> None:
    for one in services(name).values():
        tag = one["image"].rpartition(":")[2]
        assert re.fullmatch(r"\d+\.\d+(-\w+)?|local", tag)
        assert "build" in one or one["healthcheck"]["test"][0] == "CMD"


def test_our_image_brings_its_own_watch(name: str) -> None:
    assert recipe.command("HEALTHCHECK")[0] == "python"
    for one in coterie(name).values():
        assert one["build"] == {"context": "..", "dockerfile": "deploy/Dockerfile"}
        assert (DEPLOY / ".." / one["build"]["dockerfile"]).resolve() == recipe.DOCKERFILE


def test_nobody_from_outside_reaches_anything_but_the_proxy(name: str) -> None:
    assert [key for key, one in services(name).items() if "ports" in one] == ["proxy"]


def test_the_proxy_shows_neither_figures_nor_what_is_missing(name: str) -> None:
    text = (DEPLOY / "Caddyfile").read_text()
    (hidden,) = re.findall(r"@inside path (.*)", text)
    (upstream, port) = re.findall(r"reverse_proxy (\w+):(\d+)", text)[0]
    assert {"/metrics", "/ready"} <= set(hidden.split())
    assert "respond @inside 404" in text
    assert services(name)[upstream]["environment"]["COTERIE_PORT"] == port
    assert services(name)[upstream].get("command", ["serve"]) == ["serve"]


def test_the_certificate_is_for_the_host_that_the_settings_name(name: str) -> None:
    proxy = services(name)["proxy"]
    assert "\n{$COTERIE_PUBLIC_URL} {\n" in (DEPLOY / "Caddyfile").read_text()
    assert REFERENCE.findall(proxy["environment"]["COTERIE_PUBLIC_URL"]) == ["COTERIE_PUBLIC_URL"]
    assert "certificates:/data" in proxy["volumes"]


def test_only_settings_that_exist_are_set_and_no_secret_is_written_down(name: str) -> None:
    text = (DEPLOY / name).read_text()
    assert set(re.findall(r"\bCOTERIE_\w+", text)) <= KNOWN
    for one in services(name).values():
        values = one.get("environment", {}).items()
        assert [key for key, value in values if SECRET.search(key) and value[:2] != "${"] == []


def test_secrets_come_from_a_file_that_is_never_committed(name: str) -> None:
    files = [one["env_file"] for one in coterie(name).values()]
    assert files == [[{"path": ".env", "format": "raw"}]] * len(files)
    assert "\n.env\n" in (ROOT / ".gitignore").read_text()


def test_what_is_mounted_is_there_or_declared(name: str) -> None:
    whole = house(name)
    for one in services(name).values():
        for source in (mount.split(":")[0] for mount in one.get("volumes", ())):
            there = (DEPLOY / source).exists() if source[0] == "." else source in whole["volumes"]
            assert there, source
        assert set(one.get("networks", ())) <= whole.get("networks", {}).keys()
        assert set(one.get("depends_on", ())) <= services(name).keys()


def test_whoever_is_stopped_has_the_time_that_finishing_takes(name: str) -> None:
    graces = [one["stop_grace_period"] for one in coterie(name).values()]
    assert min(int(grace.removesuffix("s")) for grace in graces) > 20


@pytest.mark.parametrize("words", [["serve"], ["doctor"], ["worker"]])
def test_the_command_line_knows_what_they_run(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as told:
        app.main([*words, "--help"])
    assert told.value.code == 0
    assert words[0] in capsys.readouterr().out


def test_they_run_one_service_and_two_workers_on_mongodb() -> None:
    worker = services("compose.mongo.yml")["worker"]
    assert worker["command"] == ["worker"]
    assert worker["deploy"]["replicas"] == 2
    assert list(coterie("compose.mongo.yml")) == ["coterie", "worker"]
    assert list(coterie("compose.sqlite.yml")) == ["coterie"]


def test_the_database_is_out_of_reach_of_the_proxy_and_of_the_world() -> None:
    whole = house("compose.mongo.yml")
    assert whole["networks"]["data"] == {"internal": True}
    assert services("compose.mongo.yml")["mongo"]["networks"] == ["data"]
    assert services("compose.mongo.yml")["proxy"]["networks"] == ["web"]


def test_the_replica_set_that_is_begun_is_the_one_that_is_asked_for() -> None:
    found = services("compose.mongo.yml")
    mongo, database = found["mongo"], found["worker"]["environment"]["COTERIE_DATABASE"]
    (named,) = re.findall(r"--replSet=(\w+)", " ".join(mongo["command"]))
    begun = re.findall(r'_id: "(\w+)".*host: "([\w:]+)"', mongo["healthcheck"]["test"][-1])
    assert begun == [(named, "mongo:27017")]
    assert database == f"mongodb://mongo:27017/coterie?replicaSet={named}"


def test_the_service_takes_the_settings_that_it_is_given(name: str) -> None:
    filled = {
        "COTERIE_TEAMS_APP_ID": "00000000-0000-4000-8000-000000000001",
        "COTERIE_TEAMS_APP_PASSWORD": "not-a-password",
        "COTERIE_TEAMS_APP_TENANT_ID": "00000000-0000-4000-8000-000000000002",
        "COTERIE_SECRET": "not-a-secret-but-long",
    }
    for one in coterie(name).values():
        set_here = {key: value for key, value in one["environment"].items() if value[:2] != "${"}
        read = settings.Settings.from_env({**example(), **filled, **set_here})
        assert (read.env, read.host, read.port) == ("production", "0.0.0.0", 3978)  # noqa: S104 - it is compared
        assert read.database == set_here["COTERIE_DATABASE"]


def example() -> dict[str, str]:
    """The settings of the example file, as they are before anybody fills them in."""
    lines = Path(DEPLOY / "env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line.startswith("COTERIE_"))
