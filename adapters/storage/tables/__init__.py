"""The tables. What belongs to a workspace carries its `workspace_id`.

Triggers, in the migrations, keep two promises whatever the program does: a
SENT delivery stays SENT and no content changes, and a paper belongs to one
digest of a channel for ever.
"""

from adapters.storage.tables.archive import (
    AliasRow,
    ChannelRow,
    KeptTextRow,
    PaperRow,
    SecretRow,
    SourceCursorRow,
    SourceReportRow,
    SubscriptionRow,
    aliases,
    channels,
    papers,
    subscriptions,
)
from adapters.storage.tables.base import Row
from adapters.storage.tables.people import (
    ChangeRow,
    RejectionRow,
    SavedPaperRow,
    changes,
    rejections,
    saved_papers,
)
from adapters.storage.tables.posting import (
    AttemptRow,
    DeliveryRow,
    DigestRow,
    MatchReasonRow,
    PaperMatchRow,
    WebPostRow,
    attempts,
    deliveries,
    digests,
    matches,
    reasons,
)
from adapters.storage.tables.texts import (
    PaperTextRow,
    PostingRow,
    WordRow,
    paper_texts,
    posting_rows,
    word_rows,
)

__all__ = [
    "AliasRow",
    "AttemptRow",
    "ChangeRow",
    "ChannelRow",
    "DeliveryRow",
    "DigestRow",
    "KeptTextRow",
    "MatchReasonRow",
    "PaperMatchRow",
    "PaperRow",
    "PaperTextRow",
    "PostingRow",
    "RejectionRow",
    "Row",
    "SavedPaperRow",
    "SecretRow",
    "SourceCursorRow",
    "SourceReportRow",
    "SubscriptionRow",
    "WebPostRow",
    "WordRow",
    "aliases",
    "attempts",
    "changes",
    "channels",
    "deliveries",
    "digests",
    "matches",
    "paper_texts",
    "papers",
    "posting_rows",
    "reasons",
    "rejections",
    "saved_papers",
    "subscriptions",
    "word_rows",
]
