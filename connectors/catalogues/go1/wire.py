"""What Go1 answers, as far as we read it. Everything beside an id may be missing."""

from msgspec import Raw, Struct, field

from connectors.catalogues.telling import Number

Id = str | int


class Page(Struct, frozen=True):
    """A page of anything; its `total` is not looked at, because it need not be true."""

    hits: list[Raw]


class Image(Struct, frozen=True):
    """A picture of a course."""

    value: str | None = None


class Core(Struct, frozen=True):
    """What a course is called."""

    title: str
    type: str | None = None
    description: str | None = None
    image: Image | None = None


class Relevance(Struct, frozen=True):
    """How long it takes, and for whom it is."""

    duration: Number = None
    language: str | None = None
    summary: str | None = None


class Provider(Struct, frozen=True):
    """Who made it."""

    name: str | None = None


class Pending(Struct, frozen=True):
    """When it will go."""

    retired_time: Number = None
    removed_time: Number = None


class Lifecycle(Struct, frozen=True):
    """Whether it is there."""

    state: str | None = None
    pending_state: Pending | None = None


class LearningObject(Struct, frozen=True):
    """A course or anything else to learn; enrolments know it by `lo_id`."""

    core: Core
    id: Id = ""
    lo_id: Id | None = None
    relevance: Relevance | None = None
    provider: Provider | None = None
    lifecycle: Lifecycle | None = None


class User(Struct, frozen=True):
    """Somebody, in all portals."""

    email: str | None = None


class Account(Struct, frozen=True):
    """Somebody, in one portal."""

    id: Id
    user: User | None = None
    email: str | None = None

    @property
    def mail(self) -> str:
        """The address, wherever it stands; "" where it is not told."""
        found = (self.user and self.user.email) or self.email or ""
        return found.strip().lower()


class Enrolment(Struct, frozen=True):
    """Somebody on a course."""

    id: Id
    user_account_id: Id
    lo_id: Id
    status: str = ""
    end_date: Number = None
    updated_time: Number = None


class Failure(Struct, frozen=True):
    """What is wrong, where Go1 says it."""

    error_code: str = ""


class Hook(Struct, frozen=True):
    """A delivery of the webhook; which enrolment is meant stands in `data` under some name."""

    id: Id
    event_type: str
    data: dict[str, Raw] = field(default_factory=dict)
