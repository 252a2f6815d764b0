"""`db upgrade|backup|restore`."""

import argparse
import asyncio
import shlex
from datetime import UTC, datetime
from pathlib import Path

from adapters.storage.backup import backup as copy_database
from adapters.storage.restoring import restore as restore_database
from adapters.storage.restoring import restored_elsewhere
from adapters.storage.store import SqlStore
from bot.domain.errors import UserError
from bot.verbs.printing import say
from bot.verbs.settings import settings
from config.settings import Settings

BACKUPS_SHOWN = 3
EXAMPLE_BACKUP = "nightly-2026-11-30.db"
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
    configured = settings()
    url = configured.database_url
    if args.file is None:
        if configured.on_sqlite:
            raise _no_backup_named(configured)
        restored_elsewhere(url, now=datetime.now(UTC))
        say(MAY_BE_POSTED)
        return 0
    restored = restore_database(args.file, url, now=datetime.now(UTC))
    kept = f"; the one before is kept as {restored.kept}" if restored.kept else ""
    say(f"Restored from {args.file}{kept}.")
    say(POSTED_KNOWN if restored.knows else MAY_BE_POSTED)
    return 0


def _no_backup_named(configured: Settings) -> UserError:
    newest = sorted(configured.backups.glob("*.db"), key=_made_at, reverse=True)[:BACKUPS_SHOWN]
    names = ", ".join(backup.name for backup in newest) or "none yet"
    example = newest[0] if newest else configured.backups / EXAMPLE_BACKUP
    return UserError(
        f"Restore which backup? The newest in {configured.backups}: {names}.",
        example=f"paperlark db restore {shlex.quote(str(example))}",
    )


def _made_at(backup: Path) -> float:
    return backup.stat().st_mtime
