"""The app manifest: what an admin pastes at api.slack.com/apps to create the app.

https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

import json
from typing import Final
from urllib.parse import urlsplit

from bot.errors import ConfigurationError

SCOPES: Final = (
    "commands",
    "chat:write",
    "app_mentions:read",
    "im:history",
    "im:write",
    "files:write",
    "channels:read",
    "groups:read",
    "users:read",
)
"""Everything the bot token needs.

``im:write`` and ``files:write`` are for exports, which arrive as a file in a direct message; files also for what is too
long for the thread of a digest. The last three are for digests: whether we can post in a channel, when it is open
again, and what its people are called and in which zone they live.
"""

EVENTS: Final = ("app_mention", "message.im", "channel_unarchive", "group_unarchive", "member_joined_channel")
"""What Slack tells us; the last three wake digests whose channel took nothing from us."""

_TEXT: Final = """\
# Slack app manifest of Rollcall: {mode}.
# Create the app from it at https://api.slack.com/apps ("Create New App", "From a manifest").
#
# Two scopes are left out on purpose: channels:history and groups:history. With them Rollcall can look whether a message
# is there whose sending was cut short (the process died, Slack's answer was lost), and send it if it is not. It reads a
# channel for nothing else. Without them such a digest counts as "unknown" in `digest show` and is not sent again, since
# a hole is better than a double; such an alert is sent again, since a double is better than a hole. To let Rollcall
# look, add both lines below im:history and reinstall the app.
_metadata:
  major_version: 2
display_information:
  name: Rollcall
  description: Tells what is going on with your projects, and how sure it is.
  background_color: "#1f2937"
features:
  app_home:
    home_tab_enabled: false
    messages_tab_enabled: true
    messages_tab_read_only_enabled: false
  bot_user:
    display_name: rollcall
    always_online: true
  slash_commands:
    - command: /projects
      description: Search, list and watch over projects
      usage_hint: "search foo archived:false | status | help"
      should_escape: true{command_url}
oauth_config:
  scopes:
    bot:
{scopes}
settings:
  event_subscriptions:{events_url}
    bot_events:
{events}
  interactivity:
    is_enabled: true{interactivity_url}
  org_deploy_enabled: false
  socket_mode_enabled: {socket_mode}
  token_rotation_enabled: false
"""


def manifest(url: str | None) -> str:
    """Write the manifest as YAML.

    Args:
        url: where Slack reaches us over HTTP, ``https://bot.example.org``; None for Socket Mode, which needs none.

    Raises:
        ConfigurationError: the address is not one that Slack accepts.
    """
    given = "" if url is None else json.dumps(_endpoint(url))
    return _TEXT.format(
        mode="Socket Mode, no public address needed" if url is None else "over HTTP",
        scopes=_items(SCOPES),
        events=_items(EVENTS),
        command_url=f"\n      url: {given}" if given else "",
        events_url=f"\n    request_url: {given}" if given else "",
        interactivity_url=f"\n    request_url: {given}" if given else "",
        socket_mode="true" if url is None else "false",
    )


def _items(names: tuple[str, ...]) -> str:
    return "\n".join(f"      - {name}" for name in names)


def _endpoint(url: str) -> str:
    """Complete an address with our path; Slack delivers only over HTTPS."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        raise ConfigurationError(
            ("The address must look like https://bot.example.org: Slack delivers only over HTTPS.",)
        )
    return f"{url.rstrip('/').removesuffix('/slack/events')}/slack/events"
