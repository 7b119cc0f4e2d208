"""What may follow a course: a few words on what it asked, and something to try."""

from core.message import Button, OpenForm, say

REFLECT = say("courses.after.reflect", "What did you take from it?")
CHANGE = say("courses.after.change", "What you took from it")
TRY = say("courses.after.try", "What will you try?")


def moves(send: str, *, cohort: str = "", reflected: bool = False) -> tuple[Button, ...]:
    """The next steps after a course; a promise needs a cohort that it is made in."""
    about = {"send": send}
    wrote = OpenForm(CHANGE, "courses.reflect", about)
    first = wrote if reflected else OpenForm(REFLECT, "courses.reflect", about, "primary")
    if not cohort:
        return (first,)
    return (first, OpenForm(TRY, "commitments.make", {"cohort": cohort}))
