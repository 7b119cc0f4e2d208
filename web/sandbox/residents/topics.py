"""What the residents work on: a challenge of each, what others suggest, what comes of it."""

from msgspec import Struct


class Topic(Struct, frozen=True, kw_only=True):
    """A challenge and all that belongs to it. `mark` is a part of `situation`, to know it by."""

    mark: str
    situation: str
    tried: str
    wish: str
    ideas: tuple[str, ...]
    when: str
    then: str
    lesson: str


TOPICS = (
    Topic(
        mark="three different places",
        situation="Notes for the next shift end up in three different places, and none is read.",
        tried="A list by the door. It was full after two days.",
        wish="One place that takes a minute, also after a long night.",
        ideas=(
            "We take a photo of the board at the end of each shift. One place, ten seconds.",
            "Three lines, always the same: what is open, what is new, who to ask.",
            "Try one ward first, and ask the night shift what they really read.",
        ),
        when="a shift ends late",
        then="I write three lines before I take off my badge",
        lesson="Short and always in the same place beats complete.",
    ),
    Topic(
        mark="ask the same thing",
        situation="Newcomers ask the same thing five times, always to whoever has least time.",
        tried="I wrote a page about it. Nobody finds it.",
        wish="That people know whom to ask before they need to.",
        ideas=(
            "Name one person a day who may be asked anything, and put the name on the board.",
            "Let the newest person keep the list of questions. They know what was missing.",
            "Answer once where all can see it, and point there afterwards.",
        ),
        when="a newcomer asks me something twice",
        then="I show where the answer is, and stay while they look",
        lesson="A name on the board worked better than any page.",
    ),
    Topic(
        mark="at the very end",
        situation="In our Monday round the real problems come up at the very end, in the doorway.",
        tried="A longer agenda. It only got longer.",
        wish="Ten minutes for what matters, while everybody is still there.",
        ideas=(
            "Begin with the one thing that keeps somebody awake, and drop the rest if need be.",
            "Two minutes of silence first: each writes down one problem.",
            "Stand up for the last ten minutes. It changes who speaks.",
        ),
        when="I open the Monday round",
        then="I ask for the most awkward thing first",
        lesson="Asking for the awkward thing first was odd twice, then normal.",
    ),
    Topic(
        mark="tell a colleague",
        situation="I find it hard to tell a colleague that a handover was missing something.",
        tried="I hinted at it. It did not arrive.",
        wish="Words that are clear and kind, on the same day.",
        ideas=(
            "Say what you saw and what it cost, then ask how they saw it.",
            "Ask first whether now is a good moment. It takes the edge off.",
            "Tell them what was good as well, and mean it.",
        ),
        when="something was missing at handover",
        then="I say so the same day, in one sentence, and ask how they saw it",
        lesson="The first sentence is the hard one. After that it is a normal talk.",
    ),
    Topic(
        mark="between two beds",
        situation="I get interrupted between two beds so often that I lose track.",
        tried="A sign. People apologised, and went on.",
        wish="Five minutes in a row, twice a shift.",
        ideas=(
            "We wear a red lanyard for five minutes. Silly, and it works.",
            "Agree on two fixed times at which questions are answered.",
            "Write down the interrupted task before you look up.",
        ),
        when="somebody interrupts me",
        then="I write down where I was before I look up",
        lesson="Writing one word down saved me the rest.",
    ),
    Topic(
        mark="night shift hears",
        situation="The night shift hears of changes last, usually from somebody who is cross.",
        tried="Mails. They are read on Thursday, if at all.",
        wish="That they know before the day shift talks about it.",
        ideas=(
            "Tell the night first, at nine in the evening, and the day in the morning.",
            "Ask one of them to come along when it is decided.",
            "One line on the board with a date. Old lines go on Fridays.",
        ),
        when="something changes in my area",
        then="I tell one person of the night shift before I tell anybody else",
        lesson="Telling the night first cost nothing, and they noticed.",
    ),
    Topic(
        mark="the cupboard",
        situation="Nobody knows what is left in the cupboard until it is empty.",
        tried="Counting on Mondays. It is empty on Saturdays.",
        wish="To see it from the door.",
        ideas=(
            "A line of tape: below it, order.",
            "Two boxes. When the first is empty, its card goes to the desk.",
            "Let whoever takes the last but one say so, no matter who.",
        ),
        when="I take the last but one of anything",
        then="I put its card on the desk on my way out",
        lesson="Two boxes and a card. We could have had that years ago.",
    ),
    Topic(
        mark="speak first",
        situation="Two people always speak first, and then it has been said.",
        tried="I called on others. They felt caught.",
        wish="To hear the quiet ones without putting them on the spot.",
        ideas=(
            "Everybody writes for a minute, then you read the notes out without names.",
            "Let the newest begin, and the loudest end.",
            "Ask two people beforehand whether they would begin.",
        ),
        when="I ask the group something",
        then="I count to ten before anybody answers, me included",
        lesson="Ten seconds are very long, and worth it.",
    ),
)
