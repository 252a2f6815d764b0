"""`db upgrade|backup|restore`."""

import argparse
import asyncio
from datetime import UTC, datetime
from pathlib import Path

from adapters.storage.backup import backup as copy_database
from adapters.storage.backup import restore as restore_database
from adapters.storage.store import SqlStore
from bot.verbs.printing import say
from bot.verbs.settings import settings


def upgrade(_: argparse.Namespace) -> int:
    """Opening the database upgrades it, after a backup."""
    store = SqlStore.open(settings().database_url)
    asyncio.run(store.close())
    say("The database is at this version's schema.")
    return 0


def backup(args: argparse.Namespace) -> int:
    configured = settings()
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")
    target: Path = args.file or configured.data_dir / "backups" / f"paperlark-{stamp}.db"
    target.parent.mkdir(parents=True, exist_ok=True)
    copy_database(configured.database_url, target)
    say(f"Copied to {target}")
    return 0


def restore(args: argparse.Namespace) -> int:
    kept = restore_database(args.file, settings().database_url)
    say(f"Restored from {args.file}" + (f"; the one before is kept as {kept}" if kept else ""))
    return 0
