"""``response_url``: what it allows, how often, and for how long."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import aiohttp
import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.demo.slack.faults import Fault, rate_limited

if TYPE_CHECKING:
    from slack_sdk.webhook.webhook_response import WebhookResponse

    from bot.demo.slack.nouns import Message
    from tests.demo.conftest import Stage

BLOCKS = [{"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}]


def hook(stage: Stage, original: Message | None = None) -> AsyncWebhookClient:
    """Open a ``response_url`` of Ada's in ``#studio`` as a gesture would."""
    token = stage.slack.hooks.make("C0STUDIO", "U0ADA", original)
    return AsyncWebhookClient(f"{stage.slack.base_url}/hooks/{token}")


def said(answer: WebhookResponse) -> tuple[int, str | None]:
    """Return status and text."""
    return answer.status_code, answer.body


async def test_an_answer_is_private_unless_it_says_otherwise(stage: Stage) -> None:
    """The default protects the channel."""
    url = hook(stage)

    assert said(await url.send(text="for Ada", blocks=BLOCKS)) == (200, "ok")
    await url.send(text="for all", response_type="in_channel")

    assert [m.text for m in stage.workspace.messages("studio", viewer="ada")] == ["for Ada", "for all"]
    assert [m.text for m in stage.workspace.messages("studio", viewer="jonas")] == ["for all"]


async def test_five_answers_are_allowed(stage: Stage) -> None:
    """The sixth is refused."""
    url = hook(stage)

    answers = [said(await url.send(text=str(number))) for number in range(6)]

    assert answers == [(200, "ok")] * 5 + [(404, "used_url")]
    assert len(stage.workspace.messages()) == 5


async def test_answers_are_allowed_for_thirty_minutes(stage: Stage) -> None:
    """After a day the address is dead."""
    url = hook(stage)
    stage.clock.forward(timedelta(minutes=29))
    early = await url.send(text="in time")

    stage.clock.forward(timedelta(minutes=2))

    assert said(early) == (200, "ok")
    assert said(await url.send(text="too late")) == (404, "expired_url")


async def test_replacing_keeps_who_sees_the_message(stage: Stage) -> None:
    """A private message cannot become public."""
    original = stage.workspace.post("C0STUDIO", "U0ROLLCALL", "before", only_for="U0ADA")

    await hook(stage, original).send(text="after", replace_original=True, response_type="in_channel")

    (message,) = stage.workspace.messages()
    assert (message.ts, message.text, message.only_for) == (original.ts, "after", "U0ADA")


async def test_a_command_can_replace_its_own_first_answer(stage: Stage) -> None:
    """So an answer that was written early can be brought up to date."""
    url = hook(stage)

    await url.send(text="old numbers")
    await url.send(text="new numbers", replace_original=True)

    assert [m.text for m in stage.workspace.messages()] == ["new numbers"]


async def test_replacing_nothing_posts(stage: Stage) -> None:
    """Before its first answer a command has nothing to replace."""
    await hook(stage).send(text="first", replace_original=True)

    assert [m.text for m in stage.workspace.messages()] == ["first"]


async def test_replacing_a_message_that_is_gone_posts(stage: Stage) -> None:
    """Somebody may have deleted it meanwhile."""
    original = stage.workspace.post("C0STUDIO", "U0ROLLCALL", "before")
    stage.workspace.delete(original)

    await hook(stage, original).send(text="after", replace_original=True)

    assert [m.text for m in stage.workspace.messages()] == ["after"]


@pytest.mark.parametrize(("text", "left"), [("", []), ("new", ["new"])])
async def test_deleting_takes_the_message_away(stage: Stage, text: str, left: list[str]) -> None:
    """With a text it also posts a new one."""
    original = stage.workspace.post("C0STUDIO", "U0ROLLCALL", "before")

    await hook(stage, original).send(text=text, delete_original=True)

    assert [m.text for m in stage.workspace.messages()] == left


async def test_an_answer_can_go_into_a_thread(stage: Stage) -> None:
    """For everybody, beside the message and not instead of it."""
    original = stage.workspace.post("C0STUDIO", "U0ROLLCALL", "root")
    url = f"{stage.slack.base_url}/hooks/{stage.slack.hooks.make('C0STUDIO', 'U0ADA', original)}"
    body = {"text": "reply", "response_type": "in_channel", "thread_ts": original.ts}

    async with stage.session.post(url, json=body | {"replace_original": False}) as answer:
        assert answer.status == 200

    assert [m.text for m in stage.workspace.messages(thread_ts=original.ts)] == ["reply"]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("no json", "invalid_payload"),
        ("[]", "invalid_payload"),
        ("{}", "no_text"),
        ('{"text": "x", "blocks": [{"type": "sction"}]}', "invalid_blocks"),
    ],
)
async def test_answers_that_cannot_be_shown_are_refused_in_plain_text(stage: Stage, body: str, word: str) -> None:
    """A refusal does not use the address up."""
    url = f"{stage.slack.base_url}/hooks/{stage.slack.hooks.make('C0STUDIO', 'U0ADA')}"

    async with stage.session.post(url, data=body) as answer:
        refused = answer.status, await answer.text(), answer.content_type

    assert refused == (400, word, "text/plain")
    assert stage.workspace.messages() == ()


async def test_an_archived_channel_takes_no_answers(stage: Stage) -> None:
    """Slack says so with a status of its own."""
    stage.workspace.channels["C0STUDIO"].archived = True

    assert said(await hook(stage).send(text="x")) == (410, "channel_is_archived")


async def test_an_address_that_nobody_gave_is_unknown(stage: Stage) -> None:
    """Guessing leads nowhere."""
    url = AsyncWebhookClient(f"{stage.slack.base_url}/hooks/guessed")

    assert said(await url.send(text="x")) == (404, "no_service")


async def test_troubles_come_as_often_as_asked_for(stage: Stage) -> None:
    """Then answers work again; a trouble in between has not used the address up."""
    stage.slack.faults.next("hooks", rate_limited("7"))
    stage.slack.faults.next("hooks", Fault(status=500, body="oops"))
    url = hook(stage)

    limited, broken, fine = [await url.send(text="x") for _ in range(3)]

    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "7")
    assert said(broken) == (500, "oops")
    assert said(fine) == (200, "ok")
    assert len(stage.workspace.messages()) == 1


async def test_a_trouble_can_come_after_the_answer_was_taken(stage: Stage) -> None:
    """Then the bot cannot know that it was shown."""
    stage.slack.faults.next("hooks", Fault(status=500, after=True))

    answer = await hook(stage).send(text="x")

    assert answer.status_code == 500
    assert len(stage.workspace.messages()) == 1


async def test_a_silent_slack_lets_the_bot_give_up(stage: Stage) -> None:
    """It takes the request and never answers."""
    stage.slack.faults.next("hooks", Fault(silent=True))
    url = f"{stage.slack.base_url}/hooks/{stage.slack.hooks.make('C0STUDIO', 'U0ADA')}"

    with pytest.raises(TimeoutError):
        await stage.session.post(url, json={"text": "x"}, timeout=aiohttp.ClientTimeout(total=0.05))


async def test_answers_that_would_wake_everybody_are_remembered(stage: Stage) -> None:
    """Whichever way a message comes; a test of the bot looks here."""
    loud = [{"type": "section", "text": {"type": "mrkdwn", "text": "<!here>"}}]

    await hook(stage).send(text="x", blocks=loud, response_type="in_channel")

    assert [flaw.pointer for flaw in stage.workspace.broadcasts] == ["/blocks/0/text/text"]
