"""Finding what can be pressed in a message, and giving names to what has none, as Slack does."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.demo.slack.nouns import JSON


def elements_of(block: JSON) -> Iterator[JSON]:
    """Yield the interactive elements of one block."""
    if block.get("type") in {"actions", "context_actions"}:
        yield from block.get("elements", ())
    if block.get("type") == "section" and "action_id" in block.get("accessory", {}):
        yield block["accessory"]


def find_element(blocks: Sequence[JSON], action_id: str, block_id: str | None = None) -> tuple[JSON, JSON]:
    """Return the block and the element with an action id; the first one, if no block is named.

    Raises:
        LookupError: no element of the message has that action id; names those that exist.
    """
    seen: list[str] = []
    for block in blocks:
        for element in elements_of(block):
            seen.append(element["action_id"])
            if element["action_id"] == action_id and block_id in (None, block["block_id"]):
                return block, element
    raise LookupError(f"no element {action_id!r} in the message, only {seen}")


def with_ids(blocks: Sequence[JSON], stem: str) -> tuple[JSON, ...]:
    """Copy blocks; those without a `block_id`, and their elements without an `action_id`, get one.

    Slack does so, too, and sends the invented ids back in interactions.
    """
    named = deepcopy(list(blocks))
    for place, block in enumerate(named):
        block.setdefault("block_id", f"{stem}-{place}")
        candidates = [*block.get("elements", ()), block.get("accessory", {})]
        for number, element in enumerate(candidates):
            if element.get("type") in INTERACTIVE:
                element.setdefault("action_id", f"{stem}-{place}-{number}")
    return tuple(named)


INTERACTIVE = frozenset(
    {"button", "overflow", "static_select", "users_select", "datepicker", "checkboxes", "radio_buttons"}
)
