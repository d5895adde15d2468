"""A notice about digests or watches in trouble: for the person who owns them, and for those who run Rollcall."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import slackblocks as sb

from bot.model import Digest
from bot.schedules import print_schedule
from bot.views import blocks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.model import Message, Watch

MOST_PLACES: Final = 3
"""Channels that a notice names; the subjects of more are counted."""

_CHANNEL_ID: Final = re.compile(r"[CDG][A-Z0-9]{4,20}")


def notice(who: str, subjects: Sequence[Digest | Watch], names: Mapping[str, str], what: str, advice: str) -> Message:
    """Draw a notice: ``Your digests 1 and 3 in #studio rest now: the channel is archived.``.

    Args:
        who: its beginning without the plural, ``Your digest``; the numbers follow.
        subjects: digests or watches, at least one; of a single digest its schedule is told.
        names: channels to what they are called, as far as it is known; hostile.
        what: what happened, as the end of that sentence; plain text, may quote outside words.
        advice: one or two sentences.
    """
    begin = f"{plural(who)} " if len(subjects) > 1 else f"{who} "
    end = f"{_schedule(subjects)} {blocks.one_line(what)}"
    there = numbers_by_channel(subjects)
    drawn = [blocks.text(begin), *_drawn(there), blocks.text(end)]
    spoken = begin + _spoken(there, names) + end
    return blocks.message([spoken, advice], [blocks.says(*drawn), blocks.notes([advice])])


def line(sentence: str, advice: str) -> Message:
    """Draw a notice about everything at once: a sentence, and what that means."""
    return blocks.message([sentence, advice], [blocks.says(blocks.bold(sentence)), blocks.notes([advice])])


def named_channels(subjects: Sequence[Digest | Watch]) -> tuple[str, ...]:
    """Return the ids of the channels that a notice about these names."""
    return tuple(numbers_by_channel(subjects))[:MOST_PLACES]


def numbers_by_channel(subjects: Sequence[Digest | Watch]) -> dict[str, list[int]]:
    """Sort them by channel, the one with most of them first."""
    found: dict[str, list[int]] = {}
    for subject in sorted(subjects, key=lambda each: each.number):
        found.setdefault(subject.channel, []).append(subject.number)
    return dict(sorted(found.items(), key=lambda there: -len(there[1])))


def plural(noun: str) -> str:
    """Say several: ``digests``, ``watches``."""
    return f"{noun}es" if noun.endswith("ch") else f"{noun}s"


def listed(words: Sequence[str]) -> str:
    """List words as people do: ``1, 2 and 3``."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def _schedule(subjects: Sequence[Digest | Watch]) -> str:
    only = subjects[0] if len(subjects) == 1 else None
    return f" ({print_schedule(only.schedule)})" if isinstance(only, Digest) else ""


def _drawn(there: Mapping[str, Sequence[int]]) -> list[sb.RichTextElement]:
    """Draw numbers and links; commas between channels, as the numbers have an ``and``."""
    parts: list[sb.RichTextElement] = []
    for channel in list(there)[:MOST_PLACES]:
        parts += [blocks.text("; ")] if parts else []
        parts += [blocks.bold(_numbers(there[channel])), blocks.text(" in "), _link(channel)]
    rest = _rest(there)
    return [*parts, blocks.text(rest)] if rest else parts


def _spoken(there: Mapping[str, Sequence[int]], names: Mapping[str, str]) -> str:
    shown = list(there)[:MOST_PLACES]
    parts = [f"{_numbers(there[channel])} in {_name(names.get(channel, ''))}" for channel in shown]
    return "; ".join(parts) + _rest(there)


def _numbers(numbers: Sequence[int]) -> str:
    return listed([str(number) for number in numbers])


def _rest(there: Mapping[str, Sequence[int]]) -> str:
    number = sum(len(numbers) for numbers in list(there.values())[MOST_PLACES:])
    return f"; {number} more elsewhere" if number else ""


def _name(name: str) -> str:
    """Name a channel in plain text: ``#studio``; nobody knows one by its id."""
    return f"#{blocks.one_line(name)}" if name else "the channel"


def _link(channel: str) -> sb.RichTextElement:
    """Name a channel as Slack shows it; Slack refuses the whole message for an id that cannot be one."""
    return sb.RichTextChannel(channel) if _CHANNEL_ID.fullmatch(channel) else blocks.code(channel)
