"""The limits of the two kinds of table.

https://docs.slack.dev/reference/block-kit/blocks/table-block
https://docs.slack.dev/reference/block-kit/blocks/data-table-block
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.demo.slack.validate_rich import check_rich_text, literal_text

if TYPE_CHECKING:
    from bot.demo.slack.flaws import Flaws
    from bot.demo.slack.nouns import JSON

ROWS = 100
COLUMNS = 20
CELL_TEXTS = 10_000
"""Characters of all cells together."""
PAGE_SIZE = 100
CELLS = ("raw_text", "raw_number", "rich_text")


def check_table(flaws: Flaws, pointer: str, block: JSON) -> None:
    """Check a ``table``."""
    _check_rows(flaws, f"{pointer}/rows", block.get("rows"), 1, ROWS)
    settings = block.get("column_settings", [])
    if not isinstance(settings, list) or len(settings) > COLUMNS:
        flaws.add(f"{pointer}/column_settings", f"must be a list of at most {COLUMNS}")


def check_data_table(flaws: Flaws, pointer: str, block: JSON) -> None:
    """Check a ``data_table``: a caption, a header row, and one to a hundred rows of the same length."""
    if not block.get("caption"):
        flaws.add(f"{pointer}/caption", "must be given")
    rows = _check_rows(flaws, f"{pointer}/rows", block.get("rows"), 2, ROWS + 1)
    if len({len(row) for row in rows}) > 1:
        flaws.add(f"{pointer}/rows", "must all have the same length")
    if any(_type_of(cell) == "rich_text" for cell in (rows[0] if rows else [])):
        flaws.add(f"{pointer}/rows/0", "the header row must not hold rich_text")
    size = block.get("page_size", 1)
    if not isinstance(size, int) or not 1 <= size <= PAGE_SIZE:
        flaws.add(f"{pointer}/page_size", f"must be a number from 1 to {PAGE_SIZE}")


def _type_of(cell: object) -> object:
    return cell.get("type") if isinstance(cell, dict) else None


def _check_rows(flaws: Flaws, pointer: str, rows: object, least: int, most: int) -> list[list[object]]:
    """Check rows that are lists of cells; return those that are lists."""
    if not isinstance(rows, list):
        flaws.add(pointer, "must be a list")
        return []
    if not least <= len(rows) <= most:
        flaws.add(pointer, f"must have {least} to {most} items, has {len(rows)}")
    for place, row in enumerate(rows):
        if not isinstance(row, list):
            flaws.add(f"{pointer}/{place}", "must be a list")
            continue
        for number, cell in enumerate(flaws.count(f"{pointer}/{place}", row, 1, COLUMNS)):
            _check_cell(flaws, f"{pointer}/{place}/{number}", cell)
    if len(literal_text(rows)) > CELL_TEXTS:
        flaws.add(pointer, f"all cells together must be at most {CELL_TEXTS} characters")
    return [row for row in rows if isinstance(row, list)]


def _check_cell(flaws: Flaws, pointer: str, cell: JSON) -> None:
    if not flaws.one_of(f"{pointer}/type", cell.get("type"), CELLS):
        return
    if cell["type"] == "raw_text":
        flaws.length(f"{pointer}/text", cell.get("text"), CELL_TEXTS)
    elif cell["type"] == "raw_number":
        if not isinstance(cell.get("value"), int | float):
            flaws.add(f"{pointer}/value", "must be a number")
    else:
        check_rich_text(flaws, pointer, cell)
