"""What we say by ourselves, without a verb having been asked."""

from __future__ import annotations

from typing import Final

from bot.answers import Refusal

BUSY: Final = "I have more questions at hand than I can answer right now. Please try again in a minute."
OUTSIDER: Final = (
    "I answer only people of the workspace that installed me. Please ask somebody there to look it up for you."
)
FILE_FOLLOWS: Final = (
    "I am still reading the sources; the file follows. If it is not there in a few minutes, please ask again."
)
UNKNOWN_COMMAND: Final = "This command is not mine any more. Ask an admin to reinstall the app from its manifest."


def failed(request_id: str) -> Refusal:
    """Say that we failed, with what an admin needs to find the reason in the log."""
    return Refusal(sentence="Something went wrong on my side. Please try again.", reference=request_id)


def file_not_taken(code: str) -> Refusal:
    """Say that Slack refused a file, with Slack's own word and the way around."""
    return Refusal(
        sentence=(
            f"Slack did not take the file ({code}). Ask an admin to check the app's scopes. "
            'Until then the terminal prints the same: `rollcall ask "export …"`, with the filters that you gave here.'
        )
    )
