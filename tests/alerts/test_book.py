"""What people may do to the watches of a channel while others do the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.alerts.book import WatchBook, what_changed
from bot.errors import ChangedMeanwhile, Forbidden, NoSuchWatch, UsageError
from bot.model import Condition, ConditionKind, DigestChange, Hours
from tests.alerts.cases import watch
from tests.builders import NOW
from tests.fakes.clock import HandClock
from tests.fakes.watch_ledger import FakeWatchLedger

DRAFT = watch().draft
OFF = Condition(kind=ConditionKind.OFF)


def book_of(ledger: FakeWatchLedger) -> WatchBook:
    """Return a book of the workspace."""
    return WatchBook("T1", ledger, HandClock(NOW), {"U9"}, lambda: None)


async def test_who_works_on_an_older_version_is_told_so() -> None:
    """Nothing is overwritten that somebody has not seen."""
    ledger = FakeWatchLedger()
    book = book_of(ledger)
    seen = await book.add(DRAFT)
    await book.edit(seen, replace(DRAFT, condition=OFF), "U2")

    for late in (
        book.edit(seen, replace(DRAFT, hours=None), "U1"),
        book.pause(seen, "U1"),
        book.remove(seen, "U1"),
    ):
        with pytest.raises(ChangedMeanwhile) as refusal:
            await late
        assert "watch list" in refusal.value.for_user()
    (kept,) = await book.listed("C1")
    assert (kept.condition, kept.pause) == (OFF, None)


async def test_waking_what_somebody_woke_a_moment_ago_is_told() -> None:
    """The record says who did."""
    ledger = FakeWatchLedger()
    book = book_of(ledger)
    paused = await book.pause(await book.add(DRAFT), "U1")
    assert (await book.pause(paused, "U2")).pause == paused.pause
    await book.resume(paused, "U1")
    with pytest.raises(ChangedMeanwhile):
        await book.resume(paused, "U2")


async def test_one_that_was_removed_meanwhile_is_no_more() -> None:
    """Between the writing and the reading, too."""

    class Removing(FakeWatchLedger):
        """Somebody removes the watch right after it was edited."""

        async def edit_watch(self, *given: object) -> bool:
            """Edit, and lose it."""
            done = await super().edit_watch(*given)  # type: ignore[arg-type]
            (there,) = await self.watches("T1", "C1")
            await self.remove_watch(there, DigestChange(at=NOW, by=None, what="removed it"))
            return done

    book = book_of(Removing())
    kept = await book.add(DRAFT)
    with pytest.raises(ChangedMeanwhile):
        await book.edit(kept, replace(DRAFT, condition=OFF), "U1")
    with pytest.raises(NoSuchWatch):
        await book.numbered("C1", 1)


async def test_nobody_else_removes_a_watch_of_nobody() -> None:
    """One that was added in the terminal belongs to admins."""
    book = book_of(FakeWatchLedger())
    kept = await book.add(replace(DRAFT, owner=None))
    with pytest.raises(Forbidden, match="remove this watch") as refusal:
        await book.remove(kept, "U1")
    assert refusal.value.who == "an admin"
    assert book.may_remove(kept, "U9")
    await book.remove(kept, None)
    assert await book.listed("C1") == ()


async def test_working_days_of_another_zone_make_another_watch() -> None:
    """Without working days the zone decides nothing but hours."""
    book = book_of(FakeWatchLedger())
    days = Condition(kind=ConditionKind.INACTIVE, threshold=timedelta(days=20), working_days=True)
    await book.add(replace(DRAFT, condition=days))
    await book.add(replace(DRAFT, condition=days, zone="Asia/Tokyo"))
    await book.add(DRAFT)
    with pytest.raises(UsageError, match="Watch 3"):
        await book.add(replace(DRAFT, zone="Asia/Tokyo"))


def test_the_record_says_what_was_changed_from_what_to_what() -> None:
    """In the words in which it is typed."""
    after = replace(DRAFT, condition=OFF, query="source:streampixel", hours=None, broadcast=True)
    assert what_changed(replace(DRAFT, hours=Hours()), after) == (
        "changed the condition from `inactive for 30d` to `off` and the filters from none to `source:streampixel` "
        "and the hours from `9-17` to `any` and the broadcast from `no` to `yes`"
    )
