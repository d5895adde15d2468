"""The whole product on a laptop: a local Slack with its page, local upstreams, one port, no network."""
