"""The edge to Slack."""
