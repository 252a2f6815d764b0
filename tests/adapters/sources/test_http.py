import asyncio
import gzip
import zlib
from datetime import timedelta

import httpx
import pytest

from adapters.sources import http
from adapters.sources.http import BODY_MAX_BYTES, Lane, Manners
from adapters.sources.wire import user_agent
from bot.domain.errors import SourceUnavailable
from tests.adapters.sources.fakes import Chunks, FakeClock, Stuck, Web, client, reply

URL = "https://papers.example.org/list"
SLOW = Manners(interval=timedelta(seconds=3), back_off=timedelta(minutes=30))


def lane(web: httpx.AsyncBaseTransport, clock: FakeClock | None = None, **more) -> Lane:
    return client(web, clock, **more).lane("source", SLOW)


async def refused(web: Web, clock: FakeClock | None = None, **more) -> SourceUnavailable:
    with pytest.raises(SourceUnavailable) as caught:
        await lane(web, clock, **more).get(URL)
    return caught.value


async def test_says_who_it_is_and_takes_gzip_only():
    web = Web(lambda _: reply(b"[]"))
    answer = await lane(web).get(URL)
    assert (answer.status, answer.body, answer.validator) == (200, b"[]", None)
    assert web.asked[0].headers["user-agent"] == "Paperlark/1.2 (+mailto:lab@example.org)"
    assert web.asked[0].headers["accept-encoding"] == "gzip"


def test_a_contact_cannot_break_the_header():
    assert user_agent("1", "a@b.org\r\nX: y)") == "Paperlark/1 (+a@b.orgX:y)"
    assert user_agent("1", None) == "Paperlark/1"


async def test_keeps_no_cookies():
    web = Web(lambda _: reply(b"", set_cookie="a=b; Path=/"))
    way = lane(web)
    await way.get(URL)
    await way.get(URL)
    assert "cookie" not in web.asked[1].headers


async def test_requests_of_a_source_start_an_interval_apart_whatever_the_host():
    clock = FakeClock()
    way = lane(Web(lambda _: reply()), clock)
    await way.get(URL)
    clock.time += timedelta(seconds=1)
    await way.get("https://export.example.org/api")
    await way.get(URL)
    assert clock.slept == [2.0, 3.0]


async def test_sources_do_not_wait_for_one_another():
    clock = FakeClock()
    shared = client(Web(lambda _: reply()), clock)
    await shared.lane("one", SLOW).get(URL)
    await shared.lane("two", SLOW).get(URL)
    assert clock.slept == []


async def test_a_source_has_one_lane_whoever_asks():
    shared = client(Web(lambda _: reply()))
    assert shared.lane("one", SLOW) is shared.lane("one", Manners())


async def test_a_clock_set_back_costs_one_interval_at_most():
    clock = FakeClock()
    way = lane(Web(lambda _: reply()), clock)
    await way.get(URL)
    clock.time -= timedelta(hours=1)
    await way.get(URL)
    assert clock.slept == [3.0]


async def test_one_request_at_a_time():
    class Busy(httpx.AsyncBaseTransport):
        inside = most = 0

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            self.inside += 1
            self.most = max(self.most, self.inside)
            await asyncio.sleep(0)
            self.inside -= 1
            return reply()

    web = Busy()
    way = lane(web)
    await asyncio.gather(*(way.get(URL) for _ in range(5)))
    assert web.most == 1


@pytest.mark.parametrize(
    ("headers", "asked_with"),
    [
        ({"etag": '"abc"'}, ("if-none-match", '"abc"')),
        ({"etag": "0123abcd"}, ("if-none-match", "0123abcd")),  # arXiv's stand without quotes
        (
            {"last_modified": "Mon, 13 Jul 2026 04:00:05 GMT"},
            ("if-modified-since", "Mon, 13 Jul 2026 04:00:05 GMT"),
        ),
    ],
)
async def test_asks_only_for_what_changed(headers, asked_with):
    web = Web(lambda r: reply(b"x", **headers) if len(web.asked) == 1 else reply(status=304))
    way = lane(web)
    first = await way.get(URL)
    second = await way.get(URL, validator=first.validator)
    assert web.asked[1].headers[asked_with[0]] == asked_with[1]
    assert (second.status, second.body, second.validator) == (304, b"", first.validator)


