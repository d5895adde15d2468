"""How people's gestures reach the bot over HTTP."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.demo.clock import DemoClock
from bot.demo.slack.stand_in import LocalSlack
from tests.fakes.clock import HandClock, RealClock

if TYPE_CHECKING:
    from bot.demo.slack.nouns import Message
    from tests.demo.conftest import Stage


async def shown(stage: Stage, viewer: str = "ada") -> Message:
    """Return the newest message of the bot that a person sees."""
    return await stage.workspace.wait_for(
        lambda: next(
            (m for m in reversed(stage.workspace.messages("studio", viewer=viewer)) if m.user == "U0ROLLCALL"), None
        )
    )


async def test_a_command_arrives_signed_and_complete(stage: Stage) -> None:
    """The bot of these tests answers 401 unless Slack's own verifier accepts the signature."""
    done = await stage.people.command("studio", "ada", "/projects", "search foo & <bar>")

    assert done is not None
    assert (done.status, done.error) == (200, None)
    heard = stage.bot.heard[0]
    assert heard["command"] == "/projects"
    assert heard["text"] == "search foo &amp; &lt;bar&gt;"
    assert (heard["channel_id"], heard["channel_name"]) == ("C0STUDIO", "studio")
    assert heard["user_id"] == "U0ADA"
    assert heard["trigger_id"] == done.trigger_id
    assert heard["response_url"] == done.response_url


async def test_a_command_from_elsewhere_names_the_place_as_slack_does(stage: Stage) -> None:
    """Commands work where the bot is not a member; private places keep their name."""
    for channel in ("leadership", "U0ADA"):
        await stage.people.command(channel, "ada", "/projects", "list")

    assert [heard["channel_name"] for heard in stage.bot.heard] == ["privategroup", "directmessage"]


async def test_a_wrong_signature_is_seen_as_a_failed_command(stage: Stage) -> None:
    """Otherwise the signature would prove nothing."""
    stage.bot._verifier.signing_secret = "another"

    done = await stage.people.command("studio", "ada", "/projects", "list")

    assert done is not None
    assert (done.status, done.error) == (401, "dispatch_failed")
    (message,) = stage.workspace.messages("studio", viewer="ada")
    assert message.text == '/projects failed with the error "dispatch_failed"'


async def test_a_late_acknowledgement_is_shown_to_the_person_only(impatient_stage: Stage) -> None:
    """After three seconds Slack gives up, whatever the bot does later."""
    stage = impatient_stage
    stage.bot.gate.clear()

    done = await stage.people.command("studio", "ada", "/projects", "list")
    stage.bot.gate.set()

    assert done is not None
    assert (done.status, done.error) == (0, "operation_timeout")
    assert "operation_timeout" in stage.workspace.messages("studio", viewer="ada")[0].text
    assert stage.workspace.messages("studio", viewer="jonas") == ()


