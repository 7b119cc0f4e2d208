"""What an operator may write as COTERIE_DATABASE, and what is said of anything else."""

from pathlib import Path

import pytest

from settings import Misconfigured, Settings

SECRET = "the same for all processes"
ANYWHERE = {"COTERIE_ENV": "development"}


def read(database: str, secret: str = SECRET) -> Settings:
    given = {"COTERIE_DATABASE": database, "COTERIE_SECRET": secret}
    return Settings.from_env(ANYWHERE | given)


def problems(database: str, secret: str = SECRET) -> str:
    with pytest.raises(Misconfigured) as told:
        read(database, secret)
    return str(told.value)


def test_without_a_word_it_is_a_file_beside_the_service() -> None:
    assert Settings.from_env(ANYWHERE).sqlite == Path("var/coterie.db")


@pytest.mark.parametrize(
    "where",
    [
        "mongodb://db.example.org/coterie",
        "mongodb://ada:s%40fe@a.example.org:27017,b.example.org/coterie?replicaSet=rs",
        "mongodb+srv://db.example.org/coterie",
    ],
)
def test_a_mongodb_is_no_file(where: str) -> None:
    settings = read(where)
    assert (settings.database, settings.sqlite) == (where, None)


def test_the_password_in_it_is_not_told_with_the_settings() -> None:
    assert "hush" not in repr(read("mongodb://ada:hush@db.example.org/coterie"))


@pytest.mark.parametrize(
    "where", ["mongodb://db.example.org", "mongodb://db.example.org/", "mongodb://a/?w=1"]
)
def test_a_mongodb_without_a_name_says_how_to_name_it(where: str) -> None:
    assert "such as mongodb://db.example.org/coterie" in problems(where)


def test_all_processes_on_a_mongodb_sign_with_one_secret() -> None:
    told = problems("mongodb://db.example.org/coterie", secret="")
    assert told == "  COTERIE_SECRET is needed with MongoDB, the same for all processes"


def test_any_other_database_is_refused() -> None:
    assert "must begin with sqlite:/// or mongodb://" in problems("postgres://db/coterie")
