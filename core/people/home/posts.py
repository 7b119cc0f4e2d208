"""What a person’s home says."""

from collections.abc import Sequence

from core.message import Block, Button, Buttons, Heading, Post, Text, say
from core.people.hours.posts import quiet, switch
from core.people.model import Person
from core.people.posts import HELP, PRIVACY, SETTINGS


def home(person: Person, sections: Sequence[Block], offers: Sequence[Button]) -> Post:
    """Their cohorts with the next step, and what they can set."""
    empty = Text(
        say(
            "home.empty",
            "You are in no cohort yet. Start one, or join with a code that somebody gave you.",
        )
    )
    return Post(
        slot=f"home/{person.id}",
        summary=say("home.summary", "Your cohorts, and what comes next"),
        purpose=say("home.why", "What Coterie is for you right now."),
        locale=person.locale or "en",
        zone=person.zone or "UTC",
        blocks=(
            Heading(say("home.title", "Your cohorts")),
            *(sections or (empty,)),
            Buttons(tuple(offers)),
            *quiet(person),
            Buttons((SETTINGS, switch(person), PRIVACY, HELP)),
        ),
    )
