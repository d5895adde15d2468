"""The shape of rich text.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.demo.slack.flaws import Flaws
    from bot.demo.slack.nouns import JSON

URL = 3_000
PARTS = ("rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted")
REQUIRED: dict[str, tuple[str, ...]] = {
    "text": ("text",),
    "link": ("url",),
    "emoji": ("name",),
    "user": ("user_id",),
    "channel": ("channel_id",),
    "usergroup": ("usergroup_id",),
    "date": ("timestamp", "format"),
    "broadcast": ("range",),
    "color": ("value",),
}
"""Inline element to the keys it cannot do without."""

STYLES = frozenset({"bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"})


def check_rich_text(flaws: Flaws, pointer: str, block: JSON) -> None:
    """Check a ``rich_text`` block or cell."""
    parts = flaws.count(f"{pointer}/elements", block.get("elements"), 1, 10_000)
    for place, part in enumerate(parts):
        at = f"{pointer}/elements/{place}"
        if not flaws.one_of(f"{at}/type", part.get("type"), PARTS):
            continue
        if part["type"] == "rich_text_list":
            _check_list(flaws, at, part)
        else:
            _check_inline(flaws, at, part)


def _check_list(flaws: Flaws, pointer: str, part: JSON) -> None:
    flaws.one_of(f"{pointer}/style", part.get("style"), ("bullet", "ordered"))
    for place, item in enumerate(flaws.count(f"{pointer}/elements", part.get("elements"), 1, 10_000)):
        at = f"{pointer}/elements/{place}"
        if flaws.one_of(f"{at}/type", item.get("type"), PARTS[:1]):
            _check_inline(flaws, at, item)


def _check_inline(flaws: Flaws, pointer: str, part: JSON) -> None:
    for place, element in enumerate(flaws.count(f"{pointer}/elements", part.get("elements"), 0, 10_000)):
        at = f"{pointer}/elements/{place}"
        kind = element.get("type")
        if not flaws.one_of(f"{at}/type", kind, tuple(REQUIRED)):
            continue
        for key in REQUIRED[str(kind)]:
            if element.get(key) in (None, ""):
                flaws.add(f"{at}/{key}", "must be given and not be empty")
        flaws.optional(at, element, "url", URL)
        _check_style(flaws, at, element.get("style", {}))


def _check_style(flaws: Flaws, pointer: str, style: object) -> None:
    if not isinstance(style, dict) or not all(key in STYLES and isinstance(on, bool) for key, on in style.items()):
        flaws.add(f"{pointer}/style", f"must map some of {sorted(STYLES)} to true or false")


def literal_text(node: object) -> str:
    """Return all that is to be read below a node, joined."""
    if isinstance(node, list):
        return "".join(literal_text(child) for child in node)
    if isinstance(node, dict):
        own = str(node.get("text", "")) if isinstance(node.get("text"), str) else ""
        return own + literal_text(node.get("elements", []))
    return ""
