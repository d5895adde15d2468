"""A local Slack: it calls the bot and is called by it as the real one, only stricter and on one machine."""
