"""Times and texts are stored alike on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from bot.store.column_types import Instant, SafeText

DIALECT = sqlite.dialect()


@given(st.datetimes(timezones=st.sampled_from((UTC, timezone(timedelta(hours=5, minutes=45))))))
def test_an_instant_is_the_same_moment_when_it_is_read_back(moment: datetime) -> None:
    """Not a microsecond is lost, before 1970 neither; what comes back is UTC."""
    stored = Instant().process_bind_param(moment, DIALECT)
    read = Instant().process_result_value(stored, DIALECT)

    assert read == moment
    assert read is not None
    assert read.tzinfo is UTC


def test_a_datetime_without_a_zone_is_refused() -> None:
    """Nobody could tell which moment it means."""
    with pytest.raises(ValueError, match="without a zone"):
        Instant().process_bind_param(datetime(2026, 1, 1), DIALECT)  # noqa: DTZ001 - that is the point


def test_nothing_stays_nothing() -> None:
    """NULL is not a moment and not a text."""
    assert Instant().process_bind_param(None, DIALECT) is None
    assert Instant().process_result_value(None, DIALECT) is None
    assert SafeText().process_bind_param(None, DIALECT) is None


@given(st.text(st.characters(codec=None), max_size=20))
def test_any_text_can_be_encoded_and_holds_no_nul(text: str) -> None:
    """What upstreams send may hold anything that JSON can escape."""
    safe = SafeText().process_bind_param(text, DIALECT)

    assert safe is not None
    assert b"\0" not in safe.encode()
    assert len(safe) == len(text)
