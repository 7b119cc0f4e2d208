"""What is stored, as bytes, numbers and text that any database can hold and sort.

Bodies are JSON, so that any tool can read them. Times are microseconds since 1970: as text, one
with a fraction would sort before one without.
"""

import base64
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, TypeVar, cast

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from core.engine.ports import Job, R, Record

Sortable = str | int | float
T = TypeVar("T")

EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
MICROSECOND = timedelta(microseconds=1)
NOTHING = -(2**63)  # how a field without a value sorts: before everything else

Number = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]

_encoder = msgspec.json.Encoder()
_jobs = msgspec.json.Decoder(Job)
_cursors = msgspec.json.Decoder(tuple[str | Number | float, str])
encode = _encoder.encode
decode_job = _jobs.decode


def stored(record: R) -> R:
    """The record as it will be read back: one version on."""
    return replace(record, version=record.version + 1)


def micros(at: datetime) -> int:
    """An aware time as a number."""
    return (at - EPOCH) // MICROSECOND


def moment(number: int) -> datetime:
    """The time that a number stands for."""
    return EPOCH + number * MICROSECOND


def indexed(record: Record, field: str) -> str:
    """The text that a declared field is looked up by; "" for none."""
    value = getattr(record, field)
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | date):
        return str(value)
    raise TypeError(f"{record.kind}.{field} holds {type(value).__name__}, which no index takes")


def sortable(record: Record) -> Sortable:
    """What the record is ordered by."""
    value = getattr(record, record.order)
    match value:
        case datetime():
            return micros(value)
        case date():
            return value.isoformat()
        case str() | int():
            return value
        case float() if not math.isnan(value):
            return value
        case None | float():
            return NOTHING
        case _:
            raise TypeError(f"{record.kind}.{record.order} holds {type(value).__name__}: no order")


def cursor_of(record: Record) -> str:
    """Where the page after this record begins."""
    return base64.urlsafe_b64encode(encode((sortable(record), record.id))).decode()


def after_cursor(cursor: str) -> tuple[Sortable, str]:
    """The order and id of the last record seen. Raises ValueError for what is no cursor."""
    try:
        return _cursors.decode(base64.urlsafe_b64decode(cursor))
    except (ValueError, msgspec.DecodeError):
        raise ValueError(f"not a cursor: {cursor[:40]!r}") from None


def clean(value: T) -> T:
    r"""The same value, with halves of a surrogate pair in its text written out as \udxxx.

    They are no characters, and neither JSON nor a database takes them.
    """
    return cast(T, _clean(value))


def each(ids: Sequence[str], find: Callable[[Sequence[str]], Mapping[str, T]]) -> Mapping[str, T]:
    """What is found by ids, where some of them may have to be cleaned first."""
    try:
        return find(ids)
    except UnicodeEncodeError:
        found = find(clean(ids))
        return {id: found[clean(id)] for id in ids if clean(id) in found}


def _clean(value: object) -> object:
    match value:
        case str():
            return value.encode("utf-8", "backslashreplace").decode()
        case tuple() | list() | frozenset():
            return type(value)(_clean(item) for item in value)
        case Mapping():
            return {_clean(key): _clean(item) for key, item in value.items()}
        case Struct():
            fields = value.__struct_fields__
            return type(value)(**{field: _clean(getattr(value, field)) for field in fields})
        case _:
            return value
