"""What a query may ask of a paper beside its texts, known of few papers, is found at once."""

from adapters.storage.migrations.shorthand import partial_index

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    for column in ("upvotes", "comments", "code_url", "project_url"):
        partial_index(f"ix_paper_{column}", "paper", [column], f"{column} IS NOT NULL")
