"""Stage 2: challenges, who helps with them, and what became of them."""

from core.challenges import flagged
from core.challenges.brief import handlers as brief
from core.challenges.brief import posts as brief_posts
from core.challenges.corners import at_desk, my_own, report
from core.challenges.helping import handlers as helping
from core.challenges.helping import posts as helping_posts
from core.challenges.ideas import handlers as ideas
from core.challenges.ideas import posts as idea_posts
from core.challenges.ideas import replies
from core.challenges.model import Challenge, Help, Helper, Idea, Too
from core.challenges.naming import handlers as naming
from core.challenges.naming import posts as naming_posts
from core.challenges.outcome import handlers as outcome
from core.challenges.outcome import posts as outcome_posts
from core.challenges.personal import clearing, merging
from core.challenges.personal import handlers as personal
from core.challenges.wall import handlers as wall
from core.challenges.wall import lists
from core.challenges.wall import posts as wall_posts
from core.cohorts.model import Cohort, Membership
from core.programmes.model import Kind
from core.slices import Action, Slice

SLICE = Slice(
    actions={
        "challenges.name": Action(naming.name),
        "challenges.example": Action(naming.example),
        "challenges.change": Action(naming.change),
        "challenges.later": Action(naming.postpone),
        "challenges.look": Action(wall.look),
        "challenges.list": Action(wall.listing),
        "challenges.mine": Action(wall.mine),
        "challenges.search": Action(wall.search),
        "challenges.too": Action(wall.me_too),
        "challenges.idea": Action(ideas.idea),
        "challenges.ideas": Action(ideas.everyone),
        "challenges.unsay": Action(ideas.unsay),
        "challenges.help": Action(helping.accept),
        "challenges.pass": Action(helping.decline),
        "challenges.help_all": Action(helping.help_all),
        "challenges.choose": Action(outcome.choose),
        "challenges.close": Action(outcome.close),
        "challenges.tell": Action(outcome.tell),
        "challenges.worked": Action(outcome.worked),
        "challenges.lesson": Action(outcome.lesson),
        "challenges.material": Action(brief.material),
        "challenges.take": Action(brief.take),
        "challenges.leave": Action(brief.leave),
        "challenges.brief": Action(brief.brief),
    },
    listeners=(replies.replied,),
    happenings={
        "message.edited": (replies.edited,),
        "message.deleted": (replies.deleted,),
    },
    follows={
        Membership: helping.followed,
        Challenge: clearing.challenge_went,
        Help: clearing.help_went,
        Cohort: clearing.cohort_changed,
    },
    timers={
        "challenges.ask": naming.ask,
        "challenges.helpers": helping.ask,
        "challenges.lapse": helping.lapse,
        "challenges.left": helping.left,
        "challenges.wait": helping.step,
        "challenges.ripe": outcome.ask,
        "challenges.clear": clearing.clear,
        "challenges.wipe": clearing.wipe,
    },
    views={
        "challenge": wall.card_view,
        "challenge-mine": wall.own_view,
        "challenge-ask": naming.asking_view,
        "wall": wall.wall_view,
        "help": helping.help_view,
        "chosen": outcome.chosen_view,
        "worked": outcome.worked_view,
        "result": outcome.result_view,
        "leave": brief.leave_view,
    },
    turns={"challenge-ask": "me"},
    records=(Challenge, Idea, Too, Help, Helper),
    examples={
        **naming_posts.EXAMPLES,
        **wall_posts.EXAMPLES,
        **lists.EXAMPLES,
        **idea_posts.EXAMPLES,
        **helping_posts.EXAMPLES,
        **outcome_posts.EXAMPLES,
        **brief_posts.EXAMPLES,
    },
    exports={"challenges": personal.exported},
    erasers=(personal.forget,),
    mergers=(merging.merged,),
    desk=(at_desk,),
    mine=(my_own,),
    report=(report,),
    contributions={"challenges": flagged.CHALLENGES, "ideas": flagged.IDEAS},
    steps={
        "challenges": Kind(
            run=naming.begin,
            options={"days": naming.day_count},
            active=1,
            silent=1,
            late=naming.late,
        ),
        "helpers": Kind(run=helping.begin, active=1, silent=1),
    },
)
