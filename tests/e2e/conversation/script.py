"""One conversation, the same on every platform: what somebody types, presses and fills in."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Say:
    """`/papers TEXT`."""

    text: str


@dataclass(frozen=True, slots=True)
class Press:
    """A button of the last answer; with `card`, the one under that paper."""

    label: str
    card: str = ""


@dataclass(frozen=True, slots=True)
class Fill:
    """A button that opens a form, and what is filled in; the rest stays as it is."""

    label: str
    values: dict[str, str] = field(hash=False)
    card: str = ""


@dataclass(frozen=True, slots=True)
class Morning:
    """The papers of the day come in at six, and the digest at nine."""


@dataclass(frozen=True, slots=True)
class OnPost:
    """A button under a paper of the digest that was posted."""

    label: str
    card: str


Step = Say | Press | Fill | Morning | OnPost

HACKING = "Reward hacking in language models"
MODELS = "Reward models that know what they do not know"
WORLD = "World models for robots that fold laundry"
FEATURES = "Sparse autoencoders find features in small models"

STEPS: tuple[Step, ...] = (
    Say("help"),
    Say("help subscribe"),
    Say("hepl"),
    Say("subscribe"),
    Say('subscribe "reward hacking" OR'),
    Say("subscribe reward -survey"),
    Say("subscribe -survey reward"),
    Say("list"),
    Say("preview reward"),
    Press("Subscribe to this"),
    Say('subscribe author:"bo sample" cat:cs.RO'),
    Fill("Change…", {"query": "robots OR laundry"}),
    Say("subscribe zebra"),
    Say("list"),
    Say("unsubscribe zebra"),
    Press("Undo"),
    Say("unsubscribe 2-3"),
    Press("Undo"),
    Say("unsubscribe 99"),
    Say("edit 5 title:reward"),
    Press("Undo"),
    Say("export subscriptions"),
    Say("import"),
    Fill("Choose a file…", {"file": "rlhf OR dpo\n# a remark\nreward\nhas:money\n"}),
    Say("schedule"),
    Say("schedule 09:00 UTC daily"),
    Say("schedule 09:00 Atlantis"),
    Say("settings"),
    Fill("How it looks…", {"layout": "flat", "cap": "5"}),
    Press("Undo"),
    Say("settings layout sideways"),
    Morning(),
    OnPost("Abstract", HACKING),
    OnPost("Save", HACKING),
    OnPost("Saved ✓", HACKING),
    OnPost("Save", HACKING),
    OnPost("Similar", HACKING),
    OnPost("Not for us", WORLD),
    Press("Off topic"),
    Press("Undo"),
    Say(f"show {HACKING}"),
    Say("why 2607.00004"),
    Say("why 2607.00002"),
    Say("search models"),
    Press("Newest first"),
    Press("Best first"),
    Say("search reward last:7d"),
    Press("Save", card=MODELS),
    Say("search zebras in the savannah"),
    Say("similar 2607.00001"),
    Say("share 2607.00002 for the *reading* group"),
    Say("save 2607.00002 #later for the reading group"),
    Fill("Tags and note…", {"tags": "#later #group", "note": "Bo presents"}),
    Say("saved"),
    Press("Reading it", card=FEATURES),
    Press("Undo"),
    Say("mark 2607.00001 read"),
    Say("saved is:read"),
    Say("saved #later"),
    Say("saved sort:sideways"),
    Say("unsave 2607.00002"),
    Press("Undo"),
    Say("save of mice and men"),
    Say("export"),
    Press("BibTeX"),
    Say("export csv #later"),
    Say("trending week"),
    Say("trending century"),
    Say("changes"),
    Say("status"),
    Say("unsubscribe all"),
    Say("schedule off"),
    Press("Switch on again"),
)
