"""Addresses are compared as they are meant, and each is found by itself."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from core.courses.groups import personal
from core.courses.groups.model import (
    STANDINGS,
    Fit,
    Group,
    Offer,
    Standing,
    Sync,
    Whole,
    fit,
    found,
    mail_as_compared,
    mails_of,
    moved,
    page_of,
    paged,
)
from core.engine.ports import Changes
from tests.cohorts.story import Story
from tests.courses.groups.conftest import staff

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SYNC = Sync(id="c", by="ada", group=Group(id="7", name="B"), into="cohort", at=NOW)


@given(st.lists(st.text(max_size=30) | st.emails(), max_size=400))
def test_every_address_is_in_the_page_that_it_names_and_in_no_other(texts: list[str]) -> None:
    mails = mails_of(Whole(id="7", name="B", mails=tuple(texts)))
    read, pages = paged(SYNC, mails)
    assert sorted(mail for page in pages for mail in page.mails) == sorted(mails)
    for mail in mails:
        assert mail in pages[page_of(mail, read.pages)].mails


@given(st.text(max_size=300))
def test_an_address_that_is_compared_is_compared_the_same_again(text: str) -> None:
    once = mail_as_compared(text)
    assert mail_as_compared(once) == once
    assert "\n" not in once
    assert not once or "@" in once


@given(st.lists(st.sampled_from(STANDINGS), max_size=30))
def test_moving_keeps_the_sum(standings: list[Standing]) -> None:
    fits = [fit(SYNC, it, f"a{n}@example.org") for n, it in enumerate(standings)]
    counts: dict[str, int] = {}
    for changes in (found(fits), moved(fits, "done")):
        for tally in changes.tallies:
            counts[tally.board] = counts.get(tally.board, 0) + tally.by
    assert sum(counts.values()) == len(fits)
    assert counts.get("courses.fit.done", 0) == len(fits)
    assert all(n >= 0 for n in counts.values())


async def test_what_hangs_on_one_account_comes_along_to_the_other(life: Story) -> None:
    one, two = await life.meets(staff(1), staff(2))
    records = (
        Sync(id="c", by=two.id, group=SYNC.group, into="cohort", at=NOW),
        fit(SYNC, "there", "s2@example.org", two.id),
        Offer(id=f"c/{two.id}", cohort="c", person=two.id),
    )
    await life.commit(Changes(saves=records))
    await life.commit(await personal.merged(one, two, life.moment()))
    assert not await personal.merged(one, two, life.moment())
    assert [sync.by for sync in (await life.read.find(Sync)).items] == [one.id]
    assert [kept.person for kept in (await life.read.find(Fit)).items] == [one.id]
    assert (await life.read.find(Offer)).items == ()


async def test_a_copy_of_my_data_says_where_i_stood(life: Story) -> None:
    (one,) = await life.meets(staff(1))
    await life.commit(Changes(saves=(fit(SYNC, "there", "s1@example.org", one.id), SYNC)))
    told = await personal.exported(one, life.moment())
    assert len(list(told["stood"])) == 1  # type: ignore[call-overload] # it is a list
    assert told["looked_at"] == []