@pytest.mark.parametrize(
    ("ack", "said", "private"),
    [
        ("plain words", "plain words", True),
        ('{"text": "for you"}', "for you", True),
        ('{"text": "for all", "response_type": "in_channel"}', "for all", False),
    ],
)
async def test_what_the_acknowledgement_says_is_shown(
    stage: Stage,
    ack: str,
    said: str,
    private: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    """Text and messages are allowed in it; they are private unless they say otherwise."""
    stage.bot.ack = ack

    await stage.people.command("studio", "ada", "/projects")

    (message,) = stage.workspace.messages("studio", viewer="ada")
    assert message.text == said
    assert (message.only_for == "U0ADA") is private


async def test_an_acknowledgement_that_only_shares_the_command_shows_nothing(stage: Stage) -> None:
    """It makes Slack show what was typed, which is no message of the bot."""
    stage.bot.ack = '{"response_type": "in_channel"}'

    await stage.people.command("studio", "ada", "/projects")

    assert stage.workspace.messages() == ()


async def test_a_command_in_a_thread_never_reaches_the_bot(stage: Stage) -> None:
    """Slack refuses commands of apps in threads."""
    done = await stage.people.command("studio", "ada", "/projects", "list", thread_ts="1.000001")

    assert done is None
    assert stage.bot.heard == []
    assert "not supported in threads" in stage.workspace.messages(viewer="ada")[0].text


async def test_pressing_a_button_tells_the_bot_and_replaces_the_message(stage: Stage) -> None:
    """The whole round: command, ephemeral answer, button, answer in its place."""
    await stage.people.command("studio", "ada", "/projects", "list")
    first = await shown(stage)

    done = await stage.people.press(first, "next", "ada")

    await stage.workspace.wait_for(lambda: stage.workspace.messages("studio", viewer="ada")[0].text.endswith("2"))
    (second,) = stage.workspace.messages("studio", viewer="ada")
    assert (second.ts, second.replaced, second.only_for) == (first.ts, 1, "U0ADA")
    assert done.error is None
    action = stage.bot.heard[1]["actions"][0]
    assert (action["action_id"], action["value"]) == ("next", "next")
    assert stage.bot.heard[1]["container"]["is_ephemeral"] is True
    assert "message" not in stage.bot.heard[1]


async def test_choosing_from_a_menu_tells_the_option(stage: Stage) -> None:
    """Menus send what was chosen instead of a value."""
    await stage.people.command("studio", "ada", "/projects", "list")

    await stage.people.choose(await shown(stage), "menu", "services", "ada")

    await stage.workspace.wait_for(lambda: stage.workspace.messages("studio")[-1].text == "chosen: services")
    assert stage.bot.heard[1]["actions"][0]["selected_option"]["value"] == "services"


async def test_what_is_not_there_cannot_be_pressed(stage: Stage) -> None:
    """A test that presses the wrong thing must fail with the names of the right ones."""
    await stage.people.command("studio", "ada", "/projects", "list")
    message = await shown(stage)

    with pytest.raises(LookupError, match="'menu', 'next', 'forget'"):
        await stage.people.press(message, "nxt", "ada")
    with pytest.raises(LookupError, match="'show', 'services'"):
        await stage.people.choose(message, "menu", "delete", "ada")
    with pytest.raises(LookupError, match="no channel"):
        await stage.people.command("nowhere", "ada", "/projects")
    with pytest.raises(LookupError, match="no user"):
        await stage.people.command("studio", "eve", "/projects")
    with pytest.raises(LookupError, match="has no 'nowhere'"):
        stage.workspace.messages("nowhere")


async def test_a_button_of_a_shared_message_carries_the_message(stage: Stage) -> None:
    """Only ephemeral messages are kept from the app."""
    blocks = [{"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x"}}]}]
    shared = stage.workspace.post("C0STUDIO", "U0ROLLCALL", "all", blocks=blocks, thread_ts="1.000001")
    action_id = shared.blocks[0]["elements"][0]["action_id"]

    await stage.people.press(shared, action_id, "ada")

    heard = stage.bot.heard[0]
    assert heard["message"]["ts"] == shared.ts
    assert heard["container"]["thread_ts"] == "1.000001"


async def test_a_mention_arrives_as_an_event_and_is_answered_in_its_thread(stage: Stage) -> None:
    """Mentions are the way into threads."""
    done = await stage.people.mention("studio", "ada", "search foo in #platform https://example.org")

    assert done is not None
    event = stage.bot.heard[0]["event"]
    assert event["type"] == "app_mention"
    assert event["text"] == "<@U0ROLLCALL> search foo in <#C0PLATFORM|platform> <https://example.org>"
    assert stage.bot.heard[0]["event_id"] == done.event_id
    await stage.workspace.wait_for(lambda: stage.workspace.messages("studio", thread_ts=event["ts"]))


async def test_a_message_to_the_bot_arrives_as_message_im(stage: Stage) -> None:
    """No mention is needed there."""
    await stage.people.dm("ada", "status")

    event = stage.bot.heard[0]["event"]
    assert (event["type"], event["channel_type"], event["text"]) == ("message", "im", "status")


async def test_the_bot_hears_nothing_that_is_not_meant_for_it(stage: Stage) -> None:
    """Neither plain talk, nor mentions where it is not a member."""
    assert await stage.people.type_into("studio", "ada", "hello everybody") is None
    assert await stage.people.mention("leadership", "ada", "status") is None

    assert stage.bot.heard == []


