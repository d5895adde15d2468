"""`digest add "weekdays at 9:00" source:streampixel`: a new digest for this channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.digest.asked import refusals_lead_to_the_list
from bot.commands.digest.kept import Deed, kept
from bot.commands.digest.wanted import check_room, read_filters, read_when, usual_policy
from bot.commands.words import Asked, Word
from bot.model import DigestDraft
from bot.views.digest_words import edit_command

if TYPE_CHECKING:
    from bot.commands.spec import Context, Outcome

EXAMPLE = 'digest add "weekdays at 9:00"'


async def run(context: Context, asked: Asked) -> Outcome:
    """Keep a digest, and say exactly what was kept."""
    if not asked.rest:
        sentence = f"When shall I report? Begin with a schedule, like `{EXAMPLE}`."
        raise asked.refusal(sentence, 0, len(asked.text), EXAMPLE)
    schedule, zone_from, end = await read_when(context, asked, asked.start)
    filters, policy, query = read_filters(context, asked, end)
    draft = DigestDraft(
        workspace=asked.request.ask.scope.workspace,
        channel=asked.channel,
        owner=asked.by,
        query=filters,
        schedule=schedule,
        empty=policy or usual_policy(schedule),
    )
    check_room(edit_command(draft))
    with refusals_lead_to_the_list():
        digest = await context.digests.book.add(draft)
    deed = Deed(what=f"Added digest {digest.number}", digest=digest, query=query, zone_from=zone_from)
    return await kept(context, asked, deed)


WORD = Word(
    name="add",
    usage='add "weekdays at 9:00" [filters] [empty:skip|line|full]',
    summary="a new digest for this channel",
    run=run,
)
