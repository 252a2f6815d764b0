"""How Paperlark is registered with Slack: what `paperlark manifest slack` prints."""

import json
from typing import Any

SLACK_SCOPES = {
    "commands": "to answer /papers",
    "chat:write": "to post digests and answers",
    "channels:join": "to join a public channel that subscribes to something",
    "channels:read": "to learn that it was added to a channel, removed from it, or that it is gone",
    "groups:read": "the same in private channels it was invited to",
    "channels:history": "to look whether a post arrived when Slack gave no answer; nothing else",
    "groups:history": "the same in private channels",
    "im:history": "the same in direct messages with itself",
    "im:read": "the same, for `paperlark check`",
}
"""Each right that is asked for, and what for."""

SLACK_EVENTS = (
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "channel_unarchive",
    "group_archive",
    "group_deleted",
    "group_left",
    "group_unarchive",
    "member_joined_channel",
    "tokens_revoked",
)

ABOUT = "New papers that match what your team subscribed to, in the channel where it talks."
COLOUR = "#004d4d"


def slack_manifest(usage_hint: str, *, public_url: str | None = None) -> str:
    """JSON for "Create an app from a manifest"; with an address, Slack calls us there."""
    base = public_url.rstrip("/") if public_url else None
    events = f"{base}/slack/events" if base else None
    manifest: dict[str, Any] = {
        "display_information": {
            "name": "Paperlark",
            "description": ABOUT,
            "background_color": COLOUR,
        },
        "features": {
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Paperlark", "always_online": True},
            "slash_commands": [
                {
                    "command": "/papers",
                    "description": "New papers for this channel",
                    "usage_hint": usage_hint,
                    "should_escape": False,
                    **({"url": events} if events else {}),
                }
            ],
        },
        "oauth_config": {
            "scopes": {"bot": sorted(SLACK_SCOPES)},
            **({"redirect_urls": [f"{base}/slack/oauth_redirect"]} if base else {}),
        },
        "settings": {
            "event_subscriptions": {
                "bot_events": list(SLACK_EVENTS),
                **({"request_url": events} if events else {}),
            },
            "interactivity": {
                "is_enabled": True,
                **({"request_url": events} if events else {}),
            },
            "org_deploy_enabled": False,
            "socket_mode_enabled": base is None,
            "token_rotation_enabled": False,
        },
    }
    return json.dumps(manifest, indent=2)
