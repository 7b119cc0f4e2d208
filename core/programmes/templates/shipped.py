"""The templates that come with the product: data beside the code, read once."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from core.message import Phrase
from core.programmes.templates.checks import template
from core.programmes.templates.model import Template

ORDER = ("three-stages", "one-day-workshop", "onboarding-buddies", "course-club")


@cache
def shipped() -> Mapping[str, Template]:
    """All of them by id, the usual one first."""
    return {id: template(f"{id}.yml", text_of(id)) for id in ORDER}


def text_of(id: str) -> str:
    """A template as its file has it."""
    return files("core.programmes.templates").joinpath(f"{id}.yml").read_text("utf-8")


def name_of(id: str, name: str) -> Phrase:
    """What a template is called."""
    return Phrase(f"programmes.name.{id}", name)


def about_of(made: Template) -> Phrase:
    """What a template is for."""
    return Phrase(f"programmes.about.{made.id}", made.about)


def phrases() -> Iterator[Phrase]:
    """All words of the shipped templates that people read, with their keys."""
    for made in shipped().values():
        yield from (name_of(made.id, made.name), about_of(made))
        for step in made.steps:
            key = f"programmes.{made.id}.{step.id}"
            yield Phrase(key, step.title)
            for option, words in step.options.items():
                if " " in words and any(letter.isalpha() for letter in words):
                    yield Phrase(f"{key}.{option}", words)
