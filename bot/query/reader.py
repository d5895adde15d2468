"""Text to query. Reads everything or refuses with the place, the reason and, where it can be guessed, a correction."""

from __future__ import annotations

import math
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.errors import UsageError
from bot.grammar import nearest, parse_age, parse_date, print_age
from bot.query.fields import (
    BY_NAME,
    FIELDS,
    LONGEST_NUMBER,
    MOST_RESULTS,
    SORT_KEYS,
    STATES,
    Field,
    Kind,
    Known,
)
from bot.query.hours import print_hours, read_hours
from bot.query.printer import print_operand, print_value_text, quote
from bot.query.terms import (
    Alternative,
    Anything,
    Between,
    Compare,
    Day,
    Flag,
    Operand,
    Order,
    Pattern,
    Query,
    Term,
    Word,
)
from bot.query.tokens import KEY, PART, skip_blanks, split, tokens

if TYPE_CHECKING:
    from bot.query.tokens import Piece, Token

_TRUE = {"true": True, "yes": True, "on": True}
_FALSE = {"false": False, "no": False, "off": False}
_LOST_COLON = re.compile(r"(?P<key>[A-Za-z][A-Za-z-]*)(?P<rest>(?:<=|>=|<|>|=).+)")
_SIGNED = re.compile(r"(?P<sign><=|>=|<|>|=)(?P<rest>.*)", re.DOTALL)


_BOTH = 2
_MOST_PARTS = 3
"""Words of a length of time at most."""


@dataclass(frozen=True, slots=True)
class _Value:
    """One alternative of a value, and where it stands."""

    text: str
    start: int
    end: int


def parse(
    text: str, *, known: Known, options: frozenset[str] = frozenset(), ordered: bool = True, start: int = 0
) -> Query:
    """Read a query.

    Args:
        text: the whole command, typography already undone; what stands before `start` is not read but quoted in errors.
        known: values of the fields that differ from installation to installation.
        options: which of the filters that only some verbs take this one does: ``for``, ``since``, ``hours``…
        ordered: whether the verb can follow ``sort:`` and ``limit:``.
        start: where the query begins.

    Raises:
        UsageError: it cannot be read; with the position, and a corrected command wherever one can be guessed.
    """
    return _Reader(text, known, options, ordered=ordered).read(start)


