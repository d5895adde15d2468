"""What can be typed for a condition, where it ends, and what is said about the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conditions import begins_change, condition_words, print_condition, read_change, read_condition
from bot.errors import UsageError
from bot.model import Condition, ConditionKind, Signal

ZONE = "Europe/Berlin"


@pytest.mark.parametrize(
    ("typed", "canonical", "words"),
    [
        ("inactive for 30d", "inactive for 30d", "no activity for 30 d"),
        ("Inactive For 2W", "inactive for 14d", "no activity for 14 d"),
        ("inactive by edits", "inactive for 30d by edits", "no edits for 30 d"),
        ("inactive by viewers", "inactive for 14d by viewers", "nobody watching for 14 d"),
        ("inactive for 30d, by viewers", "inactive for 30d by viewers", "nobody watching for 30 d"),
        ("inactive by viewers for 36h", "inactive for 36h by viewers", "nobody watching for 36 h"),
        ("inactive by both for 36h", "inactive for 36h", "no activity for 36 h"),
        ("inactive by edits, viewers", "inactive for 30d", "no activity for 30 d"),
        ("inactive by edits and viewers", "inactive for 30d", "no activity for 30 d"),
        ("inactive for 20 working days", "inactive for 20 working days", "no activity for 20 working days"),
        ("inactive for 1 workday", "inactive for 1 working day", "no activity for 1 working day"),
        (
            "inactive for 5 business days by edits",
            "inactive for 5 working days by edits",
            "no edits for 5 working days",
        ),
        ("inactive for 30 days", "inactive for 30d", "no activity for 30 d"),
        ("inactive for 4 weeks", "inactive for 28d", "no activity for 28 d"),
        ("inactive for a month by edits", "inactive for 30d by edits", "no edits for 30 d"),
        ("inactive for 2months", "inactive for 60d", "no activity for 60 d"),
        ("inactive for thirty days", "inactive for 30d", "no activity for 30 d"),
        ("inactive for half a year", "inactive for 180d", "no activity for 180 d"),
        ("inactive for a year", "inactive for 365d", "no activity for 365 d"),
        ("inactive for 30d days", "inactive for 30d", "no activity for 30 d"),
        ("inactive for:30d", "inactive for 30d", "no activity for 30 d"),
        ("inactive for:30d signals:viewers", "inactive for 30d by viewers", "nobody watching for 30 d"),
        ("queue for half an hour", "queue for 30m", "viewers waiting for 30 min"),
        ("queue for an hour", "queue for 1h", "viewers waiting for 1 h"),
        ("off", "off", "switched off though paid for"),
        ("lapsed", "lapsed", "subscription not active"),
        ("gone", "gone", "gone from its source"),
        ("queue", "queue for 10m", "viewers waiting for 10 min"),
        ("queue for 90s", "queue for 90s", "viewers waiting for 90 s"),
        ("queue for 2h", "queue for 2h", "viewers waiting for 2 h"),
        ("empty", "empty for 14d", "no services for 14 d"),
        ("ci-silent for 7d", "ci-silent for 7d", "last edited with an API key, then nothing for 7 d"),
        ("build rejected", "build rejected", "a build was rejected"),
        ("build approved", "build approved", "a build went live"),
    ],
)
def test_a_condition_reads_alike_in_quotes_and_without(typed: str, canonical: str, words: str) -> None:
    """Filters follow; what is stored is canonical."""
    for quote in ("", '"', "'", "`"):
        text = f"watch add {quote}{typed}{quote} source:streampixel"

        condition, end, _ = read_condition(text, start=len("watch add"), zone=ZONE)

        assert text[end:] == " source:streampixel"
        assert print_condition(condition) == canonical
        assert condition_words(condition) == words


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("inactive checkout", " checkout"),
        ("inactive for 30d 2024", " 2024"),
        ("inactive 4k tv", " 4k tv"),
        ("inactive in berlin", " in berlin"),
        ("off -demo", " -demo"),
        ('gone "for sale"', ' "for sale"'),
        ("build rejected name:for*", " name:for*"),
        ("inactive by edits and more", " and more"),
    ],
)
def test_words_to_look_for_are_left_alone(text: str, rest: str) -> None:
    """They belong to the filters."""
    _, end, _ = read_condition(text, zone=ZONE)

    assert text[end:] == rest


def test_what_was_not_typed_is_said() -> None:
    """The time, and whose working days count."""
    assert read_condition("inactive", zone=ZONE)[2] == ("No time was given, so it is `for 30d`.",)
    assert read_condition("queue", zone=ZONE)[2] == ("No time was given, so it is `for 10m`.",)
    assert read_condition("inactive for 30d", zone=ZONE)[2] == ()
    assert read_condition("off", zone=ZONE)[2] == ()
    assert read_condition("inactive for 5 working days", zone=ZONE)[2] == (
        "Working days are Monday to Friday in Europe/Berlin.",
    )


def test_where_only_viewers_are_known_two_weeks_are_usual() -> None:
    """For inactivity; other conditions do not depend on that."""
    inactive, _, defaults = read_condition("inactive", zone=ZONE, streampixel_only=True)
    queue, _, _ = read_condition("queue", zone=ZONE, streampixel_only=True)

    assert inactive.threshold == timedelta(days=14)
    assert defaults == ("No time was given, so it is `for 14d`.",)
    assert queue.threshold == timedelta(minutes=10)


@pytest.mark.parametrize(
    ("typed", "pointed", "corrected"),
    [
        ("inactiv for 30d", "inactiv", "inactive for 30d"),
        ("inactive 30 days", "30 days", "inactive for 30d"),
        ("inactive 30d by edits", "30d", "inactive for 30d by edits"),
        ("inactive 30", "30", "inactive for 30d"),
        ("inactive 20 working days", "20 working days", "inactive for 20 working days"),
        ("inactive over 30d", "over 30d", "inactive for 30d"),
        ("inactive since 2 weeks", "since 2 weeks", "inactive for 14d"),
        ("inactive longer than 30 days name:x", "longer than 30 days", "inactive for 30d name:x"),
        ("inactive for month", "month", "inactive for 30d"),
        ("inactive for 2 years", "2 years", "inactive for 365d"),
        ("inactive for 30 working", "30 working", "inactive for 30 working days"),
        ("inactive for ages", "ages", None),
        ("inactive for a", "a", None),
        ("inactive for 0d", "0d", None),
        ("inactive for 2026", "2026", None),
        ("inactive for:2 years", "2 years", "inactive for:365d"),
        ("inactive for", "", "inactive for 30d"),
        ("inactive for source:x", " ", "inactive for 30d source:x"),
        ("inactive for 10m", "10m", "inactive for 1h"),
        ("inactive for 9999d", "9999d", "inactive for 365d"),
        ("inactive for 0 working days", "0 working days", "inactive for 1 working day"),
        ("inactive for 500 working days", "500 working days", "inactive for 365 working days"),
        ("queue for 10", "10", "queue for 10m"),
        ("queue for 2d", "2d", "queue for 1d"),
        ("queue for 30s", "30s", "queue for 1m"),
        ("queue for 3 working days", "3 working days", "queue for 10m"),
        ("queue by viewers", "by viewers", None),
        ("queue by anna", "by anna", "queue by:anna"),
        ("inactive by viewer", "viewer", "inactive by viewers"),
        ("inactive by anna", "anna", None),
        ("inactive by", "", "inactive by edits"),
        ("inactive by edits by viewers", "by viewers", "inactive by edits"),
        ("inactive for 30d for 40d", "for 40d", "inactive for 30d"),
        ("off for 30d", "for 30d", "off"),
        ("build failed", "failed", "build rejected"),
        ("build live", "live", "build approved"),
        ("build rejcted", "rejcted", "build rejected"),
        ("build", "", "build rejected"),
        ("build checkout", "build", "build rejected checkout"),
        ("ci silent for 7d", "ci silent", "ci-silent for 7d"),
        ("ci for 7d", "ci", "ci-silent for 7d"),
        ("rejected", "rejected", "build rejected"),
        ("idle 2 weeks by views", "idle", "inactive for 14d by viewers"),
        ("expired", "expired", "lapsed"),
        ("for 45d", "for", "inactive for 45d"),
        ("by viewers", "by", "inactive by viewers"),
        ("if nobody edits for 60 days", "if", None),
        ("source:x", "s", "inactive for 30d source:x"),
        ("checkout", "checkout", None),
        ("", "", "inactive for 30d"),
        ('"inactive for 30d', '"', "inactive for 30d"),
        ('"inactive checkout"', "checkout", None),
        ('""', '"', '"inactive for 30d"'),
    ],
)
def test_what_cannot_be_read_is_pointed_at_and_corrected(typed: str, pointed: str, corrected: str | None) -> None:
    """The correction is a whole command that works."""
    text = f"watch add {typed}"

    with pytest.raises(UsageError) as refusal:
        read_condition(text, start=len("watch add"), zone=ZONE)

    told = refusal.value
    assert told.text == text
    assert text[told.position : told.position + told.length] == pointed
    assert told.correction == (None if corrected is None else f"watch add {corrected}")
    assert told.for_user().endswith((".", "?"))


BEFORE = Condition(kind=ConditionKind.INACTIVE, threshold=timedelta(days=30), signals=(Signal.EDITS,))


@pytest.mark.parametrize(
    ("typed", "canonical", "rest"),
    [
        ("for 45d", "inactive for 45d by edits", ""),
        ("45 days", "inactive for 45d by edits", ""),
        ("for:45d source:x", "inactive for 45d by edits", " source:x"),
        ("a month -demo", "inactive for 30d by edits", " -demo"),
        ("for 20 working days", "inactive for 20 working days by edits", ""),
        ("by viewers", "inactive for 30d by viewers", ""),
        ("by both for 2 weeks", "inactive for 14d", ""),
    ],
)
def test_a_part_of_a_condition_changes_only_that_part(typed: str, canonical: str, rest: str) -> None:
    """Everything else stays as it was."""
    assert begins_change(typed, 0)

    condition, end, _ = read_change(typed, start=0, before=BEFORE, zone=ZONE)

    assert print_condition(condition) == canonical
    assert typed[end:] == rest


@pytest.mark.parametrize("typed", ["inactive for 45d", "checkout", "source:x", "by:anna", "off", "by", ""])
def test_what_is_no_part_of_a_condition_is_none(typed: str) -> None:
    """Whole conditions, filters and words are read elsewhere."""
    assert not begins_change(typed, 0)


@pytest.mark.parametrize(
    ("typed", "kind", "pointed", "corrected"),
    [
        ("for 2 years", ConditionKind.INACTIVE, "2 years", "for 365d"),
        ("45", ConditionKind.INACTIVE, "45", "45d"),
        ("2026", ConditionKind.INACTIVE, "2026", None),
        ("45d", ConditionKind.OFF, "45d", None),
        ("for 45d", ConditionKind.OFF, "for 45d", None),
        ("by viewers", ConditionKind.QUEUE, "by viewers", None),
    ],
)
def test_a_part_that_does_not_fit_is_refused(
    typed: str, kind: ConditionKind, pointed: str, corrected: str | None
) -> None:
    """The correction changes nothing else, or there is none."""
    before = replace(BEFORE, kind=kind, signals=())

    with pytest.raises(UsageError) as refusal:
        read_change(typed, start=0, before=before, zone=ZONE)

    told = refusal.value
    assert typed[told.position : told.position + told.length] == pointed
    assert told.correction == corrected


def test_a_number_beyond_all_bounds_is_refused_as_well() -> None:
    """People lean on keys."""
    with pytest.raises(UsageError) as refusal:
        read_condition("inactive for 99999999999999999999 working days", zone=ZONE)

    assert refusal.value.correction == "inactive for 365 working days"
