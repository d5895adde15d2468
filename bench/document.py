"""Puts measured tables into docs/performance.md, between markers; the words around them stay."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

DOCUMENT: Final = Path(__file__).parents[1] / "docs" / "performance.md"


def rewrite(part: str, measured: str) -> None:
    """Replace what stands between ``<!-- measured: part -->`` and the next ``<!-- end -->``.

    Raises:
        LookupError: the document has no such markers.
    """
    document = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(replaced(document, part, measured), encoding="utf-8")


def replaced(document: str, part: str, measured: str) -> str:
    """Return the document with new tables for a part; raises as `rewrite`."""
    markers = re.compile(rf"(<!-- measured: {re.escape(part)} -->\n).*?(<!-- end -->)", re.DOTALL)
    written, count = markers.subn(lambda found: f"{found[1]}\n{measured}\n\n{found[2]}", document)
    if count != 1:
        raise LookupError(f"{DOCUMENT.name} has {count} places for {part!r}")
    return written
