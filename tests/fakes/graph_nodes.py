"""What can be asked of Graph, node by node and edge by edge."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.fakes import graph_rules as rules
from tests.fakes.graph_feed import Asked, Feeds, Pages, bare, shown
from tests.fakes.graph_world import (
    BOT_NAME,
    COMMUNITY,
    PAGE,
    Human,
    Json,
    Said,
    Standing,
    World,
    Wrong,
    number,
)


class Nodes:
    """Answers requests that may be made; raises Wrong."""

    def __init__(self, world: World, clock: Callable[[], float]) -> None:
        self._world, self._clock = world, clock
        self.pages = Pages()
        self._feeds = Feeds(world, clock, self.pages)
        self.may_make_groups = True
        self.may_add_members = True
        self._edges: Mapping[tuple[str, str], Callable[[str, Asked], Any]] = {
            ("POST", "feed"): self._feeds.post,
            ("GET", "feed"): self._feeds.listed,
            ("POST", "comments"): self._feeds.comment,
            ("GET", "comments"): self._feeds.comments,
            ("GET", "members"): self._members,
            ("POST", "members"): self._add,
            ("POST", "admins"): self._promote,
            ("POST", "groups"): self._make,
            ("POST", "messages"): self._say,
        }

    def answer(self, asked: Asked) -> Any:
        """What Graph answers."""
        node, _, edge = asked.path.partition("/")
        if edge:
            take = self._edges.get((asked.method, edge))
            if take is None:
                raise Wrong(100, f"Unknown path components: /{edge}", 400)
            return take(node, asked)
        match asked.method:
            case "GET":
                return self._node(node)
            case "DELETE":
                self._own(node).deleted = True
                return {"success": True}
            case _:
                return self._update(node, asked.fields)

    def _node(self, id: str) -> Json:
        if id == "me":
            return {"id": PAGE, "name": BOT_NAME}
        if id == "community":
            return {"id": COMMUNITY, "name": "Example Works", "privacy": "OPEN"}
        group = self._world.groups.get(id)
        if group:
            return {"id": group.id, "name": group.name, "purpose": group.purpose}
        if id in self._world.posts:
            return shown(self._world.post(id))
        return self._world.human(id).profile()

    def _update(self, id: str, fields: Json) -> Json:
        fields = bare(fields)
        group = self._world.groups.get(id)
        if group:
            group.archived = fields.get("archive") == "true"
            return {"success": True}
        post = self._own(id)
        if post.above:
            rules.comment(fields)
        else:
            rules.post(fields, edit=True)
        self._feeds.called(fields.get("message", ""))
        post.message, post.edits = fields["message"], post.edits + 1
        return {"success": True}

    def _own(self, id: str) -> Standing:
        post = self._world.post(id)
        if post.by != PAGE:
            raise Wrong(200, "You can only change what is your own", 403)
        return post

    def _members(self, id: str, asked: Asked) -> Json:
        if id == "community":
            people: Sequence[Human] = [*self._world.humans.values()]
            return self.pages.page([human.told() for human in people], asked)
        group = self._feeds.group(id)
        bot = {"id": PAGE, "name": BOT_NAME}
        rows = [
            human.told() | {"administrator": human.id in group.admins} for human in group.people
        ]
        return self.pages.page([*rows, bot], asked)

    def _add(self, id: str, asked: Asked) -> Json:
        fields, group = bare(asked.fields), self._feeds.group(id)
        if ("member" in fields) == ("email" in fields):
            raise Wrong(100, "Name a member or an email, never both")
        if not self.may_add_members:
            raise Wrong(200, "Requires the manage_group permission", 403)
        human = self._world.human(fields.get("member") or fields["email"])
        if human not in group.people:
            group.people.append(human)
        return {"success": True}

    def _promote(self, id: str, asked: Asked) -> Json:
        group, uid = self._feeds.group(id), asked.fields.get("uid", "")
        if uid not in {human.id for human in group.people}:
            raise Wrong(100, "Only a member can be an admin")
        group.admins.add(uid)
        return {"success": True}

    def _make(self, id: str, asked: Asked) -> Json:
        fields = bare(asked.fields)
        if id != "community" or not self.may_make_groups:
            raise Wrong(200, "Requires the manage_group permission", 403)
        if not fields.get("name") or fields.get("privacy") not in {"OPEN", "CLOSED", "SECRET"}:
            raise Wrong(100, "A group needs a name and a privacy")
        return {"id": self._world.group(name=fields["name"], purpose=fields["group_type"]).id}

    def _say(self, id: str, asked: Asked) -> Json:
        if id != "me":
            raise Wrong(100, "Only me can say something")
        rules.chat(asked.json)
        recipient, mid = asked.json["recipient"], f"m_{number()}"
        answer: Json = {"message_id": mid}
        if "ids" in recipient:
            to = f"t_{number()}"
            self._world.threads[to] = [self._world.human(one).id for one in recipient["ids"]]
            answer["thread_id"] = to
        elif "thread_key" in recipient:
            to = recipient["thread_key"]
            if to not in self._world.threads:
                raise Wrong(100, "No matching thread: it does not exist")
            answer["thread_id"] = to
        else:
            to = self._world.human(recipient["id"]).id
            answer["recipient_id"] = to
        said = Said(mid, to, asked.json["message"], asked.json["messaging_type"])
        self._world.said.append(said)
        return answer
