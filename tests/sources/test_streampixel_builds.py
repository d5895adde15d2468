"""What Streampixel tells of builds by itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SourceGarbled
from bot.model import EventKind
from bot.sources.streampixel.builds import LONGEST_OBJECTION, read_hint

NOW = datetime(2026, 3, 30, 9, tzinfo=UTC)
TOLD: dict[str, Any] = {
    "event": "build.rejected",
    "projectId": "664f1a2b3c4d5e6f7a8b9c0d",
    "uploadId": "665a2b3c4d5e6f7a8b9c0e1f",
    "fileUrl": "https://files.example/build.zip?X-Signature=secret",
    "status": "Reject",
    "objection": "No executable in <the> archive",
    "timestamp": "2026-03-30T08:58:00Z",
}


def body(**changes: Any) -> bytes:
    """Return a delivery."""
    return json.dumps(TOLD | changes).encode()


def test_a_rejection_says_why_and_when() -> None:
    """That is what people want to know, in the source's own words."""
    hint = read_hint(body(), NOW)

    assert (hint.event, hint.kind, hint.project_id) == (
        "build.rejected",
        EventKind.BUILD_REJECTED,
        TOLD["projectId"],
    )
    assert (hint.build.approved, hint.build.objection) == (False, "No executable in <the> archive")
    assert hint.build.at == NOW - timedelta(minutes=2)


def test_nothing_of_the_files_address_is_kept() -> None:
    """It may be signed: whoever has it has the build."""
    assert "secret" not in repr(read_hint(body(), NOW))
    assert "files.example" not in repr(read_hint(body(), NOW))


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("build.uploaded", EventKind.BUILD_STARTED),
        ("build.downloading", None),
        ("build.extracting", None),
        ("build.saving", None),
        ("build.distributing", None),
        ("build.approved", EventKind.BUILD_APPROVED),
        ("webhook.test", None),
        ("something.new", None),
    ],
)
def test_beginning_and_end_of_a_build_are_remembered(event: str, kind: EventKind | None) -> None:
    """The steps in between are over within minutes; what is not known yet does no harm."""
    assert read_hint(body(event=event, objection=None), NOW).kind is kind


def test_only_a_rejection_has_an_objection() -> None:
    """Whatever else a message carries there is not a reason."""
    assert read_hint(body(event="build.approved"), NOW).build.objection is None


def test_an_objection_is_clipped_and_may_be_missing() -> None:
    """It comes from outside and from anybody who knows the path."""
    assert read_hint(body(objection="x" * 9_000), NOW).build.objection == "x" * LONGEST_OBJECTION
    assert read_hint(body(objection="  "), NOW).build.objection is None
    assert read_hint(body(objection=None), NOW).build.objection is None


def test_the_same_delivery_has_the_same_key_and_another_build_another() -> None:
    """There is no delivery id, so the content has to do."""
    assert read_hint(body(), NOW).key == read_hint(body(status="other"), NOW + timedelta(hours=1)).key
    keys = {
        read_hint(body(**change), NOW).key
        for change in ({}, {"uploadId": "b"}, {"projectId": "p"}, {"event": "build.approved"}, {"timestamp": None})
    }
    assert len(keys) == 5


@pytest.mark.parametrize(
    ("timestamp", "at"),
    [
        ("2026-03-30T10:58:00+02:00", NOW - timedelta(minutes=2)),
        ("2026-03-30T08:58:00", NOW - timedelta(minutes=2)),
        ("2026-03-30T09:00:30Z", NOW),
        ("2036-03-30T09:00:00Z", NOW),
        ("1970-01-01T00:00:00Z", NOW),
        ("0001-01-01T00:00:00+14:00", NOW),
        ("yesterday", NOW),
        (None, NOW),
    ],
)
def test_a_date_that_cannot_be_true_is_now(timestamp: str | None, at: datetime) -> None:
    """Without a zone it is UTC; the future and the distant past are mistakes."""
    assert read_hint(body(timestamp=timestamp), NOW).build.at == at


@pytest.mark.parametrize("bad", [b"", b"[]", b"{}", b'{"event": 3}', b"<html>", body(projectId="../x"), b"\xff"])
def test_anything_else_is_refused(bad: bytes) -> None:
    """Also by people who found the path."""
    with pytest.raises(SourceGarbled):
        read_hint(bad, NOW)


@given(st.binary(max_size=300) | st.dictionaries(st.text(), st.integers() | st.text() | st.none()).map(json.dumps))
def test_whatever_comes_is_read_or_refused(sent: bytes | str) -> None:
    """Nothing else leaves the reader."""
    try:
        hint = read_hint(sent if isinstance(sent, bytes) else sent.encode("utf-8", "surrogatepass"), NOW)
    except SourceGarbled:
        return
    assert hint.build.at <= NOW


@pytest.mark.parametrize("missing", [{"uploadId": None, "timestamp": None}, {"uploadId": "", "timestamp": ""}])
def test_a_message_that_says_neither_which_build_nor_when_is_known_by_its_minute(missing: dict[str, Any]) -> None:
    """Delivered again it comes at once; the same news a minute later is that of another build."""
    first, again, later = (read_hint(body(**missing), NOW + timedelta(seconds=seconds)).key for seconds in (0, 59, 60))

    assert first == again
    assert first != later


@pytest.mark.parametrize("missing", ["uploadId", "timestamp"])
def test_a_message_that_names_its_build_or_its_time_is_the_same_whenever_it_comes(missing: str) -> None:
    """It may be delivered again after hours."""
    keys = {read_hint(body(**{missing: None}), NOW + timedelta(hours=hours)).key for hours in (0, 5)}

    assert len(keys) == 1
