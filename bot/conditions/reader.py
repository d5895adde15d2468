"""Text to condition. Reads it or refuses with the place, the reason and, where it can be guessed, a correction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.conditions.kinds import (
    BOTH,
    BUILD,
    BUILD_MEANT,
    BUILDS,
    EXAMPLE,
    EXAMPLES,
    MEANT,
    SIGNALS,
    SIGNALS_MEANT,
    USUAL_UNVIEWED,
    WAITS,
    WORDS,
)
from bot.conditions.printer import print_wait
from bot.conditions.waiting import begins_wait, read_wait
from bot.conditions.words import QUOTES, Trouble, Word, Words
from bot.errors import UsageError
from bot.grammar import nearest
from bot.model import Condition, ConditionKind, Signal

if TYPE_CHECKING:
    from datetime import timedelta

_MOST_STEPS: Final = 4
"""A correction may need one itself: a mistyped kind, and then a mistyped time."""

_AND: Final = (",", "and", "&", "+", "or")


def read_condition(
    text: str, *, start: int = 0, zone: str, streampixel_only: bool = False
) -> tuple[Condition, int, tuple[str, ...]]:
    """Read the condition that begins at `start`, and return it with where it ends and what was not typed.

    In quotes it ends with them. Without, it ends with the last word that belongs to it; filters and words to look for
    follow.

    Args:
        text: the whole command, typography already undone; what stands before `start` is only quoted in errors.
        start: where the condition begins.
        zone: IANA name of the zone whose working days count.
        streampixel_only: whether the filters let only a source through of which viewers are all that is known.

    Returns:
        the condition, the index of what follows it, and short sentences about what is so by default.

    Raises:
        UsageError: it cannot be read; with the position, and a corrected command wherever one can be guessed.
    """
    try:
        return _read(text, start, zone, streampixel_only=streampixel_only)
    except Trouble as trouble:
        raise _refusal(text, start, trouble, None) from None


def begins_change(text: str, start: int) -> bool:
    """Tell whether a part of a condition comes first that says how long, or what counts: ``for 45d``, ``by edits``."""
    words = Words(text, start, len(text))
    return words.is_next("for") or (words.is_next("by") and words.ahead(1) is not None) or begins_wait(words)


def read_change(text: str, *, start: int, before: Condition, zone: str) -> tuple[Condition, int, tuple[str, ...]]:
    """Read what shall be different about a condition: ``for 45d``, ``45 days``, ``by viewers``.

    Args:
        text: the whole command.
        start: where that begins.
        before: the condition, which stays as it is otherwise.
        zone: IANA name of the zone whose working days count.

    Returns:
        as `read_condition`.

    Raises:
        UsageError: as `read_condition`.
    """
    try:
        return _change(Words(text, start, len(text)), before, zone)
    except Trouble as trouble:
        raise _refusal(text, start, trouble, before) from None


def _change(words: Words, before: Condition, zone: str) -> tuple[Condition, int, tuple[str, ...]]:
    if before.kind not in WAITS and begins_wait(words):
        word, behind = words.take(), words.next
        last = behind if word.text == "for" and behind is not None else word
        said = words.text[word.start : last.end]
        raise words.wrong(word, f"“{said}” does not go with `{before.kind.value}`, which holds at once.", until=last)
    wait, by = _parts(words, before.kind, bare=True)
    _refuse_rest(words, before.kind, waited=wait is not None, quoted=False)
    length, working = wait or (before.threshold, before.working_days)
    condition = Condition(
        kind=before.kind,
        threshold=length,
        signals=before.signals if by is None else by,
        working_days=working,
    )
    return condition, words.end, () if wait is None else _defaults(wait, None, zone)


def _refusal(text: str, start: int, trouble: Trouble, before: Condition | None) -> UsageError:
    return UsageError(
        trouble.sentence,
        text=text,
        position=trouble.start,
        length=trouble.end - trouble.start,
        correction=_correction(text, start, trouble, before),
    )


def _correction(text: str, start: int, trouble: Trouble, before: Condition | None) -> str | None:
    """Put in what was probably meant, and offer it only if it reads."""
    for _ in range(_MOST_STEPS):
        if trouble.swap is None:
            return None
        begin, end, meant = trouble.swap
        text = text[:begin] + meant + text[end:]
        try:
            if before is None:
                _read(text, start, "UTC", streampixel_only=False)
            else:
                _change(Words(text, start, len(text)), before, "UTC")
        except Trouble as next_one:
            trouble = next_one
        else:
            return text.rstrip()
    return None


def _read(text: str, start: int, zone: str, *, streampixel_only: bool) -> tuple[Condition, int, tuple[str, ...]]:
    words, close = _opened(text, start)
    kind = _kind(words)
    wait, by = _parts(words, kind)
    _refuse_rest(words, kind, waited=wait is not None, quoted=close is not None)
    usual = _usual(kind, by or (), streampixel_only=streampixel_only)
    length, working = wait or (usual, False)
    condition = Condition(kind=kind, threshold=length, signals=by or (), working_days=working)
    return condition, words.end if close is None else close, _defaults(wait, usual, zone)


def _parts(
    words: Words, kind: ConditionKind, *, bare: bool = False
) -> tuple[tuple[timedelta, bool] | None, tuple[Signal, ...] | None]:
    """Read how long, and what counts, in any order; None: nothing was said of it."""
    wait, by = None, None
    while True:
        words.skip_between("for", "by")
        if wait is None and kind in WAITS and begins_wait(words):
            wait = read_wait(words, WAITS[kind], bare=bare)
        elif by is None and words.is_next("by"):
            by = _signals(words, kind)
        else:
            return wait, by


def _opened(text: str, start: int) -> tuple[Words, int | None]:
    """Return the words of the condition, and where it ends if quotes say so."""
    begin = start + len(text[start:]) - len(text[start:].lstrip())
    if begin >= len(text) or text[begin] not in QUOTES:
        return Words(text, begin, len(text)), None
    close = text.find(text[begin], begin + 1)
    if close < 0:
        raise Trouble("A quote is opened here and never closed.", begin, begin + 1, (begin, begin + 1, ""))
    return Words(text, begin + 1, close), close + 1


def _usual(kind: ConditionKind, by: tuple[Signal, ...], *, streampixel_only: bool) -> timedelta | None:
    if kind not in WAITS:
        return None
    unviewed = kind is ConditionKind.INACTIVE and (streampixel_only or by == (Signal.VIEWERS,))
    return USUAL_UNVIEWED if unviewed else WAITS[kind].usual


def _defaults(wait: tuple[timedelta, bool] | None, usual: timedelta | None, zone: str) -> tuple[str, ...]:
    if wait is None:
        return () if usual is None else (f"No time was given, so it is `for {print_wait(usual)}`.",)
    return (f"Working days are Monday to Friday in {zone}.",) if wait[1] else ()


# --- which kind ---------------------------------------------------------------------------------------------------


def _kind(words: Words) -> ConditionKind:
    if words.next is None:
        raise words.missing(f"What should I watch for? Write {EXAMPLES}.", EXAMPLE)
    word = words.take()
    if word.text == BUILD:
        return _build(words, word)
    if word.text == "ci" and words.is_next("silent", "-silent"):
        raise words.wrong(word, "This is written in one word: `ci-silent`.", "ci-silent", until=words.next)
    if word.text not in WORDS:
        raise _no_kind(words, word)
    return WORDS[word.text]


def _build(words: Words, word: Word) -> ConditionKind:
    said = words.next
    if said is not None and said.text in BUILDS:
        return BUILDS[words.take().text]
    sentence = "Of builds I watch for `build rejected` and `build approved`."
    if said is None:
        raise words.missing(sentence, "rejected")
    meant = BUILD_MEANT.get(said.text) or nearest(said.text, BUILDS)
    raise words.wrong(said if meant else word, sentence, meant or f"{BUILD} rejected")


def _no_kind(words: Words, word: Word) -> Trouble:
    said = words.text[word.start : word.end]
    meant = MEANT.get(word.text) or nearest(word.text, (*WORDS, *MEANT))
    meant = MEANT.get(meant or "", meant)
    if meant is None:
        sentence = f"I cannot watch for “{said}”. Write {EXAMPLES}."
        lacks_kind = word.text in {"for", "by"}
        swap = (word.start, word.start, f"{ConditionKind.INACTIVE} ") if lacks_kind else None
        return Trouble(sentence, word.start, word.end, swap)
    return words.wrong(word, f"I cannot watch for “{said}”. Did you mean `{meant}`?", meant)


# --- what counts --------------------------------------------------------------------------------------------------


def _signals(words: Words, kind: ConditionKind) -> tuple[Signal, ...]:
    """Read ``by edits``, ``by edits,viewers``, ``by both``; the last two are what counts anyway."""
    by = words.take()
    if words.next is None:
        raise words.missing("By what? Write `by edits` or `by viewers`.", "edits")
    if kind is not ConditionKind.INACTIVE:
        sentence = f"`by` goes with `inactive` only. To look for who made a project, write `by:{words.next.text}`."
        fixed = None if _is_signal(words.next) else f"by:{words.next.text}"
        raise words.wrong(by, sentence, fixed, until=words.next)
    found = {*_signal(words)}
    while words.is_next(*_AND) and _is_signal(words.ahead(1)):
        words.take()
        found |= {*_signal(words)}
    return () if len(found) == len(Signal) else tuple(found)


def _is_signal(word: Word | None) -> bool:
    return word is not None and (word.text in SIGNALS or word.text in SIGNALS_MEANT)


def _signal(words: Words) -> tuple[Signal, ...]:
    word = words.take()
    if word.text in BOTH:
        return tuple(Signal)
    if word.text in SIGNALS:
        return (SIGNALS[word.text],)
    said = words.text[word.start : word.end]
    meant = SIGNALS_MEANT.get(word.text) or nearest(word.text, SIGNALS)
    hint = f"Did you mean `by {meant}`?" if meant else f"To look for who made a project, write `by:{said}`."
    raise words.wrong(word, f"Activity is counted by edits or by viewers, not by “{said}”. {hint}", meant)


# --- what is left -------------------------------------------------------------------------------------------------


def _refuse_rest(words: Words, kind: ConditionKind, *, waited: bool, quoted: bool) -> None:
    """Refuse what would else be words to look for, and is meant as a part of the condition."""
    word = words.next
    if word is None:
        return
    if word.text in {"for", "by"}:
        behind = words.ahead(1) or word
        twice = waited if word.text == "for" else kind is ConditionKind.INACTIVE
        why = "is there twice" if twice else f"does not go with `{kind.value}`, which holds at once"
        said = words.text[word.start : behind.end]
        raise Trouble(f"“{said}” {why}.", word.start, behind.end, (words.end, behind.end, ""))
    if quoted:
        said = words.text[word.start : word.end]
        raise words.wrong(word, f"I cannot read “{said}” in a condition. Filters go behind the closing quote.")
