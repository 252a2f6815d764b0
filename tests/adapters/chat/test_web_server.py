import re
from dataclasses import replace

import pytest

from adapters.chat.web.guard import HEADERS
from bot.ports.chat import CommandCall
from tests.adapters.chat.fakes import (
    channel_ref,
    says,
)
from tests.adapters.chat.samples import PARENT, THREAD
from tests.adapters.chat.test_door import cut_off

VISION = channel_ref("vision")
COMMAND = "/c/vision/command"


async def token_of(web) -> str:
    async with web.get("/c/vision") as page:
        return re.search(r'name="token" value="([^"]+)"', await page.text())[1]


async def send(web, *, headers=None, **form):
    """A form as a browser sends it: status and page."""
    data = {"token": await token_of(web)} | form
    async with web.post(COMMAND, data=data, headers=headers) as answer:
        return answer.status, await answer.text()


async def press(web, *, at, text):
    """A button of the page, without script."""
    data = {"token": await token_of(web), "text": text}
    async with web.post(COMMAND, params={"at": at}, data=data) as answer:
        return answer.status, await answer.text()


async def get(web, path, **options):
    async with web.get(path, **options) as answer:
        return answer.status, await answer.text()


# What it shows


async def test_the_front_page_leads_to_the_first_channel(web):
    async with web.get("/", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, "/c/vision#newest")


async def test_a_digest_is_shown_with_its_thread(site, web):
    parent = await site.post("a", PARENT)
    await site.post("b", THREAD, thread=parent)
    _, page = await get(web, "/c/vision")
    assert page.index("3 new papers for Monday") < page.index("<summary>3 papers</summary>")
    assert page.count('<article class="card"') == 3


async def test_the_page_names_the_workspace_its_channels_and_where_it_comes_from(web):
    _, page = await get(web, "/c/vision")
    assert "Example Lab" in page
    assert "2 subscriptions · next digest Mon 13 Jul, 11:12 Europe/Paris" in page
    assert "A sample, not live" in page
    assert "Nothing posted in #vision yet" in page


async def test_another_workspace_is_not_there(web):
    assert "secret" not in (await get(web, "/c/vision"))[1]
    assert (await get(web, "/c/secret"))[0] == 404


async def test_a_channel_with_any_name_has_an_address(web):
    status, page = await get(web, "/c/a%2Fb%20%23c%3F")
    assert (status, "a/b #c?" in page) == (200, True)


async def test_health_is_ok(web):
    assert await get(web, "/healthz") == (200, "ok")


@pytest.mark.parametrize("path", ["/c/nowhere", "/nowhere", "/static/../site.py", "/static/"])
async def test_what_is_not_there_is_said_in_words(web, path):
    status, page = await get(web, path)
    assert status in (403, 404)
    assert "Back to the channels" in page


async def test_commands_are_posted_not_fetched(web):
    async with web.get(COMMAND) as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "POST")


# Commands


async def test_a_command_without_script_gives_the_page_with_its_answer(site, web):
    status, page = await send(web, text="search diffusion")
    assert status == 200
    assert "<!doctype html>" in page
    assert "You asked: search diffusion" in page
    assert "Only visible to you" in page


async def test_a_command_from_the_script_gives_the_answer_alone(web):
    _, answer = await send(web, text="search diffusion", fragment="1")
    assert answer.startswith('<section class="post answer" id="answer"')


async def test_the_handler_learns_where_and_who(site, web):
    await send(web, text="  /papers search diffusion ")
    (call,) = site.commands.calls
    assert isinstance(call, CommandCall)
    assert (call.channel, call.channel_name, call.text) == (VISION, "vision", "search diffusion")
    assert (call.user.id, call.user.name) == ("you", "You")


async def test_an_answer_tells_time_in_the_zone_that_its_command_set(site, web):
    def move_to_tokyo() -> None:
        vision = site.store.channels.rows[VISION]
        moved = replace(vision, schedule=replace(vision.schedule, zone="Asia/Tokyo"))
        site.store.channels.rows[VISION] = moved

    site.commands.on_call = move_to_tokyo
    site.commands.notice = says("You moved the digest")
    _, page = await send(web, text="schedule Asia/Tokyo")
    assert re.findall(r"<time [^>]+>([^<]+)", page) == ["18:12", "18:12"]
    _, answer = await send(web, text="schedule Asia/Tokyo", fragment="1")
    assert re.findall(r"<time [^>]+>([^<]+)", answer) == ["18:12"]


async def test_a_button_is_answered_within_its_card(site, web):
    parent = await site.post("a", PARENT)
    reply = await site.post("b", THREAD, thread=parent)
    await site.post("c", THREAD, thread=await site.post("d", PARENT))
    _, page = await press(web, text="abstract 1", at=f"{reply}-1")
    first, second, third = re.findall(r'<article class="card".+?</article>', page, re.DOTALL)[:3]
    assert "You asked: abstract 1" in second
    assert "You asked" not in first + third
    assert page.count('id="answer"') == 1
    assert page.count('<details class="thread" open>') == 2


@pytest.mark.parametrize("at", ["", "99-0", "1-9", "<b>", "x" * 5_000])
async def test_an_answer_without_a_place_stands_at_the_end(site, web, at):
    await site.post("a", THREAD)
    _, page = await press(web, text="abstract 1", at=at)
    assert page.rindex("</article>") < page.index('id="answer"')