async def test_an_unasked_not_modified_is_no_answer():
    assert "nothing changed" in str(await refused(Web(lambda _: reply(status=304))))


@pytest.mark.parametrize("etag", ["x" * 301, "ä", ""])
async def test_validators_that_cannot_be_sent_back_are_dropped(etag):
    web = Web(lambda _: httpx.Response(200, headers=[(b"etag", etag.encode())], stream=Chunks(b"")))
    assert (await lane(web).get(URL)).validator is None


async def test_waits_as_long_as_it_was_told():
    clock = FakeClock()
    answers = [reply(status=503, retry_after="120"), reply(b"ok")]
    web = Web(lambda _: answers.pop(0))
    way = lane(web, clock)
    with pytest.raises(SourceUnavailable) as first:
        await way.get(URL)
    assert first.value.retry_after == timedelta(seconds=120)
    clock.time += timedelta(seconds=30)
    with pytest.raises(SourceUnavailable, match="not to be asked") as second:
        await way.get(URL)
    assert second.value.retry_after == timedelta(seconds=90)
    assert len(web.asked) == 1
    clock.time += timedelta(seconds=91)
    assert (await way.get(URL)).body == b"ok"


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry_after": "Tue, 14 Jul 2026 12:10:00 GMT"}, timedelta(minutes=10)),
        ({"retry_after": "Tue, 14 Jul 2026 11:00:00 -0000"}, timedelta(0)),
        ({"retry_after": "999999999"}, timedelta(days=1)),
        ({"retry_after": "soon"}, timedelta(minutes=30)),
        ({"retry_after": "-5"}, timedelta(minutes=30)),
        ({"ratelimit": '"api";r=0;t=175'}, timedelta(seconds=175)),
        ({}, timedelta(minutes=30)),
    ],
)
async def test_reads_every_form_of_waiting_time(headers, wait):
    error = await refused(Web(lambda _: reply(status=429, **headers)))
    assert error.retry_after == wait


async def test_backs_off_longer_each_time_and_forgets_after_a_success():
    clock, status = FakeClock(), 429
    way = lane(Web(lambda _: reply(status=status)), clock)
    waits = []
    for _ in range(5):
        with pytest.raises(SourceUnavailable) as caught:
            await way.get(URL)
        waits.append(caught.value.retry_after / timedelta(minutes=1))
        clock.time += caught.value.retry_after
    assert waits == [30, 60, 120, 240, 240]
    status = 200
    await way.get(URL)
    status = 403
    with pytest.raises(SourceUnavailable) as caught:
        await way.get(URL)
    assert caught.value.retry_after == timedelta(minutes=30)


@pytest.mark.parametrize("status", [100, 204, 302, 401, 404, 410, 418, 500, 502, 504])
async def test_other_answers_are_errors_that_close_nothing(status):
    error = await refused(Web(lambda _: reply(b"secret", status)))
    assert error.retry_after is None
    assert str(error) == f"source: answers HTTP {status}"


async def test_a_rate_limit_header_on_other_answers_means_nothing():
    error = await refused(Web(lambda _: reply(status=500, ratelimit='"api";r=499;t=175')))
    assert error.retry_after is None


async def test_an_explained_refusal_of_the_question_is_an_answer():
    answer = await lane(Web(lambda _: reply(b"why", 400))).get(URL)
    assert (answer.status, answer.body) == (400, b"why")


async def test_follows_redirects_at_the_same_pace():
    clock = FakeClock()
    way_there = iter(["http://a.example.org/1", "https://b.example.org/2", "/3"])
    web = Web(lambda _: _moved(next(way_there, None)))
    answer = await lane(web, clock).get("http://papers.example.org/")
    assert answer.body == b"there"
    assert web.urls[-1] == "https://b.example.org/3"
    assert clock.slept == [3.0, 3.0, 3.0]


