"""The door of a site, and those who only stand in it."""

import asyncio
import logging
from contextlib import asynccontextmanager
from functools import partial
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web

from adapters.chat import door
from adapters.chat.door import BACKLOG, CONNECTIONS_MAX, Door


async def reads(request):
    return web.Response(text=(await request.post()).get("said", "nothing"))


async def fails(_):
    raise LookupError("a fault of ours")


@asynccontextmanager
async def opened():
    site = web.Application()
    site.router.add_post("/", reads)
    site.router.add_get("/fails", fails)
    listens = Door(site, goodbye_s=1)
    port = await listens.open("127.0.0.1", 0)
    try:
        yield port
    finally:
        await listens.close()


async def asked(port):
    url = f"http://127.0.0.1:{port}/"
    async with aiohttp.ClientSession() as http, http.post(url, data={"said": "hello"}) as answer:
        return await answer.text()


async def stand_in(port, count):
    """Connections that never end the head of their request."""
    come = partial(asyncio.open_connection, "127.0.0.1", port)
    standing = await asyncio.gather(*(come() for _ in range(count)))
    for _, writer in standing:
        writer.write(b"GET / HTTP/1.1\r\n")
    return standing


async def is_let_go(reader):
    try:
        return await reader.read() == b""
    except ConnectionError:
        return True


def leave(standing):
    for _, writer in standing:
        writer.transport.abort()


async def test_the_oldest_make_way_once_there_are_too_many():
    async with opened() as port:
        standing = await stand_in(port, 3 * CONNECTIONS_MAX)
        assert await asked(port) == "hello"
        gone = asyncio.as_completed([is_let_go(reader) for reader, _ in standing])
        async with asyncio.timeout(20):
            for _ in range(len(standing) - CONNECTIONS_MAX - 2 * BACKLOG):
                assert await next(gone)
        leave(standing)
        assert all([await each for each in gone])


async def test_a_few_who_stand_there_keep_nobody_out_and_are_left_alone():
    async with opened() as port:
        standing = await stand_in(port, CONNECTIONS_MAX - 1)
        assert await asked(port) == "hello"
        assert not any(reader.at_eof() for reader, _ in standing)
        leave(standing)


async def test_who_never_asks_is_let_go(monkeypatch):
    monkeypatch.setattr(door, "SILENCE_S", 0.05)
    async with opened() as port:
        standing = await stand_in(port, 2)
        async with asyncio.timeout(20):
            assert all([await is_let_go(reader) for reader, _ in standing])
        leave(standing)


async def cut_off(url, *headers):
    """A request whose caller goes away in the middle of its body."""
    parts = urlsplit(url)
    _, writer = await asyncio.open_connection(parts.hostname, parts.port)
    head = [f"POST {parts.path} HTTP/1.1", f"Host: {parts.netloc}", *headers, "Content-Length: 9"]
    writer.write("\r\n".join([*head, "", "sai"]).encode())
    await writer.drain()
    async with aiohttp.ClientSession() as http:
        await http.get(url)  # by now the first is being read
        writer.transport.abort()
        await http.get(url)


FORM = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        FORM + b"Content-Length: 9\r\n\r\nsai",
        FORM + b"Transfer-Encoding: chunked\r\n\r\n9\r\nsai",
        FORM + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nsai",
        FORM + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nsaid",
        FORM + b"Content-Length: many\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: " + b"x" * 9_000 + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
    ],
    ids=["cut off", "chunk cut off", "no chunk", "no gzip", "no length", "long", "TLS"],
)
async def test_what_is_wrong_with_a_request_is_not_logged(sent, caplog):
    caplog.set_level(logging.INFO)
    async with opened() as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        await writer.drain()
        assert await asked(port) == "hello"
        writer.transport.abort()
        assert await asked(port) == "hello"
    assert caplog.messages == []


async def test_a_fault_of_ours_is_logged(caplog):
    async with (
        opened() as port,
        aiohttp.ClientSession() as http,
        http.get(f"http://127.0.0.1:{port}/fails") as answer,
    ):
        assert answer.status == 500
    assert "a fault of ours" in caplog.text


async def test_a_closed_door_lets_nobody_in():
    async with opened() as port:
        pass
    with pytest.raises(aiohttp.ClientConnectionError):
        await asked(port)
