"""Slack: posts, commands, buttons; by Socket Mode or over HTTP.

To import this costs nothing: slack_sdk and slack_bolt come with `Slack`.
"""

from typing import TYPE_CHECKING, Any

from adapters.chat.slack.options import SlackOptions

if TYPE_CHECKING:
    from adapters.chat.slack.connection import Slack

__all__ = ["Slack", "SlackOptions"]


def __getattr__(name: str) -> Any:
    if name == "Slack":
        from adapters.chat.slack.connection import Slack

        return Slack
    raise AttributeError(name)
