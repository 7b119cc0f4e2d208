"""What the residents write, by the form and the field: fictional, and fitting the card."""

from collections.abc import Mapping, Sequence

Field = tuple[str, str]

INTRODUCTIONS = (
    "Write it down before you leave, not on the way home.",
    "Ask twice when the night was long. Nobody has ever minded.",
    "Say what you do not know. It saves everybody an hour.",
    "I promised too much in my first year. Now I say when, and then keep it.",
    "The quiet colleague had the answer all along. I ask sooner now.",
    "A short note today beats a perfect one on Friday.",
    "Never move somebody else's things in the cupboard, however much sense it makes.",
    "I once covered for everybody and then fell ill. Now I ask for help on day one.",
    "If it feels like the wrong room, it is. Check the number again.",
    "Bring the coffee before the bad news.",
    "Things look different after a walk round the building.",
)
TALKS = (
    "Too many places to write the same thing. One helped us: the board, and a photo of it.",
    "Being interrupted. What helps is one person who takes all questions for an hour.",
    "Not knowing why. As soon as somebody tells us what for, half of the trouble is gone.",
    "Changes that we hear of last. Ask the night shift before, not after.",
    "Rounds that are too long. Standing up made them short.",
    "Fear of asking. It helped when our lead asked the first silly question.",
    "Old lists. We throw away on Fridays what nobody missed.",
)
IDEAS = (
    "Start with one ward for two weeks, and tell people when it ends.",
    "Who does it hit first? I would ask them before changing anything.",
    "We had that. What helped was naming one person a day who may be asked.",
    "Try it for three shifts only. Small enough that nobody has to be for it.",
)
QUESTIONS = (
    "What do I do when the other person gets loud?",
    "How do I start when there is no time at all?",
    "Does this work in writing, too?",
    "What if I was the one who forgot something?",
)
TAKEN = (
    "Say what you saw, then ask.",
    "One sentence on the same day is better than five next week.",
    "Waiting ten seconds after a question.",
    "To ask first whether now is a good moment.",
)
WORKED = (
    "Twice out of three times. The third time I simply forgot.",
    "It was easier than I thought once the first sentence was out.",
    "Not yet, we were short of people. Next week.",
    "The others have started to do it, too.",
)
CHEERS = (
    "What made it easier the second time?",
    "What would help you to remember?",
    "Who noticed?",
)
KEPT = (
    "Three lines at the end of each shift.",
    "I ask the night shift first.",
    "Saying the awkward thing on the same day.",
    "Somebody asks me on Thursdays. That alone helps.",
)
CHANGED = (
    "People read the board again.",
    "Fewer calls after I got home.",
    "We stand up for the last ten minutes.",
    "Newcomers know whom to ask.",
)
NEXT = (
    "The same with the ward next door.",
    "Go on with my partner, without being asked.",
    "Try it on the late shift.",
    "Read up on what did not work for others.",
)
HINDERS = (
    "The phone rings just then. I write first, then answer.",
    "I forget on Fridays. A note on my badge helps.",
    "When we are short of people, one line has to do.",
)
ANY = (
    "A small thing that can be tried this week.",
    "Whatever saves the next shift an hour.",
    "Ask those who have to live with it.",
)

LINES: Mapping[Field, Sequence[str]] = {
    ("agreement.suggest", "text"): (
        "We say it when a handover went well, too.",
        "Who is on nights answers when they are awake.",
        "What is told here stays here.",
    ),
    ("introductions.answer", "text"): INTRODUCTIONS,
    ("discussions.answer", "text"): TALKS,
    ("challenges.idea", "text"): IDEAS,
    ("challenges.idea", "works"): ("It is short, and it says who does what by when.",),
    ("challenges.choose", "step"): (
        "I try it for three shifts, from Monday on.",
        "I ask the late shift whether they join in.",
    ),
    ("checkins.line", "line"): WORKED,
    ("checkins.question", "text"): CHEERS,
    ("checkins.reply", "text"): (
        "I left the list on the bed table. It is in the way there, which is the point.",
        "A colleague who asks me the same.",
    ),
    ("commitments.make", "hinder"): HINDERS,
    ("followups.recall", "text"): TAKEN,
    ("workshops.leave", "left"): QUESTIONS,
    ("workshops.leave", "takes"): TAKEN,
    ("workshops.catch_up", "left"): QUESTIONS,
    ("workshops.catch_up", "takes"): TAKEN,
    ("workshops.plan", "place"): ("Room 12, ground floor",),
    ("workshops.complete", "place"): ("Room 12, ground floor",),
    ("workshops.complete", "link"): ("https://meet.example/better-handovers",),
    ("workshops.complete", "capacity"): ("7",),
    ("workshops.complete", "purpose"): ("So that a hard talk gets a first sentence.",),
    ("workshops.record", "link"): ("https://media.example/better-handovers",),
    ("roleplay.keep", "keeps"): TAKEN,
    ("closing.answer", "kept"): KEPT,
    ("closing.answer", "changed"): CHANGED,
    ("closing.answer", "next"): NEXT,
    ("courses.reflect", "text"): TAKEN,
    ("closing.thank", "words"): (
        "You asked when nobody else did. That helped.",
        "The photo of the board was your idea, and it works.",
    ),
}
