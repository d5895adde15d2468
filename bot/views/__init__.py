"""Answers to Block Kit. Pure: an answer holds its own `now`."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, assert_never

from bot.answers import (
    AlertDetails,
    AlertDone,
    AlertList,
    ChangeList,
    Choices,
    DigestDetails,
    DigestDone,
    DigestKept,
    DigestList,
    DigestReport,
    Exported,
    FilterHelp,
    HelpPage,
    Overview,
    ProjectCard,
    ProjectList,
    Refusal,
    ServiceList,
    Shown,
    Summary,
    WatchDetails,
    WatchKept,
    WatchList,
    WatchTested,
)
from bot.model import Message
from bot.views.alert_card import draw_card
from bot.views.alert_details import alert_details
from bot.views.alert_thread import draw_person, draw_reply
from bot.views.alerts import alert_done, alert_list
from bot.views.blocks import with_note
from bot.views.buttons import Audience, privately
from bot.views.card import project_card, service_list
from bot.views.changes import change_list
from bot.views.digest import digest_report
from bot.views.digest_details import digest_details
from bot.views.digest_kept import digest_kept
from bot.views.digests import digest_done, digest_list
from bot.views.exported import exported
from bot.views.projects import choices, overview, project_list
from bot.views.refusal import refusal
from bot.views.source_cards import draw_hold, draw_outage, draw_outage_reply
from bot.views.summary import summary
from bot.views.usage import filter_help, help_page
from bot.views.watch_kept import watch_kept, watch_tested
from bot.views.watches import watch_details, watch_list

if TYPE_CHECKING:
    from datetime import datetime

    from bot.answers import Answer

__all__ = [
    "Audience",
    "Message",
    "draw",
    "draw_card",
    "draw_hold",
    "draw_outage",
    "draw_outage_reply",
    "draw_person",
    "draw_reply",
]


def draw(answer: Answer, *, audience: Audience, shared_by: str | None = None) -> Message:
    """Draw any answer.

    Args:
        answer: what a verb said.
        audience: who will see it; decides the buttons.
        shared_by: Slack id of the person who pressed Share.
    """
    drawn = _draw(answer, audience, shared_by)
    now = _stays_since(answer)
    if now is not None and audience is not Audience.PRIVATE:
        drawn = with_note(drawn, f"As of {now.astimezone(UTC):%Y-%m-%d %H:%M} UTC.")
    if audience is Audience.PUBLIC:
        drawn = Message(drawn.text, privately(drawn.blocks))
    return drawn


def _stays_since(answer: Answer) -> datetime | None:
    """Return the moment of an answer whose ages need a date where it stays; None where there are none."""
    match answer:
        case Shown():
            return answer.now
        case AlertList() | AlertDetails():
            return answer.moment.now
        case _:
            return None


def _draw(answer: Answer, audience: Audience, shared_by: str | None) -> Message:  # noqa: PLR0911, PLR0912, C901 - a table
    match answer:
        case ProjectList():
            return project_list(answer, audience, shared_by)
        case Overview():
            return overview(answer, audience, shared_by)
        case ProjectCard():
            return project_card(answer, audience, shared_by)
        case Choices():
            return choices(answer, audience, shared_by)
        case ServiceList():
            return service_list(answer, audience, shared_by)
        case Summary():
            return summary(answer, audience, shared_by)
        case ChangeList():
            return change_list(answer, audience, shared_by)
        case Exported():
            return exported(answer)
        case DigestReport():
            return digest_report(answer, audience, shared_by)
        case DigestKept():
            return digest_kept(answer, audience, shared_by)
        case DigestList():
            return digest_list(answer, audience, shared_by)
        case DigestDetails():
            return digest_details(answer, audience, shared_by)
        case DigestDone():
            return digest_done(answer, shared_by)
        case WatchKept():
            return watch_kept(answer, audience, shared_by)
        case WatchList():
            return watch_list(answer, audience, shared_by)
        case WatchDetails():
            return watch_details(answer, audience, shared_by)
        case WatchTested():
            return watch_tested(answer, audience, shared_by)
        case AlertList():
            return alert_list(answer, audience, shared_by)
        case AlertDetails():
            return alert_details(answer, audience, shared_by)
        case AlertDone():
            return alert_done(answer, shared_by)
        case HelpPage():
            return help_page(answer)
        case FilterHelp():
            return filter_help(answer)
        case Refusal():
            return refusal(answer)
        case _:
            assert_never(answer)
