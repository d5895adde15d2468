"""Who did something, as far as payloads tell: people of other workspaces are in our channels too (Slack Connect).

https://docs.slack.dev/apis/slack-connect. Every reader is total: what is absent or no text is None.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.slack.identity import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Where a person belongs."""

    team: str | None = None
    """Id of the workspace; of the organisation, where Slack knows people by that."""

    enterprise: str | None = None
    """Id of the organisation, on Enterprise Grid."""


def actor_of_command(body: Mapping[str, Any]) -> Actor:
    """Read who gave a slash command: https://docs.slack.dev/interactivity/implementing-slash-commands."""
    return Actor(team=_id(body, "team_id"), enterprise=_id(body, "enterprise_id"))


def actor_of_press(body: Mapping[str, Any]) -> Actor:
    """Read who pressed: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload.

    ``team`` is the workspace in which the app was asked, which says something of the person only if it is theirs.
    """
    team = _id(body.get("user"), "team_id")
    asked_in = body.get("team")
    return Actor(team=team, enterprise=_id(asked_in, "enterprise_id") if team == _id(asked_in, "id") else None)


def actor_of_event(body: Mapping[str, Any]) -> Actor:
    """Read who wrote a message: https://docs.slack.dev/apis/events-api/#event-type-structure."""
    event = body.get("event")
    team = _id(event, "user_team") or _id(event, "team")
    return Actor(team=team, enterprise=_id(body, "enterprise_id") if team == _id(body, "team_id") else None)


def is_outsider(actor: Actor, we: Identity) -> bool:
    """Tell whether somebody certainly belongs neither to our workspace nor to our organisation.

    Whom Slack says nothing of is none: a field that is missing must not lock out our own people.
    """
    if not actor.team or not we.team or actor.team in {we.team, we.enterprise}:
        return False
    return we.enterprise is None or actor.enterprise not in {None, we.enterprise}


def _id(given: object, name: str) -> str | None:
    value = given.get(name) if isinstance(given, dict) else None
    return value if isinstance(value, str) and value else None
