"""Streampixel's answers become our nouns, or an error that says why not."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BotError, NotFound, SourceGarbled, SourceRefused
from bot.model import Listing, Project, Viewers
from bot.sources.answer import Answer
from bot.sources.streampixel.wire import decode_listing, decode_viewers
from tests.fakes.clock import NOON

ID = "664f1a2b3c4d5e6f7a8b9c0d"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(ID),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["totalProjects", "projects", "_id", "name", "status", "subscriptionStatus", "message"])
            | st.text(),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


def listed(*items: dict[str, object], total: int | None = None) -> Listing:
    """Decode a listing of `items`."""
    told = {"totalProjects": len(items) if total is None else total, "projects": items}
    return decode_listing(Answer(status=200, body=json.dumps(told).encode()), connection="pixels")


def test_reads_the_documented_answer() -> None:
    """The sample of the vendor's page, with a paid project that is switched off."""
    listing = listed(
        {"_id": ID, "name": "Showroom Demo", "status": True, "subscriptionStatus": "active"},
        {"_id": "664f1a2b3c4d5e6f7a8b9c0e", "name": "Configurator EU", "status": False, "subscriptionStatus": "active"},
    )

    assert listing.complete
    assert (listing.total, listing.requests, listing.quota) == (2, 1, None)
    assert listing.projects[0] == Project(
        source="streampixel",
        connection="pixels",
        id=ID,
        name="Showroom Demo",
        enabled=True,
        subscription="active",
        url=f"https://dashboard.streampixel.io/projectdetail/{ID}",
    )
    assert listing.projects[1].enabled is False


def test_reads_an_account_without_projects() -> None:
    """Nothing is a complete list, too."""
    assert listed().projects == ()


@pytest.mark.parametrize(
    ("status", "enabled"),
    [(True, True), ("true", True), ("True", True), ("ACTIVE", True), (1, True), ("1", True), (False, False),
     ("false", False), ("inactive", False), ("locked", False), ("", False), (0, False), (2, False), (None, None)],
)  # fmt: skip
def test_reads_the_switch_in_all_its_spellings(status: object, enabled: bool | None) -> None:  # noqa: FBT001 - a table
    """A boolean today, a word in older answers; what is not known is not off."""
    assert listed({"_id": ID, "name": "n", "status": status}).projects[0].enabled is enabled


def test_does_not_guess_what_is_missing() -> None:
    """Neither a switch nor a plan nor a name is made up."""
    project = listed({"_id": ID}).projects[0]

    assert (project.name, project.enabled, project.subscription) == ("", None, None)


@pytest.mark.parametrize(
    ("word", "kept"), [("past_due", "past_due"), ("Active", "active"), ("never seen", "never seen"), ("", None)]
)
def test_keeps_any_word_for_the_plan(word: str, kept: str | None) -> None:
    """An open set; only its case is levelled, lest "Active" look like trouble."""
    assert listed({"_id": ID, "subscriptionStatus": word}).projects[0].subscription == kept


def test_makes_names_printable_and_nothing_more() -> None:
    """A hostile name stays a name."""
    name = "<b>&amp; *x* {} 🛥️ שלום"
    shown = name.format("\N{REPLACEMENT CHARACTER}" * 2)

    assert listed({"_id": ID, "name": name.format("\x00\ud800")}).projects[0].name == shown


@pytest.mark.parametrize(
    "told",
    [
        {},
        [],
        {"projects": []},
        {"totalProjects": 0},
        {"totalProjects": 1, "projects": []},
        {"totalProjects": 0, "projects": [{"_id": ID}]},
        {"totalProjects": 0, "projects": {}},
        {"totalProjects": "0", "projects": []},
        {"totalProjects": 1, "projects": [{"name": "n"}]},
        {"totalProjects": 1, "projects": [{"_id": ""}]},
        {"totalProjects": 1, "projects": [{"_id": 5}]},
        {"totalProjects": 1, "projects": [{"_id": "../x"}]},
        {"totalProjects": 1, "projects": [{"_id": "\ud800"}]},
        {"totalProjects": 2, "projects": [{"_id": ID}, {"_id": ID}]},
        {"totalProjects": 1, "projects": [{"_id": ID, "status": []}]},
        {"totalProjects": 1, "projects": [{"_id": ID, "subscriptionStatus": 5}]},
        {"totalProjects": 2, "projects": [{"_id": ID}, None]},
    ],
)
def test_believes_no_list_that_contradicts_itself(told: object) -> None:
    """One bad item spoils the list: half of it would look like deleted projects."""
    with pytest.raises(SourceGarbled):
        decode_listing(Answer(status=200, body=json.dumps(told).encode()), connection="pixels")


@pytest.mark.parametrize(
    ("status", "message", "words"),
    [
        (400, "User ID is required", "HTTP 400: the user id is missing"),
        (400, "projectId, userId and apikey are required", "HTTP 400: the user id or the key is missing"),
        (401, "Invalid User", "HTTP 401: the user id is not known"),
        (401, "Unauthorized: Invalid API Key", "HTTP 401: the key was not accepted"),
        (401, "Something new <!channel>", "HTTP 401: the credentials were not accepted"),
        (403, "Access denied", "HTTP 403: access was denied"),
    ],
)
def test_says_in_our_words_what_was_refused(status: int, message: str, words: str) -> None:
    """Two 401s differ only in their message, and people mend them differently."""
    answer = Answer(status=status, body=json.dumps({"message": message}).encode())

    with pytest.raises(SourceRefused) as caught:
        decode_listing(answer, connection="pixels")

    assert caught.value.detail == words


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"message": 5}', b""])
def test_a_refusal_without_a_message_is_still_one(body: bytes) -> None:
    """A block at the edge answers with a page."""
    with pytest.raises(SourceRefused, match="HTTP 401"):
        decode_listing(Answer(status=401, body=body), connection="pixels")


def test_counts_viewers_at_a_moment() -> None:
    """The measurement carries its own time."""
    answer = Answer(status=200, body=b'{"liveUser": 7, "queueUser": 2}')

    assert decode_viewers(answer, project_id=ID, now=NOON) == Viewers(live=7, queued=2, at=NOON)


def test_viewers_of_an_unknown_project_are_not_found() -> None:
    """It was deleted since it was listed."""
    with pytest.raises(NotFound):
        decode_viewers(Answer(status=404, body=b'{"message": "Project not found"}'), project_id=ID, now=NOON)


@pytest.mark.parametrize(
    "body", [b"{}", b'{"liveUser": 1}', b'{"liveUser": -1, "queueUser": 0}', b'{"liveUser": true, "queueUser": 0}']
)
def test_does_not_invent_viewers(body: bytes) -> None:
    """A sample that failed is unknown, not zero."""
    with pytest.raises(SourceGarbled):
        decode_viewers(Answer(status=200, body=body), project_id=ID, now=NOON)


@given(status=st.integers(100, 599), told=JSON.map(json.dumps).map(str.encode) | st.binary())
def test_any_answer_is_decoded_or_refused(status: int, told: bytes) -> None:
    """Only our own errors leave, and a listing that passes is whole."""
    answer = Answer(status=status, body=told)

    with suppress(BotError):
        listing = decode_listing(answer, connection="pixels")
        assert listing.complete
        assert len({project.id for project in listing.projects}) == listing.total
    with suppress(BotError):
        assert decode_viewers(answer, project_id=ID, now=NOON).live >= 0
