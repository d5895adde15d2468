"""What every `Source` promises, as tests. A subclass says which source by its `stage` fixture."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.demo.upstreams import Mode
from bot.errors import NotFound, SourceBusy, SourceDown, SourceGarbled, SourceRefused
from bot.query.fields import BY_NAME
from tests.sources.stage import LIMIT

if TYPE_CHECKING:
    from bot.errors import SourceError
    from tests.sources.stage import Stage


class SourceContract:
    """The promises that a caller of the port relies on."""

    async def test_lists_every_project_under_its_own_names(self, stage: Stage) -> None:
        """A complete listing is what the catalog takes for the whole truth."""
        listing = await stage.source.list_projects(since=None)

        assert {project.id: project.name for project in listing.projects} == stage.known
        assert listing.complete
        assert listing.total == len(stage.known)
        assert {project.source for project in listing.projects} == {stage.source.sheet.name}
        assert {project.connection for project in listing.projects} == {stage.source.connection}

    async def test_gives_aware_times_and_http_links(self, stage: Stage) -> None:
        """Nobody downstream checks again."""
        listing = await stage.source.list_projects(since=None)

        for project in listing.projects:
            times = [project.created_at, project.updated_at]
            assert all(moment.utcoffset() == timedelta() for moment in times if moment is not None)
            assert (project.url or "https://").startswith(("https://", "http://"))

    async def test_lists_at_least_what_changed_since_a_moment(self, stage: Stage) -> None:
        """An incremental listing may hold more, never less."""
        since = stage.clock.now() - timedelta(days=7)
        everything = (await stage.source.list_projects(since=None)).projects
        changed = {project.id for project in everything if project.updated_at and project.updated_at >= since}

        listing = await stage.source.list_projects(since=since)

        listed = {project.id for project in listing.projects}
        assert listed >= changed
        assert not listing.complete or len(listed) == listing.total

    async def test_does_not_know_an_unknown_project(self, stage: Stage) -> None:
        """`NotFound` is an answer, also from a source that has no viewers or services at all."""
        with pytest.raises(NotFound):
            await stage.source.viewers(stage.unknown_id)
        with pytest.raises(NotFound):
            await stage.source.services(stage.unknown_id)
        with pytest.raises(NotFound):
            await stage.source.archive(stage.unknown_id, archived=True)

    async def test_asks_nothing_for_an_id_that_leaves_its_path(self, stage: Stage) -> None:
        """An id that came from a person must not become another request."""
        for hostile in ("../limits", "a/b", "a?b", "a b", "", "é" * 10, "x" * 5000):
            with pytest.raises(NotFound):
                await stage.source.viewers(hostile)
            with pytest.raises(NotFound):
                await stage.source.services(hostile)
            with pytest.raises(NotFound):
                await stage.source.archive(hostile, archived=True)

    async def test_counts_viewers_only_if_its_sheet_says_so(self, stage: Stage) -> None:
        """The sheet decides whether the catalog asks at all."""
        project_id = next(iter(stage.known))

        if stage.source.sheet.measures_viewers:
            viewers = await stage.source.viewers(project_id)
            assert viewers.live >= 0
            assert viewers.queued >= 0
            assert viewers.at == stage.clock.now()
        else:
            with pytest.raises(NotFound):
                await stage.source.viewers(project_id)

    async def test_lists_services_only_if_its_sheet_says_so(self, stage: Stage) -> None:
        """The sheet decides whether the card asks at all."""
        project_id = next(iter(stage.known))

        if stage.source.sheet.lists_services:
            assert isinstance(await stage.source.services(project_id), tuple)
        else:
            with pytest.raises(NotFound):
                await stage.source.services(project_id)

    async def test_archives_and_takes_back_only_if_its_sheet_says_so(self, stage: Stage) -> None:
        """What it answers is what it lists from then on, and nothing else of the project has changed."""
        project_id = next(iter(stage.known))

        if not stage.source.sheet.archives:
            with pytest.raises(NotFound):
                await stage.source.archive(project_id, archived=True)
            return
        for archived in (True, True, False):
            answered = await stage.source.archive(project_id, archived=archived)
            listed = {each.id: each for each in (await stage.source.list_projects(since=None)).projects}
            assert answered == listed[project_id]
            assert (answered.archived, answered.name) == (archived, stage.known[project_id])

    @pytest.mark.parametrize(
        ("mode", "error"), [(Mode.DOWN, SourceDown), (Mode.FORBIDDEN, SourceRefused), (Mode.TRUNCATED, SourceGarbled)]
    )
    async def test_never_tells_that_it_archived_what_it_did_not(
        self, stage: Stage, mode: Mode, error: type[SourceError]
    ) -> None:
        """A trouble is an error of its kind, not an answer."""
        stage.break_with(mode)

        with pytest.raises(error if stage.source.sheet.archives else NotFound):
            await stage.source.archive(next(iter(stage.known)), archived=True)

    async def test_says_until_when_it_is_busy(self, stage: Stage) -> None:
        """A 429 becomes a moment that can be shown and waited for."""
        stage.break_with(Mode.LIMITED)

        with pytest.raises(SourceBusy) as caught:
            await stage.source.list_projects(since=None)

        assert caught.value.free_at == stage.clock.now() + LIMIT

    @pytest.mark.parametrize(
        ("mode", "error"),
        [
            (Mode.DOWN, SourceDown),
            (Mode.REFUSED, SourceRefused),
            (Mode.FORBIDDEN, SourceRefused),
            (Mode.HTML, SourceGarbled),
            (Mode.TRUNCATED, SourceGarbled),
            (Mode.CONTRADICTING, SourceGarbled),
        ],
    )
    async def test_raises_rather_than_returning_half_a_list(
        self, stage: Stage, mode: Mode, error: type[SourceError]
    ) -> None:
        """Each trouble has its own error, and a list that cannot be believed is none."""
        stage.break_with(mode)

        with pytest.raises(error):
            await stage.source.list_projects(since=None)

    async def test_answers_again_after_a_repair(self, stage: Stage) -> None:
        """Nothing of a trouble stays behind once its time has passed."""
        stage.break_with(Mode.DOWN)
        with pytest.raises(SourceDown):
            await stage.source.list_projects(since=None)

        stage.break_with(Mode.OK)
        stage.clock.forward(hours=1)

        assert (await stage.source.list_projects(since=None)).total == len(stage.known)

    def test_explains_only_fields_that_exist(self, stage: Stage) -> None:
        """The sheet's fields are the filter language's fields."""
        sheet = stage.source.sheet

        assert set(sheet.fields) <= set(BY_NAME)
        assert sheet.name == sheet.name.lower()
