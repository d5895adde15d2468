"""The answer to whoever added or changed a digest: what was stored, and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from bot.answers import DigestDone, DigestKept, Purpose
from bot.commands.digest.nothing import warning
from bot.commands.digest.show import NEXT_RUNS
from bot.commands.spec import Outcome
from bot.digests.due import coming_runs
from bot.errors import BotError
from bot.views.digest_words import add_command

if TYPE_CHECKING:
    from bot.commands.spec import Context
    from bot.commands.words import Asked
    from bot.model import Digest
    from bot.query import Query
    from bot.schedules import Run

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What was just stored."""

    what: str
    """What was done, as the beginning of a sentence."""

    digest: Digest
    query: Query
    """Its filters, read."""

    zone_from: str
    """Where its zone is from; empty if no schedule was typed."""


async def kept(context: Context, asked: Asked, deed: Deed) -> Outcome:
    """Answer with what was stored. It is stored whatever happens here, so nothing here may look like a refusal."""
    digest = deed.digest
    coming = coming_runs(digest, context.clock.now(), count=NEXT_RUNS)
    try:
        return Outcome(answer=await _explained(context, asked, deed, coming))
    except BotError as error:
        log.warning("digest.not_explained", digest=digest.ref, reason=str(error))
        return Outcome(answer=_plainly(deed, coming, error))


async def _explained(context: Context, asked: Asked, deed: Deed, coming: tuple[Run, ...]) -> DigestKept:
    ask, digest = asked.request.ask, deed.digest
    written = await context.digests.writer.write(digest, purpose=Purpose.PREVIEW, delivery=None, patience=ask.patience)
    example = written.report
    found = await context.store.search(ask.scope, deed.query, example.moment, size=1)
    return DigestKept(
        what=deed.what,
        digest=digest,
        runs=coming,
        matching=found.total,
        hidden_archived=found.hidden_archived,
        example=example,
        place=await context.digests.place(asked.channel),
        zone_from=deed.zone_from,
        warning=warning(deed.query, found, example),
        command=f"digest show {digest.number}",
        freshness=example.freshness,
        moment=example.moment,
    )


def _plainly(deed: Deed, coming: tuple[Run, ...], error: BotError) -> DigestDone:
    """Say it without an example."""
    show = f"digest show {deed.digest.number}"
    sentence = f"{deed.what}: `{add_command(deed.digest)}`. I cannot show an example now. {error.for_user()}"
    return DigestDone(digest=deed.digest, sentence=sentence, runs=coming, offers=(("Show", show),), command=show)
