"""What evaluates watches and delivers cards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.alerts.cards.deliverer import CardDeliverer
from bot.alerts.cards.loading import Loader, Rules
from bot.alerts.cards.outside import Outside
from bot.alerts.evaluator import Evaluator
from bot.alerts.pulse import Pulse
from bot.digests.closing import Closing
from bot.digests.notices import Notices
from bot.model import LOCAL_WORKSPACE
from bot.sources import SHEETS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.alerts.cards.outside import Timing
    from bot.ports import Messenger
    from bot.wiring.core import Core


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerts:
    """What works on alerts when the engine calls."""

    evaluator: Evaluator
    pulse: Pulse
    """Evaluates, too, for who calls again and again."""

    cards: CardDeliverer


def build_alerts(core: Core, messenger: Messenger, timing: Timing, due: Callable[[datetime], None]) -> Alerts:
    """Build what works on alerts.

    Args:
        core: with the database.
        messenger: speaks at Slack.
        timing: how long delivering a card may take.
        due: told when a card is due again.
    """
    settings, operators = core.settings, core.settings.rollcall_operators_channel
    evaluator = Evaluator(
        workspace=LOCAL_WORKSPACE,
        store=core.store,
        ledger=core.watches,
        clock=core.clock,
        holder=core.holder,
        known=core.known,
        quiet_after=settings.rollcall_quiet_after,
        zone=settings.zone,
        sheets=SHEETS,
        operators_channel=operators,
        admins=settings.admins,
    )
    notices = Notices(messenger, operators)
    pulse = Pulse(evaluator.evaluate, notices)
    rules = Rules(
        quiet_after=settings.rollcall_quiet_after,
        zone=settings.zone,
        operators_channel=operators,
        archivable=archivable(core),
        names=core.known,
        sheets=SHEETS,
    )
    loader = Loader(
        workspace=LOCAL_WORKSPACE,
        ledger=core.watches,
        store=core.store,
        messenger=messenger,
        clock=core.clock,
        rules=rules,
        judged=lambda: pulse.beats,
    )
    closing = Closing(LOCAL_WORKSPACE, core.ledger, core.watches, core.clock, notices)
    outside = Outside(
        ledger=core.watches, messenger=messenger, loader=loader, closing=closing, clock=core.clock, timing=timing
    )
    cards = CardDeliverer(workspace=LOCAL_WORKSPACE, outside=outside, holder=core.holder, due=due)
    return Alerts(evaluator=evaluator, pulse=pulse, cards=cards)


def archivable(core: Core) -> frozenset[str]:
    """Return the connections whose projects can be archived from here."""
    if not core.settings.rollcall_allow_archive:
        return frozenset()
    return frozenset(name for name, source in core.catalog.sources.items() if source.sheet.archives)
