"""Learning who we are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from bot.errors import ConfigurationError, MessengerError
from bot.slack import identity
from bot.slack.clients import web_client
from bot.slack.identity import Badge, Identity, granted_scopes, learn_identity
from bot.slack.manifest import SCOPES
from tests.fakes.slack_server import OK, Answer
from tests.slack.conftest import BOT_TOKEN

if TYPE_CHECKING:
    from tests.slack.conftest import Room


async def learn(room: Room) -> Identity:
    """Ask the Slack of the room."""
    client = web_client(room.session, base_url=room.slack.api_url, token=SecretStr(BOT_TOKEN))
    return await learn_identity(client, room.patience)


async def test_slack_says_who_we_are(room: Room) -> None:
    """Our own id is needed to know our name in a mention, and our own messages."""
    assert await learn(room) == Identity(user="UBOT", bot="BBOT", team="T1", team_name="Acme")
    assert room.slack.calls[0].token == f"Bearer {BOT_TOKEN}"


async def test_missing_scopes_are_named_and_do_not_stop_us(room: Room) -> None:
    """Everything else works without exports."""
    granted = {"x-oauth-scopes": ", ".join(scope for scope in SCOPES if scope != "files:write")}
    room.slack.script("auth.test", Answer(body={"ok": True, **OK["auth.test"]}, headers=granted))

    learned = await learn(room)

    assert learned.missing_scopes == ("files:write",)


def test_scopes_are_judged_only_if_slack_tells_them() -> None:
    """A stand-in may not send the header."""
    unknown, other = (
        Identity(user="U1", bot="B1", team="T1", team_name="Acme", scopes=granted_scopes(header))
        for header in (None, "other")
    )

    assert (unknown.missing_scopes, unknown.lacks("chat:write")) == ((), False)
    assert (other.missing_scopes, other.lacks("chat:write")) == (SCOPES, True)


def test_scopes_that_are_a_choice_are_not_missed() -> None:
    """Whoever leaves them out is not warned at every start."""
    identity = Identity(user="U1", bot="B1", team="T1", team_name="Acme", scopes=granted_scopes(",".join(SCOPES)))

    assert identity.missing_scopes == ()
    assert identity.lacks("channels:history", "groups:history")
    assert not identity.lacks("channels:history", "im:history")


@pytest.mark.parametrize("code", ["invalid_auth", "account_inactive", "token_revoked", "not_allowed_token_type"])
async def test_refused_token_is_a_mistake_of_the_configuration(room: Room, code: str) -> None:
    """It says Slack's word and what to do, and never the token."""
    room.slack.script("auth.test", Answer(body={"ok": False, "error": code}))

    with pytest.raises(ConfigurationError) as raised:
        await learn(room)

    assert code in str(raised.value)
    assert "xoxb-" in str(raised.value)
    assert BOT_TOKEN not in f"{raised.value!r} {raised.value.__context__!r} {raised.value.__cause__!r}"
    assert len(room.slack.calls) == 1


async def test_an_answer_without_a_bot_id_is_enough(room: Room) -> None:
    """Mentions name the user; nothing of ours depends on the other id."""
    room.slack.script("auth.test", Answer(body={"ok": True, "user_id": "U1", "team_id": "T1"}))

    identity = await learn(room)

    assert (identity.user, identity.bot) == ("U1", "")


async def test_passing_trouble_at_the_start_is_waited_out(room: Room) -> None:
    """A restart often meets a network that is not up yet."""
    room.slack.script("auth.test", Answer(status=503), Answer(hang_up=True))

    assert (await learn(room)).user == "UBOT"


async def test_slack_that_does_not_answer_is_not_waited_for_for_ever(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The start is bounded; the constant is shortened, the wait is real."""
    monkeypatch.setattr(identity, "WITHIN", 0.02)
    room.slack.script("auth.test", Answer(never=True))

    with pytest.raises(MessengerError, match="timeout"):
        await learn(room)


async def test_slack_that_is_down_is_no_mistake_of_the_configuration(room: Room) -> None:
    """Nothing in the settings would mend it."""
    room.slack.script("auth.test", *[Answer(status=500)] * 5)

    with pytest.raises(MessengerError, match="http_500"):
        await learn(room)


def test_badge_without_an_identity_matches_nobody() -> None:
    """No message may be taken for our own before we know who we are."""
    assert Badge().user == ""