def _moved(to: str | None) -> httpx.Response:
    return reply(status=301, location=to) if to else reply(b"there")


async def test_stops_after_three_redirects():
    web = Web(lambda _: reply(status=302, location="/again"))
    assert "circles" in str(await refused(web))
    assert len(web.asked) == 4


@pytest.mark.parametrize("to", ["http://papers.example.org/", "ftp://papers.example.org/", "::"])
async def test_never_leaves_encryption(to):
    await refused(web := Web(lambda _: reply(status=302, location=to)))
    assert len([url for url in web.urls if not url.startswith("https:")]) == 0


async def test_reads_gzip():
    packed = gzip.compress(b"paper " * 100_000)
    pieces = [packed[i : i + 100] for i in range(0, len(packed), 100)]
    web = Web(lambda _: _packed(*pieces))
    assert (await lane(web).get(URL)).body == b"paper " * 100_000


def _packed(*pieces: bytes, encoding: str = "gzip") -> httpx.Response:
    return httpx.Response(200, headers={"content-encoding": encoding}, stream=Chunks(*pieces))


@pytest.mark.parametrize("size", [0, 1, 10, 50])
async def test_a_broken_off_gzip_is_no_answer(size):
    packed = gzip.compress(bytes(range(256)))
    error = await refused(Web(lambda _: _packed(packed[:size])))
    assert "broke off" in str(error)


@pytest.mark.parametrize("body", [b"no gzip at all", b"\x1f\x8b\x08\x00" + b"\xff" * 50])
async def test_a_broken_gzip_is_no_answer(body):
    assert "broken answer" in str(await refused(Web(lambda _: _packed(body))))


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "deflate", "zstd"])
async def test_other_encodings_are_refused(encoding):
    web = Web(lambda _: _packed(zlib.compress(b"x"), encoding=encoding))
    assert "broken answer" in str(await refused(web))


async def test_a_decompression_bomb_is_stopped_early():
    packer = zlib.compressobj(9, wbits=31)
    zeros = bytes(1024 * 1024)
    bomb = b"".join(packer.compress(zeros) for _ in range(40)) + packer.flush()
    assert len(bomb) < 60_000
    assert "more than 10 MB" in str(await refused(Web(lambda _: _packed(bomb))))


async def test_a_huge_answer_is_stopped():
    class Endless(httpx.AsyncByteStream):
        sent = 0

        async def __aiter__(self):
            while True:
                self.sent += 2**20
                yield bytes(2**20)

    stream = Endless()
    await refused(Web(lambda _: httpx.Response(200, stream=stream)))
    assert stream.sent <= BODY_MAX_BYTES + 2**20


async def test_a_dripping_answer_is_given_up():
    class Drip(httpx.AsyncByteStream):
        async def __aiter__(self):
            while True:
                yield b"x"
                await asyncio.sleep(0.005)

    web = Web(lambda _: httpx.Response(200, stream=Drip()))
    way = client(web).lane("source", Manners(time_limit=timedelta(seconds=0.03)))
    with pytest.raises(SourceUnavailable, match="in time"):
        await way.get(URL)


async def test_a_body_is_sent_and_that_of_the_answer_given_back():
    web = Web(lambda _: reply(b"said"))
    assert await lane(web).post(URL, b"told", headers={"Authorization": "Bearer x"}) == b"said"
    [request] = web.asked
    assert (request.method, request.content) == ("POST", b"told")
    assert request.headers["authorization"] == "Bearer x"


@pytest.mark.parametrize("status", [400, 401, 404, 500])
async def test_to_what_was_sent_only_200_is_an_answer(status):
    with pytest.raises(SourceUnavailable, match=f"HTTP {status}"):
        await lane(Web(lambda _: reply(b"{}", status=status))).post(URL, b"", headers={})


