"""What every `Messenger` promises, as tests. A subclass says which messenger by its `stage` fixture."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.errors import CannotLook, ChannelClosed, MaybePosted, NeverPosted, NotPosted, WorkspaceClosed
from bot.model import Attachment, Message
from bot.ports import Person

if TYPE_CHECKING:
    from tests.slack.messenger_stage import MessengerStage

HELLO = Message(text="Hello", blocks=[{"type": "section", "text": {"type": "plain_text", "text": "Hello"}}])
OTHER = Message(text="Other", blocks=[{"type": "section", "text": {"type": "plain_text", "text": "Other"}}])
FILE = Attachment(name="digest-2.csv", title="All changes", content=b"kind\r\nnew\r\n")
KEY = "digest:7:2026-03-02T12:00"


class MessengerContract:
    """The promises that a caller of the port relies on."""

    async def test_posts_where_it_is_told(self, stage: MessengerStage) -> None:
        """What is returned names the message at Slack."""
        posted = await stage.messenger.post(stage.channel, HELLO)

        assert posted.channel == stage.channel
        assert stage.arrived(stage.channel) == [(posted.ts, "Hello", None)]

    async def test_answers_in_a_thread(self, stage: MessengerStage) -> None:
        """What does not fit follows below the message."""
        first = await stage.messenger.post(stage.channel, HELLO)

        reply = await stage.messenger.post(stage.channel, HELLO, thread=first.ts)

        assert stage.arrived(stage.channel)[1] == (reply.ts, "Hello", first.ts)

    async def test_puts_a_file_into_a_thread(self, stage: MessengerStage) -> None:
        """What no message holds follows as a file."""
        first = await stage.messenger.post(stage.channel, HELLO)

        await stage.messenger.attach(stage.channel, FILE, thread=first.ts)

        assert stage.filed(stage.channel) == [(FILE.name, FILE.content, first.ts)]

    async def test_file_for_a_closed_channel_is_refused(self, stage: MessengerStage) -> None:
        """As a message is."""
        first = await stage.messenger.post(stage.channel, HELLO)
        stage.put_out(stage.channel)

        with pytest.raises(ChannelClosed, match="not_in_channel"):
            await stage.messenger.attach(stage.channel, FILE, thread=first.ts)

        assert stage.filed(stage.channel) == []

    async def test_file_is_not_sent_after_the_moment_it_is_given(self, stage: MessengerStage) -> None:
        """As a message is not."""
        before = stage.clock.now() - timedelta(seconds=1)

        with pytest.raises(NotPosted, match="too_late"):
            await stage.messenger.attach(stage.channel, FILE, thread="1.1", before=before)

        assert stage.filed(stage.channel) == []

    async def test_finds_its_own_message_by_the_key(self, stage: MessengerStage) -> None:
        """A death in mid-air is no reason to post twice."""
        since = stage.clock.now()
        await stage.messenger.post(stage.channel, HELLO)
        posted = await stage.messenger.post(stage.channel, HELLO, key=KEY)

        assert await stage.messenger.find(stage.channel, KEY, since=since) == posted
        assert await stage.messenger.find(stage.channel, "digest:7:2026-03-03T12:00", since=since) is None

    async def test_finds_an_answer_in_its_thread(self, stage: MessengerStage) -> None:
        """The channel's own history does not have it, unless it was broadcast."""
        since = stage.clock.now()
        first = await stage.messenger.post(stage.channel, HELLO, key="card:7:1:1")
        reply = await stage.messenger.post(stage.channel, HELLO, key=KEY, thread=first.ts)

        assert await stage.messenger.find(stage.channel, KEY, since=since, thread=first.ts) == reply
        assert await stage.messenger.find(stage.channel, KEY, since=since) is None

    async def test_answer_that_was_broadcast_is_in_the_channel_too(self, stage: MessengerStage) -> None:
        """Both places have it."""
        since = stage.clock.now()
        first = await stage.messenger.post(stage.channel, HELLO)
        reply = await stage.messenger.post(stage.channel, HELLO, key=KEY, thread=first.ts, broadcast=True)

        assert await stage.messenger.find(stage.channel, KEY, since=since) == reply
        assert await stage.messenger.find(stage.channel, KEY, since=since, thread=first.ts) == reply

    async def test_changes_a_message_where_it_stands(self, stage: MessengerStage) -> None:
        """Again and again, and it can be found as before."""
        since = stage.clock.now()
        posted = await stage.messenger.post(stage.channel, HELLO, key=KEY)

        await stage.messenger.edit(posted, OTHER)
        await stage.messenger.edit(posted, OTHER)

        assert stage.arrived(stage.channel) == [(posted.ts, "Other", None)]
        assert await stage.messenger.find(stage.channel, KEY, since=since) == posted

    async def test_message_that_is_gone_cannot_be_changed(self, stage: MessengerStage) -> None:
        """People delete; that closes no channel."""
        posted = await stage.messenger.post(stage.channel, HELLO)
        stage.delete(posted)

        with pytest.raises(NeverPosted, match="message_not_found"):
            await stage.messenger.edit(posted, OTHER)

    async def test_change_that_slack_does_not_take_now_can_be_made_later(self, stage: MessengerStage) -> None:
        """As a message can be sent later."""
        posted = await stage.messenger.post(stage.channel, HELLO)
        stage.busy_with_edits(timedelta(seconds=60))

        with pytest.raises(NotPosted) as raised:
            await stage.messenger.edit(posted, OTHER)

        assert raised.value.wait == timedelta(seconds=60)
        assert stage.arrived(stage.channel) == [(posted.ts, "Hello", None)]

    async def test_nothing_is_changed_in_a_closed_channel(self, stage: MessengerStage) -> None:
        """As nothing is posted there."""
        posted = await stage.messenger.post(stage.channel, HELLO)
        stage.put_out(stage.channel)

        with pytest.raises(ChannelClosed, match="not_in_channel"):
            await stage.messenger.edit(posted, OTHER)

    async def test_workspace_that_threw_us_out_takes_no_change(self, stage: MessengerStage) -> None:
        """Nor does it say where a message is."""
        posted = await stage.messenger.post(stage.channel, HELLO)
        stage.close_workspace()

        with pytest.raises(WorkspaceClosed, match="account_inactive"):
            await stage.messenger.edit(posted, OTHER)
        assert await stage.messenger.link(posted) is None

    async def test_knows_where_people_see_a_message(self, stage: MessengerStage) -> None:
        """What continues below has to be found."""
        posted = await stage.messenger.post(stage.channel, HELLO)
        link = await stage.messenger.link(posted)
        stage.delete(posted)

        assert link is not None
        assert link.startswith("https://")
        assert posted.channel in link
        assert await stage.messenger.link(posted) is None

    async def test_does_not_look_further_back_than_it_is_told(self, stage: MessengerStage) -> None:
        """A channel's history is long."""
        await stage.messenger.post(stage.channel, HELLO, key=KEY)
        since = stage.clock.forward(hours=1)

        assert await stage.messenger.find(stage.channel, KEY, since=since) is None

    async def test_message_that_slack_does_not_take_now_is_not_there(self, stage: MessengerStage) -> None:
        """How long to wait is Slack's word; the next attempt is the caller's decision."""
        stage.busy(timedelta(seconds=60))

        with pytest.raises(NotPosted) as raised:
            await stage.messenger.post(stage.channel, HELLO, key=KEY)

        assert raised.value.wait == timedelta(seconds=60)
        assert stage.arrived(stage.channel) == []
        stage.clock.move(timedelta(seconds=60))
        await stage.messenger.post(stage.channel, HELLO, key=KEY)
        assert len(stage.arrived(stage.channel)) == 1

    async def test_lost_answer_leaves_it_open_and_is_not_asked_for_again(self, stage: MessengerStage) -> None:
        """The message is there once, and only looking tells."""
        since = stage.clock.now()
        stage.lose_answer()

        with pytest.raises(MaybePosted):
            await stage.messenger.post(stage.channel, HELLO, key=KEY)

        ((timestamp, _, _),) = stage.arrived(stage.channel)
        found = await stage.messenger.find(stage.channel, KEY, since=since)
        assert found is not None
        assert found.ts == timestamp

    async def test_lost_request_looks_the_same_and_is_not_there(self, stage: MessengerStage) -> None:
        """None is a statement: it is not there."""
        since = stage.clock.now()
        stage.lose_request()

        with pytest.raises(MaybePosted):
            await stage.messenger.post(stage.channel, HELLO, key=KEY)

        assert stage.arrived(stage.channel) == []
        assert await stage.messenger.find(stage.channel, KEY, since=since) is None

    async def test_message_that_nobody_can_draw_is_never_posted(self, stage: MessengerStage) -> None:
        """Trying for hours would not help; it is a mistake of ours."""
        stage.refuse_drawing()

        with pytest.raises(NeverPosted):
            await stage.messenger.post(stage.channel, HELLO)

        assert stage.arrived(stage.channel) == []

    async def test_archived_channel_is_closed_and_others_are_not(self, stage: MessengerStage) -> None:
        """One channel's trouble is no other's."""
        stage.archive(stage.channel)

        with pytest.raises(ChannelClosed, match="is_archived"):
            await stage.messenger.post(stage.channel, HELLO)

        await stage.messenger.post(stage.other_channel, HELLO)
        assert (await stage.messenger.place(stage.channel)).archived is True
        await stage.unarchive(stage.channel)
        await stage.messenger.post(stage.channel, HELLO)

    async def test_channel_that_we_were_put_out_of_is_closed(self, stage: MessengerStage) -> None:
        """An invitation opens it again."""
        stage.put_out(stage.channel)

        with pytest.raises(ChannelClosed, match="not_in_channel"):
            await stage.messenger.post(stage.channel, HELLO)

        assert (await stage.messenger.place(stage.channel)).member is False

    async def test_workspace_that_threw_us_out_is_closed(self, stage: MessengerStage) -> None:
        """Also for looking."""
        stage.close_workspace()

        with pytest.raises(WorkspaceClosed, match="account_inactive"):
            await stage.messenger.post(stage.channel, HELLO, key=KEY)
        with pytest.raises(WorkspaceClosed, match="account_inactive"):
            await stage.messenger.find(stage.channel, KEY, since=stage.clock.now())

    async def test_says_so_where_it_may_not_look(self, stage: MessengerStage) -> None:
        """Without the scope nobody knows what is there; that is not the same as nothing."""
        await stage.messenger.post(stage.channel, HELLO, key=KEY)
        stage.forbid_looking()

        with pytest.raises(CannotLook):
            await stage.messenger.find(stage.channel, KEY, since=stage.clock.now())

    async def test_sends_nothing_after_the_moment_it_is_given(self, stage: MessengerStage) -> None:
        """By then somebody else has taken it over."""
        before = stage.clock.now() - timedelta(seconds=1)

        with pytest.raises(NotPosted, match="too_late"):
            await stage.messenger.post(stage.channel, HELLO, before=before)

        assert stage.arrived(stage.channel) == []

    async def test_tells_a_person(self, stage: MessengerStage) -> None:
        """Nobody else sees it."""
        await stage.messenger.tell(stage.person, HELLO)

        assert [text for _, text, _ in stage.told(stage.person)] == ["Hello"]
        assert stage.arrived(stage.channel) == []

    async def test_person_who_cannot_be_told_is_a_closed_channel(self, stage: MessengerStage) -> None:
        """People leave."""
        with pytest.raises(ChannelClosed, match="user_not_found"):
            await stage.messenger.tell(stage.nobody, HELLO)

    async def test_knows_where_it_can_post(self, stage: MessengerStage) -> None:
        """Whoever adds a digest is told at once."""
        assert (await stage.messenger.place(stage.channel)).member is True

    async def test_knows_what_people_are_called_and_where_they_live(self, stage: MessengerStage) -> None:
        """A schedule without a zone means the creator's, and a name in a message calls nobody."""
        assert await stage.messenger.person(stage.person) == Person(name="jonas", zone="America/New_York")
        assert await stage.messenger.person(stage.nobody) == Person()
