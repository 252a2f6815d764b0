"""`paperlark manifest slack|discord`: what registers Paperlark with a platform."""

import argparse
import sys

from adapters.chat.discord import APPLICATION_ID, application_of, invite_url
from bot.domain.command_table import COMMANDS
from bot.verbs.printing import complain
from bot.verbs.settings import settings
from config.manifests import slack_manifest

USAGE_HINT = " · ".join(c.usage for c in COMMANDS if c.name in ("subscribe", "search", "help"))


def print_manifest(args: argparse.Namespace) -> int:
    configured = settings()
    if args.platform == "slack":
        over_http = configured.slack.public_url if not configured.slack.app_token else None
        text = slack_manifest(USAGE_HINT, public_url=over_http)
    else:
        token = configured.discord.token
        text = invite_url(application_of(token.get_secret_value())) if token else invite_url()
        if APPLICATION_ID in text:
            complain(
                f"No Discord token is set, so replace {APPLICATION_ID} in the link by the"
                " Application ID, on your application's page “General Information”."
            )
    sys.stdout.write(text + "\n")
    return 0
