"""What Slack refuses about the blocks of a message; written from its documentation, independent of the bot's views.

https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from bot.demo.slack.flaws import Flaw, Flaws
from bot.demo.slack.validate_elements import (
    ACCESSORIES,
    ACTIONS,
    ID,
    PLAIN,
    TEXT,
    check_element,
    check_image,
    check_text,
)
from bot.demo.slack.validate_rich import check_rich_text
from bot.demo.slack.validate_tables import check_data_table, check_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.demo.slack.nouns import JSON

BLOCKS = 50
BLOCKS_SIZE = 13_200
"""Characters of the blocks as JSON: about there Slack answers ``msg_blocks_too_long`` (undocumented)."""
FIELDS = 10
FIELD_TEXT = 2_000
HEADER_TEXT = 150
CONTEXT_ELEMENTS = 10
ACTIONS_ELEMENTS = 25
IMAGE_TITLE = 2_000
MARKDOWN_TEXT = 12_000
TABLES = 1


def refusals(blocks: object) -> list[Flaw]:
    """Return every rule that the blocks of a message break."""
    flaws = Flaws()
    items = flaws.count("/blocks", blocks, 0, BLOCKS)
    for place, block in enumerate(items):
        pointer = f"/blocks/{place}"
        flaws.optional(pointer, block, "block_id", ID)
        if flaws.one_of(f"{pointer}/type", block.get("type"), tuple(CHECKS)):
            CHECKS[str(block["type"])](flaws, pointer, block)
    _check_unique(flaws, "/blocks", [block.get("block_id") for block in items], "block_id")
    if sum(block.get("type") in {"table", "data_table"} for block in items) > TABLES:
        flaws.add("/blocks", f"only {TABLES} table is allowed in a message")
    return flaws.found


def is_too_long(blocks: object) -> bool:
    """Tell whether all blocks together are more than Slack takes with ``chat.postMessage``."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) > BLOCKS_SIZE


def broadcasts(blocks: object) -> list[Flaw]:
    """Return the places that would notify a whole channel. Slack takes them; nothing of ours may do so.

    A plain ``@here`` counts where Slack looks for names itself, which ``verbatim: true`` forbids.
    """
    flaws = Flaws()
    for pointer, node in _walk(blocks, "/blocks"):
        if node.get("type") == "broadcast":
            flaws.add(pointer, "would notify a whole channel")
        if node.get("type") == "mrkdwn":
            text = str(node.get("text", ""))
            loose = not node.get("verbatim") and NAMED.search(text)
            if MARKED.search(text) or loose:
                flaws.add(f"{pointer}/text", "would notify a whole channel")
    return flaws.found


MARKED = re.compile(r"<!(channel|here|everyone)\b|<!subteam\^")
NAMED = re.compile(r"(?<![\w.])@(channel|here|everyone)\b")


def _walk(node: object, pointer: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield pointer, node
        for key, child in node.items():
            yield from _walk(child, f"{pointer}/{key}")
    elif isinstance(node, list):
        for place, child in enumerate(node):
            yield from _walk(child, f"{pointer}/{place}")


def _check_unique(flaws: Flaws, pointer: str, ids: list[object], key: str) -> None:
    given = [value for value in ids if value is not None]
    for repeated in sorted({str(value) for value in given if given.count(value) > 1}):
        flaws.add(pointer, f"{key} {repeated!r} already exists")


def _check_section(flaws: Flaws, pointer: str, block: JSON) -> None:
    if "text" not in block and "fields" not in block:
        flaws.add(pointer, "needs text or fields")
    if "text" in block:
        check_text(flaws, f"{pointer}/text", block["text"], TEXT)
    if "fields" in block:
        for place, field in enumerate(flaws.count(f"{pointer}/fields", block["fields"], 1, FIELDS)):
            check_text(flaws, f"{pointer}/fields/{place}", field, FIELD_TEXT)
    if "accessory" in block:
        check_element(flaws, f"{pointer}/accessory", block["accessory"], ACCESSORIES)


def _check_header(flaws: Flaws, pointer: str, block: JSON) -> None:
    check_text(flaws, f"{pointer}/text", block.get("text"), HEADER_TEXT, PLAIN)


def _check_context(flaws: Flaws, pointer: str, block: JSON) -> None:
    elements = flaws.count(f"{pointer}/elements", block.get("elements"), 1, CONTEXT_ELEMENTS)
    for place, element in enumerate(elements):
        at = f"{pointer}/elements/{place}"
        if element.get("type") == "image":
            check_image(flaws, at, element)
        else:
            check_text(flaws, at, element)


def _check_actions(flaws: Flaws, pointer: str, block: JSON) -> None:
    elements = flaws.count(f"{pointer}/elements", block.get("elements"), 1, ACTIONS_ELEMENTS)
    for place, element in enumerate(elements):
        check_element(flaws, f"{pointer}/elements/{place}", element, ACTIONS)
    _check_unique(flaws, f"{pointer}/elements", [e.get("action_id") for e in elements], "action_id")


def _check_divider(_flaws: Flaws, _pointer: str, _block: JSON) -> None:
    """Nothing can be wrong with a line."""


def _check_image_block(flaws: Flaws, pointer: str, block: JSON) -> None:
    check_image(flaws, pointer, block)
    if "title" in block:
        check_text(flaws, f"{pointer}/title", block["title"], IMAGE_TITLE, PLAIN)


def _check_markdown(flaws: Flaws, pointer: str, block: JSON) -> None:
    flaws.length(f"{pointer}/text", block.get("text"), MARKDOWN_TEXT)


CHECKS: dict[str, Callable[[Flaws, str, JSON], None]] = {
    "section": _check_section,
    "header": _check_header,
    "context": _check_context,
    "actions": _check_actions,
    "divider": _check_divider,
    "image": _check_image_block,
    "rich_text": check_rich_text,
    "table": check_table,
    "data_table": check_data_table,
    "markdown": _check_markdown,
}
"""Blocks that a message may hold and that are known here; any other type is refused."""
