"""What a program is told, in a sentence."""

from core.courses.model import Send
from core.courses.sending.sentences import HALTS
from core.message import Phrase, say

TAKEN = say("courses.requests.taken", "Taken. It goes on by itself from here.")
KNOWN = say("courses.requests.known", "That was asked for before. Nothing was done twice.")
NUMBER = say(
    "courses.requests.number",
    "More than 200 people would get it. Say their number, so that it is no slip.",
)
ELSEWHERE = say("courses.requests.elsewhere", "Somebody went on with it in the chat.")
STUCK = say("courses.requests.stuck", "It cannot go on like this. Nothing was sent.")


def stuck(send: Send) -> Phrase:
    """Why nobody could be counted."""
    return HALTS.get(send.halt, STUCK)
