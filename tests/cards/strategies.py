"""Any Post and any Form, with what people can type at its nastiest."""

from datetime import UTC
from pathlib import Path

from hypothesis import strategies as st

from core.engine.ports import Viewer
from core.message import (
    Anchor,
    Block,
    Bold,
    Bullets,
    Buttons,
    ChoiceField,
    DateField,
    Day,
    Facts,
    Field,
    Form,
    Heading,
    Image,
    Italic,
    Link,
    Mention,
    OpenForm,
    Option,
    PeopleField,
    Phrase,
    Post,
    Press,
    Progress,
    Quote,
    Ranking,
    Text,
    TextField,
    ToggleField,
    Value,
    Video,
    When,
)

SNIPPETS = (
    *(Path(__file__).parent / "nasty.txt").read_text().splitlines(),
    *("\u202e", "\u200b", "\x00", "\ud800", "\ufeff", "\n", "\n\n", "\t", "\r\n", "🧑\u200d🏫"),
)

ACCOUNTS = (
    *("", "teams:t:29:1", "teams:t:2", "slack:t:u", "slack:T1:U0ADA", "slack:T1:U1> <!here"),
    *("workplace:77:1001", "workplace:77:1] @[2"),
)

nasty = st.lists(
    st.one_of(st.sampled_from(SNIPPETS), st.text(max_size=8)), min_size=1, max_size=5
).map(" ".join)
glued = st.lists(st.sampled_from(SNIPPETS), min_size=1, max_size=4).map("".join)
written = st.one_of(
    nasty, glued, st.text(max_size=30), st.integers(1, 400).map(lambda n: "wör " * n)
)
ids = st.text("abc-123", min_size=1, max_size=12)
urls = st.sampled_from(
    ("https://a.example/x_(y)?q=*a*", "http://a.example", "javascript:alert(1)", "", "https://x y")
) | st.integers(1, 2000).map(lambda n: f"https://a.example/{'x' * n}")

values: st.SearchStrategy[Value] = st.deferred(
    lambda: st.one_of(
        written,
        st.integers(-(10**9), 10**9),
        st.builds(Bold, st.one_of(written, phrases)),
        st.builds(Italic, written),
        st.builds(Anchor, written, urls),
        st.builds(Mention, ids, written, st.sampled_from(ACCOUNTS)),
        st.builds(Day, st.dates()),
        st.builds(When, st.datetimes(timezones=st.just(UTC))),
        phrases,
    )
)
words = st.lists(
    st.sampled_from(("{a}", "{b}", "{c}", " ", "(", ").", "1", ". ", "Hi ", "!", "*", "\n", "[x]")),
    max_size=6,
).map("".join)
phrases: st.SearchStrategy[Phrase] = st.deferred(
    lambda: st.one_of(
        st.builds(Phrase, st.just(""), st.just("{a}"), st.fixed_dictionaries({"a": written})),
        st.builds(
            Phrase,
            st.sampled_from(("", "cards.more")),
            words,
            st.dictionaries(st.sampled_from("ab"), values, max_size=2),
        ),
    )
)

styles = st.sampled_from(("plain", "primary", "danger"))
args = st.dictionaries(ids, ids | nasty, max_size=3)
buttons = st.one_of(
    st.builds(Press, phrases, ids, args, styles),
    st.builds(OpenForm, phrases, ids, args, styles),
    st.builds(Link, phrases, urls),
)
blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, phrases),
    st.builds(Text, phrases, st.booleans()),
    st.builds(Facts, st.lists(st.tuples(phrases, phrases), max_size=5).map(tuple)),
    st.builds(
        Bullets,
        st.lists(phrases, max_size=4).map(tuple) | st.tuples(phrases).map(lambda one: one * 200),
        st.booleans(),
    ),
    st.builds(Image, urls, phrases),
    st.builds(Video, urls, phrases, st.integers(-1, 90)),
    st.builds(Progress, phrases, st.integers(-3, 300), st.integers(-3, 300)),
    st.builds(Ranking, st.lists(st.tuples(phrases, st.integers(0, 99)), max_size=5).map(tuple)),
    st.builds(Quote, written, phrases),
    st.builds(Buttons, st.lists(buttons, max_size=8).map(tuple)),
)
posts = st.builds(
    Post,
    summary=phrases,
    purpose=st.none() | phrases,
    slot=ids,
    blocks=st.lists(blocks, max_size=8).map(tuple)
    | st.tuples(blocks, blocks).map(lambda two: two * 40),
    locale=st.sampled_from(("", "de")),
)

options = st.lists(st.builds(Option, ids, phrases), max_size=8, unique_by=lambda o: o.value).map(
    tuple
) | st.integers(9, 900).map(
    lambda n: tuple(Option(str(i), Phrase("", "x{i}", {"i": i})) for i in range(n))
)


def fields(name: str) -> st.SearchStrategy[Field]:
    """A field of this name."""
    named = {"name": st.just(name), "label": phrases}
    return st.one_of(
        st.builds(
            TextField,
            **named,
            hint=st.none() | phrases,
            lines=st.booleans(),
            limit=st.integers(1, 5000),
            value=written | st.just("ж" * 9000),
        ),
        st.builds(ChoiceField, **named, options=options, several=st.booleans(), value=ids),
        st.builds(PeopleField, **named, options=options, several=st.booleans(), value=ids),
        st.builds(DateField, **named, required=st.booleans(), value=st.dates().map(str) | written),
        st.builds(ToggleField, **named, value=st.booleans()),
    )


names = st.sampled_from(("one", "two", "three", "", "other"))
forms = st.builds(
    Form,
    title=phrases,
    action=ids,
    args=args,
    submit=phrases,
    intro=st.none() | phrases,
    fields=st.tuples(*map(fields, ("one", "two", "three"))),
    errors=st.dictionaries(names, phrases, max_size=3),
)
viewers = st.builds(
    Viewer,
    person=st.sampled_from(("", "p")),
    locale=st.sampled_from(("en", "en-US", "de-DE", "ar", "ja", "xx", "", "../x")) | nasty,
    zone=st.sampled_from(
        ("UTC", "Europe/Berlin", "Asia/Kolkata", "", "Mars/X", "../../etc/passwd")
    ),
)
