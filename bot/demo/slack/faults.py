"""Troubles that a test or a person asks for: answers of one place go wrong."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Sequence

POST = "chat.postMessage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One answer that goes wrong."""

    name: str = "fault"
    """For counting."""

    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    silent: bool = False
    """Never answer at all, until the caller gives up."""

    after: bool = False
    """Do what was asked first, then answer wrongly: a caller cannot know whether it worked."""

    hang_up: bool = False
    """Close the connection instead of answering."""

    delay_s: float = 0.0
    """Real seconds that pass before anything else happens."""

    wrong: bool = True
    """Whether the answer is wrong at all; a mere delay leaves it as it is."""


def rate_limited(retry_after: str = "1") -> Fault:
    """Return Slack's way to ask for a pause; `retry_after` in seconds."""
    body = '{"ok":false,"error":"ratelimited"}'
    return Fault(name="rate_limited", status=429, body=body, headers={"Retry-After": retry_after})


def refused(error: str, *, after: bool = False) -> Fault:
    """Return Slack's way to say no with a word of its own: HTTP 200 and ``ok: false``.

    Some of its words, such as ``internal_error``, come also `after` the thing was done.
    """
    body = f'{{"ok":false,"error":"{error}"}}'
    return Fault(name=error, body=body, headers={"Content-Type": "application/json"}, after=after)


def server_fault(status: int = 500, *, after: bool = False) -> Fault:
    """Return a fault that is no word of Slack's."""
    return Fault(name=f"http_{status}", status=status, body="<html>Sorry</html>", after=after)


def lost_answer() -> Fault:
    """Do it, and let the connection break before the answer."""
    return Fault(name="lost_answer", after=True, hang_up=True)


def lost_request() -> Fault:
    """Let the connection break before anything is done."""
    return Fault(name="lost_request", hang_up=True)


def delayed(seconds: float) -> Fault:
    """Do it and answer rightly, but late."""
    return Fault(name="delayed", delay_s=seconds, after=True, wrong=False)


@dataclass(frozen=True, slots=True)
class _Dice:
    rate: float
    kinds: tuple[Fault, ...]
    random: Random

    def throw(self) -> Fault | None:
        return self.random.choice(self.kinds) if self.random.random() < self.rate else None


class Faults:
    """The troubles that are still to come, for each place: a Web API method, ``hooks`` or ``uploads``.

    Those for the next requests come first, then the lasting one, then those by chance.
    """

    def __init__(self) -> None:
        self._coming: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._lasting: dict[str, Fault] = {}
        self._dice: dict[str, _Dice] = {}
        self.happened: Counter[str] = Counter()
        """How often which fault came true, by its name."""

    def next(self, place: str, fault: Fault, times: int = 1) -> None:
        """Let the next `times` requests to a place go wrong."""
        self._coming[place].extend([fault] * times)

    def always(self, place: str, fault: Fault) -> None:
        """Let every request to a place go wrong, until `mend`."""
        self._lasting[place] = fault

    def random(self, kinds: Sequence[Fault], *, rate: float, seed: int, place: str = POST) -> None:
        """Let requests to a place go wrong by chance, until `mend`.

        Args:
            kinds: one of them, all equally likely.
            rate: the share of requests that go wrong, 0 to 1.
            seed: makes the same choices again.
            place: where.
        """
        self._dice[place] = _Dice(rate, tuple(kinds), Random(seed))  # noqa: S311 - chance, not secrecy

    def mend(self, place: str = POST) -> None:
        """Let nothing go wrong any more."""
        for troubles in (self._coming, self._lasting, self._dice):
            troubles.pop(place, None)

    def take(self, place: str) -> Fault | None:
        """Return the trouble for this request, if there is one."""
        fault = self._choose(place)
        if fault is not None:
            self.happened[fault.name] += 1
        return fault

    def _choose(self, place: str) -> Fault | None:
        if self._coming.get(place):
            return self._coming[place].popleft()
        if place in self._lasting:
            return self._lasting[place]
        return self._dice[place].throw() if place in self._dice else None


async def answer(fault: Fault, request: web.Request) -> web.Response:
    """Answer as the fault says; a silent one waits until the caller has hung up or the server stops."""
    if fault.silent:
        await asyncio.Event().wait()
    if fault.hang_up and request.transport is not None:
        request.transport.abort()
    kind = "application/json" if fault.body.startswith("{") else "text/plain"
    return web.Response(status=fault.status, text=fault.body, headers={"Content-Type": kind, **fault.headers})
