"""Time zones as people call them: by city, in any case, nearly right."""

import re
import unicodedata
from difflib import get_close_matches
from functools import cache
from zoneinfo import available_timezones

from bot.domain.errors import UserError
from bot.domain.shortening import ECHO_MAX_CHARS, cut

NEAR_ZONE = 0.8  # of 1, how alike difflib finds two names
_NO_CITY_AREAS = frozenset({"Etc", "US", "Canada", "Brazil", "Chile", "Mexico"})

# Names that the tz database lacks or that do not say when clocks change: offered, never assumed.
_MEANT = {
    "eastern": "America/New_York",
    "et": "America/New_York",
    "est": "America/New_York",
    "edt": "America/New_York",
    "boston": "America/New_York",
    "washington": "America/New_York",
    "central": "America/Chicago",
    "ct": "America/Chicago",
    "cst": "America/Chicago",
    "mountain": "America/Denver",
    "mst": "America/Denver",
    "pacific": "America/Los_Angeles",
    "pt": "America/Los_Angeles",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "seattle": "America/Los_Angeles",
    "san francisco": "America/Los_Angeles",
    "bst": "Europe/London",
    "cet": "Europe/Paris",
    "cest": "Europe/Paris",
    "geneva": "Europe/Zurich",
    "munich": "Europe/Berlin",
    "milan": "Europe/Rome",
    "barcelona": "Europe/Madrid",
    "ist": "Asia/Kolkata",
    "delhi": "Asia/Kolkata",
    "mumbai": "Asia/Kolkata",
    "bangalore": "Asia/Kolkata",
    "beijing": "Asia/Shanghai",
    "shenzhen": "Asia/Shanghai",
    "jst": "Asia/Tokyo",
    "kst": "Asia/Seoul",
}


def find_zone(text: str) -> str:
    """The tz database's name for a zone or a city, whatever its case and accents.

    Raises:
        UserError: naming the nearest zones.
    """
    if found := zone_named(text):
        return found
    near = nearest_zones(text) or "Name a city, such as Europe/Paris."
    reason = f"“{cut(text, ECHO_MAX_CHARS)}” is no time zone that I know. {near}"
    raise UserError(reason, example="/papers settings zone Europe/Paris")


def zone_named(text: str) -> str | None:
    """As `find_zone`; None if there is none."""
    return _zones().get(_key(text))


def zones_like(text: str) -> list[str]:
    """Zones with the text in their name, those of which a part begins so first."""
    wanted = _key(text)
    names = sorted({name for key, name in _zones().items() if wanted in key})
    return sorted(names, key=lambda name: f"/{wanted}" not in f"/{name.casefold()}")


def nearest_zones(text: str) -> str:
    """Which may be meant, in a sentence; nothing, if none is near."""
    wanted = _key(text)
    if meant := _MEANT.get(plain_case(text)):
        return f"Did you mean {meant}?"
    # A zone that is a number (UTC+2) would not follow the change to summer time.
    if re.search(r"\d", wanted):
        return "Name a city, such as Europe/Paris."
    # A slip of the finger, no more: `other` is not Rothera, and `whenever` is not Denver.
    near = get_close_matches(wanted, _zones(), n=5, cutoff=NEAR_ZONE)
    names = dict.fromkeys(_zones()[name] for name in near if name[0] == wanted[0])
    return f"Nearest: {', '.join(list(names)[:3])}." if names else ""


@cache
def _zones() -> dict[str, str]:
    """Zones by their lower-case names and by their cities' names."""
    names = sorted(n for n in available_timezones() if "/" in n or n in ("UTC", "GMT"))
    cities = {
        name.rpartition("/")[2].casefold(): name
        # Where two zones end in one city's name they are links of each other; the shortest wins.
        for name in sorted(names, key=lambda n: (-len(n), n))
        if name.partition("/")[0] not in _NO_CITY_AREAS
    }
    return cities | {name.casefold(): name for name in names}


def _key(zone: str) -> str:
    """As `_zones` has it."""
    return plain_case(zone).replace(" ", "_")


def plain_case(text: str) -> str:
    """In lower case, without accents."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold().strip()
