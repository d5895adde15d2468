"""The Web API, asked by Slack's own client."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.slack.faults import Fault, rate_limited, refused

if TYPE_CHECKING:
    from tests.demo.conftest import Stage

LONG = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}} for _ in range(5)]


def client(stage: Stage, token: str | None = None) -> AsyncWebClient:
    """Return Slack's client, as the bot would build it."""
    return AsyncWebClient(token or stage.slack.bot_token, base_url=stage.slack.api_url)


async def error_of(stage: Stage, method: str, token: str | None = None, **args: Any) -> str:
    """Call a method that must fail and return Slack's word."""
    with pytest.raises(SlackApiError) as failure:
        await client(stage, token).api_call(method, json=args)
    return str(failure.value.response["error"])


async def test_the_bot_can_ask_who_it_is(stage: Stage) -> None:
    """The first thing a bot does; the scopes come in a header."""
    answer = await client(stage).auth_test()

    assert (answer["user_id"], answer["team_id"]) == ("U0ROLLCALL", "T0LOCAL")
    assert "chat:write" in answer.headers["x-oauth-scopes"]


async def test_tokens_are_checked(stage: Stage) -> None:
    """Each kind of wrong token has its word."""
    assert await error_of(stage, "auth.test", "xoxb-wrong") == "invalid_auth"
    assert await error_of(stage, "auth.test", stage.slack.app_token) == "not_allowed_token_type"
    assert await error_of(stage, "apps.connections.open") == "not_allowed_token_type"
    async with stage.session.post(f"{stage.slack.api_url}auth.test") as answer:
        assert (await answer.json())["error"] == "not_authed"


async def test_a_form_may_carry_the_token_but_json_may_not(stage: Stage) -> None:
    """Slack reads the token of a JSON call from the header only."""
    url, token = f"{stage.slack.api_url}auth.test", {"token": stage.slack.bot_token}

    async with stage.session.post(url, data=token) as form, stage.session.post(url, json=token) as body:
        assert (await form.json())["ok"] is True
        assert (await body.json())["error"] == "not_authed"


async def test_bodies_that_are_no_json_are_refused(stage: Stage) -> None:
    """As Slack does, with HTTP 200."""
    headers = {"Authorization": f"Bearer {stage.slack.bot_token}", "Content-Type": "application/json"}
    words = []
    for body in ("{", "[]"):
        async with stage.session.post(f"{stage.slack.api_url}auth.test", data=body, headers=headers) as answer:
            words.append((await answer.json())["error"])

    assert words == ["invalid_json", "json_not_object"]


async def test_unknown_methods_and_missing_scopes_are_named(stage: Stage) -> None:
    """So that a test finds a call that nobody has planned."""
    assert await error_of(stage, "chat.delete") == "unknown_method"
    stage.slack.api.scopes = ()
    with pytest.raises(SlackApiError) as failure:
        await client(stage).users_info(user="U0ADA")
    assert failure.value.response["needed"] == "users:read"


async def test_messages_are_posted_and_updated(stage: Stage) -> None:
    """A text without blocks takes the blocks away."""
    posted = await client(stage).chat_postMessage(channel="#studio", text="one", blocks=[{"type": "divider"}])

    await client(stage).chat_update(channel=posted["channel"], ts=posted["ts"], text="two")

    (message,) = stage.workspace.messages("studio", viewer="jonas")
    assert (message.text, message.blocks) == ("two", ())
    assert posted["message"]["blocks"][0]["type"] == "divider"


async def test_blocks_in_a_form_are_read(stage: Stage) -> None:
    """The client sends JSON, others send forms."""
    form = {"token": stage.slack.bot_token, "channel": "C0STUDIO", "blocks": '[{"type": "divider"}]'}
    url = f"{stage.slack.api_url}chat.postMessage"

    async with (
        stage.session.post(url, data=form) as good,
        stage.session.post(url, data=form | {"blocks": "["}) as bad,
    ):
        assert (await good.json())["ok"] is True
        assert (await bad.json())["error"] == "invalid_blocks_format"


async def test_places_where_the_bot_may_not_write_are_refused(stage: Stage) -> None:
    """A private channel that the bot is not in does not even exist for it."""
    stage.workspace.channels["C0PLATFORM"].members.discard("U0ROLLCALL")
    stage.workspace.channels["C0STUDIO"].archived = True
    post = "chat.postMessage"

    assert await error_of(stage, post, channel="C9", text="x") == "channel_not_found"
    assert await error_of(stage, post, channel="C0LEADS", text="x") == "channel_not_found"
    assert await error_of(stage, post, channel="C0PLATFORM", text="x") == "not_in_channel"
    assert await error_of(stage, post, channel="C0STUDIO", text="x") == "is_archived"


async def test_contents_that_slack_refuses_are_refused(stage: Stage) -> None:
    """With the places named, as Slack does."""
    post, here = "chat.postMessage", {"channel": "C0STUDIO"}

    assert await error_of(stage, post, **here) == "no_text"
    assert await error_of(stage, post, **here, text="x", blocks=LONG) == "msg_blocks_too_long"
    with pytest.raises(SlackApiError) as failure:
        await client(stage).chat_postMessage(channel="C0STUDIO", text="x", blocks=[{"type": "header"}])
    assert failure.value.response["error"] == "invalid_blocks"
    assert "/blocks/0/text" in failure.value.response["response_metadata"]["messages"][0]


async def test_messages_that_would_wake_everybody_are_remembered(stage: Stage) -> None:
    """Slack takes them; a test of the bot looks here."""
    await client(stage).chat_postMessage(channel="C0STUDIO", text="fine")
    assert stage.workspace.broadcasts == []

    await client(stage).chat_postMessage(channel="C0STUDIO", text="<!channel>")

    assert len(stage.workspace.broadcasts) == 1


