from tests.adapters.storage.databases import (
    empty_url,
    migrated_file,
    own_url,
    postgres,
    store,
    url,
)

__all__ = ["empty_url", "migrated_file", "own_url", "postgres", "store", "url"]