async def test_a_secret_is_not_carried_to_another_host():
    moved = {"location": "https://elsewhere.example.com/list"}
    web = Web(lambda r: reply(b"x") if "elsewhere" in str(r.url) else reply(status=307, **moved))
    await lane(web).post(URL, b"told", headers={"Authorization": "Bearer x"})
    assert "authorization" in web.asked[0].headers
    assert "authorization" not in web.asked[1].headers


async def test_who_is_asked_to_wait_sends_nothing_meanwhile():
    web = Web(lambda _: reply(status=429, retry_after="60"))
    way = lane(web)
    for _ in range(2):
        with pytest.raises(SourceUnavailable) as caught:
            await way.post(URL, b"", headers={})
        assert caught.value.retry_after == timedelta(seconds=60)
    assert len(web.asked) == 1


async def test_somebody_who_waits_is_told_soon_and_the_next_one_is_answered(monkeypatch):
    monkeypatch.setattr(http, "PATIENCE", timedelta(seconds=0.03))
    web = Stuck()
    way = lane(web, FakeClock())
    async with asyncio.timeout(5):
        with pytest.raises(SourceUnavailable, match="in time"):
            await way.ask(URL)
    web.go.set()
    assert (await way.get(URL)).body == b"late"


async def test_somebody_who_waits_gives_his_turn_up_and_disturbs_nobody(monkeypatch):
    web = Stuck()
    way = client(web).lane("source", Manners(interval=timedelta(0)))
    before = asyncio.create_task(way.get(URL))
    await asyncio.sleep(0)
    monkeypatch.setattr(http, "PATIENCE", timedelta(seconds=0.03))
    async with asyncio.timeout(5):
        with pytest.raises(SourceUnavailable, match="in time"):
            await way.ask(URL)
    web.go.set()
    assert (await before).body == b"late"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (httpx.ConnectError("All connection attempts failed"), "cannot be reached"),
        (httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED]"), "certificate"),
        (httpx.ReadTimeout(""), "in time"),
        (httpx.ConnectTimeout(""), "in time"),
        (httpx.RemoteProtocolError("peer closed connection"), "broke the connection"),
        (httpx.ReadError(""), "broke the connection"),
    ],
)
async def test_every_failure_is_said_in_plain_words(error, words):
    def fail(request: httpx.Request) -> httpx.Response:
        raise error

    said = str(await refused(Web(fail)))
    assert words in said
    assert "example.org" not in said


async def test_a_host_that_does_not_listen_cannot_be_reached():
    with pytest.raises(SourceUnavailable, match="cannot be reached"):
        await lane(None).get("http://127.0.0.1:9/")


async def test_reads_from_a_real_server():
    packed = gzip.compress(b"paper " * 1_000)
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        head = 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nETag: W/"1"\r\nContent-Length: '
        writer.write(f"{head}{len(packed)}\r\n\r\n".encode() + packed)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1")
    async with server:
        port = server.sockets[0].getsockname()[1]
        shared = client(None)
        answer = await shared.lane("source", SLOW).get(f"http://127.0.0.1:{port}/rss/cs.CL+cs.LG")
        await shared.aclose()
    assert (answer.body, answer.validator) == (b"paper " * 1_000, 'W/"1"')
    assert heard[0].startswith(b"GET /rss/cs.CL+cs.LG HTTP/1.1\r\n")


async def test_a_server_that_hangs_is_left_and_asked_again_later(monkeypatch):
    monkeypatch.setattr(http, "PATIENCE", timedelta(seconds=0.05))
    hanging = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if not hanging.is_set():
            hanging.set()
            await reader.read()  # until the other side hangs up
        else:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1")
    async with server, asyncio.timeout(5):
        way = (shared := client(None)).lane("source", Manners())
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        with pytest.raises(SourceUnavailable, match="in time"):
            await way.ask(url)
        assert (await way.get(url)).body == b"ok"
        await shared.aclose()


async def test_closing_ends_the_connections():
    shared = client(Web(lambda _: reply()))
    await shared.aclose()
    with pytest.raises(RuntimeError):
        await shared.lane("source", SLOW).get(URL)
