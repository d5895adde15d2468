"""The edge to Slack: what people do there comes in, answers go out."""
