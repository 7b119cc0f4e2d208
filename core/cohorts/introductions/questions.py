"""The question bank of the introduction rounds.

Each can be answered in two sentences, by a newcomer as well as by an old hand, about work and
without touching family, faith, health or money. None can be answered with yes or no.
"""

from typing import NamedTuple


class Question(NamedTuple):
    """A question, by a key that translations keep."""

    key: str
    words: str


QUESTIONS = (
    Question("hard-way", "What did you learn the hard way that you’d gladly save someone from?"),
    Question("ask-me", "What can people here ask you about at any time?"),
    Question("good-day", "What does a really good day at work look like for you?"),
    Question("small-trick", "Which small trick saves you time nearly every week?"),
    Question("first-week", "What do you wish somebody had told you in your first week?"),
    Question("proud", "Which piece of your work from the last year would you show to a friend?"),
    Question("changed-mind", "What have you changed your mind about in your work?"),
    Question("learning-now", "What are you learning at the moment, and how is it going?"),
    Question("best-teacher", "Who taught you something that you still use, and what was it?"),
    Question("unseen", "Which part of your job do most people not see?"),
    Question("question-back", "Which question do colleagues bring to you most often?"),
    Question("stuck", "When you are stuck, what do you try first?"),
    Question("better-team", "What did a good team you were part of do differently?"),
    Question(
        "curious", "What about somebody else’s work here would you like to understand better?"
    ),
    Question("mistake", "Which mistake of yours turned out to be useful?"),
    Question("feedback", "Which piece of feedback helped you most, and why?"),
    Question("energy", "Which task gives you energy, even on a long day?"),
    Question("drain", "Which task would you hand over tomorrow, and what makes it hard?"),
    Question("tool", "Which tool could you not do without, and what do you do with it?"),
    Question("explain", "How would you explain your job to a neighbour in two sentences?"),
    Question("hope", "What would make these weeks worth your time?"),
    Question("start-stop", "What would you like to start doing differently, beginning small?"),
    Question("customer", "What did a customer or colleague last thank you for?"),
    Question("surprise", "What surprised you most when you began your current role?"),
    Question("advice", "Which advice do you give often, and which do you find hard to follow?"),
    Question("habit", "Which habit has helped you, and how did you get into it?"),
    Question("bring", "What do you bring to this group that your job title does not say?"),
    Question("need", "What could somebody in this group help you with?"),
    Question("calm", "What helps you to stay calm when everything comes at once?"),
    Question("recommend", "Which book, talk or film changed how you work, and in what way?"),
    Question("long-road", "Which road brought you to the work you do now?"),
    Question("wish", "If one thing at work could be simpler from Monday on, what should it be?"),
    Question("first-time", "What did you do for the first time this year?"),
    Question("handover", "What would you put first in a note to whoever takes over your work?"),
    Question("good-meeting", "What makes a meeting worth its time for you?"),
    Question("quiet-skill", "Which skill of a colleague do you admire quietly?"),
)
