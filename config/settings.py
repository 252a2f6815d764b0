"""All settings: environment over `paperlark.toml` over defaults.

Every name has the prefix `PAPERLARK_` and `__` between levels, as in
`PAPERLARK_SCHEDULER__TICK_S`. With `_FILE` at its end, the value is read from
that file: the way to hand over secrets.
"""

from datetime import time
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import quote

from platformdirs import user_data_path
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from config.values import Address, AddressOrNone, Categories, Names, Port, Seconds, Secret, Zone

PREFIX = "PAPERLARK_"
TOML_FILE = Path("paperlark.toml")
REQUESTS_MIN = 3
"""So many request timeouts a lease and the settling last: two for a post, the rest as a margin."""


class Database(BaseModel):
    url: str | None = None
    """Default: `paperlark.db` in the data directory. Else `postgresql://user@host/name`."""


class HuggingFace(BaseModel):
    url: Address = "https://huggingface.co"


class Arxiv(BaseModel):
    rss_url: Address = "https://rss.arxiv.org"
    api_url: Address = "https://export.arxiv.org/api/query"
    categories: Categories = ("cs.AI", "cs.CL", "cs.CV", "cs.LG", "stat.ML")
    """Always collected; those named in subscriptions come on top."""
    min_interval_s: Annotated[float, Field(ge=0, le=3_600, allow_inf_nan=False)] = 3
    """Between two requests to arXiv; its terms of use ask for three seconds (read 2026-11)."""


class Sources(BaseModel):
    enabled: Names = ("huggingface", "arxiv")
    contact: str | None = None
    """A mail address or web page for the User-Agent, so that a source can reach you."""
    huggingface: HuggingFace = HuggingFace()
    arxiv: Arxiv = Arxiv()


class Scheduler(BaseModel):
    collect_every_s: Seconds = 1800
    tick_s: Seconds = 20
    """How often it is asked what is due."""
    digest_at: time = time(9, 0)
    """Local time of the digest in a new channel."""
    zone: Zone = "UTC"
    """Time zone of a new channel."""
    lead_s: Seconds = 15
    """Of several processes on PostgreSQL one leads; if it goes silent so long, another does."""


class Delivery(BaseModel):
    model_config = ConfigDict(validate_default=True)

    request_timeout_s: Seconds = 10
    """How long one request to a chat platform may take."""
    lease_s: Seconds = 30
    """How long a post may be on its way before its outcome counts as unknown."""
    settle_s: Seconds = 45
    """How long a post of unknown outcome is left alone before its channel is read back."""
    on_unknown: Literal["hold", "resend"] = "hold"
    """For a post of which its channel does not tell whether it arrived: keep it, or repeat it."""

    @field_validator("lease_s", "settle_s")
    @classmethod
    def _outlasts_a_post(cls, value: float, info: ValidationInfo) -> float:
        """Else another process could repeat what is still on its way."""
        request = info.data.get("request_timeout_s")
        least = round(REQUESTS_MIN * request, 6) if request is not None else 0  # 3 * 0.4 > 1.2
        if value < least:
            raise ValueError(
                f"a post may take two requests of REQUEST_TIMEOUT_S={request:g} each, so it has to"
                f" be {least:g} or more, or some post could arrive twice"
            )
        return value


class Slack(BaseModel):
    bot_token: Secret | None = None
    """`xoxb-…`, of the app installed in one workspace."""
    app_token: Secret | None = None
    """`xapp-…`, for Socket Mode: no public address is needed."""
    api_url: str = "https://slack.com/api/"
    signing_secret: Secret | None = None
    """With it and without an app token, Slack calls us at `/slack/events` instead."""
    client_id: str | None = None
    client_secret: Secret | None = None
    """With both, several workspaces may install the app, at `/slack/install`."""
    token_key: Secret | None = None
    """Seals the tokens of these workspaces: a secret of your own, 32 characters or more."""
    public_url: AddressOrNone = None
    """Where Slack and browsers reach us, such as `https://papers.example.org`."""
    http_host: str = "127.0.0.1"
    http_port: Port = 3000
    """Where a reverse proxy finds us for the above."""

    @property
    def wanted(self) -> bool:
        return bool(self.bot_token or self.app_token or self.client_id)


class Discord(BaseModel):
    token: Secret | None = None
    api_url: str = "https://discord.com/api/v10"


class Semantic(BaseModel):
    """Search by meaning, where `paperlark[semantic]` is installed."""

    model: str = "sentence-transformers/all-MiniLM-L6-v2"
    """A sentence model on Hugging Face's hub, or a folder with one; empty for none."""
    onnx: str = "onnx/model.onnx"
    """Which of its files; others may hold the same in bytes, and be twice as fast."""
    threads: Annotated[int, Field(ge=1, le=64)] = 1


class Summaries(BaseModel):
    """Summaries by a language model, of papers that come without one and will be posted."""

    url: AddressOrNone = None
    """Of a service with OpenAI's chat interface: `https://api.openai.com/v1`, or a server of your
    own such as `http://localhost:11434/v1`. None: a sentence of the abstract is shown."""
    model: str = ""
    """As the service calls it; shown beside what it wrote."""
    api_key: Secret | None = None
    per_day: Annotated[int, Field(ge=0, le=1_000_000)] = 200
    """So often at most it is asked on one day (UTC), each time in some 700 tokens."""
    timeout_s: Annotated[float, Field(gt=0, le=150, allow_inf_nan=False)] = 120
    """How long one answer may take; so little that a tick with a few of them ends in time."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.url and not self.model:
            raise ValueError("URL alone will not do: set MODEL, for example to gpt-4o-mini")
        return self


class Http(BaseModel):
    host: str = "127.0.0.1"
    """Where the page, `/healthz`, `/readyz` and `/metrics` are; `0.0.0.0` in a container."""
    port: Port = 8765
    page_anywhere: bool = False
    """Whoever reaches the page may give commands, so elsewhere than on loopback it is left out
    unless this is set."""

    @property
    def shows_page(self) -> bool:
        return self.page_anywhere or _is_loopback(self.host)


class Backup(BaseModel):
    keep: Annotated[int, Field(ge=0, le=3_650)] = 7
    """Nightly copies of the SQLite file, in `backups` of the data directory; 0 for none."""


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", toml_file=TOML_FILE, extra="ignore"
    )

    data_dir: Path = Field(default_factory=lambda: user_data_path("paperlark"))
    database: Database = Database()
    sources: Sources = Sources()
    scheduler: Scheduler = Scheduler()
    delivery: Delivery = Delivery()
    backup: Backup = Backup()
    http: Http = Http()
    semantic: Semantic = Semantic()
    summaries: Summaries = Summaries()
    slack: Slack = Slack()
    discord: Discord = Discord()

    @property
    def database_url(self) -> str:
        path = quote(str((self.data_dir / "paperlark.db").absolute()), safe="/:\\ ")
        return self.database.url or f"sqlite:///{path}"

    @property
    def on_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def backups(self) -> Path:
        return self.data_dir / "backups"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 -- the library's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 -- likewise
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = TomlConfigSettingsSource(settings_cls)
        return init_settings, env_settings, toml
