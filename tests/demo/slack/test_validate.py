"""Slack's limits, each at its edge."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.slack.validate import BLOCKS_SIZE, broadcasts, is_too_long, refusals


def text(length: int = 1, kind: str = "plain_text") -> dict[str, Any]:
    """Make a text object of a length."""
    return {"type": kind, "text": "x" * length}


def section(**more: object) -> dict[str, Any]:
    """Make a section with a text, unless told otherwise."""
    return {"type": "section", "text": text(kind="mrkdwn"), **more}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    """Make a row of elements."""
    return {"type": "actions", "elements": list(elements)}


def button(**more: object) -> dict[str, Any]:
    """Make a button."""
    return {"type": "button", "text": text(), **more}


def option(**more: object) -> dict[str, Any]:
    """Make an option of a menu."""
    return {"text": text(), "value": "v", **more}


def overflow(count: int = 1, **more: object) -> dict[str, Any]:
    """Make an overflow menu."""
    return {"type": "overflow", "options": [option(value=str(i)) for i in range(count)], **more}


def select(**more: object) -> dict[str, Any]:
    """Make a select menu."""
    return {"type": "static_select", **more}


def confirm(**more: object) -> dict[str, Any]:
    """Make a confirm dialog."""
    return {"title": text(), "text": text(), "confirm": text(), "deny": text(), **more}


def rich(*inline: dict[str, Any], kind: str = "rich_text_section") -> dict[str, Any]:
    """Make a rich text block with one part."""
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(inline)}]}


def table(rows: int, columns: int = 1, kind: str = "table", length: int = 1, **more: object) -> dict[str, Any]:
    """Make a table."""
    row = [{"type": "raw_text", "text": "x" * length}] * columns
    return {"type": kind, "rows": [row] * rows, **more}


IMAGE = {"type": "image", "image_url": "https://example.org/x.png", "alt_text": "x"}
RICH_CELL = {**rich({"type": "text", "text": "x"})}

ACCEPTED: dict[str, list[dict[str, Any]]] = {
    "50 blocks": [{"type": "divider"}] * 50,
    "text of 3000": [section(text=text(3000))],
    "block_id of 255": [section(block_id="b" * 255)],
    "action_id of 255": [actions(button(action_id="a" * 255))],
    "same action_id in two blocks": [actions(button(action_id="a")), actions(button(action_id="a"))],
    "10 fields of 2000": [{"type": "section", "fields": [text(2000)] * 10}],
    "header of 150": [{"type": "header", "text": text(150)}],
    "10 context elements": [{"type": "context", "elements": [text(), IMAGE] * 5}],
    "25 buttons": [actions(*[button(action_id=str(i)) for i in range(25)])],
    "button at its limits": [
        actions(button(text=text(75), value="v" * 2000, url="u" * 3000, style="danger", accessibility_label="l" * 75))
    ],
    "confirm at its limits": [
        actions(
            button(confirm=confirm(title=text(100), text=text(300), confirm=text(30), deny=text(30), style="primary"))
        )
    ],
    "overflow of 5": [section(accessory=overflow(5))],
    "option at its limits": [
        section(
            accessory={
                "type": "overflow",
                "options": [option(text=text(75), description=text(75), value="v" * 75, url="u" * 3000)],
            }
        )
    ],
    "select of 100": [actions(select(options=[option()] * 100, placeholder=text(150)))],
    "grouped select": [actions(select(option_groups=[{"label": text(75), "options": [option()]}] * 100))],
    "people": [actions({"type": "users_select", "placeholder": text(150)})],
    "10 checkboxes with markup": [actions({"type": "checkboxes", "options": [option(text=text(kind="mrkdwn"))] * 10})],
    "date": [actions({"type": "datepicker", "placeholder": text(150)})],
    "image": [{**IMAGE, "title": text(2000)}],
    "image as accessory": [section(accessory=IMAGE)],
    "rich text": [
        rich(
            {"type": "text", "text": "x", "style": {"bold": True}},
            {"type": "date", "timestamp": 1, "format": "{ago}"},
        ),
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "elements": [rich({"type": "user", "user_id": "U1"})["elements"][0]],
                }
            ],
        },
    ],
    "table of 100 by 20": [table(100, 20, column_settings=[{}] * 20)],
    "cells of 10000 together": [table(10, 1, length=1000)],
    "every kind of cell": [
        {
            "type": "table",
            "rows": [[RICH_CELL, {"type": "raw_number", "value": 1.5}, {"type": "raw_text", "text": "x"}]],
        }
    ],
    "data table": [table(101, 20, "data_table", caption="c", page_size=100)],
    "markdown of 12000": [{"type": "markdown", "text": "x" * 12000}],
    "nothing": [],
}

REFUSED: dict[str, tuple[str, Any]] = {
    "people with a long name for it": (
        "/blocks/0/elements/0/placeholder/text",
        [actions({"type": "users_select", "placeholder": text(151)})],
    ),
    "no list": ("/blocks", "text"),
    "51 blocks": ("/blocks", [{"type": "divider"}] * 51),
    "no object": ("/blocks/0", ["text"]),
    "unknown block": ("/blocks/0/type", [{"type": "sction"}]),
    "block of modals": ("/blocks/0/type", [{"type": "alert", "text": text()}]),
    "text of 3001": ("/blocks/0/text/text", [section(text=text(3001))]),
    "empty text": ("/blocks/0/text/text", [section(text=text(0))]),
    "text that is no text": ("/blocks/0/text/text", [section(text={"type": "mrkdwn", "text": 7})]),
    "text that is no object": ("/blocks/0/text", [section(text="x")]),
    "text of an unknown type": ("/blocks/0/text/type", [section(text={"type": "html", "text": "x"})]),
    "emoji in markup": ("/blocks/0/text", [section(text={**text(kind="mrkdwn"), "emoji": True})]),
    "block_id of 256": ("/blocks/0/block_id", [section(block_id="b" * 256)]),
    "same block_id twice": ("/blocks", [section(block_id="b"), section(block_id="b")]),
    "action_id of 256": ("/blocks/0/elements/0/action_id", [actions(button(action_id="a" * 256))]),
    "same action_id in a block": (
        "/blocks/0/elements",
        [actions(button(action_id="a"), button(action_id="a"))],
    ),
    "section with nothing": ("/blocks/0", [{"type": "section"}]),
    "11 fields": ("/blocks/0/fields", [{"type": "section", "fields": [text()] * 11}]),
    "no fields": ("/blocks/0/fields", [{"type": "section", "fields": []}]),
    "field of 2001": ("/blocks/0/fields/0/text", [{"type": "section", "fields": [text(2001)]}]),
    "accessory that is no object": ("/blocks/0/accessory", [section(accessory="x")]),
    "header of 151": ("/blocks/0/text/text", [{"type": "header", "text": text(151)}]),
    "header with markup": ("/blocks/0/text/type", [{"type": "header", "text": text(kind="mrkdwn")}]),
    "11 context elements": ("/blocks/0/elements", [{"type": "context", "elements": [text()] * 11}]),
    "button in a context": ("/blocks/0/elements/0/type", [{"type": "context", "elements": [button()]}]),
    "26 buttons": ("/blocks/0/elements", [actions(*[button()] * 26)]),
    "no buttons": ("/blocks/0/elements", [actions()]),
    "text among buttons": ("/blocks/0/elements/0/type", [actions(text())]),
    "button text of 76": ("/blocks/0/elements/0/text/text", [actions(button(text=text(76)))]),
    "button with markup": ("/blocks/0/elements/0/text/type", [actions(button(text=text(kind="mrkdwn")))]),
    "button value of 2001": ("/blocks/0/elements/0/value", [actions(button(value="v" * 2001))]),
    "button url of 3001": ("/blocks/0/elements/0/url", [actions(button(url="u" * 3001))]),
    "button label of 76": (
        "/blocks/0/elements/0/accessibility_label",
        [actions(button(accessibility_label="l" * 76))],
    ),
    "button style": ("/blocks/0/elements/0/style", [actions(button(style="default"))]),
    "confirm that is no object": ("/blocks/0/elements/0/confirm", [actions(button(confirm="x"))]),
    "confirm title of 101": (
        "/blocks/0/elements/0/confirm/title/text",
        [actions(button(confirm=confirm(title=text(101))))],
    ),
    "confirm text of 301": (
        "/blocks/0/elements/0/confirm/text/text",
        [actions(button(confirm=confirm(text=text(301))))],
    ),
    "confirm button of 31": (
        "/blocks/0/elements/0/confirm/deny/text",
        [actions(button(confirm=confirm(deny=text(31))))],
    ),
    "confirm style": ("/blocks/0/elements/0/confirm/style", [actions(button(confirm=confirm(style="x")))]),
    "overflow of none": ("/blocks/0/accessory/options", [section(accessory=overflow(0))]),
    "overflow of 6": ("/blocks/0/accessory/options", [section(accessory=overflow(6))]),
    "option value of 76": (
        "/blocks/0/accessory/options/0/value",
        [section(accessory=overflow() | {"options": [option(value="v" * 76)]})],
    ),
    "option text of 76": (
        "/blocks/0/accessory/options/0/text/text",
        [section(accessory=overflow() | {"options": [option(text=text(76))]})],
    ),
    "option description of 76": (
        "/blocks/0/accessory/options/0/description/text",
        [section(accessory=overflow() | {"options": [option(description=text(76))]})],
    ),
    "select of 101": ("/blocks/0/elements/0/options", [actions(select(options=[option()] * 101))]),
    "select without options": ("/blocks/0/elements/0", [actions(select())]),
    "select placeholder of 151": (
        "/blocks/0/elements/0/placeholder/text",
        [actions(select(options=[option()], placeholder=text(151)))],
    ),
    "select group label of 76": (
        "/blocks/0/elements/0/option_groups/0/label/text",
        [actions(select(option_groups=[{"label": text(76), "options": [option()]}]))],
    ),
    "11 checkboxes": (
        "/blocks/0/elements/0/options",
        [actions({"type": "checkboxes", "options": [option()] * 11})],
    ),
    "date placeholder of 151": (
        "/blocks/0/elements/0/placeholder/text",
        [actions({"type": "datepicker", "placeholder": text(151)})],
    ),
    "image without description": (
        "/blocks/0/alt_text",
        [{key: IMAGE[key] for key in ("type", "image_url")}],
    ),
    "image without address": ("/blocks/0", [{key: IMAGE[key] for key in ("type", "alt_text")}]),
    "image title of 2001": ("/blocks/0/title/text", [{**IMAGE, "title": text(2001)}]),
    "unknown part of rich text": ("/blocks/0/elements/0/type", [rich(kind="rich_text_table")]),
    "rich text with nothing": ("/blocks/0/elements", [{"type": "rich_text", "elements": []}]),
    "empty rich text": ("/blocks/0/elements/0/elements/0/text", [rich({"type": "text", "text": ""})]),
    "unknown inline element": ("/blocks/0/elements/0/elements/0/type", [rich({"type": "html"})]),
    "link without address": ("/blocks/0/elements/0/elements/0/url", [rich({"type": "link", "text": "x"})]),
    "unknown style": (
        "/blocks/0/elements/0/elements/0/style",
        [rich({"type": "text", "text": "x", "style": {"blink": True}})],
    ),
    "list without style": (
        "/blocks/0/elements/0/style",
        [rich(rich({"type": "user", "user_id": "U1"})["elements"][0], kind="rich_text_list")],
    ),
    "list of texts": (
        "/blocks/0/elements/0/elements/0/type",
        [
            {
                "type": "rich_text",
                "elements": [
                    {"type": "rich_text_list", "style": "bullet", "elements": [{"type": "text", "text": "x"}]}
                ],
            }
        ],
    ),
    "101 rows": ("/blocks/0/rows", [table(101)]),
    "21 columns": ("/blocks/0/rows/0", [table(1, 21)]),
    "no rows": ("/blocks/0/rows", [{"type": "table"}]),
    "row that is no list": ("/blocks/0/rows/0", [{"type": "table", "rows": ["x"]}]),
    "empty cell": ("/blocks/0/rows/0/0/text", [table(1, length=0)]),
    "unknown cell": ("/blocks/0/rows/0/0/type", [{"type": "table", "rows": [[text()]]}]),
    "number that is none": (
        "/blocks/0/rows/0/0/value",
        [{"type": "table", "rows": [[{"type": "raw_number", "value": "1"}]]}],
    ),
    "21 column settings": ("/blocks/0/column_settings", [table(1, column_settings=[{}] * 21)]),
    "cells of 10001 together": ("/blocks/0/rows", [table(7, 11, length=130)]),
    "two tables": ("/blocks", [table(1), table(2, 1, "data_table", caption="c")]),
    "data table without caption": ("/blocks/0/caption", [table(2, 1, "data_table")]),
    "data table with a head only": ("/blocks/0/rows", [table(1, 1, "data_table", caption="c")]),
    "data table with uneven rows": (
        "/blocks/0/rows",
        [
            {
                "type": "data_table",
                "caption": "c",
                "rows": [table(1)["rows"][0], table(1, 2)["rows"][0]],
            }
        ],
    ),
    "data table with a rich head": (
        "/blocks/0/rows/0",
        [{"type": "data_table", "caption": "c", "rows": [[RICH_CELL], [RICH_CELL]]}],
    ),
    "data table pages of 101": (
        "/blocks/0/page_size",
        [table(2, 1, "data_table", caption="c", page_size=101)],
    ),
    "markdown of 12001": ("/blocks/0/text", [{"type": "markdown", "text": "x" * 12001}]),
}


@pytest.mark.parametrize("blocks", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_blocks_at_a_limit_are_accepted(blocks: list[dict[str, Any]]) -> None:
    """What Slack takes must not fail here, or the bot would be made smaller than need be."""
    assert refusals(blocks) == []


@pytest.mark.parametrize(("pointer", "blocks"), REFUSED.values(), ids=REFUSED.keys())
def test_blocks_past_a_limit_are_refused_and_the_place_is_named(pointer: str, blocks: object) -> None:
    """What Slack refuses must fail here first, and say where."""
    flaws = refusals(blocks)

    assert [flaw.pointer for flaw in flaws] == [pointer]
    assert f"json-pointer:{pointer}" in str(flaws[0])


def test_blocks_are_too_long_one_character_past_the_limit() -> None:
    """Slack never documented this limit, but it refuses messages at about that size."""
    frame = len('[{"text":""}]')

    assert not is_too_long([{"text": "x" * (BLOCKS_SIZE - frame)}])
    assert is_too_long([{"text": "x" * (BLOCKS_SIZE - frame + 1)}])


@pytest.mark.parametrize(
    "loud",
    [
        {"type": "mrkdwn", "text": "<!channel> look", "verbatim": True},
        {"type": "mrkdwn", "text": "<!here|here>", "verbatim": True},
        {"type": "mrkdwn", "text": "<!subteam^S1>", "verbatim": True},
        {"type": "mrkdwn", "text": "hey @everyone"},
        {"type": "broadcast", "range": "here"},
    ],
)
def test_whatever_would_notify_a_channel_is_found_wherever_it_hides(loud: dict[str, Any]) -> None:
    """One such name of a project would wake a whole company."""
    assert len(broadcasts([{"type": "section", "fields": [loud]}])) == 1


@pytest.mark.parametrize(
    "quiet",
    [
        {"type": "mrkdwn", "text": "&lt;!channel&gt;", "verbatim": True},
        {"type": "mrkdwn", "text": "@here", "verbatim": True},
        {"type": "mrkdwn", "text": "mail me@here.example"},
        {"type": "plain_text", "text": "<!channel>"},
        {"type": "text", "text": "<!channel> @here"},
    ],
)
def test_text_that_notifies_nobody_is_not_suspected(quiet: dict[str, Any]) -> None:
    """Escaped, verbatim and literal text is harmless."""
    assert broadcasts([{"type": "section", "text": quiet}]) == []
