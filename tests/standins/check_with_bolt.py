"""Hold the Slack stand-in against Slack's own libraries for Node, which nobody here wrote.

    uv run python -m tests.standins.check_with_bolt

Needs Node 20, npm and its registry.
"""

import asyncio
import json
import socket
import sys
from dataclasses import replace
from pathlib import Path

from tests.npm import installed
from tests.standins.slack import SlackStandIn
from tests.standins.slack_state import example_team, other_team

SOURCE = Path(__file__).parent / "bolt"
SECRET = "a-signing-secret"


async def check() -> int:
    """Gives the exit code of the script that prints what passed and what failed."""
    narrow = replace(other_team(), scopes="chat:write")
    async with (
        installed(SOURCE) as folder,
        SlackStandIn(example_team(), narrow) as live,
        SlackStandIn() as http,
    ):
        port = _free_port()
        http.route = http.over_http(f"http://127.0.0.1:{port}/slack/events", SECRET)
        standins = {"socket": live.url, "http": http.url, "port": port, "secret": SECRET}
        process = await asyncio.create_subprocess_exec(
            "node", "check.mjs", json.dumps(standins), cwd=folder
        )
        return await process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


if __name__ == "__main__":
    sys.exit(asyncio.run(check()))
