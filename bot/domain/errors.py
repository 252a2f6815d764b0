"""Errors by what can be done about them; the docstring of a class is its default message."""

from datetime import timedelta


class PaperlarkError(Exception):
    """Something went wrong."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.__doc__ or "")


class UserError(PaperlarkError):
    """The person who asked can mend it: what was wrong, and one example of the right form."""

    def __init__(self, message: str, *, example: str | None = None) -> None:
        super().__init__(message)
        self.example = example


class QuerySyntaxError(UserError):
    """A query that does not parse. `position` counts characters of the query from 0."""

    def __init__(self, reason: str, *, position: int, example: str, query: str = "") -> None:
        super().__init__(reason, example=example)
        self.reason = reason
        self.position = position
        self.query = query


class SourceError(PaperlarkError):
    """A paper source did not give what was asked; nothing of its answer was stored."""

    def __init__(self, source: str, reason: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason
        self.retry_after = retry_after


class SourceUnavailable(SourceError):
    """No usable answer: network, timeout, refusal, overload."""


class SourceFormatChanged(SourceError):
    """An answer that is not what this program knows how to read."""


class DeliveryError(PaperlarkError):
    """A post that definitely did not arrive. `code` is the platform's own word for why."""

    def __init__(self, code: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


class RateLimited(DeliveryError):
    """The platform asked to wait; the same bytes may be sent again after `retry_after`."""


class DestinationBroken(DeliveryError):
    """The channel is gone, archived or closed to us; sending stops until it works again."""


class WorkspaceBroken(DeliveryError):
    """The token is revoked or lacks a right: nothing reaches any channel of the workspace."""


class MessageRejected(DeliveryError):
    """The platform refuses these bytes; sending them again cannot help."""


class DeliveryUnknown(DeliveryError):
    """The request left and no clear answer came: it may or may not have arrived."""


class StorageError(PaperlarkError):
    """The database cannot be used: a newer schema, a second process, a failed migration."""


class ModelUnavailable(PaperlarkError):
    """The sentence model cannot be had or read; searches go by words meanwhile."""


class ConfigError(PaperlarkError):
    """A setting is missing or wrong: which one, where it was looked for, what would be valid."""
