"""Posts and Forms as HTML for the browser: the sandbox, and the pages of the console.

Plain, semantic HTML without style or script: it works by keyboard, without JavaScript, and reads
well aloud. These class names are a promise to the style sheets and scripts in `web/`:

    article.post[data-slot]           a message; in it, in this order as far as there are any:
      p.note                          a sentence about what was just pressed
      p.purpose                       why this is sent
      h3.heading, h4.heading          the title; any later one
      p.text, p.text.subtle           paragraphs
      dl.facts > div > dt + dd        short names and values
      ul.bullets, ol.bullets > li
      figure.image > img              p.text.subtle with its words where the address is none
      p.video > a + span.minutes      (strong instead of a where the address is none)
      div.progress > p.label > span.count, then progress
      ol.ranking > li > span.name + span.number
      blockquote.quote > p + footer
      form.buttons[method=post]       > button.button, a.button; p.text.subtle for one that is dead
      p.more                          "and 12 more"
    button.button.plain|primary|danger[name=coterie][value=JSON][data-kind=press|open][data-action]
                                      value: {"a": action, "k": args, "s": slot}
    span.mention[data-person]         strong and em mark bold and italic words
    form.form[method=post][data-action]
      h3.form-title, p.intro, p.form-error
      input[type=hidden][name=coterie]  the same value as a button's
      div.field, fieldset.field       .invalid when something is wrong; in them
        label, legend                 > span.required or span.optional, in words
        p.error#..-error, p.hint#..-hint    tied to the input by aria-describedby
        input, textarea, select       by the name of the field; several choices repeat the name
        div.choice > input + label    one option, or the toggle (not sent when it is off)
      button.button.primary

Every address in it is http or https. A form without JavaScript posts to the page it stands on.
"""

from collections.abc import Sequence
from typing import assert_never

from markupsafe import Markup

from cards import limits, parts
from cards.html_form import form
from cards.limits import Room, fit
from cards.page import Page, carried, join, link, weigh
from cards.reaching import reached
from cards.words import line, reader, web
from core.engine.ports import Viewer
from core.message import (
    Block,
    Bullets,
    Button,
    Buttons,
    Facts,
    Heading,
    Image,
    Link,
    OpenForm,
    Phrase,
    Post,
    Progress,
    Quote,
    Ranking,
    Text,
    Video,
    verbatim,
)

__all__ = ["form", "post"]


def post(shown: Post, viewer: Viewer, note: Phrase | None = None) -> Markup:
    """The Post as an article; `note` is a sentence about what was just pressed."""
    who = reader(shown, viewer)
    shown = reached(shown, "browser", who)

    def draw(room: Room) -> Markup:
        return _post(shown, Page(who, room, shown.slot), note)

    return fit(draw, weigh, limits.PAGE_BYTES)


def _post(shown: Post, page: Page, note: Phrase | None) -> Markup:
    drawn: list[Markup] = []
    if note is not None:
        drawn.append(page.paragraph("note", note))
    if shown.purpose is not None:
        drawn.append(page.paragraph("purpose", shown.purpose, limits.PURPOSE))
    blocks, all_of_it = limits.whole(shown.blocks, page.room.blocks)
    drawn.extend(_block(page, block) for block in blocks)
    if not all_of_it:
        at = len(drawn) - isinstance(blocks[-1], Buttons)
        drawn.insert(at, page.paragraph("more", parts.SHORTENED))
    if not drawn:
        drawn.append(page.paragraph("text", shown.summary, limits.SUMMARY))
    article = Markup('<article class="post" data-slot="{}">{}</article>')
    return article.format(page.slot, join(drawn))


def _block(page: Page, block: Block) -> Markup:
    match block:
        case Text(words, subtle):
            drawn = page.paragraph("text subtle" if subtle else "text", words)
        case Heading(words):
            drawn = _heading(page, words)
        case Facts(rows):
            drawn = _facts(page, rows)
        case Bullets(items, numbered):
            drawn = _bullets(page, items, "ol" if numbered else "ul")
        case Buttons(buttons):
            drawn = _buttons(page, buttons)
        case _:
            drawn = _seen(page, block)
    return drawn


def _seen(page: Page, block: Image | Video | Progress | Ranking | Quote) -> Markup:
    match block:
        case Image(url, alt):
            return _image(page, web(url), alt)
        case Video(url, title, minutes):
            return _video(page, web(url), title, minutes)
        case Progress(label, done, of):
            return _progress(page, label, done, of)
        case Ranking(rows):
            return _ranking(page, rows)
        case Quote(words, by):
            return _quote(page, words, by)
        case _:
            assert_never(block)


