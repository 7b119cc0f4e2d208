"""Who is mentioned in a message, as the platform that shows it knows them."""

from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from core.engine.ports import Address, Product, Reader
from core.message import Mention, Post

MARK = b'"type":"mention"'


async def called(post: Post, address: Address, product: Product, read: Reader) -> Post:
    """The Post with the accounts of those it mentions; who has none there stays plain words."""
    people = set(_people(post)) if _mentions(post) else set()
    if not people:
        return post
    accounts = {}
    for person in people:
        known = await product.recipient(read, person)
        accounts[person] = _here(known.accounts if known else (), address)
    return with_accounts(post, accounts)


def with_accounts(post: Post, accounts: Mapping[str, str]) -> Post:
    """The Post with each Mention of a person naming their account."""
    return _filled(post, accounts)  # type: ignore[return-value] # a Post stays a Post


def _here(accounts: tuple[str, ...], address: Address) -> str:
    """The account on the platform and in the tenant of an address."""
    home = f"{address.platform}:{address.tenant}:"
    return next((account for account in accounts if account.startswith(home)), "")


def _mentions(post: Post) -> bool:
    """Whether it may mention anybody: written down and searched is ten times faster than walked."""
    try:
        return MARK in msgspec.json.encode(post)
    except UnicodeEncodeError:
        return True


def _people(part: object) -> Iterator[str]:
    if isinstance(part, Mention):
        yield part.person
        return
    for inner in _parts(part):
        yield from _people(inner)


def _parts(part: object) -> tuple[object, ...]:
    if isinstance(part, Struct):
        return tuple(getattr(part, name) for name in part.__struct_fields__)
    if isinstance(part, Mapping):
        return tuple(part.values())
    return part if isinstance(part, tuple) else ()


def _filled(part: object, accounts: Mapping[str, str]) -> object:
    match part:
        case Mention(person):
            return replace(part, account=accounts.get(person, ""))
        case Struct():
            names = part.__struct_fields__
            return replace(part, **{name: _filled(getattr(part, name), accounts) for name in names})
        case Mapping():
            return {name: _filled(inner, accounts) for name, inner in part.items()}
        case tuple():
            return tuple(_filled(inner, accounts) for inner in part)
        case _:
            return part
