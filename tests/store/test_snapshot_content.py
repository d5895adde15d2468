"""Snapshots as bytes: nothing is lost, and few are needed."""

from __future__ import annotations

from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from bot.model import Mark, Snapshot, State
from bot.store.snapshot_content import pack, unpack
from tests.builders import HOSTILE, NOW

_texts = st.text(max_size=8) | st.sampled_from(HOSTILE)
_marks = st.builds(
    Mark,
    connection=_texts,
    state=st.sampled_from(State),
    enabled=st.none() | st.booleans(),
    subscription=st.none() | _texts,
    service_count=st.none() | st.integers(0, 10**6),
    name=_texts,
)
_snapshots = st.builds(
    Snapshot,
    at=st.just(NOW),
    query=_texts,
    marks=st.dictionaries(st.integers(1, 2**31), _marks, max_size=8),
    blind=st.lists(_texts, max_size=3).map(tuple),
    peaks=st.dictionaries(_texts, st.integers(0, 10**6), max_size=3),
    since=st.dictionaries(_texts, st.datetimes(timezones=st.just(UTC)), max_size=3),
)


@given(_snapshots)
def test_what_is_unpacked_is_what_was_packed(snapshot: Snapshot) -> None:
    """The next digest is compared with exactly what this one knew."""
    assert unpack(pack(snapshot), at=snapshot.at, query=snapshot.query) == snapshot


def test_a_thousand_projects_take_few_bytes() -> None:
    """Ten thousand digests of a thousand projects each then fit into some 100 MB."""
    marks = {
        7 * number: Mark(
            connection="streampixel",
            state=State.INACTIVE if number % 7 == 0 else State.ACTIVE,
            enabled=number % 5 != 0,
            subscription="active",
            name=f"Showroom {number * 7919 % 10_007} {('Berlin', 'Paris', 'Rome')[number % 3]}",
        )
        for number in range(1, 1001)
    }

    assert len(pack(Snapshot(at=NOW, query="", marks=marks))) < 10_000
