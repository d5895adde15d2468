"""What every message looks like, and what no message may do."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from bot.demo.slack.validate import broadcasts, refusals
from bot.views import Audience, Message, draw
from bot.views.blocks import LONGEST_TEXT, MOST_BLOCKS, MOST_CHARACTERS
from tests.views.cases import CASES

GOLDEN = Path(__file__).parent / "golden"
UPDATE = "ROLLCALL_UPDATE_GOLDEN"


def drawn(name: str, audience: Audience = Audience.PRIVATE) -> Message:
    """Draw a case."""
    return draw(CASES[name], audience=audience, shared_by="U1" if audience is Audience.SHARED else None)


@pytest.mark.parametrize("name", CASES)
def test_a_message_looks_as_it_did(name: str) -> None:
    """A change of a screen is a change that somebody looked at; set ROLLCALL_UPDATE_GOLDEN=1 to accept it."""
    message = drawn(name)
    seen = json.dumps({"text": message.text.split("\n"), "blocks": message.blocks}, ensure_ascii=False, indent=1) + "\n"
    file = GOLDEN / f"{name}.json"
    if os.environ.get(UPDATE):
        file.write_text(seen, encoding="utf-8")

    assert seen == file.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    """A file without a case proves nothing."""
    assert {file.stem for file in GOLDEN.glob("*.json")} == set(CASES)


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("name", CASES)
def test_slack_would_take_every_message(name: str, audience: Audience) -> None:
    """Blocks within Slack's limits and ours, and a text that says something."""
    message = drawn(name, audience)

    assert refusals(message.blocks) == []
    assert len(message.blocks) <= MOST_BLOCKS
    assert len(json.dumps(message.blocks, ensure_ascii=False)) <= MOST_CHARACTERS
    assert 0 < len(message.text) <= LONGEST_TEXT + 100


@pytest.mark.parametrize("name", CASES)
def test_nothing_from_outside_can_ping_anybody(name: str) -> None:
    """A project called `<!channel>` is a name like any other, in the blocks and in the text."""
    message = drawn(name)

    assert broadcasts(message.blocks) == []
    assert not re.search(r"<[!@#]", message.text)


@pytest.mark.parametrize("name", CASES)
def test_mrkdwn_is_verbatim_and_its_names_cannot_format(name: str) -> None:
    """Every mrkdwn object switches automatic parsing off."""
    objects = list(_objects(drawn(name).blocks, "mrkdwn"))

    assert all(each.get("verbatim") is True for each in objects)
    assert all(each.get("emoji") is False for each in _objects(drawn(name).blocks, "plain_text"))


WITHOUT_DATA = (
    "help", "refused", "exported", "digests_", "watches_none", "watches_many", "watches_hostile", "watches_details",
    "watches_kept_paused", "watches_kept_removed", "alerts_done", "alerts_why_forgotten",
)  # fmt: skip


@pytest.mark.parametrize("name", [name for name in CASES if not name.startswith(WITHOUT_DATA) and name != "watches"])
def test_the_text_says_how_old_the_data_is(name: str) -> None:
    """Notifications and screen readers get the footer too."""
    assert re.search(r"(read|as of) .* ago|not read yet|nothing known yet", drawn(name).text)


def test_a_shared_answer_names_who_asked_and_offers_only_a_private_copy() -> None:
    """A button under a public message must not change it for everybody."""
    blocks = drawn("list_many", Audience.SHARED).blocks

    assert blocks[0]["elements"][0]["elements"][0] == {"type": "user", "user_id": "U1"}
    buttons = [e for b in blocks if b["type"] == "actions" for e in b["elements"]]
    assert [button["action_id"] for button in buttons] == ["mine"]


def test_a_public_answer_is_not_changed_by_whoever_presses_its_buttons() -> None:
    """In a channel a press is answered beside the message, for the one who pressed; in a direct message in place."""

    def ids(audience: Audience) -> set[str]:
        blocks = drawn("list_many", audience).blocks
        return {e["action_id"] for b in blocks if b["type"] == "actions" for e in b["elements"]}

    assert ids(Audience.PUBLIC) == {"mine.run.previous", "mine.run.next", "mine.refresh"}
    assert ids(Audience.DIRECT) == {"run.previous", "run.next", "refresh"}


def test_what_stays_in_a_channel_says_of_when_it_is() -> None:
    """Two minutes ago is a lie tomorrow."""
    assert drawn("status", Audience.SHARED).text.endswith("As of 2026-03-30 12:00 UTC.")
    assert "As of" not in drawn("status").text


def _objects(node: Any, kind: str) -> Any:
    if isinstance(node, dict):
        if node.get("type") == kind:
            yield node
        for value in node.values():
            yield from _objects(value, kind)
    elif isinstance(node, list):
        for value in node:
            yield from _objects(value, kind)
