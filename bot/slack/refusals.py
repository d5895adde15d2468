"""What it means when Slack does not take a message: one table, no waiting.

Words of the Web API: https://docs.slack.dev/reference/methods/chat.postMessage#errors
Words of a response_url: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling-errors
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final

from bot.errors import MessengerError


class Fate(StrEnum):
    """What can still be done about a message that was not taken."""

    RETRY = "retry"
    """The same message may be taken later. After ``internal_error`` it may even be there already."""

    CHANNEL = "channel"
    """This conversation is over for us; others are not."""

    WORKSPACE = "workspace"
    """Every conversation is over: the token or the installation is gone."""

    CONFIGURATION = "configuration"
    """An admin has to change the app."""

    BUG = "bug"
    """We drew something that Slack does not draw; the same payload will never be taken."""

    PLAN = "plan"
    """The workspace's plan has no room left."""

    UNKNOWN = "unknown"
    """A word we do not know: not worth repeating."""


_WORDS: Final = {
    Fate.RETRY: (
        "ratelimited rate_limited internal_error fatal_error service_unavailable request_timeout team_added_to_org "
        "org_login_required rollup_error timeout no_connection connection_lost garbled_answer"
    ),
    Fate.CHANNEL: (
        "channel_not_found not_in_channel is_archived channel_is_archived restricted_action "
        "restricted_action_read_only_channel restricted_action_thread_only_channel "
        "restricted_action_non_threadable_channel restricted_action_thread_locked ekm_access_denied "
        "messages_tab_disabled cannot_reply_to_message action_prohibited user_not_found user_not_visible user_disabled "
        "cannot_dm_bot message_not_found cant_update_message edit_window_closed expired_url used_url "
        "response_url_spent http_404 http_410"
    ),
    Fate.WORKSPACE: (
        "account_inactive token_revoked token_expired invalid_auth not_authed no_permission team_access_not_granted "
        "access_denied enterprise_is_restricted"
    ),
    Fate.CONFIGURATION: "missing_scope not_allowed_token_type accesslimited http_403",
    Fate.BUG: (
        "invalid_blocks invalid_blocks_format invalid_attachments invalid_payload msg_blocks_too_long msg_too_long "
        "no_text too_many_attachments invalid_arguments invalid_arg_name invalid_array_arg invalid_form_data "
        "invalid_json json_not_object metadata_too_large invalid_metadata_format markdown_text_conflict http_400"
    ),
    Fate.PLAN: "message_limit_exceeded storage_limit_reached",
}

FATES: Final = {word: fate for fate, words in _WORDS.items() for word in words.split()}
"""Slack's error words, and ours for what HTTP can do (``timeout``, ``no_connection``, ``http_404``)."""

_PERHAPS_DONE: Final = frozenset(
    ("internal_error", "fatal_error", "rollup_error", "timeout", "connection_lost", "garbled_answer")
)
"""Words that say nothing about whether it was done.

Of ``internal_error`` and ``fatal_error`` Slack says that some of it may have succeeded. Its ``request_timeout`` is not
of them: it means that what we sent did not arrive whole.
"""

_WORD: Final = re.compile(r"[a-z][a-z_]{1,79}")
_TOO_MANY_REQUESTS: Final = 429
_FIRST_ERROR: Final = 400
_FIRST_SERVER_FAULT: Final = 500


def fate_of(code: str) -> Fate:
    """Decide what can be done about an error word."""
    if re.fullmatch(r"http_5\d\d", code):
        return Fate.RETRY
    return FATES.get(code, Fate.UNKNOWN)


class Refused(MessengerError):
    """Slack did not take one request.

    Args:
        code: Slack's word, or one of ours.
        wait: how long Slack asks us to wait; None if it does not say.
    """

    def __init__(self, code: str, *, wait: timedelta | None = None) -> None:
        super().__init__(code)
        self.fate = fate_of(code)
        self.wait = wait
        self.perhaps_done = code in _PERHAPS_DONE or re.fullmatch(r"http_[235]\d\d", code) is not None
        """Whether it may be there all the same: what is to appear at most once must not be sent again."""


def word_in(body: str) -> str | None:
    """Find Slack's error word in an answer of a response_url: plain text, or JSON with ``ok: false``."""
    text = body.strip()
    if text.startswith("{"):
        try:
            said = json.loads(text)
        except ValueError:
            return None
        text = "" if said.get("ok", True) else str(said.get("error", ""))
    return text if _WORD.fullmatch(text) else None


def code_for(status: int, body: str) -> str | None:
    """Name what was wrong with an answer of a response_url; None if nothing was.

    A fault of the server wins over its words: it is passing, whatever the page says.
    """
    if status == _TOO_MANY_REQUESTS:
        return "rate_limited"
    if status >= _FIRST_SERVER_FAULT:
        return f"http_{status}"
    word = word_in(body)
    if status >= _FIRST_ERROR:
        return word or f"http_{status}"
    return word if word in FATES else None


def read_retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Read a Retry-After header: seconds, perhaps with a fraction, or an HTTP date; None if there is no sense in it.

    https://docs.slack.dev/apis/web-api/rate-limits and RFC 9110, section 10.2.3.
    """
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text):
        return timedelta(seconds=float(text))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(moment - now, timedelta(0))
