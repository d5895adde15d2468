"""The answer to whoever did something to a watch: what is stored, exactly, and what that will do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.answers import WatchDeed, WatchKept
from bot.commands.spec import Outcome, refreshed
from bot.errors import BotError
from bot.model import ConditionKind, Signal

if TYPE_CHECKING:
    from bot.answers import Preview
    from bot.catalog import Refresh
    from bot.commands.spec import Context
    from bot.commands.words import Asked
    from bot.model import Watch, WatchDraft

log = structlog.get_logger(__name__)

_BEGINS = frozenset({WatchDeed.ADDED, WatchDeed.CHANGED, WatchDeed.RESUMED})


async def kept(
    context: Context, asked: Asked, watch: Watch, deed: WatchDeed, *, defaults: tuple[str, ...] = (), ended: int = 0
) -> Outcome:
    """Answer with what is stored. It is stored whatever happens here, so nothing here may look like a refusal."""
    preview: Preview | None = None
    notes: tuple[str, ...] = ()
    if deed in _BEGINS and watch.pause is None:
        preview, notes = await _tried(context, asked, watch)
    answer = WatchKept(
        command=f"watch show {watch.number}" if deed is not WatchDeed.REMOVED else "watch list",
        deed=deed,
        watch=watch,
        preview=preview,
        place=await context.digests.place(asked.channel),
        defaults=(*defaults, *notes),
        open=ended,
    )
    return Outcome(answer=answer)


async def _tried(context: Context, asked: Asked, watch: Watch) -> tuple[Preview | None, tuple[str, ...]]:
    try:
        preview, _ = await tried(context, asked, watch.draft)
    except BotError as error:
        log.warning("watch.not_previewed", watch=watch.ref, reason=str(error))
        return None, (f"I cannot show now what it will do. {error.for_user()}",)
    return preview, ()


async def tried(context: Context, asked: Asked, draft: WatchDraft) -> tuple[Preview, Refresh]:
    """Say what a watch does now, over data as fresh as the asker's patience allows.

    Raises:
        StoreError: our database could not be used.
    """
    refresh, freshness = await refreshed(context, asked.request, viewers=_counts_viewers(draft))
    preview = await context.watches.previewer.preview(draft, freshness=freshness, moment=context.moment(freshness))
    return preview, refresh


def _counts_viewers(draft: WatchDraft) -> bool:
    condition = draft.condition
    silence = condition.kind is ConditionKind.INACTIVE and condition.signals != (Signal.EDITS,)
    return silence or condition.kind is ConditionKind.QUEUE
