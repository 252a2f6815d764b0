"""The command line: reads arguments, calls one of `bot.verbs`, turns errors into sentences.

Exit codes: 0 done, 1 failed, 2 wrong use. A verb's module is imported when it
is called, so that `--help` and `--version` answer at once.
"""

import argparse
import importlib
import logging
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from bot import __version__
from bot.domain.errors import ConfigError, PaperlarkError, QuerySyntaxError, UserError

FAILED, WRONG_USE, INTERRUPTED = 1, 2, 130
_EXCLUSION = re.compile(r"-(?!-|h$)")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    args = _parser().parse_args(_with_exclusions(sys.argv[1:] if argv is None else argv))
    logging.basicConfig(level=args.log_level, format="%(levelname)s %(name)s: %(message)s")
    for library in ("httpx", "httpcore"):  # the latter logs a header that it refuses, whole
        logging.getLogger(library).setLevel(logging.WARNING)
    # Finer than INFO it logs the tokens of interactions.
    level = logging.getLevelNamesMapping()[args.log_level]
    logging.getLogger("discord").setLevel(max(level, logging.INFO))
    module, _, function = args.verb.partition(":")
    try:
        return int(getattr(importlib.import_module(f"bot.verbs.{module}"), function)(args))
    except UserError as error:
        return _complain(_explained(error), WRONG_USE)
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away; the interpreter must not complain again
        return FAILED
    except ConfigError as error:
        return _complain(str(error), WRONG_USE)
    except OSError as error:
        return _complain(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "), FAILED)
    except PaperlarkError as error:
        return _complain(str(error), FAILED)
    except KeyboardInterrupt:
        return INTERRUPTED


def _with_exclusions(argv: Sequence[str]) -> list[str]:
    """`-survey` in a search is a word of it; with a blank before it argparse sees no option."""
    if "search" not in argv:
        return list(argv)
    return [f" {word}" if _EXCLUSION.match(word) else word for word in argv]


def _explained(error: UserError) -> str:
    place = f"at character {error.position + 1}: " if isinstance(error, QuerySyntaxError) else ""
    example = f"\nExample: {error.example}" if error.example else ""
    return f"{place}{error}{example}"


def _complain(text: str, code: int) -> int:
    sys.stderr.write(f"paperlark: {text}\n")
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="paperlark", description="New research papers in the chat where your team talks."
    )
    parser.add_argument("--version", action="version", version=f"paperlark {__version__}")
    parser.add_argument(
        "--log-level", default="WARNING", choices=["DEBUG", "INFO", "WARNING", "ERROR"]
    )
    verbs = _Verbs(parser)
    _add_bot(verbs)
    _add_archive(verbs)
    _add_database(verbs)
    return parser


class _Verbs:
    """Subcommands; each names the function of `bot.verbs` that runs it."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self._actions = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(self, name: str, does: str, *, verb: str) -> argparse.ArgumentParser:
        parser = self._actions.add_parser(name, help=does, description=does.capitalize() + ".")
        parser.set_defaults(verb=verb)
        return parser


def _add_bot(verbs: _Verbs) -> None:
    trial = verbs.add("try", "show today's papers for a sample team, no account", verb="trying:run")
    trial.add_argument("--once", action="store_true", help="print the digests and exit")
    trial.add_argument("--offline", action="store_true", help="use the bundled sample")
    trial.add_argument("--port", type=_port, help="of the page; default 8765 or the next free one")
    verbs.add("run", "run the bot until it is stopped", verb="operating:run")
    verbs.add("collect", "ask the sources for new papers now", verb="operating:collect")
    digest = verbs.add("digest", "post the digests that are due", verb="operating:digest")
    digest.add_argument("--channel", help="this channel, whether it is due or not")
    digest.add_argument("--dry-run", action="store_true", help="print, post nothing")
    manifest = verbs.add(
        "manifest", "print what registers the bot with a platform", verb="manifest:print_manifest"
    )
    manifest.add_argument("platform", choices=("slack", "discord"))
    verbs.add("check", "say what is missing or wrong and how to mend it", verb="checking:check")


def _add_archive(verbs: _Verbs) -> None:
    load = verbs.add("import", "read papers from JSON lines into the archive", verb="archive:load")
    load.add_argument("files", nargs="+", type=Path, metavar="FILE", help=".jsonl or .jsonl.gz")
    verbs.add("embed", "work out what papers mean, for search by meaning", verb="archive:embed")
    search = verbs.add("search", "search the archive", verb="archive:search")
    search.add_argument("query", nargs="+", metavar="QUERY")
    search.add_argument("--limit", type=_positive, default=10, metavar="N")
    match = verbs.add("match", "match papers with queries, without a database", verb="files:match")
    match.add_argument("--subscriptions", type=Path, required=True, metavar="FILE")
    match.add_argument("--papers", type=Path, required=True, metavar="FILE")
    tldr = verbs.add("tldr", "say in a sentence what each paper does", verb="files:tldr")
    tldr.add_argument("file", nargs="?", type=Path, metavar="FILE", help="else standard input")
    for parser in (search, match, tldr):
        parser.add_argument("--json", action="store_true", help="one JSON object a line")


def _add_database(verbs: _Verbs) -> None:
    nested = _Verbs(verbs.add("db", "upgrade, back up or restore the database", verb=""))
    nested.add("upgrade", "bring the database to this version", verb="database:upgrade")
    backup = nested.add("backup", "copy the database while it is in use", verb="database:backup")
    backup.add_argument("file", type=Path, nargs="?", metavar="FILE")
    restore = nested.add(
        "restore", "put a copy in the place of the database", verb="database:restore"
    )
    restore.add_argument(
        "file", type=Path, nargs="?", metavar="FILE", help="none after pg_restore on PostgreSQL"
    )


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 up")
    return int(text)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text} is not a port from 0 to 65535")
    return int(text)
