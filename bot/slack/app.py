"""Bolt, with everything said explicitly: the environment must not change what it is."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.quiet import quiet_logger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import SecretStr
    from slack_bolt.context.async_context import AsyncBoltContext

    from bot.slack.identity import Badge
    from bot.slack.listeners import Listeners


class KnownInstallation(AsyncAuthorize):
    """Tells Bolt who we are without asking Slack at every request, and without the token: we post by ourselves."""

    def __init__(self, badge: Badge) -> None:
        self._badge = badge

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        **actor: str | None,
    ) -> AuthorizeResult | None:
        """Return our identity, which is the same for every request."""
        del context, actor
        identity = self._badge.identity
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            user_id=user_id,
            bot_id=identity.bot if identity else None,
            bot_user_id=identity.user if identity else None,
        )


NOWHERE: Final = "http://127.0.0.1:9"
"""Where Bolt's own client would send requests: nobody uses it, and nobody shall."""


def build_app(*, badge: Badge, listeners: Listeners, signing_secret: SecretStr | None) -> AsyncApp:
    """Build the Bolt app.

    Args:
        badge: who we are.
        listeners: what we listen to.
        signing_secret: None in Socket Mode, where nothing is signed.
    """
    with _blind_to_environment():
        app = AsyncApp(
            name="slack_bolt.listeners",
            logger=quiet_logger(),
            client=_unused_client(),
            authorize=KnownInstallation(badge),  # type: ignore[arg-type] # Bolt's hint forgets its own class
            signing_secret=signing_secret.get_secret_value() if signing_secret else "",
            # The acknowledgement is all that a listener does, so it can be the response: otherwise Bolt looks for it
            # only every 10 ms.
            process_before_response=True,
            # The only catch-all that catches all; without it Bolt answers 404 and logs the payload.
            raise_error_for_unhandled_request=True,
            attaching_function_token_enabled=False,
        )
    listeners.register(app)
    return app


def _unused_client() -> AsyncWebClient:
    """Build what Bolt copies for every request. With a proxy given it does not search the environment for one."""
    return AsyncWebClient(base_url=NOWHERE, proxy=NOWHERE, logger=quiet_logger(), retry_handlers=[])


@contextmanager
def _blind_to_environment() -> Iterator[None]:
    """Hide Slack's variables while Bolt is built.

    With SLACK_CLIENT_ID and SLACK_CLIENT_SECRET set it becomes an app for many workspaces with a store of files, and no
    argument prevents that; it takes SLACK_BOT_TOKEN and SLACK_VERIFICATION_TOKEN too.
    """
    hidden = {name: os.environ.pop(name) for name in tuple(os.environ) if name.startswith("SLACK_")}
    try:
        yield
    finally:
        os.environ.update(hidden)