async def test_a_saved_paper_can_be_taken_off_where_it_was_saved(site, web):
    reply = await site.post("a", THREAD)
    _, page = await press(web, text="save 2506.21539", at=f"{reply}-0")
    assert 'value="unsave 2506.21539"' in page
    assert 'data-turn="save 2506.21539" aria-pressed="true"' in page
    assert page.count('aria-pressed="false"') == 2
    _, page = await press(web, text="unsave 2506.21539", at=f"{reply}-0")
    assert page.count('aria-pressed="false"') == 3


async def test_what_was_typed_comes_back_as_words(web):
    _, page = await send(web, text="<script>alert(1)</script>")
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 4


async def test_an_answer_is_not_kept_and_a_notice_is(site, web):
    site.commands.notice = says("You subscribed this channel")
    await send(web, text="subscribe x")
    _, page = await get(web, "/c/vision")
    assert "You subscribed this channel" in page
    assert "You asked" not in page


async def test_a_text_over_the_limit_is_answered_and_not_passed_on(site, web):
    status, page = await send(web, text="w" * 1_001)
    assert (status, "over 1000 characters" in page) == (200, True)
    assert not site.commands.calls


# Refusals


@pytest.mark.parametrize("form", [{}, {"token": ""}, {"token": "x"}, {"token": "é"}])
async def test_a_form_without_its_token_is_refused(site, web, form):
    async with web.post(COMMAND, data={"text": "save 1"} | form) as answer:
        assert answer.status == 403
    assert not site.commands.calls


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
    ],
)
async def test_another_site_cannot_send_commands(site, web, headers):
    status, _ = await send(web, text="save 1", headers=headers)
    assert status == 403
    assert not site.commands.calls


async def test_our_own_page_can(site, web):
    own = {"Origin": site.chat.url.rstrip("/")}
    assert (await send(web, text="save 1", headers=own))[0] == 200
    form = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    assert (await send(web, text="save 1", headers=form))[0] == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "["]
)
async def test_a_foreign_host_name_is_refused(web, host):
    assert (await get(web, "/c/vision", headers={"Host": host}))[0] == 421


@pytest.mark.parametrize("host", ["localhost:8321", "LOCALHOST", "127.0.0.1", "[::1]:80"])
async def test_local_host_names_are_known(web, host):
    assert (await get(web, "/c/vision", headers={"Host": host}))[0] == 200


async def test_a_body_over_64_kb_is_refused(site, web):
    assert (await send(web, text="w" * 66_000))[0] == 413
    assert not site.commands.calls


@pytest.mark.parametrize("path", [COMMAND, "/c/vision/form"])
async def test_a_form_that_is_cut_off_is_no_error_of_ours(site, path, caplog):
    multipart = "Content-Type: multipart/form-data; boundary=x"
    await cut_off(f"{site.chat.url.rstrip('/')}{path}", multipart)
    assert caplog.messages == []


async def test_a_form_of_many_fields_is_refused(web):
    assert (await send(web, **{f"f{i}": "x" for i in range(9)}))[0] == 400


@pytest.mark.parametrize("path", ["/c/vision", "/nowhere", "/static/page.css", "/", "/healthz"])
async def test_every_answer_carries_the_protection(web, path):
    async with web.get(path, allow_redirects=False) as answer:
        assert {k: answer.headers[k] for k in HEADERS} == HEADERS


def test_nothing_foreign_may_load_or_frame_the_page():
    assert HEADERS["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


async def test_a_refusal_carries_the_protection(web):
    async with web.get("/", headers={"Host": "evil.example"}) as answer:
        assert {k: answer.headers[k] for k in HEADERS} == HEADERS


# New posts


async def test_new_posts_are_told_from_old(site, web):
    first = await site.post("old news")
    second = await site.post("fresh news")
    async with web.get(f"/c/vision/posts?after={first}") as answer:
        html = await answer.text()
        assert answer.headers["X-Newest"] == second
    assert ("fresh news" in html, "old news" in html) == (True, False)
    assert await get(web, f"/c/vision/posts?after={second}") == (204, "")


async def test_a_new_reply_brings_its_whole_thread(site, web):
    parent = await site.post("a", PARENT)
    other = await site.post("between")
    await site.post("b", THREAD, thread=parent)
    _, html = await get(web, f"/c/vision/posts?after={other}")
    assert f'id="post-{parent}"' in html
    assert "<summary>3 papers</summary>" in html
    assert "between" not in html


async def test_a_new_subscription_is_told_without_a_post(site, web):
    line = "2 subscriptions · next digest Mon 13 Jul, 11:12 Europe/Paris"
    assert await get(web, f"/c/vision/posts?about={line}") == (204, "")
    site.store.subscriptions.rows[VISION].append("three")
    status, html = await get(web, f"/c/vision/posts?about={line}")
    assert (status, "3 subscriptions" in html, "<section" in html) == (200, True, False)


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "", "9" * 5_000])
async def test_after_takes_a_number(web, after):
    assert (await get(web, f"/c/vision/posts?after={after}"))[0] == 400
