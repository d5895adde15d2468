"""What people do: type commands, press buttons, mention the bot, write to it."""

from __future__ import annotations

import json
import re
from itertools import count
from typing import TYPE_CHECKING
from uuid import uuid4

from bot.demo.slack.elements import find_element
from bot.demo.slack.payloads import (
    action_of,
    command_payload,
    event_payload,
    message_event,
    press_payload,
)
from bot.demo.slack.typed import as_sent
from bot.demo.slack.workspace import BOT, SLACKBOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.demo.slack.deliveries import Deliveries
    from bot.demo.slack.hooks import Hooks
    from bot.demo.slack.nouns import JSON, Channel, Delivery, Message, User
    from bot.demo.slack.workspace import Workspace
    from bot.ports import Clock


class People:
    """Everybody in the workspace but the bot.

    Channels and users may be named by id or by name. Every method returns once the bot has acknowledged, or has not
    in time; what the bot *answers* appears in the workspace later.

    Args:
        workspace: where they are.
        deliveries: how the bot is told.
        hooks: makes the ``response_url``.
        hook_url: what stands before the secret part of a ``response_url``.
        clock: dates what happens.
    """

    def __init__(
        self,
        workspace: Workspace,
        deliveries: Deliveries,
        hooks: Hooks,
        hook_url: Callable[[], str],
        clock: Clock,
    ) -> None:
        self._workspace = workspace
        self._deliveries = deliveries
        self._hooks = hooks
        self._hook_url = hook_url
        self._clock = clock
        self._numbers = count(1)

    async def command(
        self, channel: str, user: str, command: str, text: str = "", *, thread_ts: str | None = None
    ) -> Delivery | None:
        """Type a slash command. In a thread Slack does not even tell the app: None."""
        place, who = self._where(channel), self._who(user)
        if thread_ts is not None:
            self._whisper(place, who, f"{command} is not supported in threads. Sorry!", thread_ts)
            return None
        url = self._hook(place, who)
        trigger_id = self._trigger()
        payload = command_payload(place, who, command, self._typed(text), trigger_id=trigger_id, response_url=url)
        done = await self._deliveries.tell("slash_commands", payload, trigger_id=trigger_id, response_url=url)
        if done.error:
            self._whisper(place, who, f'{command} failed with the error "{done.error}"')
        else:
            self._show_ack(place, who, done.answer.body)
        return done

    async def press(self, message: Message, action_id: str, user: str, *, block_id: str | None = None) -> Delivery:
        """Press a button.

        Raises:
            LookupError: the message has no such element.
        """
        return await self._use(message, action_id, user, block_id, None)

    async def choose(
        self, message: Message, action_id: str, value: str, user: str, *, block_id: str | None = None
    ) -> Delivery:
        """Choose from an overflow or select menu, by the option's value; of people by id or name.

        Raises:
            LookupError: the message has no such element or option.
        """
        _, element = find_element(message.blocks, action_id, block_id)
        if element["type"] == "users_select":
            return await self._use(message, action_id, user, block_id, {"value": self._who(value).id})
        groups = element.get("option_groups", [element])
        options = [option for group in groups for option in group.get("options", [])]
        option = next((option for option in options if option["value"] == value), None)
        if option is None:
            raise LookupError(f"no option {value!r}, only {[o['value'] for o in options]}")
        return await self._use(message, action_id, user, block_id, option)

    async def mention(self, channel: str, user: str, text: str, *, thread_ts: str | None = None) -> Delivery | None:
        """Post ``@rollcall text``; None if the bot is not in the channel and so never hears of it."""
        return await self.say(channel, user, f"@{BOT.handle} {text}", thread_ts=thread_ts)

    async def dm(self, user: str, text: str) -> Delivery | None:
        """Write to the bot."""
        who = self._who(user)
        return await self.say(who.id, who.id, text)

    async def say(self, channel: str, user: str, text: str, *, thread_ts: str | None = None) -> Delivery | None:
        """Post a message as it is; the bot is told if it may hear of it, else None."""
        place, who = self._where(channel), self._who(user)
        message = self._workspace.post(place.id, who.id, self._typed(text), thread_ts=thread_ts)
        mention = f"<@{BOT.id}>" in message.text and not place.is_im
        if BOT.id not in place.members or not (mention or place.is_im):
            return None
        event_id = f"Ev{uuid4().hex[:10].upper()}"
        event = message_event(message, place, mention=mention)
        payload = event_payload(event, event_id, int(self._clock.now().timestamp()))
        return await self._deliveries.tell("events_api", payload, event_id=event_id)

    async def type_into(self, channel: str, user: str, text: str, *, thread_ts: str | None = None) -> Delivery | None:
        """Do what Slack's composer does with a line: a command if it starts with ``/word``, else a message."""
        found = re.fullmatch(r"(/[\w-]+)(?:\s+(.*))?", text.strip(), re.DOTALL)
        if found:
            return await self.command(channel, user, found[1], found[2] or "", thread_ts=thread_ts)
        return await self.say(channel, user, text.strip(), thread_ts=thread_ts)

    async def _use(
        self, message: Message, action_id: str, user: str, block_id: str | None, option: JSON | None
    ) -> Delivery:
        who = self._who(user)
        place = self._workspace.channels[message.channel]
        block, element = find_element(message.blocks, action_id, block_id)
        url = self._hook(place, who, message)
        trigger_id = self._trigger()
        action_ts = f"{self._clock.now().timestamp():.6f}"
        payload = press_payload(
            place,
            who,
            message,
            action_of(block, element, action_ts, option),
            trigger_id=trigger_id,
            response_url=url,
        )
        return await self._deliveries.tell("interactive", payload, trigger_id=trigger_id, response_url=url)

    def _show_ack(self, place: Channel, who: User, body: str) -> None:
        """Show what the acknowledgement says: nothing, a text, or a whole message."""
        if not body.strip():
            return
        try:
            said = json.loads(body)
        except ValueError:
            said = {"text": body}
        text, blocks = said.get("text", ""), said.get("blocks", ())
        if text or blocks:
            shared = said.get("response_type") == "in_channel"
            self._workspace.post(place.id, BOT.id, text, blocks=blocks, only_for=None if shared else who.id)

    def _whisper(self, place: Channel, who: User, text: str, thread_ts: str | None = None) -> None:
        self._workspace.post(place.id, SLACKBOT.id, text, only_for=who.id, thread_ts=thread_ts)

    def _typed(self, text: str) -> str:
        users = {user.handle: user.id for user in self._workspace.users.values()}
        channels = {c.name: c.id for c in self._workspace.channels.values() if not c.is_im}
        return as_sent(text, users, channels)

    def _hook(self, place: Channel, who: User, original: Message | None = None) -> str:
        return self._hook_url() + self._hooks.make(place.id, who.id, original)

    def _trigger(self) -> str:
        return f"{next(self._numbers)}.{uuid4().hex}"

    def _where(self, wanted: str) -> Channel:
        found = self._workspace.channel(wanted)
        if found is None:
            raise LookupError(f"the workspace has no channel {wanted!r}")
        return found

    def _who(self, wanted: str) -> User:
        found = self._workspace.user(wanted)
        if found is None:
            raise LookupError(f"the workspace has no user {wanted!r}")
        return found
