"""What we use of Slack: its manifest's scopes and events follow from these, and tests say so."""

METHODS = (
    "apps.connections.open",
    "auth.test",
    "chat.postEphemeral",
    "chat.postMessage",
    "conversations.history",
    "conversations.info",
    "conversations.join",
    "conversations.replies",
    "oauth.v2.access",
)
"""Web API methods that are called."""

GONE = {
    "channel_archive": "is_archived",
    "channel_deleted": "channel_not_found",
    "channel_left": "not_in_channel",
    "group_archive": "is_archived",
    "group_deleted": "channel_not_found",
    "group_left": "not_in_channel",
}
"""Events that end posting in a channel, with the error that a post there would give."""

BACK = ("channel_unarchive", "group_unarchive")
"""Events after which a channel may be posted to again."""

JOINED = "member_joined_channel"
CUT_OFF = ("app_uninstalled", "tokens_revoked")

EVENTS = tuple(sorted((*GONE, *BACK, JOINED, *CUT_OFF)))
"""Events that are subscribed to."""
