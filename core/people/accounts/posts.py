"""What is said about the accounts of a person: which there are, joining them, parting them."""

from collections.abc import Mapping, Sequence

from core.message import (
    Block,
    Bold,
    Button,
    Buttons,
    Facts,
    Form,
    Heading,
    Phrase,
    Post,
    Press,
    Text,
    say,
    verbatim,
)
from core.people.accounts.model import shown
from core.people.model import Person, Twins
from core.people.posts import ASKED, listed

MOST = 6
MINE = Press(say("accounts.button", "My accounts"), "accounts.mine")
CONNECT = Press(say("accounts.connect", "Connect another account"), "accounts.link")
JOINED_WHY = say("accounts.joined.why", "So that everything of yours is in one place.")


def named(accounts: Sequence[str]) -> list[str]:
    """What accounts are called: by their platform, numbered where there are several."""
    names = [account.partition(":")[0].capitalize() for account in accounts]
    return [
        name if names.count(name) == 1 else f"{name} {names[: n + 1].count(name)}"
        for n, name in enumerate(names)
    ]


def platforms(accounts: Sequence[str]) -> Phrase:
    """The platforms of accounts, each once."""
    names = dict.fromkeys(account.partition(":")[0].capitalize() for account in accounts)
    return listed([verbatim(name) for name in names])


# --- all of them --------------------------------------------------------------------------------


def accounts(me: Person, slot: str = "") -> Post:
    """Which accounts somebody has, and where they are written to."""
    several = len(me.accounts) > 1
    names = zip(me.accounts[:MOST], named(me.accounts), strict=False)
    rest: list[Button] = [CONNECT]
    if me.home in me.accounts:
        label = say("accounts.last", "Write where I was last active")
        rest.insert(0, Press(label, "accounts.home", {"account": ""}))
    parts = (_account(me, account, name, several) for account, name in names)
    return Post(
        slot=slot,
        summary=say("accounts.summary", "Your accounts"),
        purpose=ASKED,
        blocks=(
            Heading(say("accounts.title", "Your accounts")),
            Text(_where(me)),
            *(block for part in parts for block in part),
            Buttons(tuple(rest)),
        ),
    )


def _where(me: Person) -> Phrase:
    if me.home in me.accounts:
        names = dict(zip(me.accounts, named(me.accounts), strict=True))
        return say(
            "accounts.at_home", "I write to you on {platform}.", platform=Bold(names[me.home])
        )
    return say("accounts.at_last", "I write to you where you were last active.")


def _account(me: Person, account: str, name: str, several: bool) -> tuple[Block, ...]:
    args = {"account": account}
    here = Press(say("accounts.here", "Write me here"), "accounts.home", args)
    apart = Press(say("accounts.separate", "Separate"), "accounts.separate", args)
    chosen = (here,) if several and account != me.home else ()
    buttons = (*chosen, apart) if several else ()
    line = Text(say("accounts.one", "{platform}", platform=Bold(name)))
    return (line, Buttons(buttons)) if buttons else (line,)


# --- joined by e-mail ---------------------------------------------------------------------------


def joined(me: Person, account: str, slot: str) -> Post:
    """Told once: we take two accounts for one person."""
    others = [one for one in me.accounts if one != account]
    return Post(
        slot=slot,
        summary=say("accounts.joined.summary", "I know you already"),
        purpose=JOINED_WHY,
        blocks=(
            Text(
                say(
                    "accounts.joined",
                    "I know you from {before}; your account on {platform} has the same e-mail, so"
                    " what you began there goes on here.",
                    before=platforms(others),
                    platform=platforms([account]),
                )
            ),
            Buttons(
                (
                    Press(
                        say("accounts.not_me", "That’s not me"),
                        "accounts.separate",
                        {"account": account},
                    ),
                    MINE,
                )
            ),
        ),
    )


# --- perhaps one --------------------------------------------------------------------------------


