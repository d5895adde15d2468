"""The state of one Slack team: people, channels, messages; what changed can be waited for."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, TypeVar

from bot.demo.slack.elements import with_ids
from bot.demo.slack.nouns import Channel, Message, User
from bot.demo.slack.validate import broadcasts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.demo.slack.flaws import Flaw
    from bot.demo.slack.nouns import JSON, StoredFile
    from bot.ports import Clock

T = TypeVar("T")

TEAM = "T0LOCAL"
TEAM_NAME = "Lumen Studio"
DOMAIN = "lumen"
APP = "A0ROLLCALL"
BOT_ID = "B0ROLLCALL"
BOT = User(id="U0ROLLCALL", handle="rollcall", name="Rollcall", is_bot=True)
SLACKBOT = User(id="USLACKBOT", handle="slackbot", name="Slackbot", is_bot=True)
PEOPLE = (
    User(id="U0ADA", handle="ada", name="Ada Okafor", zone="Europe/Stockholm"),
    User(id="U0JONAS", handle="jonas", name="Jonas Weber", zone="America/New_York"),
)


class Workspace:
    """People, channels and messages. Starts with two people, three channels and a conversation with the bot each.

    The bot is in every channel but ``#leadership``.

    Args:
        clock: dates the messages.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = count(1)
        self._messages: list[Message] = []
        self._watchers: list[Callable[[Message, bool], None]] = []
        self.broadcasts: list[Flaw] = []
        """Places in messages of the bot that would have notified a whole channel; tests want it empty."""

        everybody = {person.id for person in PEOPLE}
        self.users = {user.id: user for user in (*PEOPLE, BOT, SLACKBOT)}
        self.channels = {
            channel.id: channel
            for channel in (
                Channel(id="C0STUDIO", name="studio", members={*everybody, BOT.id}),
                Channel(id="C0PLATFORM", name="platform", members={*everybody, BOT.id}),
                Channel(id="C0LEADS", name="leadership", members=set(everybody), private=True),
                *(Channel(id=f"D{p.id[1:]}", name=p.id, members={p.id, BOT.id}, is_im=True) for p in PEOPLE),
            )
        }

    def add_channel(self, name: str, *, private: bool = False, with_bot: bool = True) -> Channel:
        """Open a channel in which everybody is; its id is made of its name."""
        members = {person.id for person in PEOPLE} | ({BOT.id} if with_bot else set())
        channel = Channel(id=f"C0{name.upper()}", name=name, members=members, private=private)
        self.channels[channel.id] = channel
        return channel

    def channel(self, wanted: str) -> Channel | None:
        """Find a channel by id, by name with or without ``#``; a person's id means the conversation with the bot."""
        plain = wanted.removeprefix("#")
        found = self.channels.get(wanted)
        return found or next((c for c in self.channels.values() if c.name == plain), None)

    def user(self, wanted: str) -> User | None:
        """Find a user by id or by handle with or without ``@``."""
        plain = wanted.removeprefix("@")
        return self.users.get(wanted) or next((u for u in self.users.values() if u.handle == plain), None)

    def messages(
        self, channel: str | None = None, *, viewer: str | None = None, thread_ts: str | None = None
    ) -> tuple[Message, ...]:
        """Return what is visible, oldest first.

        Args:
            channel: id or name; None for all.
            viewer: id or handle of who looks; None sees even what is for somebody else only.
            thread_ts: only the replies to that message.
        """
        place = self._known(self.channel, channel)
        who = self._known(self.user, viewer)
        return tuple(
            message
            for message in self._messages
            if (place is None or message.channel == place.id)
            and message.visible_to(who.id if who else None)
            and (thread_ts is None or message.thread_ts == thread_ts)
        )

    @staticmethod
    def _known(find: Callable[[str], T | None], wanted: str | None) -> T | None:
        if wanted is None:
            return None
        found = find(wanted)
        if found is None:
            raise LookupError(f"the workspace has no {wanted!r}")
        return found

    def message(self, channel: str, ts: str) -> Message | None:
        """Find one message."""
        return next((m for m in self._messages if (m.channel, m.ts) == (channel, ts)), None)

    def post(
        self,
        channel: str,
        user: str,
        text: str,
        *,
        blocks: Sequence[JSON] = (),
        thread_ts: str | None = None,
        only_for: str | None = None,
        files: tuple[StoredFile, ...] = (),
        metadata: JSON | None = None,
        broadcast: bool = False,
    ) -> Message:
        """Add a message; all arguments are ids."""
        seq, now = next(self._numbers), self._clock.now()
        message = Message(
            seq=seq,
            ts=f"{int(now.timestamp())}.{seq:06d}",
            channel=channel,
            user=user,
            text=text,
            blocks=with_ids(blocks, f"b{seq}"),
            thread_ts=thread_ts,
            only_for=only_for,
            files=files,
            metadata=metadata,
            broadcast=broadcast,
            at=now,
        )
        self._messages.append(message)
        self._tell(message, deleted=False)
        return message

    def posts_by_key(self) -> dict[str, tuple[Message, ...]]:
        """Return what the bot posted with a key in its metadata; two messages under one key are a double."""
        found: dict[str, list[Message]] = {}
        for message in self._messages:
            if message.key is not None:
                found.setdefault(message.key, []).append(message)
        return {key: tuple(messages) for key, messages in found.items()}

    def change(self, message: Message, text: str, blocks: Sequence[JSON]) -> Message:
        """Give a message new contents; who sees it never changes."""
        turn = message.replaced + 1
        named = with_ids(blocks, f"b{message.seq}v{turn}")
        changed = replace(message, text=text, blocks=named, replaced=turn)
        self._messages[self._place(message)] = changed
        self._tell(changed, deleted=False)
        return changed

    def delete(self, message: Message) -> None:
        """Take a message away."""
        del self._messages[self._place(message)]
        self._tell(message, deleted=True)

    def _place(self, message: Message) -> int:
        return next(i for i, m in enumerate(self._messages) if m.seq == message.seq)

    def watch(self, told: Callable[[Message, bool], None]) -> Callable[[], None]:
        """Call `told` with each message that is new, changed or (True) deleted; return how to stop it."""
        self._watchers.append(told)
        return lambda: self._watchers.remove(told)

    def _tell(self, message: Message, *, deleted: bool) -> None:
        if message.user == BOT.id and not deleted:
            self.broadcasts += loud_places(message)
        for told in tuple(self._watchers):
            told(message, deleted)

    async def wait_for(self, predicate: Callable[[], T | None], *, within_s: float = 5.0) -> T:
        """Wait until `predicate` is true, looking again after every change; return what it returned.

        Raises:
            TimeoutError: it stayed false; the text shows the last messages.
        """
        changed = asyncio.Event()
        stop = self.watch(lambda _message, _deleted: changed.set())
        try:
            async with asyncio.timeout(within_s):
                while not (found := predicate()):
                    await changed.wait()
                    changed.clear()
                return found
        except TimeoutError:
            seen = [f"{m.user} in {m.channel}: {m.text!r}" for m in self._messages[-5:]]
            raise TimeoutError(f"nothing came within {within_s} s; last messages: {seen}") from None
        finally:
            stop()


def loud_places(message: Message) -> list[Flaw]:
    """Return where a message would notify a whole channel; its text counts, too."""
    return broadcasts([*message.blocks, {"type": "mrkdwn", "text": message.text, "verbatim": True}])