class _Reader:
    """Reads one text; keeps it for the errors."""

    def __init__(self, text: str, known: Known, options: frozenset[str], *, ordered: bool) -> None:
        self._text = text
        self._known = known
        self._offered = [
            f.name
            for f in FIELDS
            if (not f.verbs or f.name in options) and (ordered or f.kind not in {Kind.ORDER, Kind.COUNT})
        ]

    def read(self, start: int) -> Query:
        query, negate = Query(), None
        self._refuse_orders(start)
        for token in tokens(self._text, start):
            if token.key is None and (token.bare or "").lower() == "not" and not token.negated:
                if negate is not None:
                    raise self._refuse("`not not` says nothing; write it once.", negate, self._cut(negate))
                negate = token
                continue
            if negate is not None:
                if token.negated:
                    fixed = self._swap(negate.start, token.end, self._text[token.start + 1 : token.end])
                    raise self._refuse("`not` and `-` together cancel each other; use one.", token, fixed)
                token = replace(token, negated=True)  # noqa: PLW2901 - the same token, seen with its `not`
                negate = None
            query = self._add(query, token)
        if negate is not None:
            raise self._refuse(
                '`not` needs something after it, like `not archived:true`. To look for the word itself, write `"not"`.',
                negate,
                self._cut(negate),
            )
        return query

    def _refuse_orders(self, start: int) -> None:
        """Refuse ``sort:`` and ``limit:`` at once where neither counts; one after the other would cost two turns."""
        lost = [token for token in tokens(self._text, start) if self._is_lost_order(token)]
        if len({token.key for token in lost}) < _BOTH:
            return
        fixed = self._text
        for token in reversed(lost):
            fixed = f"{fixed[: token.start]} {fixed[token.end :]}"
        raise UsageError(
            "`sort:` and `limit:` belong to lists of projects only.",
            text=self._text,
            position=lost[0].start,
            length=lost[-1].end - lost[0].start,
            correction=" ".join(fixed.split()),
        )

    def _is_lost_order(self, token: Token) -> bool:
        name = (token.key or "").lower()
        return name in {"sort", "limit"} and name not in self._offered

    # one token at a time

    def _add(self, query: Query, token: Token) -> Query:
        if token.key is None:
            return replace(query, words=(*query.words, self._word(token)))
        spec = self._field(token)
        if not token.pieces:
            raise self._no_value(token, spec)
        match spec.kind:
            case Kind.ORDER:
                return self._add_order(query, token)
            case Kind.COUNT:
                return self._add_limit(query, token)
            case Kind.AGE | Kind.SINCE:
                return self._add_option(query, token, spec)
            case Kind.MODE | Kind.HOURS:
                return self._add_mode(query, token, spec)
            case _:
                values = tuple(self._value(token, spec, pieces) for pieces in split(token.pieces, ","))
                return query.and_also(Term(spec.name, values, token.negated))

    def _word(self, token: Token) -> Word:
        bare = token.bare
        if bare in {"OR", "AND", "|", "||", "&&"}:
            raise self._refuse(
                f"I know no `{bare}`: parts always all count; write alternatives with a comma, like `name:a,b`.",
                token,
                self._cut(token),
            )
        lost = _LOST_COLON.fullmatch(bare or "")
        if lost and lost["key"].lower() in BY_NAME:
            rest = lost["rest"].removeprefix("=")
            fixed = self._swap(token.start, token.end, f"{'-' * token.negated}{lost['key']}:{rest}")
            raise self._refuse(f"A colon is missing after `{lost['key']}`.", token, fixed)
        pattern = _pattern(token.pieces)
        if not "".join(pattern.parts).strip():
            raise self._refuse("There is nothing to look for here.", token, self._cut(token))
        return Word(pattern, token.negated)

    def _field(self, token: Token) -> Field:
        name = (token.key or "").lower().replace("_", "-")
        if name in self._offered:
            return BY_NAME[name]
        where = token.start + token.negated
        if name in BY_NAME:
            verbs = " and ".join(f"`{verb}`" for verb in BY_NAME[name].verbs) or "lists of projects"
            raise UsageError(
                f"`{name}:` belongs to {verbs} only.",
                text=self._text,
                position=where,
                length=len(name),
                correction=self._cut(token),
            )
        meant = nearest(name, self._offered)
        quoted = self._swap(token.start, token.end, quote(self._text[token.start : token.end]))
        fixed = self._swap(where, where + len(name), meant) if meant else quoted
        hint = f" Did you mean `{meant}:`?" if meant else " To look for it as text, put it in quotes."
        raise UsageError(
            f"I know no filter `{name}:`.{hint} `help filters` lists all.",
            text=self._text,
            position=where,
            length=len(name),
            correction=fixed,
        )

    def _no_value(self, token: Token, spec: Field) -> UsageError:
        rest = skip_blanks(self._text, token.end)
        follower = PART.match(self._text, rest)
        joined = self._text[: token.end] + self._text[rest:] if follower and not KEY.match(self._text, rest) else None
        correction = joined or self._swap(token.start, token.end, "-" * token.negated + spec.examples[0].lstrip("-"))
        return self._refuse(
            f"`{spec.name}:` needs a value right after the colon, like `{spec.examples[0]}`.",
            token,
            correction,
        )

    def _add_order(self, query: Query, token: Token) -> Query:
        if query.order is not None:
            raise self._refuse("`sort:` is given twice; one order is all I can follow.", token, self._cut(token))
        value = (token.bare or "").lower()
        reverse, key = value.startswith("-"), value.removeprefix("-")
        if token.negated:
            fixed = self._swap(token.start, token.end, f"sort:-{key}")
            raise self._refuse("To turn an order round, put the `-` before its key: `sort:-name`.", token, fixed)
        if key not in SORT_KEYS:
            place = _Value(key, token.value_start + reverse, token.end)
            raise self._not_one_of(token, place, SORT_KEYS, "sort key")
        return replace(query, order=Order(key, reverse))

    def _add_limit(self, query: Query, token: Token) -> Query:
        if query.limit is not None:
            raise self._refuse("`limit:` is given twice.", token, self._cut(token))
        value = token.bare or ""
        if token.negated or not re.fullmatch(r"[0-9]{1,6}", value) or not 1 <= int(value) <= MOST_RESULTS:
            fixed = self._swap(
                token.start, token.end, f"limit:{MOST_RESULTS if value.isdigit() and int(value) else 10}"
            )
            raise self._refuse(f"`limit:` takes a number from 1 to {MOST_RESULTS}.", token, fixed)
        return replace(query, limit=int(value))

    def _add_option(self, query: Query, token: Token, spec: Field) -> Query:
        if query.option(spec.name) is not None:
            raise self._refuse(f"`{spec.name}:` is given twice.", token, self._cut(token))
        if token.negated:
            fixed = self._swap(token.start, token.end, self._text[token.start + 1 : token.end])
            raise self._refuse(f"`{spec.name}:` cannot be negated.", token, fixed)
        value = "".join(piece.text for piece in token.pieces).lower()
        try:
            read = parse_age(value) if spec.kind is Kind.AGE else _instant(value)
        except UsageError:
            raise self._refuse(
                f"`{spec.name}:` takes {spec.kind.value.replace(':', ' like', 1)}, such as `{spec.examples[0]}`.",
                token,
                self._in_one_word(token, spec),
            ) from None
        return replace(query, options=(*query.options, (spec.name, read)))

    def _in_one_word(self, token: Token, spec: Field) -> str | None:
        """Join ``for:30 days`` to ``for:30d``; None: nobody guesses at a number."""
        spread = [part for part in tokens(self._text, token.value_start) if part.key is None][:_MOST_PARTS]
        for count in range(len(spread), 1, -1):
            begin, end = spread[0].start, spread[count - 1].end
            with suppress(UsageError):
                return self._swap(token.start, end, f"{spec.name}:{print_age(parse_age(self._text[begin:end]))}")
        return None

    def _add_mode(self, query: Query, token: Token, spec: Field) -> Query:
        if query.mode(spec.name) is not None:
            raise self._refuse(f"`{spec.name}:` is given twice.", token, self._cut(token))
        if token.negated:
            listed = ", ".join(f"`{choice}`" for choice in spec.choices)
            hint = f"; choose from {listed}" if listed else ""
            fixed = self._swap(token.start, token.end, self._text[token.start + 1 : token.end])
            raise self._refuse(f"`{spec.name}:` cannot be negated{hint}.", token, fixed)
        word = self._hours(token, spec) if spec.kind is Kind.HOURS else self._mode(token, spec)
        return replace(query, modes=(*query.modes, (spec.name, word)))

    def _mode(self, token: Token, spec: Field) -> str:
        value = _Value((token.bare or "").lower(), token.value_start, token.end)
        if value.text not in spec.choices:
            raise self._not_one_of(token, value, spec.choices, f"value for `{spec.name}:`")
        return value.text

    def _hours(self, token: Token, spec: Field) -> str:
        """Return hours in canonical form."""
        try:
            return print_hours(read_hours(token.bare or ""))
        except UsageError as refusal:
            fixed = self._swap(token.start, token.end, spec.examples[0])
            raise self._refuse(refusal.sentence, token, fixed) from None

    # one value at a time

    def _value(self, token: Token, spec: Field, pieces: tuple[Piece, ...]) -> Alternative:
        if not pieces or not "".join(piece.text for piece in pieces):
            fixed = self._without_empty_values(token, spec)
            raise self._refuse(f"There is an empty value for `{spec.name}:`.", token, fixed)
        value = _Value("".join(piece.text for piece in pieces), pieces[0].start, pieces[-1].end)
        match spec.kind:
            case Kind.FLAG:
                return self._flag(token, spec, value)
            case Kind.CHOICE:
                return self._choice(token, spec, value)
            case Kind.NUMBER | Kind.TIME:
                return self._measure(token, spec, value)
            case _:
                if not pieces[0].quoted and (sign := _SIGNED.match(value.text)):
                    meant = print_value_text(sign["rest"]) if sign["sign"] == "=" else quote(value.text)
                    sentence = f"`{spec.name}:` is text and cannot be compared with `{sign['sign']}`."
                    raise self._refuse(sentence, token, self._swap_value(value, meant))
                return _pattern(pieces)

    def _flag(self, token: Token, spec: Field, value: _Value) -> Alternative:
        words = _TRUE | _FALSE | spec.words
        lowered = value.text.lower()
        if lowered == "any":
            return Anything()
        if lowered not in words:
            raise self._not_one_of(token, value, (*words, "any"), f"value for `{spec.name}:`")
        return Flag(words[lowered])

    def _choice(self, token: Token, spec: Field, value: _Value) -> Alternative:
        choices = {"source": self._known.sources, "connection": self._known.connections}.get(spec.name, STATES)
        lowered = value.text.lower()
        if lowered == "any":
            return Anything()
        if lowered not in choices:
            raise self._not_one_of(token, value, (*choices, "any"), spec.name)
        return Pattern((lowered,))

    def _measure(self, token: Token, spec: Field, value: _Value) -> Alternative:
        """Read a number or a time: plain, compared, or a range."""
        read = _number if spec.kind is Kind.NUMBER else _instant
        low, dots, high = value.text.replace("...", "..").partition("..")
        try:
            if dots:
                return self._between(token, value, read(low) if low else None, read(high) if high else None)
            sign = _SIGNED.match(value.text)
            operand = read(sign["rest"] if sign else value.text)
        except UsageError as refusal:
            if refusal.text:
                raise
            sentence = f"`{spec.name}:` cannot be “{value.text}”. Write {spec.kind.value}."
            raise self._refuse(sentence, token, None) from None
        name = sign["sign"] if sign else "="
        if isinstance(operand, timedelta) and name == "=":
            fixed = self._swap_value(value, f"<{print_age(operand)}")
            sentence = f"`{spec.name}:{value.text}` could mean younger or older; write `<` or `>` before the age."
            raise self._refuse(sentence, token, fixed)
        return Compare(name, operand)

    def _between(self, token: Token, value: _Value, low: Operand | None, high: Operand | None) -> Between:
        if low is None and high is None:
            raise UsageError("A range needs an end.")
        if low is None or high is None:
            return Between(low, high)
        if isinstance(low, timedelta) != isinstance(high, timedelta):
            fixed = self._swap_value(value, f"{print_operand(low)}..")
            raise self._refuse("A range is either of ages or of dates, not of both.", token, fixed)
        if _rank(low) > _rank(high):
            fixed = self._swap_value(value, f"{print_operand(high)}..{print_operand(low)}")
            raise self._refuse("This range ends before it begins.", token, fixed)
        return Between(low, high)

    # refusing

    def _not_one_of(self, token: Token, value: _Value, choices: tuple[str, ...], what: str) -> UsageError:
        meant = nearest(value.text, choices)
        hint = f" Did you mean `{meant}`?" if meant else ""
        fixed = self._swap_value(value, meant) if meant else self._cut(token)
        listed = ", ".join(f"`{choice}`" for choice in choices)
        return self._refuse(f"“{value.text}” is no {what}.{hint} Choose from {listed}.", token, fixed)

    def _refuse(self, sentence: str, token: Token, correction: str | None) -> UsageError:
        start = token.value_start if token.pieces else token.start
        return UsageError(sentence, text=self._text, position=start, length=token.end - start, correction=correction)

    def _without_empty_values(self, token: Token, spec: Field) -> str:
        kept = [p for p in self._text[token.value_start : token.end].split(",") if p and p != '""']
        return self._swap(token.value_start, token.end, ",".join(kept) or spec.examples[0].partition(":")[2])

    def _swap_value(self, value: _Value, new: str) -> str:
        return self._swap(value.start, value.end, new)

    def _swap(self, start: int, end: int, new: str) -> str:
        return (self._text[:start] + new + self._text[end:]).strip()

    def _cut(self, token: Token) -> str:
        return " ".join(f"{self._text[: token.start]} {self._text[token.end :]}".split())


def _pattern(pieces: tuple[Piece, ...]) -> Pattern:
    return Pattern(tuple("".join(piece.text for piece in group) for group in split(pieces, "*")))


def _number(text: str) -> int:
    if not re.fullmatch(rf"[0-9]{{1,{LONGEST_NUMBER}}}", text):
        raise UsageError(f"I cannot read “{text}” as a number.")
    return int(text)


def _instant(text: str) -> timedelta | date | Day:
    lowered = text.lower()
    if lowered in set(Day):
        return Day(lowered)
    return parse_date(text) if "-" in text else parse_age(text)


def _rank(operand: Operand) -> float:
    """Make the two ends of a range comparable; which day `today` is, only the moment of the answer knows."""
    if isinstance(operand, timedelta):
        return operand.total_seconds()
    if isinstance(operand, Day):
        return math.nan
    return operand.toordinal() if isinstance(operand, date) else operand
