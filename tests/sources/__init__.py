"""Tests of how we ask upstreams."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.sources.contract")
