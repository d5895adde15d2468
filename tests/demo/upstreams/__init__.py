"""Tests of the local upstreams."""
