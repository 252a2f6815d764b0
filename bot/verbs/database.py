"""`db upgrade|backup|restore`."""

import argparse
import asyncio
from datetime import UTC, datetime
from pathlib import Path

from adapters.storage.backup import backup as copy_database
from adapters.storage.restoring import restore as restore_database
from adapters.storage.restoring import restored_elsewhere
from adapters.storage.store import SqlStore
from bot.verbs.printing import say
from bot.verbs.settings import settings

POSTED_KNOWN = "What was posted since then is known and does not come again."
MAY_BE_POSTED = (
    "What sources announced until today may have been posted and does not come again;"
    " `/papers search last:7d QUERY` finds it. Posts that were waiting are held: `/papers held`."
)


def upgrade(_: argparse.Namespace) -> int:
    """Opening the database upgrades it, after a backup."""
    store = SqlStore.open(settings().database_url)
    asyncio.run(store.close())
    say("The database is at this version's schema.")
    return 0


def backup(args: argparse.Namespace) -> int:
    configured = settings()
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")
    target: Path = args.file or configured.backups / f"paperlark-{stamp}.db"
    target.parent.mkdir(parents=True, exist_ok=True)
    copy_database(configured.database_url, target)
    say(f"Copied to {target}")
    return 0


def restore(args: argparse.Namespace) -> int:
    url = settings().database_url
    if args.file is None:
        restored_elsewhere(url, now=datetime.now(UTC))
        say(MAY_BE_POSTED)
        return 0
    restored = restore_database(args.file, url, now=datetime.now(UTC))
    kept = f"; the one before is kept as {restored.kept}" if restored.kept else ""
    say(f"Restored from {args.file}{kept}.")
    say(POSTED_KNOWN if restored.knows else MAY_BE_POSTED)
    return 0
