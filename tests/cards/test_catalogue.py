from pathlib import Path

import pytest

from cards import catalogue
from cards.words import text
from core.engine.ports import Viewer
from core.message import say


def test_a_reader_gets_their_language_or_english() -> None:
    more = say("cards.more", "and {n} more", n=3)
    spoken = {locale: text(more, Viewer(locale=locale)) for locale in ("de", "de-CH", "en", "xx")}
    assert spoken["de"] == spoken["de-CH"] == "und {n} weitere".replace("{n}", "3")
    assert spoken["en"] == spoken["xx"] == "and 3 more"


def test_words_without_a_key_are_not_translated() -> None:
    assert text(say("", "and {n} more", n=3), Viewer(locale="de")) == "and 3 more"


@pytest.mark.parametrize("locale", ["../de", "/etc/passwd", "", "-", "d\x00e", "de/../de"])
def test_a_locale_names_no_file(locale: str) -> None:
    assert catalogue.chain(locale) == ()


def test_the_closest_language_is_asked_first() -> None:
    assert catalogue.chain("DE_at-1996") == ("de",)


def test_languages_are_read_before_the_first_reader() -> None:
    catalogue.catalogue.cache_clear()
    catalogue.warm()
    assert catalogue.catalogue.cache_info().currsize == len(catalogue.languages())


def test_an_unknown_language_has_no_words() -> None:
    assert catalogue.catalogue("xx") == {}


@pytest.mark.parametrize("content", ["- a", "a: 1", "1: a", "a: {b: c}"])
def test_a_catalogue_that_is_not_words_by_key_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "xx.yml"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"xx\.yml"):
        catalogue.read(path)


def test_an_empty_catalogue_is_one(tmp_path: Path) -> None:
    path = tmp_path / "xx.yml"
    path.write_text("# nothing yet\n")
    assert catalogue.read(path) == {}


def test_two_files_of_a_language_never_say_the_same_key(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text('one.key: "Eins"\n')
    (tmp_path / "b.yml").write_text('one.key: "Zwei"\n')
    with pytest.raises(ValueError, match=r"one\.key"):
        catalogue.whole(tmp_path)
