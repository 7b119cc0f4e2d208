"""Links in messages that were sent before still open."""

from pathlib import Path

from connectors.secret import kept
from tests.connectors.transfer.house import Desk


async def test_the_secret_comes_along_to_another_folder(desk: Desk, old: Path, new: Path) -> None:
    secret = kept(old.with_name("secret"))
    assert await desk.copies(old, new, chosen=False) == 0
    assert kept(new.with_name("secret")) == secret
    assert new.with_name("secret").stat().st_mode & 0o777 == 0o600
    assert "Links in earlier messages stay good" in desk.words
    assert secret not in desk.words


async def test_another_secret_is_not_overwritten_silently(desk: Desk, old: Path, new: Path) -> None:
    kept(old.with_name("secret"))
    other = kept(new.with_name("secret"))
    assert await desk.copies(old, new, chosen=False) == 0
    assert kept(new.with_name("secret")) == other
    assert "it is another secret than" in desk.words


async def test_where_it_cannot_come_along_it_is_said(desk: Desk, old: Path, new: Path) -> None:
    secret = kept(old.with_name("secret"))
    file = old.with_name("all.jsonl")
    assert await desk.copies(old, file, chosen=False) == 0
    assert "Set COTERIE_SECRET to that for the new installation" in desk.words
    assert secret not in desk.words
    assert secret not in file.read_text()
    assert await desk.copies(file, new, chosen=False) == 0
    assert "Set COTERIE_SECRET to that, or they will not open" in desk.words


async def test_a_secret_that_was_chosen_is_kept_by_who_chose_it(
    desk: Desk, old: Path, new: Path
) -> None:
    kept(old.with_name("secret"))
    assert await desk.copies(old, new, chosen=True) == 0
    assert "Keep COTERIE_SECRET as it is" in desk.words
    assert not new.with_name("secret").exists()


async def test_where_nothing_was_ever_signed_nothing_is_said(
    desk: Desk, old: Path, new: Path
) -> None:
    assert await desk.copies(old, new, chosen=False) == 0
    assert "secret" not in desk.words.lower()