def _quote(page: Page, words: str, by: Phrase) -> Markup:
    quoted, named = page.words(verbatim(words)), page.words(by, limits.LABEL)
    if not (quoted or named):
        return Markup()
    below = Markup("<footer>{}</footer>").format(named) if named else ""
    inner = Markup("<p>{}</p>").format(quoted) if quoted else ""
    return Markup('<blockquote class="quote">{}{}</blockquote>').format(inner, below)


def _heading(page: Page, words: Phrase) -> Markup:
    level = 4 if page.titled else 3
    page.titled = True
    heading = Markup('<h{0} class="heading">{1}</h{0}>')
    return heading.format(level, page.words(words, limits.HEADING))


def _facts(page: Page, rows: Sequence[tuple[Phrase, Phrase]]) -> Markup:
    shown, left = limits.some(rows, page.room.rows)
    fact = Markup("<div><dt>{}</dt><dd>{}</dd></div>")
    inner = join(fact.format(page.words(n, limits.LABEL), page.words(v)) for n, v in shown)
    return Markup('<dl class="facts">{}</dl>{}').format(inner, page.left_out(left))


def _bullets(page: Page, items: Sequence[Phrase], tag: str) -> Markup:
    shown, left = limits.some(items, page.room.rows)
    inner = join(Markup("<li>{}</li>").format(page.words(item)) for item in shown)
    listed = Markup('<{0} class="bullets">{1}</{0}>{2}')
    return listed.format(tag, inner, page.left_out(left))


def _ranking(page: Page, rows: Sequence[tuple[Phrase, int]]) -> Markup:
    shown, left = limits.some(rows, page.room.rows)
    row = Markup('<li value="{}"><span class="name">{}</span> <span class="number">{}</span></li>')
    places = parts.places(number for _, number in shown)
    inner = join(
        row.format(place, page.words(name, limits.LABEL), number)
        for place, (name, number) in zip(places, shown, strict=True)
    )
    return Markup('<ol class="ranking">{}</ol>{}').format(inner, page.left_out(left))


def _left_out(page: Page, rows: int) -> Markup:
    return page.paragraph("more", parts.more(rows)) if rows else Markup()


def _image(page: Page, url: str, alt: Phrase) -> Markup:
    if not url:
        return page.paragraph("text subtle", alt)
    figure = Markup('<figure class="image"><img src="{}" alt="{}" loading="lazy"></figure>')
    return figure.format(url, page.label(alt, limits.ALT))


def _video(page: Page, url: str, title: Phrase, minutes: int) -> Markup:
    name = page.label(title, limits.HEADING)
    linked = link("", url, name) if url else Markup("<strong>{}</strong>").format(name)
    told = Markup(' <span class="minutes">{}</span>').format(page.words(parts.lasting(minutes)))
    return Markup('<p class="video">{}{}</p>').format(linked, told if minutes > 0 else "")


def _progress(page: Page, label: Phrase, done: int, of: int) -> Markup:
    """The bar under its words; the words say it all, so it is silent."""
    bar = Markup('<progress value="{}" max="{}" aria-hidden="true"></progress>')
    drawn = bar.format(min(max(done, 0), of), of) if of > 0 else ""
    count = parts.counted(line(label, page.viewer), done, of)
    told = Markup(' <span class="count">{}</span>')
    words = page.words(label) + (told.format(page.words(count)) if count else "")
    return Markup('<div class="progress"><p class="label">{}</p>{}</div>').format(words, drawn)


def _buttons(page: Page, buttons: Sequence[Button]) -> Markup:
    drawn = join(_button(page, button) for button in buttons[: limits.BUTTONS])
    left = page.left_out(max(len(buttons) - limits.BUTTONS, 0))
    return Markup('<form class="buttons" method="post">{}{}</form>').format(drawn, left)


def _button(page: Page, button: Button) -> Markup:
    """One button, or its words where it could do nothing."""
    label = page.label(button.label)
    if isinstance(button, Link):
        url = button.url if button.reach else web(button.url)
        return link("button", url, label) if url else _dead(label)
    value = carried(button.action, button.args, page.slot)
    if len(value.encode()) > limits.DATA_BYTES:
        return _dead(label)
    kind = "open" if isinstance(button, OpenForm) else "press"
    drawn = Markup(
        '<button class="button {}" name="coterie" data-kind="{}" data-action="{}" value="{}">'
        "{}</button>"
    )
    return drawn.format(button.style, kind, button.action, value, label)


def _dead(label: str) -> Markup:
    return Markup('<p class="text subtle">{}</p>').format(label)
