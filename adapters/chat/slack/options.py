"""What Slack needs to know of the settings."""

from dataclasses import dataclass, field

from bot.domain.errors import ConfigError

PREFIX = "PAPERLARK_SLACK__"
KEY_MIN_CHARS = 32
INSTALL_PATH = "/slack/install"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackOptions:
    """Secrets show in no `repr`."""

    api_url: str
    request_timeout_s: float
    required_scopes: tuple[str, ...]
    bot_token: str | None = field(default=None, repr=False)
    app_token: str | None = field(default=None, repr=False)
    signing_secret: str | None = field(default=None, repr=False)
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    token_key: str | None = field(default=None, repr=False)
    public_url: str | None = None
    http_host: str = "127.0.0.1"
    http_port: int = 3000

    @property
    def over_http(self) -> bool:
        """Whether Slack calls us, rather than we Slack."""
        return not self.app_token

    @property
    def by_installation(self) -> bool:
        """Whether workspaces install the app by themselves."""
        return self.client_id is not None

    def problem(self) -> str | None:
        """Why these settings cannot work, with the names of those to mend."""
        return self._odd_token() or self._wrong_token() or self._missing()

    def check(self) -> None:
        """Refuse settings that cannot work.

        Raises:
            ConfigError: which, and what would be right.
        """
        if problem := self.problem():
            raise ConfigError(problem)

    def _odd_token(self) -> str | None:
        for name, token in (("BOT_TOKEN", self.bot_token), ("APP_TOKEN", self.app_token)):
            if token and not (token.isascii() and token.isprintable() and " " not in token):
                return (
                    f"{PREFIX}{name} holds a space, a line break or another character that is in"
                    " no token. Copy it once more, from beginning to end."
                )
        return None

    def _wrong_token(self) -> str | None:
        for name, token, start, what in (
            (
                "BOT_TOKEN",
                self.bot_token,
                "xoxb-",
                'the "Bot User OAuth Token", on the page "OAuth & Permissions"',
            ),
            (
                "APP_TOKEN",
                self.app_token,
                "xapp-",
                'the "App-Level Token", on the page "Basic Information"',
            ),
        ):
            if token and not token.startswith(start):
                kind = (
                    f"it begins with {token[:5]}" if token[:3] in ("xox", "xap") else "it does not"
                )
                return f"{PREFIX}{name} must begin with {start}; {kind}. It is {what} of your Slack app."
        return None

    def _missing(self) -> str | None:
        if self.by_installation:
            return self._missing_for_installation()
        if not self.bot_token:
            return f"{PREFIX}BOT_TOKEN is missing: without it nothing can be posted in Slack."
        if not self.app_token and not self.signing_secret:
            return (
                f"{PREFIX}APP_TOKEN is missing: without it Slack's commands cannot reach us. "
                f"(Or set {PREFIX}SIGNING_SECRET, if Slack is to call a public address of yours.)"
            )
        return None

    def _missing_for_installation(self) -> str | None:
        for name, value in (
            ("CLIENT_SECRET", self.client_secret),
            ("TOKEN_KEY", self.token_key),
            ("PUBLIC_URL", self.public_url),
        ):
            if not value:
                return f"{PREFIX}{name} is missing; {PREFIX}CLIENT_ID needs it."
        if len(self.token_key or "") < KEY_MIN_CHARS:
            return (
                f"{PREFIX}TOKEN_KEY is too short: it must have {KEY_MIN_CHARS} characters or more."
            )
        if not self.app_token and not self.signing_secret:
            return f"{PREFIX}APP_TOKEN or {PREFIX}SIGNING_SECRET is missing; one of them is needed."
        return None