async def test_ephemeral_messages_are_for_one_member(stage: Stage) -> None:
    """And they cannot be updated."""
    answer = await client(stage).chat_postEphemeral(channel="C0STUDIO", user="U0ADA", text="psst")
    stage.workspace.channels["C0STUDIO"].members.discard("U0JONAS")

    assert [m.text for m in stage.workspace.messages("studio", viewer="ada")] == ["psst"]
    assert stage.workspace.messages("studio", viewer="jonas") == ()
    ephemeral = {"channel": "C0STUDIO", "ts": answer["message_ts"], "text": "x"}
    assert await error_of(stage, "chat.update", **ephemeral) == "message_not_found"
    stranger = {"channel": "C0STUDIO", "user": "U0JONAS", "text": "x"}
    assert await error_of(stage, "chat.postEphemeral", **stranger) == "user_not_in_channel"


async def test_only_own_messages_can_be_updated(stage: Stage) -> None:
    """And only by the id of the channel."""
    other = stage.workspace.post("C0STUDIO", "U0ADA", "mine")

    wrong = await error_of(stage, "chat.update", channel="C0STUDIO", ts=other.ts, text="x")
    by_name = await error_of(stage, "chat.update", channel="studio", ts=other.ts, text="x")

    assert (wrong, by_name) == ("cant_update_message", "channel_not_found")


async def test_a_conversation_with_a_person_can_be_opened(stage: Stage) -> None:
    """It is always the same one."""
    answer = await client(stage).conversations_open(users="U0ADA", return_im=True)

    assert answer["channel"] == {"id": "D0ADA", "is_im": True}
    assert await error_of(stage, "conversations.open", users="USLACKBOT") == "cannot_dm_bot"


async def test_a_file_takes_three_steps_and_is_shared(stage: Stage) -> None:
    """The client does all three."""
    await client(stage).files_upload_v2(
        channel="D0ADA", filename="list.csv", title="List", content="a,b\n1,2\n", initial_comment="Here"
    )

    (message,) = stage.workspace.messages("U0ADA", viewer="ada")
    (file,) = message.files
    assert (message.text, file.name, file.title, file.content) == ("Here", "list.csv", "List", b"a,b\n1,2\n")


async def test_files_that_have_not_arrived_cannot_be_shared(stage: Stage) -> None:
    """Nor can those that nobody announced, nor none at all."""
    begun = await client(stage).files_getUploadURLExternal(filename="x", length=3)
    finish = "files.completeUploadExternal"

    missing = await error_of(stage, finish, channel_id="D0ADA", files=[{"id": begun["file_id"]}])
    none = await error_of(stage, finish, channel_id="D0ADA", files=[])
    nameless = await error_of(stage, "files.getUploadURLExternal", filename="", length=1)
    empty = await error_of(stage, "files.getUploadURLExternal", filename="x", length=0)

    assert (missing, none) == ("file_not_found", "invalid_arguments")
    assert (nameless, empty) == ("invalid_arguments", "invalid_arguments")


async def test_an_upload_must_have_the_announced_length(stage: Stage) -> None:
    """Its address works once."""
    begun = await client(stage).files_getUploadURLExternal(filename="x", length=3)
    statuses = []
    for _ in range(2):
        async with stage.session.post(begun["upload_url"], data=b"four") as answer:
            statuses.append(answer.status)

    assert statuses == [400, 404]


@pytest.mark.parametrize(("field", "status"), [(BytesIO(b"abc"), 200), ("abc", 400)])
async def test_an_upload_may_be_a_form_with_a_file(stage: Stage, field: BytesIO | str, status: int) -> None:
    """Both ways are documented; a form without a file is empty."""
    begun = await client(stage).files_getUploadURLExternal(filename="x", length=3)
    form = aiohttp.FormData(default_to_multipart=True)
    form.add_field("file", field)

    async with stage.session.post(begun["upload_url"], data=form) as answer:
        assert answer.status == status


async def test_troubles_can_be_asked_for_by_method(stage: Stage) -> None:
    """They come in order, then it works again."""
    faults, auth = stage.slack.faults, "auth.test"
    faults.next(auth, rate_limited("3"))
    faults.next(auth, refused("account_inactive"))
    faults.next(auth, Fault(status=503), times=2)

    words = []
    for _ in range(5):
        async with stage.session.post(f"{stage.slack.api_url}{auth}", data={"token": stage.slack.bot_token}) as answer:
            words.append((answer.status, answer.headers.get("Retry-After")))

    assert words == [(429, "3"), (200, None), (503, None), (503, None), (200, None)]


async def test_a_post_can_succeed_and_look_failed(stage: Stage) -> None:
    """The case that makes bots post twice."""
    stage.slack.faults.next("chat.postMessage", Fault(status=500, after=True))

    with pytest.raises(SlackApiError):
        await client(stage).chat_postMessage(channel="C0STUDIO", text="once")

    assert len(stage.workspace.messages()) == 1


async def test_an_upload_can_fail(stage: Stage) -> None:
    """Uploads are a place of their own."""
    stage.slack.faults.next("uploads", Fault(status=500))

    async with stage.session.post(f"{stage.slack.base_url}/upload/x", data=b"") as answer:
        assert answer.status == 500


async def test_calls_are_remembered_without_tokens(stage: Stage) -> None:
    """A test may count them."""
    await client(stage).auth_test()

    assert [call.method for call in stage.slack.api.calls] == ["auth.test"]
    assert stage.slack.bot_token not in repr(stage.slack.api.calls)
