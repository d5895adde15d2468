"""The answer to whoever did something to a watch: what is stored, exactly, and what that will do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.alerts.fitting import unable
from bot.answers import WatchDeed, WatchKept
from bot.commands.spec import Outcome, refreshed
from bot.commands.watch.wanted import PINNED_SPARED
from bot.errors import BotError
from bot.model import AlertFilter, ConditionKind, Signal

if TYPE_CHECKING:
    from bot.answers import Preview
    from bot.catalog import Refresh
    from bot.commands.spec import Context
    from bot.commands.words import Asked
    from bot.model import Alert, Watch, WatchDraft

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
    if preview is not None and preview.exempt_pinned:
        defaults = tuple(each for each in defaults if each != PINNED_SPARED)  # The preview says it with their number.
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
        preview, _ = await tried(context, asked, watch.draft, watch)
    except BotError as error:
        log.warning("watch.not_previewed", watch=watch.ref, reason=str(error))
        return None, (f"I cannot show now what it will do. {error.for_user()}",)
    return preview, ()


async def tried(
    context: Context, asked: Asked, draft: WatchDraft, watch: Watch | None = None
) -> tuple[Preview, Refresh]:
    """Say what a watch does now, over data as fresh as the asker's patience allows.

    Args:
        context: has the projects.
        asked: the question.
        draft: what the watch says.
        watch: the one that is kept; None: it is only thought of.

    Raises:
        StoreError: our database could not be used.
    """
    refresh, freshness = await refreshed(context, asked.request, viewers=_counts_viewers(draft))
    preview = await context.watches.previewer.preview(
        draft,
        freshness=freshness,
        moment=context.moment(freshness),
        unable=_unable(context, draft),
        alerts={} if watch is None else await _alerts(context, watch),
    )
    return preview, refresh


def _unable(context: Context, draft: WatchDraft) -> frozenset[str]:
    """Return the connections at which the condition can never hold."""
    sources = context.catalog.sources.items()
    return frozenset(name for name, source in sources if unable(draft.condition, source.sheet))


async def _alerts(context: Context, watch: Watch) -> dict[int, Alert]:
    """Return what is open, kept or snoozed of a watch, by project."""
    raised = await context.watches.desk.listed(watch.channel, AlertFilter(watch=watch.ref))
    return {each.alert.project: each.alert for each in raised}


def _counts_viewers(draft: WatchDraft) -> bool:
    condition = draft.condition
    silence = condition.kind is ConditionKind.INACTIVE and condition.signals != (Signal.EDITS,)
    return silence or condition.kind is ConditionKind.QUEUE
