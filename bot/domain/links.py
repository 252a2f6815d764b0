"""Every address that Paperlark makes clickable is built or checked here."""

import re
from typing import NewType
from urllib.parse import quote, urlsplit

Url = NewType("Url", str)

_CODE_HOSTS = ("github.com", "gitlab.com", "huggingface.co", "codeberg.org", "bitbucket.org")
_UNSAFE = re.compile(r"[^\x21-\x7e]|[<>\"'`\\^{}|]")
URL_MAX_CHARS = 2_000


def safe_url(text: str | None) -> Url | None:
    """The address if it is plain http(s) to a named host and prints as it reads, else None."""
    if not text or len(text) > URL_MAX_CHARS or _UNSAFE.search(text):
        return None
    try:
        parts = urlsplit(text)
        host = parts.hostname
        parts.port  # noqa: B018 -- raises on a port that is no number
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or "." not in host:
        return None
    if parts.username is not None or parts.password is not None:
        return None
    return Url(text)


def code_url(text: str | None) -> Url | None:
    """A repository's address on a known code host, rebuilt as `https://host/owner/name`."""
    url = safe_url(text)
    if url is None:
        return None
    parts = urlsplit(url)
    path = [p for p in parts.path.split("/") if p]
    if parts.hostname not in _CODE_HOSTS or len(path) < 2:
        return None
    owner, name = (quote(p, safe="-._~") for p in path[:2])
    return Url(f"https://{parts.hostname}/{owner}/{name.removesuffix('.git')}")


def arxiv_url(arxiv_id: str) -> Url:
    return Url(f"https://arxiv.org/abs/{quote(arxiv_id, safe='/.')}")


def huggingface_url(arxiv_id: str) -> Url:
    return Url(f"https://huggingface.co/papers/{quote(arxiv_id, safe='.')}")


def doi_url(doi: str) -> Url:
    return Url(f"https://doi.org/{quote(doi, safe='/.;()-_:')}")


def openreview_url(forum: str) -> Url:
    return Url(f"https://openreview.net/forum?id={quote(forum, safe='')}")


def pubmed_url(pmid: str) -> Url:
    return Url(f"https://pubmed.ncbi.nlm.nih.gov/{quote(pmid, safe='')}/")
