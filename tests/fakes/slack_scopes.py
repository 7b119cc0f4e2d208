"""What a token has to be allowed for each method, by the kind of conversation it is about."""

from collections.abc import Collection, Mapping

from tests.fakes.slack_world import Json, Wrong

KINDS = {"C": "channels", "G": "groups", "D": "im", "U": "im"}
SEVERAL = "mpim"
NEEDS: Mapping[str, Collection[str]] = {
    "chat.delete": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.unfurl": {"links:write"},
    "chat.update": {"chat:write"},
    "conversations.create": {"channels:manage"},
    "users.info": {"users:read"},
    "users.list": {"users:read"},
    "users.lookupByEmail": {"users:read.email"},
}
READS = {
    "conversations.history": "history",
    "conversations.info": "read",
    "conversations.members": "read",
    "conversations.replies": "history",
}
INVITES: Mapping[str, Collection[str]] = {
    "channels": {"channels:manage", "channels:write.invites"},
    "groups": {"groups:write", "groups:write.invites"},
}


def check(method: str, asked: Json, given: Collection[str]) -> None:
    """Whether a token may do this. Raises Wrong."""
    needed = needs(method, asked)
    if needed and not set(needed) & set(given):
        raise Wrong("missing_scope")


def needs(method: str, asked: Json) -> Collection[str]:
    """The scopes of which one is enough; none for what everybody may."""
    channel = str(asked.get("channel", ""))
    kind = SEVERAL if "-" in channel else KINDS.get(channel[:1], "channels")
    match method:
        case "conversations.open":
            return {"mpim:write" if "," in asked["users"] else "im:write"}
        case "conversations.invite":
            return INVITES.get(kind, ())
        case _:
            read = READS.get(method)
            return {f"{kind}:{read}"} if read else NEEDS.get(method, ())
