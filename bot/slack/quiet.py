"""Keeps payloads out of the logs of Slack's libraries, at any log level.

Bolt writes the whole body of a request with a wrong signature at INFO and of an unknown one at WARNING; the SDK writes
payloads and response_urls (which are secrets) at DEBUG, and URLs into its errors.
"""

from __future__ import annotations

import logging
import re
from typing import Final

_PAYLOAD_BEGINS: Final = re.compile(r"[:({\[\n]")
_LONGEST: Final = 100


class Terse(logging.Filter):
    """Lets warnings and errors through, cut to the words before the first value; a traceback becomes its type."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten the record in place; False for everything below WARNING."""
        if record.levelno < logging.WARNING:
            return False
        record.msg = _PAYLOAD_BEGINS.split(record.getMessage(), maxsplit=1)[0].strip()[:_LONGEST]
        if record.exc_info and record.exc_info[0] is not None:
            record.msg += f" ({record.exc_info[0].__name__})"
        record.args, record.exc_info, record.exc_text, record.stack_info = (), None, None, None
        return True


def quiet_logger() -> logging.Logger:
    """Return the logger to give to everything of Slack's libraries; they copy its level and filter to their own.

    Loggers that they make without asking inherit the level of their family, which is set here too.
    """
    for family in ("slack_bolt", "slack_sdk"):
        logging.getLogger(family).setLevel(logging.WARNING)
    logger = logging.getLogger("slack_bolt.rollcall")
    logger.setLevel(logging.WARNING)
    if not any(isinstance(kept, Terse) for kept in logger.filters):
        logger.addFilter(Terse())
    return logger
