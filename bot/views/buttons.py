"""Buttons: each carries the whole command it stands for, so that it works after a restart and on every replica."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from bot.errors import Expired
from bot.model import Cursor
from bot.views import blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    import slackblocks as sb

    from bot.model import Entry

RUN = "run"
"""Run the command and replace the message; action ids go on after a dot, as they must differ within a block."""

REFRESH = "refresh"
"""The same, after asking the sources."""

SHARE = "share"
"""Post the answer for everybody."""

MINE = "mine"
"""Answer privately, beside the message."""

MENU = "menu"
"""A project's menu; the chosen option's value is a command, answered privately beside the message."""

_WHO = "who:"
"""What comes behind it in an action id is a command that lacks a person."""

OPEN = "open"
"""Opens a page in the browser; Slack tells us all the same."""


class Audience(Enum):
    """Who will see the answer."""

    PRIVATE = "private"
    """Only the one who asked, in a channel."""

    SHARED = "shared"
    """Everybody, because somebody pressed Share."""

    PUBLIC = "public"
    """Everybody in a channel; a press must not change it under their eyes."""

    DIRECT = "direct"
    """The one person in a direct message."""


@dataclass(frozen=True, slots=True)
class Press:
    """What a button stands for."""

    text: str
    """The command line."""

    cursor: Cursor | None = None


def encode(press: Press) -> str:
    """Write a press into a button's value: the cursor on the first line, the command on the second.

    The dispatcher keeps commands short enough for Slack's 2,000 characters.
    """
    cursor = press.cursor
    place = [] if cursor is None else [int(cursor.forward), cursor.start, *cursor.key]
    return f"{json.dumps(place, ensure_ascii=False, separators=(',', ':'))}\n{press.text}"


def decode(value: str) -> Press:
    """Read a button's value.

    Raises:
        Expired: another version wrote it, or somebody else.
    """
    place, newline, text = value.partition("\n")
    try:
        read = json.loads(place)
        if not newline or not isinstance(read, list):
            raise TypeError  # noqa: TRY301 - one refusal for all
        if not read:
            return Press(text)
        forward, start, *key = read
        if not all(part is None or isinstance(part, str | int) for part in (start, *key)):
            raise TypeError  # noqa: TRY301 - as above
        return Press(text, Cursor(bool(forward), int(start), tuple(key)))
    except (ValueError, TypeError):
        raise Expired from None


def bar(
    command: str,
    audience: Audience,
    *,
    cursor: Cursor | None = None,
    previous: Cursor | None = None,
    next: Cursor | None = None,  # noqa: A002 - the label it gets
    first: tuple[sb.Element, ...] = (),
) -> sb.Block:
    """Return the row of buttons under an answer, as its audience may use it."""
    if audience is Audience.SHARED:
        return blocks.bar([blocks.button("Open for me", MINE, encode(Press(command, cursor)))])
    shown = [*first]
    if previous is not None:
        shown.append(
            blocks.button("← Prev", f"{RUN}.previous", encode(Press(command, previous)), spoken="Previous page")
        )
    if next is not None:
        shown.append(blocks.button("Next →", f"{RUN}.next", encode(Press(command, next)), spoken="Next page"))
    shown.append(blocks.button("↻ Refresh", REFRESH, encode(Press(command, cursor)), spoken="Refresh"))
    if audience is Audience.PRIVATE:
        shown.append(blocks.button("Share", SHARE, encode(Press(command, cursor)), spoken="Share with the channel"))
    return blocks.bar(shown)


def privately(part: Any) -> Any:  # noqa: ANN401 - JSON of any depth
    """Let every button answer beside the message, for the one who pressed it, instead of replacing the message."""
    if isinstance(part, list):
        return [privately(each) for each in part]
    if not isinstance(part, dict):
        return part
    done = {key: privately(value) for key, value in part.items()}
    name = done.get("action_id")
    if isinstance(name, str) and name.startswith((RUN, REFRESH)):
        done["action_id"] = f"{MINE}.{name}"
    return done


def run(
    label: str, command: str, name: str, *, primary: bool = False, asks: blocks.Question | None = None
) -> sb.Element:
    """Return a button that runs a command in place; `name` makes its action id unique within the message.

    Slack asks before it hands on what others would notice, or what cannot be taken back.
    """
    asks = asks or next((question for start, question in _QUESTIONS.items() if command.startswith(start)), None)
    return blocks.button(label, f"{RUN}.{name}", encode(Press(command)), primary=primary, asks=asks)


def choose_person(label: str, command: str) -> sb.Element:
    """Return a list of people; whoever is chosen is put behind the command, by Slack id.

    Such a list carries nothing but its action id (at most 255 characters): the command stands there.
    """
    return blocks.person_select(f"{RUN}.{_WHO}{command}", label)


def press_of_person(action_id: str, user: str) -> Press:
    """Return what it stands for that a person was chosen from a list.

    Raises:
        Expired: another version drew the list, or somebody else.
    """
    _, found, command = action_id.partition(_WHO)
    if not found or not command:
        raise Expired
    return Press(f"{command} {user}")


def choose(
    label: str, commands: Sequence[tuple[str, str]], name: str, asks: blocks.Question | None = None
) -> sb.Element | None:
    """Return a list of `(label, command)` to choose from, each run in place; None if one is too long for a list."""
    options = [(words, encode(Press(command))) for words, command in commands]
    if any(len(value) > blocks.OPTION_VALUE for _, value in options):
        return None
    return blocks.select(f"{RUN}.{name}", label, options, asks)


_QUESTIONS = {
    "digest add": blocks.Question(
        "Add this digest?", "It will be posted in this channel on its schedule, until somebody pauses it.", "Add it"
    ),
    "digest run": blocks.Question(
        "Post it now?", "Everybody in this channel will see it. The schedule stays as it is.", "Post it"
    ),
    "digest pause": blocks.Question(
        "Pause this digest?", "Nothing is posted until somebody resumes it. The channel's record says who paused it.",
        "Pause it",
    ),
    "digest remove": blocks.Question(
        "Remove this digest?", "It cannot be taken back. To have it again, somebody has to add it anew.", "Remove it",
        danger=True,
    ),
    "watch add": blocks.Question(
        "Add this watch?", "This channel is told when it fires, until somebody pauses or removes it.", "Add it"
    ),
    "watch pause": blocks.Question(
        "Pause this watch?", "Nothing is judged or told until somebody resumes it. Its open alerts stay as they are.",
        "Pause it",
    ),
    "watch remove": blocks.Question(
        "Remove this watch?", "Its alerts end with it. It cannot be taken back; somebody has to add it anew.",
        "Remove it", danger=True,
    ),
    "alerts archive": blocks.Question(
        "Archive this project?", "It is archived at its source, for everybody there. It can be taken out again. "
        "The record says that you did it.", "Archive it", danger=True,
    ),
    "alerts unarchive": blocks.Question(
        "Take it out of the archive?", "It is active at its source again, for everybody there. The record says that "
        "you did it.", "Take it out",
    ),
    "alerts release": blocks.Question(
        "Release these alerts?", "The channels are told of all of them within minutes. Do it if you know that these "
        "projects really changed.", "Release them", danger=True,
    ),
}  # fmt: skip
"""Beginning of a command to what is asked before it is run."""


def project_menu(entry: Entry, *more: tuple[str, str]) -> sb.Element:
    """Return the menu of one project in a list; of `more`, label and command, there is room for two."""
    options: list[tuple[str, str, str | None]] = [("Show", f"show #{entry.ref}", None)]
    if entry.project.service_count is not None:
        options.append(("Services", f"services #{entry.ref}", None))
    options += [(label, command, None) for label, command in more]
    if entry.project.url:
        options.append(("Open", OPEN, entry.project.url))
    return blocks.menu(MENU, options)
