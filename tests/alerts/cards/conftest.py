"""A stage for every test of this room."""

from __future__ import annotations

import pytest

from tests.alerts.cards.stage import Stage


@pytest.fixture
def stage() -> Stage:
    """Return a workspace in memory."""
    return Stage()
