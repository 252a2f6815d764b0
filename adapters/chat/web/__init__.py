"""A chat look-alike page on this computer: Paperlark without an account anywhere."""

from adapters.chat.web.chat import WebChat
from adapters.chat.web.page import CommandHint

__all__ = ["CommandHint", "WebChat"]
