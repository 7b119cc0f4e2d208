"""What a resident does, as anybody's browser would tell it: a press, and the form that opens."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from random import Random

from msgspec.structs import replace

from cards import plain, words
from core.cohorts.workshops.model import Workshop
from core.engine.ports import Invalid, Open, Reply, Viewer
from core.message import Form, OpenForm, Press, choices
from web.sandbox import parse
from web.sandbox.model import Screen, key_of
from web.sandbox.people_field import offer
from web.sandbox.play import Play
from web.sandbox.residents.choose import Writer, meant, topic_of
from web.sandbox.residents.model import Intent, Tale

ROUNDS = 2


@dataclass(frozen=True, slots=True)
class Done:
    """The button that somebody pressed, and what they wrote."""

    label: str
    words: tuple[str, ...] = ()


class Actors:
    """Does what residents mean to do."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self._nonces = 0

    async def act(self, intent: Intent, tale: Tale) -> Done | None:
        """Presses, and fills in what opens; None where there is no longer anything to do."""
        screen = self._play.wall.get(intent.message)
        button = _button(screen, intent)
        if intent.message and button is None:
            return None
        args = button.args if button else intent.args
        label = words.text(button.label, Viewer()) if button else ALONE.get(intent.action, "")
        reply = await self.press(intent, args, screen)
        written: tuple[str, ...] = ()
        for _ in range(ROUNDS):
            if not isinstance(reply, Open):
                break
            values = await self._filled(intent, reply.form, screen, tale)
            if values is None:
                return None
            written = tuple(value for value in values.values() if " " in value)
            filling = replace(intent, action=reply.form.action)
            reply = await self.press(filling, reply.form.args, screen, values)
        return None if isinstance(reply, Invalid) else Done(label, written)

    async def press(
        self,
        intent: Intent,
        args: Mapping[str, str],
        screen: Screen | None = None,
        values: Mapping[str, str] | None = None,
    ) -> Reply | None:
        """One press, or one form."""
        stage = await self._play.stage()
        sent = "form" if values is not None else "press"
        about = f"{stage.tenant}/{meant(intent)}/{intent.at:%m%d%H%M}/{sent}"
        pressing = parse.Pressing(
            person=intent.person,
            place=key_of(screen.place) if screen else f"chat-{intent.person}",
            action=intent.action,
            nonce=blake2b(about.encode(), digest_size=16).hexdigest(),
            message=screen.id if screen else "",
            args=dict(args),
            values=dict(values) if values is not None else None,
        )
        return await self._play.press(pressing)

    async def _filled(
        self, intent: Intent, form: Form, screen: Screen | None, tale: Tale
    ) -> Mapping[str, str] | None:
        read, stage = self._play.wall.reader, await self._play.stage()
        if form.action == "workshops.here":
            workshop = await read.get(Workshop, form.args.get("workshop", ""))
            return {"code": workshop.code if workshop else ""}
        post = screen.post if screen else None
        writer = Writer(
            seen=" ".join(plain.plain(post, screen.viewer).split()) if screen and post else "",
            topic=topic_of(intent.person),
            said=frozenset(tale.done),
            dice=Random(f"{tale.seed}/{intent.person}/{tale.acts.get(intent.person, 0)}"),
            now=self._play.wall.clock.now(),
        )
        return writer.filled(await offer(form, read, stage.tenant))


ALONE: Mapping[str, str] = {
    "members.left": "Left the cohort",
    "people.pause_until": "Pauses for a week",
}


def _button(screen: Screen | None, intent: Intent) -> Press | OpenForm | None:
    """The button as the card shows it now: it may carry a newer version, or be gone."""
    if screen is None or screen.post is None:
        return None
    same = [one for one in choices(screen.post) if one.action == intent.action]
    exact = [one for one in same if _about(one.args) == _about(intent.args)]
    return next(iter(exact), None)


def _about(args: Mapping[str, str]) -> Mapping[str, str]:
    return {key: value for key, value in args.items() if key not in {"rev", "id"}}
