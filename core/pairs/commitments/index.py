"""Stage 3: promises, how they go, and looking back."""

from core.cohorts.model import Cohort, Membership
from core.pairs.checkins import flagged as between_two
from core.pairs.checkins import handlers as checkins
from core.pairs.checkins import others, partners, turns
from core.pairs.checkins import posts as checkin_posts
from core.pairs.checkins import views as checkin_views
from core.pairs.checkins.model import CheckIn, Cheer
from core.pairs.commitments import (
    flagged,
    following,
    handlers,
    personal,
    posts,
    shared,
    timers,
    views,
)
from core.pairs.commitments.model import Commitment, Ritual
from core.pairs.followups import handlers as followups
from core.pairs.followups import posts as followup_posts
from core.pairs.followups.model import Declined, LookBack, days_of
from core.pairs.model import Pair
from core.people.model import Person
from core.programmes.model import Kind, Options
from core.slices import Action, Slice


def anything(text: str) -> bool:
    """Words that people read."""
    return True


def weekly(options: Options) -> range:
    """Once a week, for so many weeks."""
    weeks = options.get("weeks", "")
    return range(0, 7 * int(weeks), 7) if timers.is_weeks(weeks) else range(1)


def spaced(options: Options) -> tuple[int, ...]:
    """Ever further apart."""
    return days_of(options.get("days", "")) or (0,)


SLICE = Slice(
    actions={
        "commitments.ask_all": Action(handlers.ask_all),
        "commitments.make": Action(handlers.make),
        "commitments.skip": Action(handlers.skip),
        "commitments.change": Action(handlers.change),
        "commitments.drop": Action(handlers.drop),
        "commitments.all": Action(handlers.everyone),
        "checkins.look": Action(checkins.look),
        "checkins.answer": Action(checkins.answer),
        "checkins.line": Action(checkins.line),
        "checkins.stop": Action(checkins.stop),
        "checkins.go_on": Action(checkins.go_on),
        "checkins.day": Action(checkins.day),
        "checkins.five": Action(partners.five),
        "checkins.question": Action(partners.question),
        "checkins.onwards": Action(partners.onwards),
        "checkins.reply": Action(partners.reply),
        "followups.answer": Action(followups.answer),
        "followups.recall": Action(followups.recall),
        "followups.stop": Action(followups.stop),
    },
    timers={
        "commitments.ask": handlers.ask,
        "commitments.wipe": following.wipe,
        "checkins.turn": turns.turn,
        "checkins.remind": turns.remind,
        "checkins.week": turns.week,
        "checkins.walk": turns.walk,
        "followups.ask": followups.ask,
    },
    follows={
        Cohort: following.cohort_went,
        Membership: following.left,
        Pair: following.paired,
        Person: turns.moved,
    },
    views={
        "commit-ask": views.asking_view,
        "promise": views.mine_view,
        "promise-told": views.partner_view,
        "promises": views.board_view,
        "checkin": checkin_views.question_view,
        "checkin-last": checkin_views.question_view,
        "checkin-quiet": checkin_views.quiet_view,
        "checkin-told": checkin_views.told_view,
        "cheer": checkin_views.cheer_view,
        "cheer-ask": checkin_views.cheer_view,
        "cheer-back": checkin_views.replied_view,
        "kept-week": checkin_views.week_view,
        "followup": followups.asking_view,
    },
    records=(Commitment, Ritual, CheckIn, Cheer, LookBack, Declined),
    examples={
        **posts.EXAMPLES,
        **shared.EXAMPLES,
        **checkin_posts.EXAMPLES,
        **others.EXAMPLES,
        **followup_posts.EXAMPLES,
    },
    tellers=(views.tell,),
    exports={"promises": personal.exported},
    erasers=(personal.forget,),
    mergers=(personal.carried,),
    desk=(views.desk_corner,),
    mine=(views.my_corner,),
    report=(views.report,),
    contributions={
        "promises": flagged.CONTRIBUTIONS,
        "checkins": between_two.LINES,
        "cheers": between_two.WORDS,
    },
    steps={
        "commitments": Kind(
            run=handlers.begin, options={"about": anything}, active=1, silent=1, late=views.late
        ),
        "checkins": Kind(
            run=turns.begin,
            options={"weeks": timers.is_weeks, "weekday": timers.is_weekday},
            active=1,
            silent=2,
            days=weekly,
        ),
        "followups": Kind(
            run=followups.begin,
            options={"about": anything, "days": lambda text: days_of(text) is not None},
            active=1,
            silent=1,
            days=spaced,
        ),
    },
)
