"""Stage 1 and the frame of it all: cohorts, their places and people, agreement, introductions."""

from core.cohorts import handlers as cohorts
from core.cohorts import posts as cohort_posts
from core.cohorts.agreement import handlers as agreement
from core.cohorts.agreement import posts as agreement_posts
from core.cohorts.agreement import steps as agreeing
from core.cohorts.agreement.model import Agreement, Closed, Consent, Suggestion
from core.cohorts.desk import posts as desk
from core.cohorts.introductions import flagged, replies
from core.cohorts.introductions import forms as introduction_forms
from core.cohorts.introductions import handlers as introductions
from core.cohorts.introductions import posts as introduction_posts
from core.cohorts.introductions import steps as rounds
from core.cohorts.introductions.model import Introduction, Round
from core.cohorts.invitations import handlers as invitations
from core.cohorts.invitations import posts as invitation_posts
from core.cohorts.members import handlers as members
from core.cohorts.members import posts as member_posts
from core.cohorts.model import Cohort, Membership, Space, Tries
from core.cohorts.moving import arrival, history
from core.cohorts.moving import handlers as moving
from core.cohorts.moving import posts as moving_posts
from core.cohorts.moving.model import Move, Passage
from core.cohorts.personal import handlers as personal
from core.cohorts.personal import merging as carrying
from core.cohorts.spaces import handlers as spaces
from core.cohorts.spaces import posts as space_posts
from core.cohorts.working_on import handlers as working_on
from core.cohorts.working_on import posts as working_posts
from core.cohorts.working_on import steps as naming
from core.cohorts.working_on.model import WorkingOn
from core.slices import Action, Slice

SLICE = Slice(
    actions={
        "cohorts.create": Action(cohorts.create),
        "cohorts.change": Action(cohorts.change, at=Cohort),
        "cohorts.pause": Action(cohorts.pause, at=Cohort),
        "cohorts.resume": Action(cohorts.resume, at=Cohort),
        "cohorts.cancel": Action(cohorts.cancel),
        "cohorts.mine": Action(cohorts.mine),
        "spaces.here": Action(arrival.following(spaces.here)),
        "spaces.offered": Action(arrival.following(spaces.offered)),
        "spaces.away": Action(spaces.away),
        "invitations.ask": Action(invitations.ask),
        "members.join": Action(members.join),
        "members.decline": Action(members.decline),
        "members.code": Action(members.code),
        "members.look": Action(members.look),
        "members.leave": Action(members.leave),
        "members.left": Action(members.left),
        "members.stay": Action(members.stay),
        "agreement.draft": Action(agreement.draft),
        "agreement.suggest": Action(agreement.suggest),
        "agreement.suggestions": Action(agreement.suggestions),
        "agreement.take": Action(agreement.take, at=Suggestion),
        "agreement.leave": Action(agreement.leave, at=Suggestion),
        "agreement.close": Action(agreement.close, at=Agreement),
        "agreement.agree": Action(agreement.agree),
        "agreement.not_for_me": Action(agreement.not_for_me),
        "agreement.look": Action(agreement.look),
        "agreement.history": Action(agreement.history),
        "introductions.open": Action(introductions.open_round),
        "introductions.swap": Action(introductions.swap, at=Round),
        "introductions.close": Action(introductions.close, at=Round),
        "introductions.answer": Action(introductions.answer),
        "introductions.skip": Action(introductions.skip),
        "introductions.withdraw": Action(introductions.withdraw),
        "introductions.all": Action(introductions.everyone),
        "working_on.name": Action(working_on.name),
        "working_on.later": Action(working_on.postpone),
        "working_on.skip": Action(working_on.skip),
        "working_on.list": Action(working_on.shared),
    },
    listeners=(replies.replied,),
    happenings={
        "message.edited": (replies.edited,),
        "message.deleted": (replies.deleted,),
        "place.added": (spaces.came,),
        "place.removed": (spaces.went,),
        "place.renamed": (spaces.renamed,),
        "people.added": (invitations.arrived,),
        "people.removed": (invitations.departed,),
    },
    timers={
        "cohorts.tell_cancelled": cohorts.tell_cancelled,
        "cohorts.arrived": invitations.arrived,
        "cohorts.departed": invitations.departed,
        "cohorts.forget": spaces.forget,
        "moving.look": moving.look,
        "moving.found": moving.found,
        "moving.missed": moving.missed,
        "moving.begin": moving.begin,
        "moving.cancel": moving.cancel,
        "moving.walk": moving.walk,
        "moving.settle": arrival.settle,
        "moving.invite": arrival.invite,
        "moving.history": history.history,
        "agreement.ripe": agreement.ripen,
        "agreement.freeze": agreeing.freeze,
        "agreement.ask": agreement.ask,
        "agreement.remind": agreement.remind,
        "introductions.ask": introductions.ask,
        "introductions.nudge": introductions.nudge,
        "introductions.end": introductions.end,
        "working_on.ask": working_on.ask,
    },
    answers={
        "cohorts.channel_made": spaces.channel_made,
        "cohorts.listed": invitations.listed,
        "moving.made": arrival.made,
        "moving.invited": arrival.invited,
    },
    views={
        "welcome": member_posts.welcome_view,
        "agreement": agreement_posts.agreement_view,
        "agreement-ask": agreement_posts.asking_view,
        "agreement-remind": agreement_posts.asking_view,
        "suggestions": agreement_posts.suggestions_view,
        "intro": introduction_posts.round_view,
        "intro-ask": introduction_posts.asking_view,
        "intro-nudge": introduction_posts.asking_view,
        "answer": introduction_posts.answer_view,
        "working-on": working_posts.asking_view,
    },
    turns=dict.fromkeys(
        ("welcome", "agreement-ask", "agreement-remind", "intro-ask", "intro-nudge", "working-on"),
        "me",
    ),
    contributions={"introductions": flagged.CONTRIBUTIONS},
    records=(
        Cohort,
        Space,
        Membership,
        Tries,
        Move,
        Passage,
        Agreement,
        Closed,
        Suggestion,
        Consent,
        Round,
        Introduction,
        WorkingOn,
    ),
    examples={
        **cohort_posts.EXAMPLES,
        **space_posts.EXAMPLES,
        **invitation_posts.EXAMPLES,
        **member_posts.EXAMPLES,
        **moving_posts.EXAMPLES,
        **desk.EXAMPLES,
        **agreement_posts.EXAMPLES,
        **introduction_posts.EXAMPLES,
        **introduction_forms.EXAMPLES,
        **working_posts.EXAMPLES,
    },
    tellers=(personal.tell,),
    exports={"cohorts": personal.exported, "moves": moving.exported},
    erasers=(personal.forget, moving.forget),
    mergers=(carrying.merged, moving.carried),
    steps={"agreement": agreeing.STEP, "working_on": naming.STEP, **rounds.STEPS},
)
