"""Sends many requests over some connections, and measures each. Plain sockets: asking must cost less than answering."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(slots=True)
class Volley:
    """What came of it."""

    took_s: float = 0.0
    latencies_s: list[float] = field(default_factory=list)
    with_words: int = 0
    """Acknowledgements that carried a text; of Rollcall, the sentence that it is too busy."""

    @property
    def per_second(self) -> float:
        """Acknowledgements per second."""
        return len(self.latencies_s) / self.took_s


async def fire(port: int, requests: Sequence[bytes], *, at_once: int) -> Volley:
    """Send all requests over `at_once` connections of this machine, each waiting for its answer.

    Raises:
        ConnectionError: an answer was not 200.
    """
    volley, waiting = Volley(), iter(requests)
    began = perf_counter()
    await asyncio.gather(*(_drain(port, waiting, volley) for _ in range(at_once)))
    volley.took_s = perf_counter() - began
    return volley


async def _drain(port: int, waiting: Iterator[bytes], volley: Volley) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in waiting:
        began = perf_counter()
        writer.write(request)
        body = await _read(reader)
        volley.latencies_s.append(perf_counter() - began)
        volley.with_words += bool(body)
    writer.close()
    await writer.wait_closed()


async def _read(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200 "):
        raise ConnectionError(head.partition(b"\r\n")[0].decode())
    _, _, rest = head.lower().partition(b"content-length:")
    length = int(rest.partition(b"\r\n")[0] or 0)
    return await reader.readexactly(length)
