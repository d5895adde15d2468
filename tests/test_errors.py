"""Every leaf of the error tree has a sentence for the person who asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import (
    BotError,
    CannotArchive,
    CannotLook,
    ChangedMeanwhile,
    ChannelClosed,
    ConfigurationError,
    Expired,
    Forbidden,
    MaybePosted,
    MessengerError,
    NeverPosted,
    NoSuchAlert,
    NoSuchDigest,
    NoSuchWatch,
    NotFound,
    NotPosted,
    SourceBusy,
    SourceDown,
    SourceError,
    SourceGarbled,
    SourceRefused,
    StoreError,
    UsageError,
    WorkspaceClosed,
)

LEAVES = (
    BotError(),
    UsageError("I cannot read that. Try `7d`."),
    NotFound("checkout"),
    Expired(),
    SourceError("Fake", "HTTP 418"),
    SourceBusy("Fake", "HTTP 429", free_at=datetime(2026, 1, 1, 9, 5, tzinfo=UTC)),
    SourceBusy("Fake", "HTTP 429"),
    SourceDown("Fake", "HTTP 503"),
    SourceRefused("Fake", "HTTP 401"),
    SourceGarbled("Fake", "HTML"),
    StoreError("connection refused to 10.0.0.1"),
    MessengerError("a_word_of_next_year"),
    NotPosted("ratelimited", wait=timedelta(seconds=30)),
    NotPosted("http_503"),
    NeverPosted("invalid_blocks"),
    MaybePosted("timeout"),
    ChannelClosed("is_archived"),
    ChannelClosed("restricted_action"),
    WorkspaceClosed("token_revoked"),
    CannotLook("missing_scope"),
    Forbidden("remove this digest", "its owner or an admin"),
    NoSuchDigest(3, ()),
    NoSuchDigest(3, (1, 2)),
    NoSuchWatch(3, ()),
    NoSuchWatch(3, (1, 2)),
    NoSuchAlert(3, ()),
    NoSuchAlert(3, (1, 2)),
    CannotArchive("This project cannot be archived from here. Do it where it lives."),
    ChangedMeanwhile(),
    ChangedMeanwhile("alerts"),
    ConfigurationError(("A is wrong.", "B is missing.")),
)


def everything(kind: type[BotError]) -> set[type[BotError]]:
    """Return a class and all below it."""
    return {kind}.union(*(everything(below) for below in kind.__subclasses__() if below.__module__ == "bot.errors"))


def test_every_class_of_the_tree_is_looked_at_here() -> None:
    """A new leaf without a sentence fails this."""
    assert {type(leaf) for leaf in LEAVES} == everything(BotError)


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: type(leaf).__name__)
def test_a_leaf_speaks_in_whole_sentences(leaf: BotError) -> None:
    """What happened and what to do, never our inner words."""
    sentence = leaf.for_user()
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "Traceback" not in sentence
    assert "10.0.0.1" not in sentence


def test_a_busy_source_says_until_when() -> None:
    """A time is worth more than patience."""
    assert "until 09:05 UTC" in LEAVES[5].for_user()
