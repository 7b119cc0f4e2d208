"""The scenes that are played: two roles with wishes that collide, and what to look for."""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from core.message import Phrase, say


class Role(NamedTuple):
    """One side of a scene. `jobs` are words in the titles of people who do this for a living."""

    name: Phrase
    wants: Phrase
    jobs: tuple[str, ...] = ()


class Script(NamedTuple):
    """A scene for two, and what an observer, or oneself, looks for."""

    key: str
    title: Phrase
    scene: Phrase
    roles: tuple[Role, Role]
    looks: tuple[Phrase, ...]


SCRIPTS: tuple[Script, ...] = (
    Script(
        "feedback",
        say("roleplay.feedback", "Feedback that lands"),
        say(
            "roleplay.feedback.scene",
            "A report came late for the third time, and others had to stay longer because of it. "
            "The two of you meet by the coffee machine.",
        ),
        (
            Role(
                say("roleplay.feedback.a", "You waited for the report"),
                say(
                    "roleplay.feedback.a.wants",
                    "You want it to change, and you like this colleague. Say what you saw, what it "
                    "did, and what you wish.",
                ),
                ("lead", "manager", "head"),
            ),
            Role(
                say("roleplay.feedback.b", "You wrote the report"),
                say(
                    "roleplay.feedback.b.wants",
                    "You are proud of how thorough it is. Nobody has told you what the delay does. "
                    "At first you explain.",
                ),
                ("analyst", "controller"),
            ),
        ),
        (
            say("roleplay.feedback.look.1", "Was it about what happened, not about the person?"),
            say("roleplay.feedback.look.2", "Was there a wish that can be met?"),
            say("roleplay.feedback.look.3", "Who spoke more, and did both listen?"),
        ),
    ),
    Script(
        "no",
        say("roleplay.no", "A clear no"),
        say(
            "roleplay.no.scene",
            "It is four o’clock. One asks the other for “just a quick thing” that takes two hours, "
            "and it is needed tonight.",
        ),
        (
            Role(
                say("roleplay.no.a", "You need it tonight"),
                say(
                    "roleplay.no.a.wants",
                    "A customer waits and you have promised. You are friendly, and you do not take "
                    "the first no for an answer.",
                ),
                ("sales", "account", "customer"),
            ),
            Role(
                say("roleplay.no.b", "You have to leave on time"),
                say(
                    "roleplay.no.b.wants",
                    "You cannot do it today. Say so clearly, without a long excuse, and offer what "
                    "you really can.",
                ),
                ("developer", "engineer", "technician"),
            ),
        ),
        (
            say("roleplay.no.look.1", "Could one hear the no, and hear it early?"),
            say("roleplay.no.look.2", "Was what was offered something that can be kept?"),
            say("roleplay.no.look.3", "Did both still want to work together at the end?"),
        ),
    ),
    Script(
        "handover",
        say("roleplay.handover", "What was left out"),
        say(
            "roleplay.handover.scene",
            "Shifts change in five minutes. Something went wrong in the afternoon and nobody has "
            "written it down.",
        ),
        (
            Role(
                say("roleplay.handover.a", "You are going home"),
                say(
                    "roleplay.handover.a.wants",
                    "You are tired and glad that it is over. You mention it only when you are "
                    "asked.",
                ),
                ("nurse", "shift", "operator"),
            ),
            Role(
                say("roleplay.handover.b", "You are taking over"),
                say(
                    "roleplay.handover.b.wants",
                    "Something seems odd to you. Find out what happened with questions that cannot "
                    "be answered with yes or no.",
                ),
                ("nurse", "shift", "operator"),
            ),
        ),
        (
            say("roleplay.handover.look.1", "Which question brought it to light?"),
            say("roleplay.handover.look.2", "Was there blame, or was there interest?"),
            say("roleplay.handover.look.3", "Does the one who takes over know what to do first?"),
        ),
    ),
    Script(
        "complaint",
        say("roleplay.complaint", "Somebody is angry"),
        say(
            "roleplay.complaint.scene",
            "A customer was sent from desk to desk for a week. Now they are here, and loud.",
        ),
        (
            Role(
                say("roleplay.complaint.a", "You are the customer"),
                say(
                    "roleplay.complaint.a.wants",
                    "You want somebody to listen first. You calm down when you feel understood, "
                    "and not before.",
                ),
            ),
            Role(
                say("roleplay.complaint.b", "You are at the desk"),
                say(
                    "roleplay.complaint.b.wants",
                    "It was not your fault. Listen, say back what you heard, and agree on one next "
                    "step with a day.",
                ),
                ("support", "service", "clerk", "desk"),
            ),
        ),
        (
            say("roleplay.complaint.look.1", "When did the voice become calmer, and why?"),
            say("roleplay.complaint.look.2", "Was it said back before it was solved?"),
            say("roleplay.complaint.look.3", "Is there one next step, with a day?"),
        ),
    ),
    Script(
        "help",
        say("roleplay.help", "Asking for help"),
        say(
            "roleplay.help.scene",
            "One has been stuck for two days and has told nobody. The other knows the way and is "
            "busy.",
        ),
        (
            Role(
                say("roleplay.help.a", "You are stuck"),
                say(
                    "roleplay.help.a.wants",
                    "You feel you should know this. Say what you have tried and what exactly you "
                    "need, in two minutes.",
                ),
                ("trainee", "intern", "junior"),
            ),
            Role(
                say("roleplay.help.b", "You know the way"),
                say(
                    "roleplay.help.b.wants",
                    "You could solve it yourself in five minutes. Don’t: help with questions, and "
                    "say how much time you have.",
                ),
                ("senior", "expert", "architect"),
            ),
        ),
        (
            say("roleplay.help.look.1", "Was it clear what was needed?"),
            say("roleplay.help.look.2", "Who found the next step?"),
            say("roleplay.help.look.3", "Would they ask again?"),
        ),
    ),
    Script(
        "change",
        say("roleplay.change", "News that nobody likes"),
        say(
            "roleplay.change.scene",
            "From next month on, a way of working that everybody is used to ends. One has to say "
            "so; the other finds out now.",
        ),
        (
            Role(
                say("roleplay.change.a", "You bring the news"),
                say(
                    "roleplay.change.a.wants",
                    "It is decided and you can explain why. Say it in the first minute, then leave "
                    "room.",
                ),
                ("lead", "manager", "head", "director"),
            ),
            Role(
                say("roleplay.change.b", "You have just learned it"),
                say(
                    "roleplay.change.b.wants",
                    "You built the old way. You want to know why nobody asked you, and what "
                    "happens to your people.",
                ),
            ),
        ),
        (
            say("roleplay.change.look.1", "Was the news said early and plainly?"),
            say("roleplay.change.look.2", "Was there room for being upset?"),
            say(
                "roleplay.change.look.3",
                "Which question got an honest “I don’t know”?",
            ),
        ),
    ),
)


def script_of(key: str) -> Script | None:
    """The scene of this key."""
    return next((script for script in SCRIPTS if script.key == key), None)


def at_home(script: Script, title: str) -> tuple[bool, bool]:
    """Which of the two roles somebody with this job title plays every day."""
    words = title.casefold()
    one, other = (any(job in words for job in role.jobs) for role in script.roles)
    return one, other


def chosen(titles: Sequence[str], dice: Random) -> Script:
    """A scene that none of these people plays every day, or the one that fewest do."""
    clashes = {script.key: sum(sum(at_home(script, it)) for it in titles) for script in SCRIPTS}
    fewest = min(clashes.values())
    return dice.choice([script for script in SCRIPTS if clashes[script.key] == fewest])
