"""The posts of groups and what stands below them, in pages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.fakes import graph_rules as rules
from tests.fakes.graph_world import PAGE, Group, Json, Standing, World, Wrong, number

SHARED = "WORK_MULTI_COMPANY"


@dataclass(frozen=True)
class Asked:
    """A request, also one of a batch: its fields from query and form together."""

    method: str
    path: str
    fields: Json
    json: Any


@dataclass
class Pages:
    """How lists are cut: `empty` pages between two full ones, perhaps without an end."""

    empty: int = 0
    endless: bool = False

    def page(self, rows: list[Json], asked: Asked) -> Json:
        """A page, with empty ones between; `next` is an address that nobody should follow."""
        size, start = int(asked.fields.get("limit", 25)), asked.fields.get("after", "0")
        at, _, blank = start.partition("e")
        begin, empty = int(at), int(blank or 0)
        if empty < self.empty and begin:
            return self._next([], f"{begin}e{empty + 1}")
        end = begin + size
        if end < len(rows) or self.endless:
            return self._next(rows[begin:end], str(end))
        return {"data": rows[begin:end], "paging": {"cursors": {"after": str(end)}}}

    def _next(self, rows: list[Json], after: str) -> Json:
        url = f"https://outside.example/?access_token=token-of-the-bot&after={after}"
        return {"data": rows, "paging": {"cursors": {"after": after}, "next": url}}


class Feeds:
    """What stands in groups."""

    def __init__(self, world: World, clock: Callable[[], float], pages: Pages) -> None:
        self._world, self._clock, self._pages = world, clock, pages

    def group(self, id: str) -> Group:
        """One that is there. Raises Wrong."""
        group = self._world.groups.get(id)
        if group is None:
            raise Wrong(100, "Unsupported request: the object does not exist", error_subcode=33)
        return group

    def post(self, id: str, asked: Asked) -> Json:
        group, fields = self.group(id), bare(asked.fields)
        if group.purpose == SHARED:
            raise Wrong(10, "Posting by API is not possible in multi-company groups", 403)
        rules.post(fields)
        return self._stand(group, fields, "", f"{group.id}_{number()}")

    def comment(self, id: str, asked: Asked) -> Json:
        above, fields = self._world.post(id), bare(asked.fields)
        if above.above and self._world.post(above.above).above:
            raise Wrong(100, "There are no answers to answers of comments")
        rules.comment(fields)
        return self._stand(self.group(above.group), fields, id, number())

    def _stand(self, group: Group, fields: Json, above: str, id: str) -> Json:
        text = fields.get("message", "")
        self.called(text)
        last = [post for post in self._world.standing(group, above) if post.by == PAGE][-1:]
        if text and last and last[0].message == text:
            raise Wrong(506, "Duplicate status message")
        more = {name: value for name, value in fields.items() if name != "message"}
        self._world.posts[id] = Standing(
            id, group.id, text, above, fields=more, created=self._clock()
        )
        return {"id": id}

    def called(self, text: str) -> None:
        for id in rules.mentions(text):
            if id not in self._world.humans:
                raise Wrong(100, f"Nobody can be mentioned by {id}")

    def listed(self, id: str, asked: Asked) -> Json:
        since = float(asked.fields.get("since", 0))
        posts = [p for p in self._world.standing(self.group(id)) if p.created >= since]
        return self._pages.page([shown(post) for post in reversed(posts)], asked)

    def comments(self, id: str, asked: Asked) -> Json:
        above = self._world.post(id)
        posts = self._world.standing(self.group(above.group), id)
        if asked.fields.get("order") == "reverse_chronological":
            posts.reverse()
        return self._pages.page([shown(post) for post in posts], asked)


def shown(post: Standing) -> Json:
    """A post as Graph shows it."""
    return {"id": post.id, "message": post.message, "from": {"id": post.by}}


def bare(fields: Json) -> Json:
    """The fields without what shows who asks."""
    ours = {"appsecret_proof", "appsecret_time"}
    return {name: value for name, value in fields.items() if name not in ours}
