"""What a button carries on a platform: its command, with the version of this form."""

from bot.domain.messages import Button

VERSION = "v1"
ID_MAX_CHARS = 100  # Discord's limit for a custom_id (platforms.md B2); Slack holds more
COMMAND_MAX_CHARS = 90
"""Of a verb, a space and an argument; services keep longer ones under a short key."""


def button_id(button: Button) -> str:
    """`v1:save:2401.01234`: all that is needed to act on it, after any restart."""
    return f"{VERSION}:{button.verb}:{button.argument}"[:ID_MAX_CHARS]


def button_command(id_: str) -> str | None:
    """The command that a button of ours stands for; None for ids of other versions or makers."""
    version, _, rest = id_.partition(":")
    verb, colon, argument = rest.partition(":")
    if version != VERSION or not colon or not verb.isalpha():
        return None
    return f"{verb} {argument}".strip()