def twins(pair: Twins, me: Person, lines: Sequence[Phrase], other: Person, theirs: int) -> Post:
    """To each of two who may be one; of the other only how much, never what."""
    mine: tuple[Phrase, ...] = tuple(lines[:4]) or (say("accounts.nothing", "nothing so far"),)
    rows = (
        (say("accounts.here.row", "Here"), platforms(me.accounts)),
        (say("accounts.has.row", "You have here"), listed(mine)),
        (say("accounts.there.row", "There"), platforms(other.accounts)),
        (
            say("accounts.theirs.row", "What is there"),
            say("accounts.theirs", "Cohorts: {n}", n=theirs),
        ),
    )
    return Post(
        slot=f"twins/{pair.id}",
        summary=say("accounts.twins.summary", "You seem to be here twice"),
        purpose=JOINED_WHY,
        blocks=(
            Heading(say("accounts.twins.title", "You seem to be here twice")),
            Text(_asked(pair, me)),
            Facts(rows),
            *_choices(pair, me),
        ),
    )


def _asked(pair: Twins, me: Person) -> Phrase:
    if me.id in pair.yes:
        return say(
            "accounts.twins.waits",
            "You said yes here. Now say yes with the other account as well: the same card is"
            " there.",
        )
    return say(
        "accounts.twins.text",
        "Two accounts have your e-mail. If both are yours, say so with both, and they become one."
        " Until then nothing changes.",
    )


def _choices(pair: Twins, me: Person) -> tuple[Block, ...]:
    args = {"twins": pair.id}
    yes = Press(say("accounts.join", "That’s me, join"), "accounts.join", args, "primary")
    no = Press(say("accounts.apart", "Keep apart"), "accounts.apart", args)
    return (Buttons((no,) if me.id in pair.yes else (yes, no)),)


def settled(pair: Twins) -> Post:
    """The same card, once it is decided."""
    return Post(
        slot=f"twins/{pair.id}",
        summary=say("accounts.settled.summary", "About your accounts"),
        purpose=JOINED_WHY,
        blocks=(Text(ONE if pair.state == "joined" else APART), Buttons((MINE,))),
    )


# --- by code ------------------------------------------------------------------------------------


def code(text: str) -> Post:
    """A code, to be typed with the other account."""
    return Post(
        summary=say("accounts.code.summary", "A code to connect your accounts"),
        purpose=ASKED,
        blocks=(
            Heading(verbatim(shown(text))),
            Text(
                say(
                    "accounts.code",
                    "Within 15 minutes, write to me in private with your other account: link"
                    " {code}. Give it to nobody: whoever uses it is you to me.",
                    code=shown(text),
                )
            ),
        ),
    )


def confirm(owner: Person, account: str, here: str, key: str) -> Post:
    """Whose account this would be, before it is."""
    args = {"code": key}
    return Post(
        summary=say("accounts.confirm.summary", "Is this account yours as well?"),
        purpose=ASKED,
        blocks=(
            Heading(say("accounts.confirm.title", "Is this account yours as well?")),
            Facts(
                (
                    (say("accounts.here.row", "Here"), platforms([here])),
                    (say("accounts.confirm.name", "The code is of"), verbatim(owner.name or "…")),
                    (say("accounts.confirm.on", "On"), platforms([account])),
                )
            ),
            Text(
                say(
                    "accounts.confirm",
                    "If you go on, both are one person to me: each sees what the other has. Did"
                    " somebody else give you this code? Then press No.",
                )
            ),
            Buttons(
                (
                    Press(say("accounts.no", "No, it is not mine"), "accounts.decline", args),
                    Press(say("accounts.yes", "Both are mine"), "accounts.confirm", args),
                )
            ),
        ),
    )


def linked(account: str) -> Post:
    """To both accounts, once they are one."""
    return Post(
        summary=say("accounts.linked.summary", "Your accounts are connected"),
        purpose=say("accounts.linked.why", "A code was used to connect them."),
        blocks=(
            Text(
                say(
                    "accounts.linked",
                    "Your account on {platform} is connected. If that was not you, press Separate:"
                    " it is a person of its own again, without what is here.",
                    platform=platforms([account]),
                )
            ),
            Buttons(
                (
                    Press(
                        say("accounts.separate", "Separate"),
                        "accounts.separate",
                        {"account": account},
                    ),
                    MINE,
                )
            ),
        ),
    )


