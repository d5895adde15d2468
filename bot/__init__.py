"""Rollcall: what is going on with our projects, and how sure we are of it."""
