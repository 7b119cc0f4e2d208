"""A Reply as the browser takes it: a form to open, a card to redraw, a sentence to show."""

from dataclasses import dataclass
from datetime import datetime

from cards import html, words
from core.engine.ports import Card, Done, Invalid, Open, Reader, Reply, Viewer
from core.message import Form
from web.sandbox.draw import Look, card
from web.sandbox.people_field import offer

Answer = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """For whom an answer is drawn, how and when; `private`: nobody else is there."""

    read: Reader
    tenant: str
    viewer: Viewer
    look: Look
    now: datetime
    private: bool


async def told(reply: Reply | None, scene: Scene) -> Answer:
    """What the page does next; a message that was said is on the wall already."""
    match reply:
        case Open(form):
            return await _form(form, scene)
        case Invalid(form):
            return {**await _form(form, scene), "again": True}
        case Card(post, note):
            said = words.text(note, scene.viewer) if note else ""
            drawn = card(post, scene.viewer, scene.look, scene.now, private=scene.private)
            return {"do": "card", "html": str(drawn), "note": said}
        case Done(phrase):
            return {"do": "note", "note": words.text(phrase, scene.viewer)}
        case _:
            return {"do": "nothing"}


async def _form(form: Form, scene: Scene) -> Answer:
    offered = await offer(form, scene.read, scene.tenant)
    title = words.text(form.title, scene.viewer)
    return {"do": "form", "title": title, "html": str(html.form(offered, scene.viewer))}
