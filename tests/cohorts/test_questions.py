"""The bank of questions: open ones in themes, none twice until its theme is used up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.words import spoken
from core.cohorts.discussions.wording.model import doubted
from core.cohorts.introductions.model import Wish, opened, swapped
from core.cohorts.introductions.questions import QUESTIONS, THEMES, of_theme
from core.cohorts.words import SAMPLE
from core.engine.ports import Moment
from core.message import Phrase
from tests.cohorts.story import Story
from tests.people.world import MONDAY


def test_the_bank_holds_sixty_different_open_questions_in_themes() -> None:
    assert len({q.key for q in QUESTIONS}) == len({q.words for q in QUESTIONS}) >= 60
    assert all(q.words.endswith("?") and len(q.words) <= 100 for q in QUESTIONS)
    assert {q.theme for q in QUESTIONS} == set(THEMES)
    assert all(len(of_theme(theme)) >= 8 for theme in THEMES)
    assert not [q.words for q in QUESTIONS if doubted(q.words)]


@pytest.mark.parametrize("key", [q.key for q in QUESTIONS])
def test_every_question_is_open_in_german_too(key: str) -> None:
    words = spoken(Phrase(f"introductions.question.{key}", ""), "de")
    assert words.endswith("?")
    assert doubted(words) is None


async def test_no_question_of_a_theme_comes_twice_until_all_have_been_asked(life: Story) -> None:
    cohort = await life.begins()
    theme = of_theme("light")
    round, seen = None, set[str]()
    for n in range(len(theme)):
        round = opened(cohort, round, Wish(theme="light"), life.moment(f"round{n}"))
        seen.add(round.question)
    assert seen == {q.key for q in theme}
    assert round is not None
    other = opened(cohort, round, Wish(theme="work"), life.moment("work"))
    assert other.question in {q.key for q in of_theme("work")}
    again = opened(cohort, other, Wish(theme="light"), life.moment("more"))
    assert again.question in seen


@given(st.lists(st.sampled_from(sorted(THEMES)), min_size=2, max_size=40), st.integers())
def test_a_swap_stays_in_the_theme_and_never_gives_the_same_again(
    themes: list[str], seed: int
) -> None:
    moment = Moment(None, MONDAY, str(seed))  # type: ignore[arg-type]
    round = None
    for n, theme in enumerate(themes):
        round = opened(SAMPLE, round, Wish(theme=theme), moment)
        swapped_one = swapped(round, replace_seed(moment, n))
        assert round.question != swapped_one.question
        assert {round.question, swapped_one.question} <= {q.key for q in of_theme(theme)}
        round = swapped_one


def replace_seed(moment: Moment, n: int) -> Moment:
    return Moment(moment.read, moment.now, f"{moment.seed}/{n}")
