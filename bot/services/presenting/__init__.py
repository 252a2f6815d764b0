"""All wording of Paperlark: from what happened to the messages that people read.

Pure: the time and the reader's zone are passed in. Strings are plain; the
platforms' renderers escape them.
"""

from bot.services.presenting.answers import (
    already_subscribed,
    not_saved,
    notice_schedule,
    notice_subscribed,
    notice_unsubscribed,
    removed,
    saved,
    schedule_changed,
    schedule_shown,
    subscribed,
    unsubscribed,
)
from bot.services.presenting.cards import card
from bot.services.presenting.guidance import (
    CommandHelp,
    error,
    greeting,
    help_command,
    help_overview,
    nothing_collected,
    stale_button,
    unexpected,
    welcome,
)
from bot.services.presenting.lists import (
    abstract,
    found_by_id,
    more_results,
    preview,
    saved_list,
    search_results,
    subscriptions,
)
from bot.services.presenting.papers import shown, trending
from bot.services.presenting.posts import digest_posts, more_papers, no_more, quiet_note
from bot.services.presenting.reasons import stopped_reason
from bot.services.presenting.settings import notice_settings, settings_shown
from bot.services.presenting.status import status
from bot.services.presenting.stopped import (
    channel_stopped,
    post_held,
    resumed,
    workspace_stopped,
)
from bot.services.presenting.tracing import traced

__all__ = [
    "CommandHelp",
    "abstract",
    "already_subscribed",
    "card",
    "channel_stopped",
    "digest_posts",
    "error",
    "found_by_id",
    "greeting",
    "help_command",
    "help_overview",
    "more_papers",
    "more_results",
    "no_more",
    "not_saved",
    "nothing_collected",
    "notice_schedule",
    "notice_settings",
    "notice_subscribed",
    "notice_unsubscribed",
    "post_held",
    "preview",
    "quiet_note",
    "removed",
    "resumed",
    "saved",
    "saved_list",
    "schedule_changed",
    "schedule_shown",
    "search_results",
    "settings_shown",
    "shown",
    "stale_button",
    "status",
    "stopped_reason",
    "subscribed",
    "subscriptions",
    "traced",
    "trending",
    "unexpected",
    "unsubscribed",
    "welcome",
    "workspace_stopped",
]