def parted(account: str) -> Post:
    """To the side that did not ask for it."""
    return Post(
        summary=say("accounts.parted.summary", "Your accounts are separate"),
        purpose=say("accounts.parted.why", "One of them asked for it."),
        blocks=(
            Text(
                say(
                    "accounts.parted",
                    "The account on {platform} is a person of its own again, without your"
                    " history. Write link to me to connect accounts.",
                    platform=platforms([account]),
                )
            ),
        ),
    )


# --- sentences ----------------------------------------------------------------------------------

ONE = say("accounts.now_one", "Both are you: what each had is in one place now.")
APART = say("accounts.kept_apart", "They stay two. I won’t ask about these again.")
SEPARATED = say(
    "accounts.separated", "It is a person of its own again. I won’t take the two for one any more."
)
WAITS = say("accounts.waits", "Noted. Now say yes with your other account as well.")
HERE = say("accounts.chosen", "I write to you there from now on.")
LAST = say("accounts.unchosen", "I write to you where you were last active.")
NOT_YOURS = say("accounts.not_yours", "I can’t find that among your accounts.")
ON_TRUST = say(
    "accounts.on_trust",
    "I know this account only by its e-mail, so it can’t send another one away. Press Separate"
    " there, or separate this one.",
)
ONLY = say("accounts.only", "That is your only account, so there is nothing to separate.")
GONE = say("accounts.gone", "There is nothing left to decide here.")
DECLINED = say("accounts.declined", "Nothing was connected, and the code no longer works.")
IN_PRIVATE = say(
    "accounts.in_private", "Write link to me in a chat of our own: a code is for you alone."
)
SPILLED = say(
    "accounts.spilled",
    "That code no longer works, since others can read it here. Write link to me in a chat of our"
    " own.",
)
WRONG = say(
    "accounts.wrong", "That code doesn’t work. Codes last 15 minutes: write link for a new one."
)
WAIT = say("accounts.wait", "Those were many tries. Please wait 15 minutes.")
OWN = say("accounts.own", "That is your own code. Write it to me with your other account.")

_ADA = Person(id="ada", name="Ada Example", accounts=("teams:contoso:ada", "slack:contoso:U01"))
_BO = Person(id="bo", accounts=("workplace:contoso:7",))
_PAIR = Twins(id="ada/bo", one="ada", other="bo")
_LINES = (say("example.line", "{cohort}: the agreement is open", cohort="Better handovers"),)

EXAMPLES: Mapping[str, Post | Form] = {
    "accounts.mine": accounts(_ADA, "accounts/ada/1"),
    "accounts.mine-home": accounts(
        Person(id="ada", accounts=_ADA.accounts, home="slack:contoso:U01"), "accounts/ada/1"
    ),
    "accounts.mine-one": accounts(_BO, "accounts/bo/1"),
    "accounts.joined": joined(_ADA, "slack:contoso:U01", "joined/slack:contoso:U01"),
    "accounts.twins": twins(_PAIR, _ADA, _LINES, _BO, 1),
    "accounts.twins-yes": twins(
        Twins(id="ada/bo", one="ada", other="bo", yes=("ada",)), _ADA, (), _BO, 0
    ),
    "accounts.twins-joined": settled(Twins(id="ada/bo", one="ada", other="bo", state="joined")),
    "accounts.twins-apart": settled(Twins(id="ada/bo", one="ada", other="bo", state="apart")),
    "accounts.code": code("7KQ2M9XP"),
    "accounts.confirm": confirm(_ADA, "teams:contoso:ada", "slack:contoso:U01", "digest"),
    "accounts.linked": linked("slack:contoso:U01"),
    "accounts.parted": parted("slack:contoso:U01"),
}
