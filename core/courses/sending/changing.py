"""What can be done once people have it: change every card, or take all of them back."""

from collections.abc import Mapping

from msgspec.structs import replace

from core.cohorts.access import opened_form, privately, redrawn, refused
from core.cohorts.model import line, timer
from core.courses.audience.gathering import cleared
from core.courses.model import (
    ARRIVED,
    PURPOSE,
    QUESTION,
    ROLL,
    TITLE,
    WAITING,
    Course,
    Send,
    bare,
    card_slot,
    withdrawn,
)
from core.courses.sending import forms, posts, sentences
from core.courses.sending.beginning import asked_again
from core.courses.sending.drafting import mine, wrong_words
from core.courses.sending.going import answering
from core.courses.sending.halting import entitled
from core.courses.sending.links import links_in
from core.courses.sending.spreading import AFTER, again, on_from, shared, spread, stands
from core.courses.sending.watching import desk
from core.engine.ports import (
    Changes,
    Delivery,
    Event,
    Invalid,
    Job,
    Moment,
    ToPlace,
    Withdraw,
    counted,
)
from core.message import Phrase
from core.people.model import Person

# --- changing what people see ---------------------------------------------------------------------


async def edit(event: Event, moment: Moment, me: Person) -> Changes:
    """Opens the form; then changes every card that is out, where it stands."""
    it = await mine(event, moment, me)
    if it is None:
        return refused(sentences.GONE)
    if it.state not in AFTER or not await entitled(moment, it):
        out = it.state in AFTER
        return refused(sentences.HALTS["rights"] if out else sentences.not_now(it))
    if event.source != "form":
        return Changes(reply=opened_form(forms.edit_form(it, forms.edited_from(it))))
    errors = _wrong(it, event.values)
    if errors:
        return Changes(reply=Invalid(forms.edit_form(it, event.values, errors)))
    return _everywhere(event.org, it, _edited(it, event.values))


def _everywhere(org: str, it: Send, new: Send) -> Changes:
    """What was changed, on all cards that are out; a new link is read first."""
    if new == it:
        return refused(sentences.SAME)
    fresh = [n for n, course in enumerate(new.courses) if course.url != it.courses[n].url]
    new = replace(new, edition=it.edition + 1, reading=tuple(fresh))
    asks = tuple(asked_again(new, n) for n in fresh)
    changes = Changes(saves=(new,), jobs=(*spread(org, new), *asks, desk(new)))
    return redrawn(changes, sentences.EDITED)


def _wrong(it: Send, values: Mapping[str, str]) -> dict[str, Phrase]:
    names = ("purpose", "question") if len(it.courses) > 1 else ("purpose", "question", "title")
    found = {name: forms.WRONG[name] for name in wrong_words(values, names)}
    if len(links_in(values.get("url", ""))) != len(it.courses):
        found["url"] = forms.WRONG["url"]
    return found


def _edited(it: Send, values: Mapping[str, str]) -> Send:
    urls = links_in(values["url"])
    courses = [_moved(course, url) for course, url in zip(it.courses, urls, strict=True)]
    if len(courses) == 1 and line(values["title"], TITLE) != it.courses[0].title:
        courses[0] = replace(courses[0], title=line(values["title"], TITLE))
    return replace(
        it,
        courses=tuple(courses),
        course=courses[0].key,
        purpose=line(values["purpose"], PURPOSE),
        question=line(values["question"], QUESTION),
    )


def _moved(course: Course, url: str) -> Course:
    """The course; behind another link there may be another one."""
    return course if course.url == url else bare(url)


# --- taking it back -------------------------------------------------------------------------------


async def take(event: Event, moment: Moment, me: Person) -> Changes:
    """Asks once; then nobody else gets it, and it goes from where it stands."""
    it = await moment.read.get(Send, event.args.get("id", ""))
    if it is None or not await answering(moment, it, me):
        return refused(sentences.GONE)
    if it.state not in AFTER:
        return refused(sentences.not_now(it))
    if event.args.get("sure") != "yes":
        return privately(event, me, posts.taking(it))
    new = replace(it, state="taken", ended=moment.now, halt="")
    places = tuple(
        Job(key=f"withdraw/{place}/{slot}", work=Withdraw(ToPlace(place), slot), weight="essential")
        for place, slot in shared(it)
    )
    mine = withdrawn(it.by, card_slot(it.id))  # the look that its sender had first
    walk = timer("courses.taking", event.org, None, send=it.id, cursor="")
    clear = cleared(it, event.org, all_of_it=True)
    changes = Changes(saves=(new,), jobs=(*places, mine, walk, clear, desk(new)))
    return redrawn(changes, sentences.TAKEN)


async def taking(event: Event, moment: Moment) -> Changes:
    """The next who have it, or were about to get it."""
    it = await moment.read.get(Send, event.args.get("send", ""))
    if it is None or it.state != "taken":
        return Changes()
    page = await moment.read.find(
        Delivery, campaign=it.id, after=event.args.get("cursor", ""), limit=ROLL
    )
    changes = Changes(jobs=(*on_from(event, page.cursor), desk(it)))
    for one in page.items:
        changes += _taken_from(it, one)
    return changes


def _taken_from(it: Send, one: Delivery) -> Changes:
    """Whoever has it loses it; what was still to be sent turns out to be nothing."""
    slot = card_slot(it.id)
    if one.state in ARRIVED:
        new = replace(one, state="withdrawn", why="taken back")
        jobs = (withdrawn(one.person, slot),) if stands(one) else ()
        return Changes(saves=(new,), tallies=(counted(one, -1), counted(new)), jobs=jobs)
    if one.state in WAITING and one.person:
        anew = replace(again(one.person, slot), report=one.id)
        return Changes(jobs=(anew, withdrawn(one.person, slot)))
    return Changes()
