"""Courses that nobody made: what the sandbox's catalogue has, and one that it had."""

from core.courses.model import Course

NAME = "demo"
ACADEMY, TALKS, PRESS = "Example Academy", "Sample Talks", "Placeholder Press"
AKADEMIE, MUSTER = "Akademie Beispiel", "Muster & Partner"


def _one(
    id: str,
    title: str,
    provider: str,
    *,
    minutes: int,
    kind: str,
    summary: str,
    language: str = "en",
) -> Course:
    return Course(
        catalogue=NAME,
        id=id,
        url=f"/demo/{id}",
        title=title,
        provider=provider,
        minutes=minutes,
        kind=kind,
        summary=summary,
        language=language,
        retired=id == "fax",
    )


COURSES = (
    _one(
        "feedback-that-lands",
        "Feedback that lands",
        ACADEMY,
        minutes=12,
        kind="video",
        summary=(
            "How to open a difficult talk, say what you saw, and stop before it becomes a "
            "lecture. With three openings to try this week."
        ),
    ),
    _one(
        "better-handovers",
        "Better handovers",
        ACADEMY,
        minutes=15,
        kind="course",
        summary=(
            "What the next shift needs to know, and what it can look up. Five lines, one "
            "photo, fewer surprises."
        ),
    ),
    _one(
        "listening",
        "Listening with care",
        TALKS,
        minutes=18,
        kind="video",
        summary=(
            "Three questions that open a conversation, one that closes it, and how to bear silence."
        ),
    ),
    _one(
        "asking-for-help",
        "Asking for help early",
        TALKS,
        minutes=9,
        kind="video",
        summary="Why we wait too long, what that costs, and one sentence that makes asking easy.",
    ),
    _one(
        "quiet-people",
        "Meetings in which quiet people speak",
        TALKS,
        minutes=21,
        kind="audio",
        summary=(
            "Rounds, silence and first thoughts in writing: small changes that let everyone "
            "be heard."
        ),
    ),
    _one(
        "when-then",
        "When, then: plans that survive Monday",
        PRESS,
        minutes=6,
        kind="article",
        summary="Why a plan that names its moment beats a good intention, and how to write one.",
    ),
    _one(
        "saying-no",
        "Saying no and staying friends",
        ACADEMY,
        minutes=14,
        kind="course",
        summary="Four honest ways to decline, and what to offer instead.",
    ),
    _one(
        "first-weeks",
        "The first four weeks of a new colleague",
        PRESS,
        minutes=10,
        kind="article",
        summary="What newcomers wish somebody had told them, week by week.",
    ),
    _one(
        "mistakes",
        "Talking about mistakes",
        TALKS,
        minutes=24,
        kind="audio",
        summary=(
            "Three teams tell what went wrong and what they changed. To listen to on the way home."
        ),
    ),
    _one(
        "spreadsheets",
        "Spreadsheets without tears",
        ACADEMY,
        minutes=35,
        kind="course",
        summary=(
            "Sorting, filtering, and one formula that saves an hour a week. For people who "
            "avoid them."
        ),
    ),
    _one(
        "schichtuebergabe",
        "Die gute Schichtübergabe",
        AKADEMIE,
        minutes=11,
        kind="course",
        summary="Was die nächste Schicht wirklich braucht. Mit einer Vorlage zum Mitnehmen.",
        language="de",
    ),
    _one(
        "nachfragen",
        "Nachfragen statt raten",
        AKADEMIE,
        minutes=13,
        kind="video",
        summary="Drei Fragen, die ein Gespräch öffnen, und eine, die es schließt.",
        language="de",
    ),
    _one(
        "konflikte",
        "Konflikte früh ansprechen",
        MUSTER,
        minutes=20,
        kind="course",
        summary="Woran du merkst, dass etwas schwelt, und wie du es ansprichst, bevor es brennt.",
        language="de",
    ),
    _one(
        "pausen",
        "Pausen, die wirklich erholen",
        MUSTER,
        minutes=7,
        kind="article",
        summary="Warum das Handy keine Pause ist und was hilft. Fünf Ideen für zehn Minuten.",
        language="de",
    ),
    _one(
        "fax",
        "Fax for beginners",
        PRESS,
        minutes=45,
        kind="course",
        summary="Paper up or paper down?",
    ),
)
