"""Whole turns: Meta tells what happened, and what stands in Workplace afterwards."""

from datetime import UTC, datetime, timedelta

from tests.engine.machine import Chat
from tests.fakes.graph import FakeGraph
from tests.fakes.graph_rules import buttons, words
from tests.fakes.graph_world import Group, Human
from tests.workplace.bot import House, until

ADA, BO, CEM = Human("Ada Example"), Human("Bo Sample", "Nurse"), Human("Cem Nobody")


async def answered(house: House, human: Human, question: str, answer: str) -> None:
    """Waits for a question in private, then answers it."""
    await house.reads(human, question)
    await house.says(human, answer)


async def started(house: House, group: Group) -> None:
    """Ada starts a cohort by being asked, field by field."""
    today = datetime.now(UTC).date()  # noqa: TID251 - the service runs by the real clock
    mention = house.graph.meta.post(ADA, group, "cohort new", mention=True)
    await house.graph.meta.push(mention)
    await answered(house, ADA, "question 1 of 9", "Better handovers")
    await answered(house, ADA, "question 2 of 9", "Fewer surprises at shift change")
    await answered(house, ADA, "question 3 of 9", str(today + timedelta(days=1)))
    await answered(house, ADA, "question 4 of 9", str(today + timedelta(days=40)))
    await answered(house, ADA, "question 5 of 9", "Europe/Lisbon")
    await answered(house, ADA, "question 6 of 9", "1")
    await answered(house, ADA, "question 7 of 9", "1")
    await house.reads(ADA, "question 8 of 9")
    await house.press(ADA, "Yes")
    await house.reads(ADA, "question 9 of 9")
    await house.press(ADA, "In this conversation")


async def test_help_in_private_is_answered_with_buttons(graph: FakeGraph, house: House) -> None:
    graph.world.join(ADA)
    await house.says(ADA, "help")
    message = await house.reads(ADA, "")

    assert graph.world.said[0].type == "RESPONSE"
    assert words(message)
    assert [one["title"] for one in buttons(message)]


async def test_a_mention_is_greeted_once_and_answered_below_it(
    graph: FakeGraph, house: House
) -> None:
    group = graph.world.group(ADA, BO)
    for human in (ADA, BO):
        mention = graph.meta.post(human, group, "help", mention=True)
        answers = await graph.meta.push(mention, times=2)
        assert {one.status for one in answers} == {200}
        answer = await house.stands(group, "", mention[0].value["post_id"])
        assert "formatting" not in answer.fields

    hello = await house.stands(group, "Hello, I am Coterie.")
    ours = [post for post in graph.world.standing(group, None) if "formatting" in post.fields]
    assert ours == [hello]
    assert hello.fields == {"formatting": "MARKDOWN"}


async def test_a_cohort_is_started_question_by_question_and_joined_by_a_number(
    graph: FakeGraph, house: House
) -> None:
    group = graph.world.group(ADA, BO, CEM)
    await started(house, group)
    welcome = await house.stands(group, "1. Join")
    await house.numbered(welcome, group.place)
    for human in (BO, CEM):
        await graph.meta.push(graph.meta.comment(human, group, welcome.id, "1"), times=2)
    await house.stands(group, "**Joined**: 2")

    assert (await house.stands(group, "Better handovers")).id == welcome.id
    assert len(graph.world.standing(group)) == 3


async def test_a_cohort_in_a_group_of_several_companies_is_refused_with_the_reason(
    graph: FakeGraph, house: House
) -> None:
    group = graph.world.group(ADA, BO, purpose="WORK_MULTI_COMPANY")
    await started(house, group)

    refused = await house.reads(ADA, "shared with another company")
    assert "Make a group of your own company" in words(refused)
    assert not [post for post in graph.world.standing(group) if post.by != ADA.id]


async def test_who_comes_into_the_group_of_a_cohort_is_invited(
    graph: FakeGraph, house: House
) -> None:
    group = graph.world.group(ADA, BO)
    await started(house, group)
    await house.stands(group, "1. Join")
    graph.world.join(CEM)
    await graph.meta.push(graph.meta.member(CEM, group), times=2)
    await house.stands(group, "new")


async def test_a_token_that_is_revoked_in_the_middle_stops_without_a_loop(
    graph: FakeGraph, house: House
) -> None:
    graph.world.join(ADA, BO)
    await house.says(BO, "help")
    await house.reads(BO, "")
    graph.revoked = True
    for n in range(5):
        await house.says(ADA, "status")
        await house.says(BO, f"help {n}")
    await until(lambda: house.standing.missing() != [])
    await house.worker.idle()
    kept = [due for due in await house.engine.store.jobs("main") if due.job.weight == "answer"]
    tried = [call for call in graph.calls if call.path == "me/messages"]

    assert len(kept) == 10
    assert house.worker.counts["blocked"] == house.worker.counts["failed"] == 0
    assert "access token" in house.standing.missing()[0]
    assert len(tried) < len(graph.world.said) + 5


async def test_a_workplace_that_closes_says_where_to_go_and_is_left_alone(
    graph: FakeGraph, house: House
) -> None:
    graph.world.join(ADA)
    await house.says(ADA, "help")
    await house.reads(ADA, "")
    graph.closed = True
    before = len(graph.calls)
    for _ in range(4):
        await house.says(ADA, "help")
    await until(lambda: house.worker.counts["not_installed"] >= 4)

    assert len(graph.calls) == before + 1
    assert "move COHORT --to teams" in house.standing.missing()[0]


async def test_when_workplace_closes_people_are_reached_by_their_other_account(
    graph: FakeGraph, house: House
) -> None:
    graph.world.join(ADA)
    await house.says(ADA, "help")
    await house.reads(ADA, "")
    elsewhere = house.engine.platforms["fake"] = Chat()
    await house.tells(ADA, "fake:t1:ada", "The first one")
    await house.reads(ADA, "The first one")
    graph.closed = True
    await house.tells(ADA, "fake:t1:ada", "The second one")
    await until(lambda: bool(elsewhere.sent))

    assert len(graph.world.wrote(ADA)) == 2
    assert "The second one" in str(elsewhere.sent)


async def test_a_lost_answer_leaves_one_post(graph: FakeGraph, house: House) -> None:
    group = graph.world.group(ADA, BO)
    graph.fail(502, html=True, accepted=True, only="feed")
    await graph.meta.push(graph.meta.post(ADA, group, "thanks", mention=True))
    hello = await house.stands(group, "Hello, I am Coterie.")
    await house.numbered(hello, group.place)

    assert len(graph.world.standing(group)) == 2


async def test_a_link_gets_an_empty_preview_as_long_as_no_course_is_known(
    graph: FakeGraph, house: House
) -> None:
    graph.world.join(ADA)
    (answer,) = await graph.meta.push(graph.meta.link(ADA, "https://go1.example/feedback"))
    assert (answer.status, answer.body) == (200, b'{"data":[]}')


async def test_cancel_ends_the_questions(graph: FakeGraph, house: House) -> None:
    graph.world.join(ADA)
    await house.says(ADA, "cohort new")
    await house.reads(ADA, "question 1 of 9")
    await house.press(ADA, "Cancel")
    await until(lambda: len(graph.world.wrote(ADA)) >= 2)
    await house.says(ADA, "Better handovers")
    await until(lambda: len(graph.world.wrote(ADA)) >= 3)
    assert "question" not in words(graph.world.wrote(ADA)[-1])
