"""What one tick does for the channels: plan the digests that are due, and post."""

import asyncio

from bot.services.delivering import Deliverer
from bot.services.digesting import Digester

PASSES_MAX = 10
"""Of a minute each: a tick that takes much longer would be cut off (`bot.scheduler`)."""
LOOK_EVERY_S = 1.0


async def plan_and_post(digester: Digester, deliverer: Deliverer) -> None:
    """No post waits until all is planned, where thousands are due at the same minute."""
    planning = asyncio.ensure_future(digester.digest())
    try:
        while not (await asyncio.wait({planning}, timeout=LOOK_EVERY_S))[0]:
            await deliverer.deliver()
        await planning
    finally:
        planning.cancel()
    for _ in range(PASSES_MAX):
        if not (await deliverer.deliver()).cut_short:
            return
        await digester.digest()
