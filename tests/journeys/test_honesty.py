"""Sources break, and the answers say so; and no secret is ever left anywhere."""

from __future__ import annotations

import io
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import structlog

from bot.demo.upstreams import Mode
from bot.logs import CAPPED, set_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.journeys.conftest import House


async def aged(house: House) -> None:
    """Read everything once, then let it grow old."""
    await house.ask("list")
    house.clock.forward(timedelta(hours=3))


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        (Mode.DOWN, "not answering (HTTP 503)"),
        (Mode.REFUSED, "refuses our key; an admin must renew it"),
        (Mode.LIMITED, "asks us to wait"),
        (Mode.HTML, "sent an answer I cannot trust"),
        (Mode.TRUNCATED, "sent an answer I cannot trust"),
    ],
)
async def test_a_broken_source_is_named_with_its_age_beside_a_fresh_one(house: House, mode: Mode, words: str) -> None:
    """Half an answer says which half it is."""
    await aged(house)
    house.sources["streampixel"].stand_in.set_mode(mode)
    message = await house.ask("list")
    line = next(line for line in message.text.splitlines() if "Streampixel" in line and "⚠️" in line)

    assert "as of 3 h ago" in line
    assert words in line
    assert "✅ MicroVisualizer: 34 projects, read just now" in message.text


async def test_an_outage_does_not_look_like_inactivity(house: House) -> None:
    """Ten days without an answer make nobody idle; they count once the source is back and has told of no edit."""
    micro = house.sources["microvisualizer"].stand_in
    before = await house.ask("inactive source:microvisualizer")
    micro.set_mode(Mode.DOWN)
    house.clock.forward(timedelta(days=10))
    during = await house.ask("inactive source:microvisualizer")
    micro.set_mode(Mode.OK)
    house.clock.forward(timedelta(minutes=5))
    after = await house.ask("inactive source:microvisualizer")

    first_lines = [message.text.splitlines()[0].split(" · ")[0] for message in (before, during, after)]
    assert first_lines[0] == first_lines[1] != first_lines[2]


async def test_a_list_that_turned_empty_is_not_believed(house: House) -> None:
    """An empty answer with status 200 is the worst of lies."""
    await aged(house)
    house.sources["streampixel"].stand_in.set_mode(Mode.EMPTY)
    message = await house.ask("list source:streampixel")

    assert "26 projects" in message.text
    assert "suddenly lists far fewer projects (26 projects before, 0 now" in message.text


async def test_a_slow_source_is_answered_without_and_the_message_completes_itself(house: House) -> None:
    """The first answer comes in time and says what is missing; the same message is complete later."""
    house.sources["streampixel"].stand_in.set_mode(Mode.SLOW)
    first = await house.ask("list")
    assert "without Streampixel, not read yet" in first.text

    settled = await house.workspace.wait_for(
        lambda: next((m for m in house.workspace.messages() if m.seq == first.seq and m.replaced), None), within_s=20
    )
    assert "✅ Streampixel: 26 projects" in settled.text


async def test_a_repaired_source_is_believed_again_at_the_next_question(house: House) -> None:
    """Nobody has to restart anything."""
    await aged(house)
    house.sources["streampixel"].stand_in.set_mode(Mode.DOWN)
    await house.ask("list")
    house.sources["streampixel"].stand_in.set_mode(Mode.OK)
    house.clock.forward(timedelta(minutes=5))

    assert "✅ Streampixel: 26 projects, read just now" in (await house.ask("list")).text


@pytest.fixture
def everything_logged() -> Iterator[io.StringIO]:
    """Collect the log of the whole house at its most talkative, without the redaction that would hide a leak."""
    root, out = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in CAPPED}
    set_up(level="debug", form="json", secrets=[], stream=out)
    yield out
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


async def test_no_secret_reaches_a_log_a_message_or_the_database(everything_logged: io.StringIO, house: House) -> None:
    """A day of answers and failures, then a search for every key in everything that was written."""
    for mode in (Mode.OK, Mode.DOWN, Mode.REFUSED, Mode.LIMITED, Mode.HTML, Mode.OK):
        for source in house.sources.values():
            source.stand_in.set_mode(mode)
        house.clock.forward(timedelta(minutes=10))
        for text in ("", "status", "live", "show checkout", "export", "oops"):
            await house.ask(text)
    kept_secret = ("KEY", "TOKEN", "SECRET", "USER_ID")
    secrets = [value for name, value in house.environment.items() if name.endswith(kept_secret)]
    hooks = [delivery.response_url for delivery in house.demo.slack.deliveries.log if delivery.response_url]
    files = b"".join(path.read_bytes() for path in house.database.parent.glob("rollcall.db*"))
    said = "\n".join(f"{message.text}{message.blocks}" for message in house.workspace.messages())

    assert len(secrets) == 6
    for secret in (*secrets, *hooks):
        assert secret not in everything_logged.getvalue()
        assert secret.encode() not in files
        assert secret not in said
