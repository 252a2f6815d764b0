"""A chat look-alike page on this computer: Paperlark without an account anywhere."""

from adapters.chat.web.chat import WebChat

__all__ = ["WebChat"]
