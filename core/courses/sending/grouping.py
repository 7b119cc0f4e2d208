"""Finding a group of the directory by its name, to send to those who are in it."""

from collections.abc import Sequence

from core.cohorts.access import opened_form, refused
from core.cohorts.model import line
from core.courses.audience.groups import NAME, Group, groups_in, permitted, search
from core.courses.model import Send
from core.courses.sending import forms, sentences
from core.courses.sending.drafting import BEFORE, mine
from core.courses.sending.samples import SEND
from core.engine.ports import Changes, Deliver, Event, Invalid, Job, Moment, ToPerson
from core.message import Button, Buttons, OpenForm, Post, Text, say
from core.people.model import Person

SHOWN = 6


async def group(event: Event, moment: Moment, me: Person) -> Changes:
    """Opens the form; then looks for groups with these words."""
    it = await mine(event, moment, me)
    if it is None or not await permitted(moment.read):
        return refused(sentences.GONE)
    if it.state not in BEFORE:
        return refused(sentences.not_now(it))
    if event.source != "form":
        return Changes(reply=opened_form(forms.group_form(it)))
    words = event.values.get("words", "")
    if not line(words, NAME):
        return Changes(reply=Invalid(forms.group_form(it, words, wrong=True)))
    job = search(words, it.id, me.id, moment.id("group")[:12])
    return Changes(jobs=(job,)) + refused(sentences.FOUND)


async def grouped(event: Event, moment: Moment) -> Changes:
    """What was found, each with the button that chooses it."""
    it = await moment.read.get(Send, event.args.get("send", ""))
    if it is None or it.by != event.args.get("person"):
        return Changes()
    found = () if event.error else groups_in(event.values)
    work = Deliver(ToPerson(it.by), choice(it, found[:SHOWN]))
    return Changes(jobs=(Job(key=f"groups/{event.id}", work=work, weight="answer"),))


def choice(it: Send, found: Sequence[Group]) -> Post:
    """One button for each group, or that there is none."""
    buttons: list[Button] = [_button(it, one) for one in found]
    none = say("courses.sending.groups.none", "I found no group with these words.")
    again = OpenForm(
        say("courses.sending.groups.again", "Other words"),
        "courses.group",
        {"id": it.id, "send": it.id},
    )
    which = say("courses.sending.groups.which", "Which group is it for? Nobody gets it yet.")
    return Post(
        summary=say("courses.sending.groups.summary", "Groups of the directory"),
        purpose=say("courses.sending.groups.why", "You looked for a group."),
        blocks=(Text(which if found else none), Buttons(tuple(buttons) or (again,))),
    )


def _button(it: Send, one: Group) -> OpenForm:
    label = (
        say("courses.sending.groups.one", "{name}", name=one.name)
        if one.size < 0
        else say("courses.sending.groups.sized", "{name} ({n})", name=one.name, n=one.size)
    )
    args = {"id": it.id, "send": it.id, "to": f"group:{one.id}", "group": one.name}
    return OpenForm(label, "courses.plan", args)


EXAMPLES: dict[str, Post] = {
    "courses.sending.groups": choice(SEND, (Group(id="g1", name="Night shift", size=120),)),
    "courses.sending.groups.none": choice(SEND, ()),
}
