from cards import html
from core.engine.ports import Viewer
from core.message import (
    Anchor,
    Block,
    Buttons,
    ChoiceField,
    Field,
    Form,
    Image,
    Link,
    Mention,
    OpenForm,
    Option,
    PeopleField,
    Post,
    Press,
    Progress,
    Text,
    TextField,
    ToggleField,
    say,
    verbatim,
)

READER = Viewer(person="ada")


def post(*blocks: Block) -> str:
    whole = str(html.post(Post(summary=verbatim("x"), blocks=blocks, slot="s"), READER))
    return whole.removeprefix('<article class="post" data-slot="s">').removesuffix("</article>")


def form(*fields: Field, scope: str = "", **errors: str) -> str:
    told = {name: verbatim(error) for name, error in errors.items()}
    asked = Form(
        title=verbatim("T"), action="ask", submit=verbatim("Go"), fields=fields, errors=told
    )
    return str(html.form(asked, READER, scope))


def test_what_a_person_wrote_is_escaped_and_keeps_its_lines() -> None:
    assert post(Text(verbatim('<b>&"\nx'))) == '<p class="text">&lt;b&gt;&amp;&#34;<br>x</p>'


def test_links_and_mentions_are_marked() -> None:
    link = Anchor("here", "https://example.com")
    words = say("", "{who} {where}", who=Mention("ada", "Ada"), where=link)
    assert post(Text(words)) == (
        '<p class="text"><span class="mention" data-person="ada">Ada</span> '
        '<a href="https://example.com" target="_blank" rel="noopener noreferrer">here</a></p>'
    )


def test_buttons_work_by_keyboard_and_carry_what_they_do() -> None:
    press = Press(verbatim("Join"), "a.join", {"c": "1"}, "primary")
    assert post(Buttons((press, OpenForm(verbatim("Ask"), "a.ask")))) == (
        '<form class="buttons" method="post">'
        '<button class="button primary" name="coterie" data-kind="press" data-action="a.join" '
        'value="{&#34;a&#34;:&#34;a.join&#34;,&#34;k&#34;:{&#34;c&#34;:&#34;1&#34;},'
        '&#34;s&#34;:&#34;s&#34;}">Join</button>'
        '<button class="button plain" name="coterie" data-kind="open" data-action="a.ask" '
        'value="{&#34;a&#34;:&#34;a.ask&#34;,&#34;k&#34;:{},&#34;s&#34;:&#34;s&#34;}">Ask</button>'
        "</form>"
    )


def test_an_address_that_is_none_is_told_in_words() -> None:
    assert post(Buttons((Link(verbatim("Open"), "data:x"),))) == (
        '<form class="buttons" method="post"><p class="text subtle">Open</p></form>'
    )
    assert post(Image("data:x", verbatim("A board"))) == '<p class="text subtle">A board</p>'


def test_a_progress_is_told_in_words_and_its_bar_is_silent() -> None:
    assert post(Progress(verbatim("Joined"), 9, 4)) == (
        '<div class="progress"><p class="label">Joined <span class="count">9 of 4</span></p>'
        '<progress value="4" max="4" aria-hidden="true"></progress></div>'
    )


def test_a_field_is_tied_to_its_label_hint_and_error() -> None:
    field = TextField(
        name="why", label=verbatim("Why?"), hint=verbatim("Short"), limit=9, value="<"
    )
    assert (
        '<div class="field invalid"><label for="leftask-why">Why? '
        '<span class="required">(needed)</span></label>'
        '<p class="hint" id="leftask-why-hint">Short</p>'
        '<p class="error" id="leftask-why-error">No.</p>'
        '<input type="text" id="leftask-why" name="why" value="&lt;" maxlength="9" '
        'aria-describedby="leftask-why-hint leftask-why-error" aria-invalid="true" required></div>'
    ) in form(field, scope="left", why="No.")


def test_an_error_of_no_field_stands_at_the_top() -> None:
    assert '<p class="form-error">Late.</p>' in form(all="Late.")


def test_several_may_be_ticked_and_one_of_many_is_a_list() -> None:
    many = tuple(Option(str(n), verbatim(f"Day {n}")) for n in range(6))
    ticks = form(
        ChoiceField(name="d", label=verbatim("D"), options=many, several=True, value="1,2")
    )
    assert ticks.count(" checked") == 2
    one = form(ChoiceField(name="d", label=verbatim("D"), options=many, value="3"))
    assert '<option value="3" selected>Day 3</option>' in one


def test_nobody_to_choose_from_is_said() -> None:
    asked = form(PeopleField(name="who", label=verbatim("Who?")))
    assert "There is nobody to choose from yet." in asked


def test_a_toggle_is_a_box_with_its_words_behind() -> None:
    assert (
        '<div class="choice"><input type="checkbox" id="ask-sure" name="sure" value="true" checked>'
        '<label for="ask-sure">Sure?</label></div>'
    ) in form(ToggleField(name="sure", label=verbatim("Sure?"), value=True))
