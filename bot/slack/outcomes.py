"""What a refusal means for a message that nobody asked for just now. Pure.

The classes of https://docs.slack.dev/reference/methods/chat.postMessage#errors, as the core knows them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import ChannelClosed, MaybePosted, MessengerError, NeverPosted, NotPosted, WorkspaceClosed
from bot.slack.refusals import Fate

if TYPE_CHECKING:
    from bot.slack.refusals import Refused


def outcome_of(refusal: Refused) -> MessengerError:
    """Tell what became of a message.

    A word that we do not know is a no that may be a yes later: Slack documents which of its words leave it open
    whether something was done. A status without a word comes from something between us and Slack, not from Slack.
    """
    if refusal.perhaps_done:
        return MaybePosted(refusal.code)
    if refusal.code.startswith("http_"):
        return NotPosted(refusal.code, wait=refusal.wait)
    match refusal.fate:
        case Fate.CHANNEL:
            return ChannelClosed(refusal.code)
        case Fate.WORKSPACE | Fate.CONFIGURATION | Fate.PLAN:
            return WorkspaceClosed(refusal.code)
        case Fate.BUG:
            return NeverPosted(refusal.code)
        case Fate.RETRY | Fate.UNKNOWN:
            return NotPosted(refusal.code, wait=refusal.wait, understood=refusal.fate is Fate.RETRY)


def is_short(refusal: Refused) -> bool:
    """Tell whether the same message can be sent again at once: it is certainly not there, and Slack is only busy."""
    return refusal.fate is Fate.RETRY and not refusal.perhaps_done
