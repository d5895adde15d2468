"""The connections to Slack."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from bot.slack.clients import open_session, proxy_for, url_client, web_client


@pytest.fixture(autouse=True)
def _proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set a proxy as companies do; the real environment is the point."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "direct.example")
    monkeypatch.delenv("HTTP_PROXY", raising=False)


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("https://slack.com/api/", "http://proxy.example:3128"),
        ("https://direct.example/", None),
        ("http://127.0.0.1:3000/_slack/api/", None),
        ("http://localhost:3000/", None),
        ("http://other.example/", None),
    ],
)
def test_proxy_of_the_environment_is_used_where_it_should_be(url: str, proxy: str | None) -> None:
    """The SDK would send requests for this machine to the proxy, too."""
    assert proxy_for(url) == proxy


async def test_clients_neither_retry_nor_open_connections_of_their_own() -> None:
    """Asking again is decided in one place, and one session serves all."""
    async with open_session() as session:
        web = web_client(session, base_url="https://slack.com/api/", token=SecretStr("xoxb-1"))
        url = url_client(session, "http://127.0.0.1/hook")

        assert (web.retry_handlers, web.session, web.proxy) == ([], session, "http://proxy.example:3128")
        assert (url.retry_handlers, url.session, url.proxy) == ([], session, None)
        assert session.timeout.sock_read == 10
