"""The app manifest."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.errors import ConfigurationError
from bot.slack.listeners import COMMAND
from bot.slack.manifest import EVENTS, SCOPES, manifest

ROOT = Path(__file__).parents[2]
SCHEMA = os.environ.get("ROLLCALL_MANIFEST_SCHEMA")
URLS = [None, "https://bot.example.org"]


def read(url: str | None) -> dict[str, Any]:
    """Read the manifest as Slack does."""
    parsed: dict[str, Any] = yaml.safe_load(manifest(url))
    return parsed


def test_file_in_the_repository_is_the_one_the_program_prints() -> None:
    """There is one text, and people find it in two places."""
    assert (ROOT / "manifest.yml").read_text(encoding="utf-8") == manifest(None)


@pytest.mark.skipif(SCHEMA is None, reason="ROLLCALL_MANIFEST_SCHEMA names no copy of Slack's schema")
@pytest.mark.parametrize("url", URLS)
def test_manifest_is_valid_by_slacks_own_schema(url: str | None) -> None:
    """Slack publishes it at https://github.com/slackapi/manifest-schema."""
    schema = json.loads(Path(str(SCHEMA)).read_text(encoding="utf-8"))
    newest = {
        "$schema": schema["$schema"],
        "definitions": schema["definitions"],
        "allOf": [{"$ref": "#/definitions/manifest.schema.2.0.0"}],
    }

    problems = [error.message for error in jsonschema.Draft7Validator(newest).iter_errors(read(url))]

    assert problems == []
    jsonschema.Draft7Validator(schema).validate(read(url))


@pytest.mark.parametrize("url", URLS)
def test_manifest_keeps_to_the_lengths_that_slack_takes(url: str | None) -> None:
    """Slack lists them at https://docs.slack.dev/reference/app-manifest."""
    given = read(url)
    information, features = given["display_information"], given["features"]
    (command,) = features["slash_commands"]

    assert given["_metadata"] == {"major_version": 2}
    assert 1 <= len(information["name"]) <= 35
    assert 1 <= len(information["description"]) <= 140
    assert 1 <= len(features["bot_user"]["display_name"]) <= 80
    assert 1 <= len(command["description"]) <= 2_000
    assert 1 <= len(command["usage_hint"]) <= 1_000


def test_manifest_asks_for_what_the_program_needs_and_no_more() -> None:
    """An admin reads the list before installing."""
    given = read(None)

    assert given["oauth_config"]["scopes"] == {"bot": list(SCOPES)}
    assert given["settings"]["event_subscriptions"] == {"bot_events": list(EVENTS)}
    assert given["settings"]["interactivity"] == {"is_enabled": True}
    assert given["features"]["app_home"]["messages_tab_enabled"] is True
    assert given["features"]["app_home"]["messages_tab_read_only_enabled"] is False


def test_manifest_names_the_scopes_that_are_a_choice_and_does_not_ask_for_them() -> None:
    """Reading a channel is much to ask; what it buys stands beside it."""
    text = manifest(None)

    for scope in ("channels:history", "groups:history"):
        assert scope in text
        assert scope not in SCOPES


def test_command_is_the_one_that_we_listen_to() -> None:
    """Its mentions and addresses arrive escaped, which is undone in one place."""
    (command,) = read(None)["features"]["slash_commands"]

    assert command["command"] == COMMAND
    assert command["should_escape"] is True


@pytest.mark.parametrize("url", ["https://bot.example.org", "https://bot.example.org/slack/events/"])
def test_form_for_http_differs_only_in_its_addresses(url: str) -> None:
    """The same app, reached another way."""
    over_http, over_socket = read(url), read(None)
    address = "https://bot.example.org/slack/events"

    assert over_http["features"]["slash_commands"][0].pop("url") == address
    assert over_http["settings"]["event_subscriptions"].pop("request_url") == address
    assert over_http["settings"]["interactivity"].pop("request_url") == address
    assert over_http["settings"].pop("socket_mode_enabled") is False
    assert over_socket["settings"].pop("socket_mode_enabled") is True
    assert over_http == over_socket


@pytest.mark.parametrize("url", ["http://bot.example.org", "bot.example.org", "", "https://", "https://x.org?a=1"])
def test_address_that_slack_would_not_take_is_refused(url: str) -> None:
    """Slack delivers only over HTTPS."""
    with pytest.raises(ConfigurationError, match="https"):
        manifest(url)
