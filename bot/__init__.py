"""Paperlark: new research papers in the chat where a team already talks."""

__version__ = "0.1.0"
