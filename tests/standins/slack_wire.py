"""How Slack puts what happens into a request, and signs it."""

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

from tests.standins.slack_state import Json


def encoded(kind: str, payload: Json) -> tuple[str, str]:
    """The body and content type in which Slack posts an event of this kind."""
    if kind == "events_api":
        return json.dumps(payload), "application/json"
    if kind == "interactive":
        payload = {"payload": json.dumps(payload)}
    return urlencode(payload), "application/x-www-form-urlencoded"


def signed(body: str, secret: str, *, at: float | None = None) -> dict[str, str]:
    timestamp = str(int(at if at is not None else time.time()))
    text = f"v0:{timestamp}:{body}".encode()
    signature = hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={signature}"}
