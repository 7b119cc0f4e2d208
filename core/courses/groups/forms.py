"""Which group and which way, and which of its courses."""

from collections.abc import Mapping

from core.cohorts.model import Cohort
from core.cohorts.words import SAMPLE
from core.courses.groups.model import Offer, Sync
from core.courses.groups.posts import OFFERED, SAMPLED_SYNC, about
from core.message import ChoiceField, Form, Option, Phrase, say, verbatim

WAYS: Mapping[str, Phrase] = {
    "cohort": say("courses.groups.form.cohort", "Invite the group’s people into the cohort"),
    "group": say("courses.groups.form.group", "Add the cohort’s members to the group"),
}
WRONG: Mapping[str, Phrase] = {
    "group": say("courses.groups.wrong.group", "Please choose one of these groups."),
    "into": say("courses.groups.wrong.into", "Please choose who comes where."),
    "courses": say("courses.groups.wrong.courses", "Please choose at least one course."),
}


def sync_form(cohort: Cohort, offer: Offer, values: Mapping[str, str]) -> Form:
    """A group and a direction; what is wrong with the values is said."""
    ids = [one.id for one in offer.groups]
    group, into = values.get("group", ""), values.get("into", "")
    wrong = {"group": group in ids, "into": into in WAYS} if values else {}
    return Form(
        title=say("courses.groups.form.title", "Cohort and group"),
        action="courses.sync",
        args={"cohort": cohort.id},
        intro=say(
            "courses.groups.form.intro",
            "First I only look, and show you who would come. People are matched by e-mail.",
        ),
        fields=(
            ChoiceField(
                name="group",
                label=say("courses.groups.form.which", "Which group?"),
                options=tuple(Option(one.id, verbatim(one.name)) for one in offer.groups),
                value=group if group in ids else "",
            ),
            ChoiceField(
                name="into",
                label=say("courses.groups.form.way", "Who comes where?"),
                options=tuple(Option(way, words) for way, words in WAYS.items()),
                value=into if into in WAYS else "cohort",
            ),
        ),
        submit=say("courses.groups.form.submit", "Look first"),
        errors={name: WRONG[name] for name, fine in wrong.items() if not fine},
    )


def courses_form(sync: Sync, *, wrong: bool = False) -> Form:
    """Which of the group's courses become drafts."""
    return Form(
        title=say("courses.groups.courses.title", "The group’s courses"),
        action="courses.sync_courses",
        args=about(sync),
        intro=say(
            "courses.groups.courses.intro",
            "Each becomes a draft for your cohort. You say what it is for, and send it.",
        ),
        fields=(
            ChoiceField(
                name="courses",
                label=say("courses.groups.courses.which", "Which ones?"),
                options=tuple(
                    Option(str(n), verbatim(one.title or one.url))
                    for n, one in enumerate(sync.courses)
                ),
                several=True,
            ),
        ),
        submit=say("courses.groups.courses.submit", "Make drafts"),
        errors={"courses": WRONG["courses"]} if wrong else {},
    )


EXAMPLES: dict[str, Form] = {
    "courses.groups.form": sync_form(SAMPLE, OFFERED, {}),
    "courses.groups.form.wrong": sync_form(SAMPLE, OFFERED, {"group": "x", "into": "x"}),
    "courses.groups.courses": courses_form(SAMPLED_SYNC),
}