async def test_a_line_with_a_slash_is_a_command(stage: Stage) -> None:
    """The message box decides by the first word."""
    await stage.people.type_into("studio", "ada", "/projects search foo")

    assert (stage.bot.heard[0]["command"], stage.bot.heard[0]["text"]) == ("/projects", "search foo")


async def test_a_replayed_request_is_the_same_to_the_byte(stage: Stage) -> None:
    """Within five minutes a recorded request is still validly signed; the bot itself must notice."""
    done = await stage.people.command("studio", "ada", "/projects", "list")
    assert done is not None

    again = await stage.slack.deliveries.replay(done)

    assert again.answer.sent == done.answer.sent
    assert stage.bot.heard[0] == stage.bot.heard[1]


async def test_the_address_of_the_bot_can_be_verified(stage: Stage) -> None:
    """Slack sends a challenge when the address is typed into the app's settings."""
    assert await stage.slack.deliveries.verify_url()


class Repeated:
    """A local Slack whose bot is not there, with a clock for the waits."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        clock = DemoClock(HandClock())
        self.slack = LocalSlack(
            clock,
            RealClock(),
            base_url="http://127.0.0.1:9",
            events_url="http://127.0.0.1:9/slack/events",
            sleep=self._sleep,
        )

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)


async def test_an_event_that_fails_is_repeated_three_times() -> None:
    """At once, after a minute and after five, saying why."""
    repeated = Repeated()

    await repeated.slack.people.dm("ada", "status")
    await repeated.slack.deliveries.settled()

    log = repeated.slack.deliveries.log
    assert repeated.waits == [0.0, 60.0, 300.0]
    assert [d.envelope.retry for d in log] == [0, 1, 2, 3]
    assert [d.envelope.retry_reason for d in log] == [None, *["connection_failed"] * 3]
    assert len({d.event_id for d in log}) == 1


async def test_repetitions_say_that_they_are_and_stop_with_the_first_success(stage: Stage) -> None:
    """The header lets the bot notice; the same event id, too."""
    stage.bot.status = 500

    await stage.people.dm("ada", "status")
    stage.bot.status = 200
    await stage.slack.deliveries.settled()

    assert stage.bot.retries == [None, "1"]
    assert stage.slack.deliveries.log[1].envelope.retry_reason == "http_error"


async def test_a_late_event_is_repeated_as_timed_out(impatient_stage: Stage) -> None:
    """The reason tells a slow bot from a broken one."""
    stage = impatient_stage
    stage.bot.gate.clear()

    await stage.people.dm("ada", "status")
    stage.bot.gate.set()
    await stage.slack.deliveries.settled()

    assert stage.slack.deliveries.log[1].envelope.retry_reason == "http_timeout"


async def test_the_bot_can_decline_repetitions(stage: Stage) -> None:
    """``X-Slack-No-Retry`` means: once is enough."""
    stage.bot.status, stage.bot.headers = 500, {"X-Slack-No-Retry": "1"}

    await stage.people.dm("ada", "status")
    await stage.slack.deliveries.settled()

    assert stage.bot.retries == [None]


async def test_closing_gives_up_the_repetitions() -> None:
    """Nothing may outlive the local Slack."""
    held = asyncio.Event()

    async def never(_seconds: float) -> None:
        await held.wait()

    slack = LocalSlack(
        HandClock(),
        RealClock(),
        base_url="http://127.0.0.1:9",
        events_url="http://127.0.0.1:9/slack/events",
        sleep=never,
    )
    await slack.people.dm("ada", "status")

    await slack.deliveries.aclose()

    assert len(slack.deliveries.log) == 1
    await slack.deliveries.settled()


async def test_waiting_in_vain_tells_what_was_there_instead(stage: Stage) -> None:
    """A failing test must show the conversation."""
    stage.workspace.post("C0STUDIO", "U0ADA", "something else")

    with pytest.raises(TimeoutError, match="something else"):
        await stage.workspace.wait_for(lambda: False, within_s=0.01)
