"""What HTTP says around a body: encodings, validators, waiting times, who is asking."""

import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

INFLATE_STEP_BYTES = 64 * 1024
VALIDATOR_MAX_CHARS = 300
WAIT_MAX = timedelta(days=1)

_HTTP_DATE = re.compile(r"[A-Z][a-z]{2},? ")
_RATE_LIMIT_RESET = re.compile(r";\s*t=(\d+)")


class Identity:
    complete = True

    def pieces(self, raw: bytes) -> Iterator[bytes]:
        yield raw


class Gunzip:
    """Inflates in small steps, so that a bomb is noticed before it goes off."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)

    @property
    def complete(self) -> bool:
        return self._inflate.eof

    def pieces(self, raw: bytes) -> Iterator[bytes]:
        while raw and not self._inflate.eof:
            try:
                yield self._inflate.decompress(raw, INFLATE_STEP_BYTES)
            except zlib.error as error:
                raise httpx.DecodingError("broken gzip") from error
            raw = self._inflate.unconsumed_tail


def inflater(encoding: str) -> Identity | Gunzip:
    """For a Content-Encoding; nothing but gzip was asked for."""
    match encoding.strip().lower():
        case "identity" | "":
            return Identity()
        case "gzip" | "x-gzip":
            return Gunzip()
        case _:
            raise httpx.DecodingError("an encoding that was not asked for")


def user_agent(version: str, contact: str | None) -> str:
    """Sources ask for a name of one's own and a way to reach whoever runs it."""
    reach = re.sub(r"[^\x21-\x7e]|[()]", "", contact or "")
    return f"Paperlark/{version} (+{reach})" if reach else f"Paperlark/{version}"


def validator_of(headers: httpx.Headers) -> str | None:
    """The ETag or Last-Modified time, if it can be sent back as it is."""
    validator = headers.get("etag") or headers.get("last-modified") or ""
    usable = validator.isascii() and validator.isprintable() and validator.strip()
    return validator if usable and len(validator) <= VALIDATOR_MAX_CHARS else None


def conditional(validator: str | None) -> dict[str, str]:
    """The header that asks for an answer only if something changed."""
    if validator is None:
        return {}
    name = "If-Modified-Since" if _HTTP_DATE.match(validator) else "If-None-Match"
    return {name: validator}


def waiting_time(response: httpx.Response, now: datetime) -> timedelta | None:
    """What an answer says about waiting: Retry-After, or `t` of Hugging Face's RateLimit."""
    text = response.headers.get("retry-after", "").strip()
    limits = response.headers.get("ratelimit", "") if response.status_code == 429 else ""
    if not text and (reset := _RATE_LIMIT_RESET.search(limits)):
        text = reset[1]
    if re.fullmatch(r"\d{1,9}", text, re.ASCII):
        wait = timedelta(seconds=int(text))
    else:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, OverflowError):
            return None
        wait = moment.replace(tzinfo=moment.tzinfo or UTC) - now
    return max(timedelta(0), min(wait, WAIT_MAX))
