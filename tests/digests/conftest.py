"""What tests of digests begin with."""

from __future__ import annotations

import pytest

from tests.digests.stage import Stage


@pytest.fixture
def stage() -> Stage:
    """Return a workspace at 08:00 on a Monday in Berlin, without digests."""
    return Stage()
