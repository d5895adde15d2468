"""Rollcall: what is going on with our projects, and how sure we are of it."""

__version__ = "0.1.0"
