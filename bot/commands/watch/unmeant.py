"""What follows a condition and would be read otherwise than it is meant: a second condition, prose, a channel.

All that is no filter is looked for in the names of projects. What stands in quotes is meant so.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.commands.spec import refreshed
from bot.conditions import print_condition, read_condition
from bot.conditions.kinds import EXAMPLE, MEANT, SIGNALS_MEANT, WORDS
from bot.errors import UsageError
from bot.model import ConditionKind, State
from bot.query import Anything, Pattern, Query, Term, parse, print_query
from bot.query.clashes import allowed, clash
from bot.query.fields import BY_NAME
from bot.query.printer import PROSE
from bot.query.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.commands.spec import Context
    from bot.commands.words import Asked
    from bot.model import Condition
    from bot.query.tokens import Token

_JOINING: Final = PROSE | {"&", "&&", "+", "|", "||", ","}
_NO_NAME: Final = {*WORDS, *MEANT}
"""Words that begin a condition, rightly or as people call it elsewhere."""

_SEEN: Final = {*SIGNALS_MEANT, "viewed", "seen", "used", "opened", "watched", "touched"}
_WHERE: Final = frozenset({"in", "on", "at", "of", "from"})
_CHANNEL: Final = re.compile(r"#[^\W\d]")
_COMPARED: Final = re.compile(r"(?P<sign><=|>=|<|>|=)(?P<value>.*)")
_EVERYTHING: Final = Query(terms=(Term("archived", (Anything(),)),))
_QUOTED: Final = "If it is a part of a project's name, put it in quotes."


# --- words --------------------------------------------------------------------------------------------------------


def refuse_prose(asked: Asked, start: int, sources: Collection[str]) -> None:
    """Refuse words from `start` on that are surely meant otherwise than as parts of a name.

    Args:
        asked: the question.
        start: where the part after the condition begins.
        sources: keys of those that there are.

    Raises:
        UsageError: there are some.
    """
    found = list(tokens(asked.text, start))
    for at, token in enumerate(found):
        bare = _bare(token)
        if bare is None:
            continue
        if _CHANNEL.match(bare):
            sentence = (
                f"A watch tells the channel in which it was added. To tell {bare}, write the command there. {_QUOTED}"
            )
            raise asked.refusal(sentence, token.start, token.end, None)
        if at and _COMPARED.fullmatch(bare):
            _refuse_comparison(asked, found, at)
        _refuse_place(asked, found, at, sources)
        _refuse_second(asked, found, at)


def _bare(token: Token) -> str | None:
    """Return a word without quotes and key, in small letters."""
    return token.bare.lower() if token.key is None and not token.negated and token.bare else None


def _refuse_comparison(asked: Asked, found: Sequence[Token], at: int) -> None:
    """Refuse ``viewers > 10``, which is three words."""
    name, sign = _bare(found[at - 1]), _COMPARED.fullmatch(_bare(found[at]) or "")
    if sign is None or name not in BY_NAME:
        return
    behind = found[at + 1] if not sign["value"] and at + 1 < len(found) else found[at]
    value = sign["value"] or (_bare(behind) or "")
    begin, end = found[at - 1].start, behind.end
    meant = f"{name}:{sign['sign'].removeprefix('=')}{value}"
    fixed = f"{asked.text[:begin]}{meant}{asked.text[end:]}" if _COMPARED.fullmatch(value) is None and value else None
    raise asked.refusal(f"Write it without blanks and with a colon, like `{meant}`.", begin, end, fixed)


def _refuse_place(asked: Asked, found: Sequence[Token], at: int, sources: Collection[str]) -> None:
    """Refuse ``in microvisualizer``, which is a filter in prose."""
    behind = found[at + 1] if at + 1 < len(found) else None
    source = None if behind is None else _bare(behind)
    if behind is None or _bare(found[at]) not in _WHERE or source not in sources:
        return
    begin, end, meant = found[at].start, behind.end, f"source:{source}"
    fixed = f"{asked.text[:begin]}{meant}{asked.text[end:]}"
    raise asked.refusal(f"For the projects of one source, write `{meant}`. {_QUOTED}", begin, end, fixed)


def _refuse_second(asked: Asked, found: Sequence[Token], at: int) -> None:
    """Refuse ``and off``, which is a second condition, and ``not edited``, which is prose."""
    word, behind = _bare(found[at]), found[at + 1] if at + 1 < len(found) else None
    meant = None if behind is None else _bare(behind)
    if behind is None or meant is None:
        return
    said = asked.text[found[at].start : behind.end]
    if word in _JOINING and (meant in _NO_NAME or (meant == "not" and at + 2 < len(found))):
        sentence = f"“{said}” would be a second condition, and a watch waits for one: add two watches. {_QUOTED}"
        raise asked.refusal(sentence, found[at].start, len(asked.text), _tested(asked, behind))
    if word == "not" and meant in _NO_NAME | _SEEN:
        sentence = (
            f"“{said}” would leave out projects with “{meant}” in their name. "
            f"What a watch waits for stands in its condition, like `{EXAMPLE} by edits`; "
            f"to leave such names out, write `-{meant}`."
        )
        raise asked.refusal(sentence, found[at].start, behind.end, None)


def _tested(asked: Asked, begin: Token) -> str | None:
    """Return the command that shows what the second condition would do; None if it is none."""
    word = _bare(begin) or ""
    text = f"watch test {MEANT.get(word, word)}{asked.text[begin.end :]}"
    try:
        condition, _, _ = read_condition(text, start=len("watch test"), zone="UTC")
    except UsageError:
        return None
    return f"watch test {print_condition(condition)}"


# --- words that no project has ------------------------------------------------------------------------------------


async def refuse_unknown(context: Context, asked: Asked, start: int) -> None:
    """Refuse words without quotes that no project has in its name, as a watch for them would wait for ever.

    Raises:
        UsageError: there are some.
        StoreError: our database could not be used.
    """
    found = [token for token in tokens(asked.text, start) if _bare(token) is not None]
    query = _words_of(context, asked, start)
    words = tuple(word for word in query.words if not word.negated)
    if not found or not await _nobody_has(context, asked, replace(query, words=words)):
        return
    said = " ".join(asked.text[token.start : token.end] for token in found)
    second = next((token for token in found if _bare(token) in _NO_NAME), None)
    hint = "Two conditions are two watches." if second else "A length of time is written like `for 30d`."
    raise asked.refusal(
        f"“{said}” is read as words in a project's name, and no project has them. {hint} "
        "If they are meant so, put them in quotes.",
        found[0].start,
        found[-1].end,
        _tested(asked, second) if second else None,
    )


async def unknown_words(context: Context, asked: Asked, query: Query) -> str:
    """Return the words of a query that no project has; empty if there are none, or one has them."""
    words = tuple(word for word in query.words if not word.negated)
    wanted = Query(words=words)
    return print_query(wanted) if words and await _nobody_has(context, asked, wanted) else ""


def _words_of(context: Context, asked: Asked, start: int) -> Query:
    """Return the words that stand there, without filters."""
    typed = " ".join(
        asked.text[token.start : token.end] for token in tokens(asked.text, start) if token.key is None
    )  # fmt: skip
    return Query(words=parse(typed, known=context.known, ordered=False).words)


async def _nobody_has(context: Context, asked: Asked, query: Query) -> bool:
    """Tell whether surely no project has these words: not while a source has not been read."""
    if not query.words:
        return False
    _, freshness = await refreshed(context, asked.request)
    if not freshness or any(each.last_success_at is None for each in freshness):
        return False
    wanted = query.and_also(*_EVERYTHING.terms)
    found = await context.store.search(asked.request.ask.scope, wanted, context.moment(freshness), size=1)
    return found.total == 0


# --- filters ------------------------------------------------------------------------------------------------------


def refuse_never(condition: Condition, query: Query) -> None:
    """Refuse filters that let no project through, or only those that are never judged.

    Raises:
        UsageError: they are such.
    """
    excluded = clash(query)
    if excluded:
        listed = " and ".join(f"`{each}`" for each in excluded)
        raise UsageError(f"{listed} exclude each other: no project can match both.")
    if allowed(query, "archived") == {True} or _only(query, State.ARCHIVED):
        raise UsageError(
            f"Archived projects are never judged, so `{print_condition(condition)}` could never hold for them. "
            "`list archived:true` shows them."
        )
    if condition.kind is not ConditionKind.GONE and _only(query, State.GONE):
        raise UsageError("Projects that are gone are judged by `watch add gone` only.", correction="watch test gone")


def _only(query: Query, state: State) -> bool:
    """Tell whether filters ask for nothing but one state."""
    wanted = (Pattern((state.value,)),)
    return any(term.field == "state" and not term.negated and term.alternatives == wanted for term in query.terms)
