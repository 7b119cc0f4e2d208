"""Every card and form of the product with fictional people: for goldens, previews and docs."""

from collections.abc import Mapping

from core.actions import SLICES
from core.message import Form, Post
from core.people import examples as people
from core.people.accounts import posts as accounts
from core.people.questions import posts as questions
from core.programmes import examples as programmes
from core.slices import merged

EXAMPLES: Mapping[str, Post | Form] = {
    **people.EXAMPLES,
    **accounts.EXAMPLES,
    **questions.EXAMPLES,
    **programmes.examples(),
    **merged(it.examples for it in SLICES),
}
