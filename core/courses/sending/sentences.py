"""What is said in one sentence to whoever sends a link."""

from collections.abc import Mapping

from core.courses.model import Send
from core.message import Phrase, say

LEADS_ONLY = say(
    "courses.sending.leads-only", "Whoever leads a cohort sends course links. Ask one of them."
)
NO_LINK = say(
    "courses.sending.no-link", "I need the address of a page, one that begins with https://"
)
PRIVATELY = say("courses.sending.privately", "Your card is on its way to you, in private.")
TWICE = say("courses.sending.twice", "That link is here already. Write sends to see it.")
GONE = say("courses.sending.gone", "That is no longer here, or it is not yours to send.")
COUNTING = say("courses.sending.counting", "Counting whom it reaches. Nobody has got it yet.")
ME_FIRST = say("courses.sending.me-first", "It’s on its way to you, as everyone will see it.")
IN_A_MINUTE = say("courses.sending.confirmed", "Confirmed. Until it goes out, you can undo it.")
UNDONE = say("courses.sending.undone", "Undone. Nobody has got it.")
STOPPED = say(
    "courses.sending.stopped",
    "Stopped. What was already on its way still arrives, unless you take it back.",
)
GOES_ON = say("courses.sending.goes-on", "It goes on with those who haven’t got it yet.")
NOBODY = say("courses.sending.nobody", "Nobody would get it. Change whom it is for.")
READING = say("courses.sending.still-reading", "I’m still reading the link. One moment.")
DROPPED = say("courses.sending.dropped", "Dropped. Nobody has got it.")
EDITED = say("courses.sending.edited", "Changed. Cards that are out follow in a moment.")
SAME = say("courses.sending.same", "Nothing has changed.")
TAKEN = say("courses.sending.taken", "Taken back. It goes from where it stands.")
FOUND = say("courses.sending.group.asked", "I’m looking. What I find comes in private.")
MENTIONED = say("courses.sending.mentioned", "They are mentioned, once.")
MENTIONED_BEFORE = say("courses.sending.mentioned.before", "They were mentioned already.")
NO_SPACE = say("courses.sending.mention.nowhere", "There is no channel that you share with them.")
ALL_REACHED = say("courses.sending.all-reached", "Nobody was left out.")

HALTS: Mapping[str, Phrase] = {
    "paused": say(
        "courses.sending.halt.paused", "The cohort is paused. Resume it, then send this again."
    ),
    "cancelled": say("courses.sending.halt.cancelled", "The cohort does not take place."),
    "over": say("courses.sending.halt.over", "The cohort is over. Send it to somebody else."),
    "rights": say(
        "courses.sending.halt.rights", "You no longer lead there, so it is not yours to send."
    ),
    "gone": say(
        "courses.sending.halt.gone", "Its provider no longer has this course. Send another link."
    ),
    "unlisted": say(
        "courses.sending.halt.unlisted",
        "I could not read who is in there. Choose people another way, or try again later.",
    ),
    "nobody": say("courses.sending.halt.nobody", "There is nobody in this audience."),
}

TROUBLES: Mapping[str, Phrase] = {
    "nowhere": say(
        "courses.sending.trouble.nowhere",
        "I found no page at this address. Check the link before you send it.",
    ),
    "private": say(
        "courses.sending.trouble.private",
        "This link leads into a private network, so I can’t read it. Who has access can open it.",
    ),
    "unreadable": say(
        "courses.sending.trouble.unreadable",
        "The page does not say what it is. Give it a title and send it all the same.",
    ),
    "slow": say(
        "courses.sending.trouble.slow",
        "The page did not answer in time. Give it a title and send it all the same.",
    ),
    "refused": say(
        "courses.sending.trouble.refused",
        "The page is behind a sign-in. Give it a title: people open it with their own.",
    ),
    "gone": say(
        "courses.sending.trouble.gone", "Its provider says that it is gone. Check the link first."
    ),
    "busy": say(
        "courses.sending.trouble.busy",
        "The provider is busy. Give it a title and send it all the same.",
    ),
    "off": say(
        "courses.sending.trouble.off",
        "Reading links is switched off here. Give it a title and send it all the same.",
    ),
}

_NOT_NOW: Mapping[str, Phrase] = {
    "reading": READING,
    "draft": say("courses.sending.now.draft", "First say what and whom it is for."),
    "counting": COUNTING,
    "ready": say("courses.sending.now.ready", "It has not gone out. Send it, or change it first."),
    "waiting": say("courses.sending.now.waiting", "It goes out soon. Undo it first."),
    "going": say("courses.sending.now.going", "It is going out. Stop it, or take it back."),
    "sent": say("courses.sending.now.sent", "It is out already. Take it back, or change it."),
    "stopped": say("courses.sending.now.stopped", "It is stopped. It can go on."),
    "taken": say("courses.sending.now.taken", "It was taken back."),
}


def not_now(it: Send) -> Phrase:
    """Why a button does nothing now, and what would."""
    return READING if it.reading else _NOT_NOW[it.state]
