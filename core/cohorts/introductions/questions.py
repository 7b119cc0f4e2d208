"""The bank of questions for rounds of introductions and ice-breakers, by theme.

Each can be answered in two sentences, by a newcomer as well as by an old hand, about work and
without touching family, faith, health or money. None can be answered with yes or no.
"""

from collections.abc import Mapping
from typing import NamedTuple

from core.message import Phrase, say

MEETING = "meeting"


class Question(NamedTuple):
    """A question, by a key that translations keep."""

    key: str
    words: str
    theme: str


_BANK: Mapping[str, Mapping[str, str]] = {
    MEETING: {
        "hard-way": "What did you learn the hard way that you’d gladly save someone from?",
        "ask-me": "What can people here ask you about at any time?",
        "unseen": "Which part of your job do most people not see?",
        "question-back": "Which question do colleagues bring to you most often?",
        "explain": "How would you explain your job to a neighbour in two sentences?",
        "bring": "What do you bring to this group that your job title does not say?",
        "need": "What could somebody in this group help you with?",
        "hope": "What would make these weeks worth your time?",
        "surprise": "What surprised you most when you began your current role?",
        "proud": "Which piece of your work from the last year would you show to a friend?",
        "curious": "What about somebody else’s work here would you like to understand better?",
        "long-road": "Which road brought you to the work you do now?",
    },
    "work": {
        "good-day": "What does a really good day at work look like for you?",
        "small-trick": "Which small trick saves you time nearly every week?",
        "energy": "Which task gives you energy, even on a long day?",
        "drain": "Which task would you hand over tomorrow, and what makes it hard?",
        "tool": "Which tool could you not do without, and what do you do with it?",
        "customer": "What did a customer or colleague last thank you for?",
        "handover": "What would you put first in a note to whoever takes over your work?",
        "good-meeting": "What makes a meeting worth its time for you?",
        "calm": "What helps you to stay calm when everything comes at once?",
    },
    "learning": {
        "learning-now": "What are you learning at the moment, and how is it going?",
        "best-teacher": "Who taught you something that you still use, and what was it?",
        "mistake": "Which mistake of yours turned out to be useful?",
        "feedback": "Which piece of feedback helped you most, and why?",
        "recommend": "Which book, talk or film changed how you work, and in what way?",
        "first-time": "What did you do for the first time this year?",
        "next-skill": "What would you like to be able to do a year from now?",
        "how-learn": "How do you learn something new most easily?",
        "look-up": "What do you look up again and again, and where?",
    },
    "team": {
        "better-team": "What did a good team you were part of do differently?",
        "quiet-skill": "Which skill of a colleague do you admire quietly?",
        "first-week": "What do you wish somebody had told you in your first week?",
        "good-news": "How does good news travel in your team?",
        "rely-on": "What can others always rely on you for?",
        "disagree": "What helps you to disagree with somebody and stay on good terms?",
        "ritual": "Which small ritual of your team would you keep at any price?",
        "far-away": "What helps you to work with people whom you rarely see?",
        "new-people": "What does your team do so that somebody new soon feels at home?",
    },
    "change": {
        "changed-mind": "What have you changed your mind about in your work?",
        "start-stop": "What would you like to start doing differently, beginning small?",
        "habit": "Which habit has helped you, and how did you get into it?",
        "wish": "If one thing at work could be simpler from Monday on, what should it be?",
        "good-change": "Which change at work turned out better than you had feared?",
        "let-go": "What have you stopped doing that nobody has missed?",
        "slow-change": "What has slowly become better at work without anyone noticing?",
        "ten-years": "What about your work will be different in ten years?",
        "keep-it": "What should stay as it is, whatever else changes?",
    },
    "light": {
        "monday-song": "Which song gets you into the week?",
        "desk": "What stands on your desk that tells something about you?",
        "lunch": "What is the best lunch within ten minutes of where you work?",
        "other-job": "Which job would you like to try for a single day?",
        "useless": "Which skill of yours is of no use at all, and still a joy?",
        "odd-word": "Which word do people only understand where you work?",
        "weather": "If your week were weather, what would it be?",
        "small-joy": "What small thing made a working day better lately?",
        "as-child": "What did you want to become as a child, and what is left of it?",
    },
    "solving": {
        "stuck": "When you are stuck, what do you try first?",
        "whom-ask": "Whom do you ask when you don’t know what to do next, and why them?",
        "solved": "Which problem did you solve lately, and what made the difference?",
        "first-sign": "What is the first sign for you that something goes wrong?",
        "good-help": "What does help look like that really helps you?",
        "simple-fix": "Which simple fix took you surprisingly long to find?",
        "root": "Which question gets you to the root of a problem?",
        "other-side": "What changed when you last saw a problem from the other side?",
        "unsolved": "Which puzzle at work do you keep coming back to?",
    },
    "keeping": {
        "advice": "Which advice do you give often, and which do you find hard to follow?",
        "kept": "Which promise to yourself have you kept, and what helped?",
        "remind": "How do you remind yourself of what you set out to do?",
        "small-step": "Which small step would make your week easier?",
        "slip": "What do you do when a good habit slips?",
        "last-try": "What did you try from the last weeks, and what happened?",
        "good-partner": "What makes somebody a good partner for keeping at it?",
        "in-the-way": "What gets in the way of what you mean to do, and how do you deal with it?",
        "stays": "What of these weeks would you like to still be doing in half a year?",
    },
}
QUESTIONS = tuple(
    Question(key, words, theme) for theme, bank in _BANK.items() for key, words in bank.items()
)
THEMES: Mapping[str, Phrase] = {
    MEETING: say("introductions.theme.meeting", "Getting to know each other"),
    "work": say("introductions.theme.work", "Everyday work"),
    "learning": say("introductions.theme.learning", "Learning"),
    "team": say("introductions.theme.team", "Working together"),
    "change": say("introductions.theme.change", "Change"),
    "light": say("introductions.theme.light", "Something light"),
    "solving": say("introductions.theme.solving", "Solving problems"),
    "keeping": say("introductions.theme.keeping", "Keeping at it"),
}


def of_theme(theme: str) -> tuple[Question, ...]:
    """The questions of a theme, those for getting to know each other where there is no such."""
    known = theme if theme in THEMES else MEETING
    return tuple(asked for asked in QUESTIONS if asked.theme == known)
