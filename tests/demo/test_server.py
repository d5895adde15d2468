"""One port for everything, and for nobody else."""

from __future__ import annotations

import socket
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from slack_sdk.errors import SlackApiError

from bot.demo.clock import DemoClock
from bot.demo.server import DemoServer, bind
from bot.errors import ConfigurationError
from tests.fakes.clock import RealClock

if TYPE_CHECKING:
    from tests.demo.stage import Stage


async def test_everything_is_served_on_one_port(stage: Stage) -> None:
    """The page, its files, the bot's own routes, both upstreams."""
    paths = ["/", "/_page/app.js", "/_page/style.css", "/_page/icons.svg", "/healthz", "/_demo/state"]
    statuses = {}
    for path in paths:
        async with stage.session.get(f"{stage.demo.url}{path}") as answer:
            statuses[path] = answer.status
    async with stage.session.get(f"{stage.demo.url}/_upstream/microvisualizer/v1/projects") as answer:
        statuses["upstream"] = answer.status

    assert statuses == dict.fromkeys(paths, 200) | {"upstream": 401}


async def test_the_page_may_load_nothing_but_itself(stage: Stage) -> None:
    """What it draws comes from outside."""
    async with stage.session.get(stage.demo.url) as answer:
        policy = answer.headers["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    for entry in files("bot.demo").joinpath("page").iterdir():
        text = entry.read_text(encoding="utf-8")
        assert "innerHTML" not in text
        assert "style=" not in text


@pytest.mark.parametrize("name", ["secret.py", "..%2fserver.py", "app", "index.html.bak"])
async def test_only_files_of_the_page_are_served(stage: Stage, name: str) -> None:
    """No path leads out of the folder."""
    async with stage.session.get(f"{stage.demo.url}/_page/{name}") as answer:
        assert answer.status == 404


@pytest.mark.parametrize("path", ["/", "/_demo/state", "/_slack/api/auth.test"])
async def test_requests_for_other_hosts_are_refused(stage: Stage, path: str) -> None:
    """A stranger's name that points to 127.0.0.1 must not reach the demo."""
    async with stage.session.get(f"{stage.demo.url}{path}", headers={"Host": "evil.example:3000"}) as answer:
        assert answer.status == 403


async def test_only_the_own_page_can_change_something(stage: Stage) -> None:
    """Another page in the same browser may post here, but its origin tells."""
    url = f"{stage.demo.url}/_demo/clock"
    own, strange = {"Origin": stage.demo.url}, {"Origin": "https://evil.example"}

    async with (
        stage.session.post(url, json={"days": 1}, headers=own) as allowed,
        stage.session.post(url, json={"days": 1}, headers=strange) as refused,
    ):
        assert (allowed.status, refused.status) == (200, 403)


async def test_without_a_bot_its_paths_answer_503_and_ours_go_on(stage: Stage) -> None:
    """A process that is gone takes nothing else with it."""
    stage.demo.unplug()
    async with stage.session.get(f"{stage.demo.url}/healthz") as gone, stage.session.get(stage.demo.url) as page:
        assert (gone.status, page.status) == (503, 200)

    stage.demo.plug(stage.bot.routes())

    async with stage.session.get(f"{stage.demo.url}/healthz") as back:
        assert back.status == 200


async def test_a_killed_bot_posts_nothing_any_more(stage: Stage) -> None:
    """However long it takes to take it down."""
    stage.demo.bot.switch(on=False)

    with pytest.raises(SlackApiError, match="service_unavailable"):
        await stage.bot.client.chat_postMessage(channel="C0STUDIO", text="still here")
    async with stage.session.get(f"{stage.demo.url}/_upstream/microvisualizer/v1/projects") as answer:
        assert answer.status == 503

    assert stage.workspace.messages("studio") == ()


async def test_the_settings_lead_to_the_local_stand_ins(stage: Stage) -> None:
    """With them the bot runs unchanged."""
    environment = stage.demo.settings_environment()

    assert environment["SLACK_API_URL"] == f"{stage.demo.url}/_slack/api/"
    assert environment["STREAMPIXEL_API_URL"] == f"{stage.demo.url}/_upstream/streampixel"
    assert environment["MICROVISUALIZER_API_URL"] == f"{stage.demo.url}/_upstream/microvisualizer"
    for secret in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "STREAMPIXEL_API_KEY", "MICROVISUALIZER_API_KEY"):
        assert environment[secret] not in repr(stage.sources)
    params = {
        "userId": environment["STREAMPIXEL_USER_ID"],
        "apikey": environment["STREAMPIXEL_API_KEY"],
    }
    url = f"{environment['STREAMPIXEL_API_URL']}/projects/projects-status"
    async with stage.session.get(url, params=params) as answer:
        assert answer.status == 200


async def test_a_port_in_use_is_a_sentence_that_names_the_option() -> None:
    """The most likely trouble of a first start."""
    taken = bind(0)
    port = taken.getsockname()[1]

    with pytest.raises(ConfigurationError, match=f"Port {port} is already in use. Choose another with --port."):
        async with DemoServer(DemoClock(RealClock()), port=port):
            pass
    taken.close()


def test_a_port_that_does_not_exist_is_refused_the_same_way() -> None:
    """A typing mistake is no reason for a traceback."""
    with pytest.raises(ConfigurationError, match="Port 70000 cannot be used"):
        bind(70_000)


def test_only_this_machine_is_listened_to() -> None:
    """The demo holds no secrets, but it is nobody's business."""
    taken = bind(0)

    assert taken.family is socket.AF_INET
    assert taken.getsockname()[0] == "127.0.0.1"
    taken.close()
