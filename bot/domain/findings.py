"""What `paperlark check` finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at. Without `mend` all is well."""

    what: str
    state: str
    mend: str = ""
