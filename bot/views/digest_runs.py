"""The next runs of a digest: on the reader's own clock, on the digest's, and what is odd about any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.views.blocks import bold, moment, text
from bot.views.digest_words import dated, zone_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import slackblocks as sb

    from bot.model import Digest
    from bot.schedules import Run


def run_lines(digest: Digest, runs: Sequence[Run]) -> list[list[sb.RichTextElement]]:
    """Return one line for each run, below a heading; what is odd about one comes below it."""
    lines: list[list[sb.RichTextElement]] = [
        [bold("Next runs"), text(f", on your clock and in {digest.schedule.zone}")]
    ]
    for run in runs:
        local = run.slot.at.astimezone(zone_of(digest))
        lines.append([moment(run.slot.at, _there(digest, run)), text(f"  ·  {dated(local, local.year)}")])
        lines += [[text(f"⚠️ {run.note}")]] if run.note else []
    return lines


def runs_spoken(digest: Digest, runs: Sequence[Run]) -> list[str]:
    """Return the same as plain text, on the digest's clock."""
    if not runs:
        return []
    return ["Next runs:", *(_there(digest, run) + (f" (⚠️ {run.note})" if run.note else "") for run in runs)]


def _there(digest: Digest, run: Run) -> str:
    return f"{dated(run.slot.at.astimezone(zone_of(digest)))} {digest.schedule.zone}"
