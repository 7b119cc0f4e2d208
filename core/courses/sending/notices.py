"""What the sender hears when a send does not go out, or not on, as it was meant to."""

from msgspec.structs import replace

from core.courses.model import Send
from core.courses.sending.samples import SEND
from core.courses.sending.sentences import HALTS
from core.message import Buttons, Heading, Post, Press, Text, say, verbatim


def halted_post(it: Send) -> Post:
    """Something came in between; nothing of it is lost."""
    looks = Press(
        say("courses.sending.look", "See it"), "courses.look", {"id": it.id, "send": it.id}
    )
    half = say("courses.sending.halted.going", "It has stopped half-way. {why}", why=HALTS[it.halt])
    not_out = say("courses.sending.halted", "It did not go out. {why}", why=HALTS[it.halt])
    return Post(
        summary=say("courses.sending.halted.summary", "A course link did not go out"),
        purpose=say("courses.sending.yours", "Because you are sending it."),
        blocks=(
            Heading(verbatim(it.courses[0].title)),
            Text(half if it.state == "stopped" else not_out),
            Buttons((looks,)),
        ),
    )


EXAMPLES: dict[str, Post] = {
    "courses.sending.halted": halted_post(replace(SEND, state="ready", halt="paused")),
    "courses.sending.halted.going": halted_post(replace(SEND, state="stopped", halt="over")),
}
