"""Slack's JSON becomes values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Expired, UsageError
from bot.model import Ask, Cursor, Scope
from bot.slack.heard import Heard, Ignored, InChannel, Manner, ViaUrl
from bot.slack.payloads import LONGEST_TEXT, read_command, read_mention, read_message, read_press
from bot.views.buttons import Press, encode
from tests.fakes import slack_payloads as bodies

LOCAL = Scope(workspace="local", channel="C1")


def heard(read: Heard | Ignored) -> Heard:
    """Insist that something is to be answered."""
    assert isinstance(read, Heard), read
    return read


def reason(read: Heard | Ignored) -> str:
    """Insist that something is not to be answered; returns why."""
    assert isinstance(read, Ignored), read
    return read.reason


def test_command_becomes_an_ask_with_its_asker_and_place() -> None:
    """Who asked and where decides what may be seen, later on."""
    found = heard(read_command(bodies.command("search foo archived:false")))

    assert found.ask == Ask(text="search foo archived:false", scope=LOCAL, user="U1")
    assert found.address == ViaUrl(url=bodies.URL, manner=Manner.FIRST, private=True)
    assert (found.user, found.channel, found.problem) == ("U1", "C1", None)


def test_escapes_of_slack_are_undone() -> None:
    """Slack wraps addresses and mentions and writes three characters as entities."""
    found = heard(read_command(bodies.command("search <https://a.example|a.example> &amp; services:&gt;3")))

    assert found.ask.text == "search a.example & services:>3"


def test_people_in_a_command_are_known_by_their_id() -> None:
    """A name alone may be that of several; a button names ids by itself."""
    found = heard(read_command(bodies.command("alerts assign 12 <@U7|ann>")))
    assert (found.ask.text, found.ask.mentions) == ("alerts assign 12 @ann", (("ann", "U7"),))


def test_endless_text_is_refused_politely_and_not_kept() -> None:
    """Slack documents no limit for the text of a command."""
    found = heard(read_command(bodies.command("x" * (LONGEST_TEXT + 1))))

    assert isinstance(found.problem, UsageError)
    assert "2,000" in found.problem.for_user()
    assert len(found.ask.text) == LONGEST_TEXT


def test_nothing_secret_shows_in_what_was_heard() -> None:
    """A response_url lets anybody post; it must not get into a log line by way of a repr, nor into the database."""
    found = heard(read_command(bodies.command()))

    assert "hook-secret" not in repr(found)
    assert "hook-secret" not in found.key


def test_repeated_delivery_has_the_same_key_and_another_one_not() -> None:
    """A captured request can be sent again for five minutes."""
    first, again = read_command(bodies.command()), read_command(bodies.command())
    other = read_command(bodies.command(trigger_id="9.9.trigger"))

    assert heard(first).key == heard(again).key
    assert heard(first).key != heard(other).key


@pytest.mark.parametrize(
    ("action_id", "ephemeral", "manner", "private"),
    [
        ("run.next", True, Manner.REPLACE, True),
        ("run.next", False, Manner.REPLACE, False),
        ("refresh", True, Manner.REPLACE, True),
        ("share", True, Manner.FOR_ALL, False),
        ("mine", False, Manner.BESIDE, True),
    ],
)
def test_each_button_answers_in_its_own_manner(
    action_id: str,
    ephemeral: bool,  # noqa: FBT001 - a row of the table
    manner: Manner,
    private: bool,  # noqa: FBT001 - a row of the table
) -> None:
    """The action id says what becomes of the message that has the button."""
    cursor = Cursor(forward=True, start=10, key=("b", 7))
    body = bodies.press(action_id, encode(Press("search foo", cursor)), ephemeral=ephemeral)

    found = heard(read_press(body))

    assert found.address == ViaUrl(url=bodies.URL, manner=manner, private=private, message="9.9")
    assert found.ask == Ask(text="search foo", scope=LOCAL, user="U1", cursor=cursor, force=action_id == "refresh")


def test_menu_entry_that_opens_a_page_is_only_acknowledged() -> None:
    """Slack opens it, and tells us all the same."""
    assert isinstance(read_press(bodies.press("menu", chosen="open")), Ignored)


def test_menu_entry_is_a_command_answered_beside_the_message() -> None:
    """An overflow menu has no room for more than a short command."""
    found = heard(read_press(bodies.press("menu.12", chosen="show #12")))

    assert found.ask.text == "show #12"
    assert found.address == ViaUrl(url=bodies.URL, manner=Manner.BESIDE, private=True, message="9.9")


def test_a_chosen_person_completes_the_command_of_the_list() -> None:
    """The list carries nothing but its action id; who was chosen is known by id, as in a typed mention."""
    body = bodies.press("run.who:alerts assign 12@7")
    body["actions"] = [
        {"type": "users_select", "action_id": "run.who:alerts assign 12@7", "action_ts": "8.8", "selected_user": "U7"}
    ]
    found = heard(read_press(body))

    assert found.ask.text == "alerts assign 12@7 U7"
    assert isinstance(found.address, ViaUrl)
    assert found.address.manner is Manner.REPLACE


def test_a_list_of_people_of_another_version_is_answered_with_what_to_do() -> None:
    """Its action id names no command."""
    body = bodies.press("run.assign")
    body["actions"] = [{"type": "users_select", "action_id": "run.assign", "action_ts": "8.8", "selected_user": "U7"}]
    assert isinstance(heard(read_press(body)).problem, Expired)


def test_button_in_a_thread_keeps_its_thread() -> None:
    """A shared answer belongs beside what it came from."""
    found = heard(read_press(bodies.press("share", encode(Press("status")), thread="3.3")))

    assert isinstance(found.address, ViaUrl)
    assert found.address.thread == "3.3"


def test_button_of_another_version_is_answered_with_what_to_do() -> None:
    """Messages live for years, versions do not."""
    found = heard(read_press(bodies.press("run", "made long ago")))

    assert isinstance(found.problem, Expired)


def test_link_and_unknown_buttons_want_no_answer() -> None:
    """Slack tells us of clicks on links too; only the unknown is worth a log line."""
    link, unknown = read_press(bodies.press("open", "x")), read_press(bodies.press("vote", "x"))

    assert link == Ignored(reason="link", routine=True)
    assert unknown == Ignored(reason="unknown_action")


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("<@UBOT> search foo", "search foo"),
        ("  <@UBOT|rollcall>: <@UBOT>, status", "status"),
        ("<@UBOT>", ""),
        ("<@UOTHER> status", "@UOTHER status"),
        ("status, <@UBOT>", "status"),
        ("show <@UBOT> checkout", "show checkout"),
    ],
)
def test_own_name_is_no_part_of_the_question(said: str, text: str) -> None:
    """People address the bot, sometimes twice."""
    assert heard(read_mention(bodies.event("app_mention", said), "UBOT")).ask.text == text


def test_mention_is_answered_in_its_thread_or_opens_one() -> None:
    """A channel is not flooded by answers."""
    fresh = heard(read_mention(bodies.event("app_mention", "<@UBOT> status"), "UBOT"))
    threaded = heard(read_mention(bodies.event("app_mention", "<@UBOT> status", thread_ts="3.3"), "UBOT"))

    assert fresh.address == InChannel(channel="C1", thread="7.7")
    assert threaded.address == InChannel(channel="C1", thread="3.3")
    assert fresh.key == "event:Ev1"


def test_direct_message_is_answered_where_it_was_written() -> None:
    """No thread is needed between two."""
    plain = heard(read_message(bodies.event("message", "status"), "UBOT"))
    threaded = heard(read_message(bodies.event("message", "<@UBOT> status", thread_ts="3.3"), "UBOT"))

    assert plain.address == InChannel(channel="D1", thread=None, direct=True)
    assert threaded.address == InChannel(channel="D1", thread="3.3", direct=True)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"bot_id": "BOTHER"}, "bot_message"),
        ({"bot_profile": {"id": "B"}}, "bot_message"),
        ({"subtype": "message_changed"}, "not_a_new_message"),
        ({"edited": {"ts": "8.8"}}, "not_a_new_message"),
        ({"channel_type": "channel"}, "not_a_direct_message"),
    ],
)
def test_messages_of_bots_edits_and_other_channels_are_left_alone(more: dict[str, Any], why: str) -> None:
    """Two bots could otherwise talk to each other for ever."""
    assert reason(read_message(bodies.event("message", "status", **more), "UBOT")) == why


def test_mention_by_another_bot_is_left_alone() -> None:
    """Bolt ignores only our own messages."""
    assert reason(read_mention(bodies.event("app_mention", "<@UBOT> hi", bot_id="B2"), "UBOT")) == "bot_message"


def test_payloads_without_what_is_needed_are_malformed() -> None:
    """A missing field is Slack's trouble and must not become ours."""
    without_url = {name: value for name, value in bodies.command().items() if name != "response_url"}
    without_actions = {**bodies.press("run"), "actions": []}
    nameless = {**bodies.press("run", encode(Press("status"))), "user": None}

    assert reason(read_command(without_url)) == "malformed"
    assert reason(read_press(without_actions)) == "malformed"
    assert reason(read_press(nameless)) == "malformed"
    assert reason(read_mention({"event": {"text": 5}}, "UBOT")) == "malformed"


def test_click_without_a_channel_takes_it_from_its_container() -> None:
    """Slack names the channel in two places, not always in both."""
    body = bodies.press("run", encode(Press("status")))
    del body["channel"]

    assert heard(read_press(body)).channel == "C1"


WORDS = st.text("ab<@>|:UBOT 7.", max_size=6)
NAMES = st.sampled_from(["event", "actions", "user", "channel", "container", "text", "response_url", "event_id", "id"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(NAMES, JSON))
def test_any_json_is_read_or_ignored_but_never_crashes(body: dict[str, Any]) -> None:
    """A reader runs before the acknowledgement."""
    for read in (read_command(body), read_press(body), read_mention(body, "UBOT"), read_message(body, "UBOT")):
        assert isinstance(read, Heard | Ignored)
