"""How a long message is cut into as few as a platform holds."""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from bot.domain.messages import Block, Bullets, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Space in a message: characters, and parts as the platform counts them."""

    chars: int
    parts: int

    def __add__(self, other: "Room") -> "Room":
        return Room(chars=self.chars + other.chars, parts=self.parts + other.parts)

    def holds(self, other: "Room") -> bool:
        return other.chars <= self.chars and other.parts <= self.parts


Size = Callable[[Block], Room]
"""How much of a message a block takes once rendered."""

NOTHING = Room(chars=0, parts=0)


def total(blocks: Iterable[Block], size: Size) -> Room:
    return sum(map(size, blocks), NOTHING)


def split(blocks: Iterable[Block], *, size: Size, room: Room) -> list[tuple[Block, ...]]:
    """The blocks in order, in as few messages as fit: cut between blocks and items of lists.

    What is larger than the room gets a message of its own: it is never split or lost.
    """
    messages: list[list[Block]] = [[]]
    used = NOTHING
    waiting = list(blocks)[::-1]
    while waiting:
        block = waiting.pop()
        if room.holds(used + size(block)):
            messages[-1].append(block)
            used += size(block)
        elif parts := _parted(block, lambda part: room.holds(used + size(part))):  # noqa: B023 -- called at once
            waiting += parts[::-1]
        elif messages[-1]:
            messages.append([])
            used = NOTHING
            waiting.append(block)
        elif parts := _first_item(block):
            waiting += parts[::-1]
            messages[-1].append(waiting.pop())
            messages.append([])
        else:
            messages[-1].append(block)
            messages.append([])
    return [tuple(message) for message in messages if message]


def _parted(block: Block, fits: Callable[[Block], bool]) -> tuple[Block, Block] | None:
    """A list as the longest start that fits, and the rest; None if not even one item does."""
    count = _items(block)
    taken = bisect_left(range(1, count), x=True, key=lambda n: not fits(_slice(block, 0, n)))
    return (_slice(block, 0, taken), _slice(block, taken, count)) if taken else None


def _first_item(block: Block) -> tuple[Block, Block] | None:
    count = _items(block)
    return (_slice(block, 0, 1), _slice(block, 1, count)) if count > 1 else None


def _items(block: Block) -> int:
    match block:
        case Bullets(items=items):
            return len(items)
        case Table(rows=rows):
            return len(rows)
        case _:
            return 0


def _slice(block: Block, start: int, end: int) -> Block:
    match block:
        case Bullets(items=items):
            return replace(block, items=items[start:end])
        case Table(rows=rows):
            return replace(block, rows=rows[start:end])
        case _:
            return block
