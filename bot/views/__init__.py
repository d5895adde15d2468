"""Answers to Block Kit. Pure: an answer holds its own `now`."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, assert_never

from bot.answers import (
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
)
from bot.model import Message
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
from bot.views.summary import summary
from bot.views.usage import filter_help, help_page

if TYPE_CHECKING:
    from bot.answers import Answer

__all__ = ["Audience", "Message", "draw"]


def draw(answer: Answer, *, audience: Audience, shared_by: str | None = None) -> Message:
    """Draw any answer.

    Args:
        answer: what a verb said.
        audience: who will see it; decides the buttons.
        shared_by: Slack id of the person who pressed Share.
    """
    drawn = _draw(answer, audience, shared_by)
    if isinstance(answer, Shown) and audience is not Audience.PRIVATE:  # it stays, so its ages need a date
        drawn = with_note(drawn, f"As of {answer.now.astimezone(UTC):%Y-%m-%d %H:%M} UTC.")
    if audience is Audience.PUBLIC:
        drawn = Message(drawn.text, privately(drawn.blocks))
    return drawn


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
        case HelpPage():
            return help_page(answer)
        case FilterHelp():
            return filter_help(answer)
        case Refusal():
            return refusal(answer)
        case _:
            assert_never(answer)
