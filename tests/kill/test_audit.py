"""The auditor itself: it must see what it is there to see."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.model import Delivery, DeliveryKind, DeliveryState, Digest, EmptyPolicy, Slot
from tests.fakes.clock import NOON
from tests.kill.audit import Page, audit, unfinished
from tests.kill.scene import EVERY_MINUTE


def slot(minute: int) -> Slot:
    """Return a minute after noon."""
    moment = NOON + timedelta(minutes=minute)
    return Slot(f"{moment:%Y-%m-%dT%H:%M}", moment)


def row(minute: int, state: DeliveryState, reason: str = "") -> Delivery:
    """Return what became of a minute."""
    at = slot(minute)
    return Delivery(
        ref=minute, digest=1, kind=DeliveryKind.SLOT, slot=at.local, planned_at=at.at, due_at=at.at, state=state,
        reason=reason,
    )  # fmt: skip


def page(*rows: Delivery, until: int) -> Page:
    """Return a digest of every minute, whose next one is `until` minutes after noon."""
    added = Digest(
        ref=1, workspace="local", channel="C1", number=1, owner=None, query="", schedule=EVERY_MINUTE,
        empty=EmptyPolicy.FULL, created_at=NOON, next=slot(0),
    )  # fmt: skip
    return Page(added, replace(added, next=slot(until)), rows)


def key(minute: int) -> str:
    """Return the key of its message."""
    return f"digest:1:{slot(minute).local}"


def test_what_arrived_and_what_is_explained_is_in_order() -> None:
    """Posted once, skipped with a reason, unknown either way."""
    rows = (
        row(0, DeliveryState.POSTED),
        row(1, DeliveryState.SKIPPED, "merged"),
        row(2, DeliveryState.UNKNOWN, "lost"),
        row(3, DeliveryState.UNKNOWN, "lost"),
    )
    found = audit([page(*rows, until=4)], {key(0): 1, key(2): 1})

    assert (found.doubled, found.unnamed_holes, found.unnamed_posts) == ((), (), ())
    assert found.line() == "planned 4: posted 1, late 0, skipped 1, failed 0, unknown 2; doubled 0, kills 0"


def test_a_message_that_is_there_twice_is_seen() -> None:
    """The one thing that must never be."""
    assert audit([page(row(0, DeliveryState.POSTED), until=1)], {key(0): 2}).doubled == (key(0),)


def test_a_hole_that_the_ledger_does_not_name_is_seen() -> None:
    """Said to be posted and not there; skipped without a reason; no row at all."""
    rows = (row(0, DeliveryState.POSTED), row(1, DeliveryState.SKIPPED))

    assert audit([page(*rows, until=3)], {}).unnamed_holes == (key(0), key(1), key(2))


def test_a_message_that_the_ledger_denies_is_seen() -> None:
    """Failed and there all the same; or of nobody."""
    found = audit([page(row(0, DeliveryState.FAILED, "no"), until=1)], {key(0): 1, "digest:9:x": 1})

    assert found.unnamed_posts == (key(0), "digest:9:x")


def test_what_is_due_and_not_finished_is_waited_for() -> None:
    """Later slots are not."""
    book = [page(row(0, DeliveryState.CLAIMED), row(5, DeliveryState.PLANNED), until=6)]

    assert [each.ref for each in unfinished(book, NOON + timedelta(minutes=1))] == [0]
