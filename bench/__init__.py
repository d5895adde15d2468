"""Measurements for docs/performance.md: scripts that print. Nothing fails because it is slow.

Every figure stands beside a baseline of the same run where there is one, because machines differ and are shared.
"""
