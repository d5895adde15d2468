"""What a notice about digests in trouble looks like."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.demo.slack.validate import refusals
from bot.views.notices import MOST_PLACES, listed, named_channels, notice
from tests.builders import HOSTILE
from tests.views.book_cases import digest

NAMES = {"C0STUDIO": "studio", "C0SALES": "sales"}


def test_one_digest_is_told_with_its_schedule() -> None:
    """Who has ten of them knows it by that."""
    drawn = notice("Your digest", [digest(2, channel="C0STUDIO")], NAMES, "rests now: why.", "Advice.")

    assert drawn.text == "Your digest 2 in #studio (weekdays at 09:00 Europe/Berlin) rests now: why.\nAdvice."


def test_several_digests_are_named_by_channel() -> None:
    """The channel with most of them first; what Slack draws as a link has a name in the text."""
    digests = [digest(number, channel=channel) for channel in ("C0SALES", "C0STUDIO") for number in (3, 1)]
    digests += [digest(9, channel="C0STUDIO"), digest(1, channel="C0SECRET")]

    drawn = notice("Digest", digests, NAMES, "rest now.", "Advice.")

    assert drawn.text == "Digests 1, 3 and 9 in #studio; 1 and 3 in #sales; 1 in the channel rest now.\nAdvice."
    elements = drawn.blocks[0]["elements"][0]["elements"]
    assert [each["channel_id"] for each in elements if each["type"] == "channel"] == ["C0STUDIO", "C0SALES", "C0SECRET"]
    assert "C0SECRET" not in drawn.text


def test_the_digests_of_more_channels_are_counted() -> None:
    """A workspace may have hundreds."""
    digests = [digest(number, channel=f"C000{number}") for number in range(1, 200)]

    drawn = notice("Digest", digests, {}, "rest now.", "Advice.")

    assert named_channels(digests) == ("C0001", "C0002", "C0003")
    assert f"; {199 - MOST_PLACES} more elsewhere rest now." in drawn.text
    assert f"; {199 - MOST_PLACES} more elsewhere" in json.dumps(drawn.blocks)


def test_a_channel_with_all_its_digests_is_taken_by_slack() -> None:
    """As many as one may have, with the longest name."""
    digests = [digest(number, channel="C0STUDIO") for number in range(975, 1000)]

    drawn = notice("Digest", digests, {"C0STUDIO": "x" * 80}, f"rest now: {'y' * 200}.", "Advice.")

    assert refusals(drawn.blocks) == []


@pytest.mark.parametrize("words", HOSTILE)
def test_words_from_outside_neither_ping_nor_format(words: str) -> None:
    """A reason may quote filters, and those quote anything; a channel may be called anything."""
    drawn = notice("Your digest", [digest(2, channel="C0STUDIO")], {"C0STUDIO": words}, words, "Advice.")

    assert "<!channel>" not in drawn.text
    assert "<@U1>" not in drawn.text
    kinds = {element["type"] for block in drawn.blocks for element in _elements(block)}
    assert kinds <= {"rich_text", "rich_text_section", "text", "channel", "context", "mrkdwn"}


@pytest.mark.parametrize(("channel", "kind"), [("C0REPORTS", "channel"), ("ops room <x>", "text")])
def test_a_channel_is_linked_if_it_can_be_one(channel: str, kind: str) -> None:
    """The terminal takes any word for a channel, and Slack refuses a message with such an id."""
    drawn = notice("Digest", [digest(2, channel=channel)], {}, "rests.", "Advice.")

    place = drawn.blocks[0]["elements"][0]["elements"][3]
    assert place["type"] == kind
    assert channel in json.dumps(place)


@pytest.mark.parametrize(
    ("words", "expected"), [([], ""), (["1"], "1"), (["1", "2"], "1 and 2"), (["1", "2", "3"], "1, 2 and 3")]
)
def test_a_list_is_written_as_people_do(words: list[str], expected: str) -> None:
    """Commas, and one and."""
    assert listed(words) == expected


def _elements(part: Any) -> list[dict[str, Any]]:
    if isinstance(part, list):
        return [element for each in part for element in _elements(each)]
    if not isinstance(part, dict):
        return []
    inner = [element for value in part.values() for element in _elements(value)]
    return [part, *inner] if "type" in part else inner
