import io
import json
import time
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from adapters.chat.slack.installations import STATE_TTL_S, Installations, SealedStates, sealer
from adapters.chat.slack.web import BODY_MAX_BYTES
from bot.domain.channels import WorkspaceId
from bot.domain.deliveries import DeliveryId
from bot.domain.errors import ConfigError, RateLimited, WorkspaceBroken
from bot.domain.forms import Field, Form
from tests.adapters.chat.fakes import FixedClock, says
from tests.adapters.chat.slack.conftest import (
    LAB,
    SIGNING_SECRET,
    TOKEN_KEY,
    FakeStore,
    adapter,
    channel_ref,
)
from tests.adapters.chat.slack.test_serving import ends, serving, until
from tests.adapters.chat.test_door import cut_off
from tests.standins.slack import SlackStandIn
from tests.standins.slack_state import Fault, example_team, other_team
from tests.standins.slack_wire import encoded, signed

# slack_sdk sends the client's secret so, to install and to renew a token.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

OTHER = WorkspaceId("slack:T2")
DELIVERY = DeliveryId("0" * 24)
OAUTH = {
    "bot_token": None,
    "client_id": "client-1",
    "client_secret": "client-secret-1",
    "token_key": TOKEN_KEY,
    "public_url": "https://papers.example.org",
}


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@asynccontextmanager
async def over_http(standin, **changes):
    """The adapter behind an address of its own; people reach it there."""
    port = free_port()
    given = {"app_token": None, "signing_secret": SIGNING_SECRET, "http_port": port} | changes
    async with adapter(standin, **given) as slack, serving(slack) as served:
        url = f"http://127.0.0.1:{port}"
        standin.route = standin.over_http(f"{url}/slack/events", SIGNING_SECRET)
        yield slack, served, url


@pytest.fixture
async def http():
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


async def test_a_command_comes_by_http_and_is_answered(standin):
    async with over_http(standin) as (_, served, _):
        assert await standin.slash("C1", "U1", "subscribe a > b") == 200
        await until(lambda: standin.ephemeral)
        assert [call.text for call in served.desk.calls] == ["subscribe a > b"]
        assert served.who == ["Example Lab as @paperlark"]


async def test_buttons_and_events_come_by_http(standin):
    element = {"type": "button", "text": {"text": "Save"}, "action_id": "x", "value": "v1:save:1"}
    message = {"ts": "1.1", "blocks": [{"type": "actions", "elements": [element]}]}
    async with over_http(standin) as (_, served, _):
        assert await standin.press(message, "Save") == 200
        assert await standin.kick("C1") == 200
        await until(lambda: served.desk.calls and served.desk.went)


async def test_windows_and_homes_come_by_http(standin):
    field = Field(name="layout", label="Layout")
    async with over_http(standin) as (_, served, _):
        served.desk.window = Form(title="Look", command="settings", fields=(field,))
        assert await standin.slash("C1", "U1", "form settings") == 200
        await until(lambda: standin.modal())
        assert await standin.submit({"layout": "flat"}) == 200
        await until(lambda: standin.ephemeral)
        assert served.desk.calls[0].text == "settings layout flat"
        ts = await standin.say("x")
        assert await standin.shortcut(ts) == 200
        assert await standin.react(ts) == 200
        assert await standin.open_home() == 200
        await until(lambda: standin.home() and len(served.desk.calls) == 3)


async def test_slack_is_told_that_the_address_is_ours(standin, http):
    body = json.dumps({"type": "url_verification", "challenge": "abc"})
    headers = {"Content-Type": "application/json", **signed(body, SIGNING_SECRET)}
    async with (
        over_http(standin) as (_, _, url),
        http.post(f"{url}/slack/events", data=body, headers=headers) as response,
    ):
        assert (await response.json())["challenge"] == "abc"


def slash_body():
    payload = {"command": "/papers", "text": "list", "team_id": "T1", "channel_id": "C1"}
    return encoded("slash_commands", payload | {"user_id": "U1", "trigger_id": "t"})[0]


BODY = slash_body()
GOOD = signed(BODY, SIGNING_SECRET)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(BODY, "another secret"),
        signed(BODY + "x", SIGNING_SECRET),
        signed(BODY, SIGNING_SECRET, at=time.time() - 600),
        signed(BODY, SIGNING_SECRET, at=time.time() + 600),
        {**GOOD, "X-Slack-Request-Timestamp": ""},
        {**GOOD, "X-Slack-Request-Timestamp": "soon"},
        {**GOOD, "X-Slack-Request-Timestamp": "1e9"},
        {**GOOD, "X-Slack-Request-Timestamp": "9" * 5_000},
        {**GOOD, "X-Slack-Signature": "v0=é"},
        {**GOOD, "X-Slack-Signature": ""},
        {"X-Slack-Signature": GOOD["X-Slack-Signature"]},
    ],
    ids=range(12),
)
async def test_what_slack_did_not_sign_is_refused(standin, http, headers):
    headers = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    async with (
        over_http(standin) as (_, served, url),
        http.post(f"{url}/slack/events", data=BODY, headers=headers) as response,
    ):
        assert response.status == 401
        assert served.desk.calls == []


async def test_a_request_that_is_cut_off_is_no_error_of_ours(standin, caplog):
    async with over_http(standin) as (_, _, url):
        await cut_off(f"{url}/slack/events", *(f"{name}: {GOOD[name]}" for name in GOOD))
    assert "Traceback" not in caplog.text


async def test_a_request_that_is_sent_again_by_somebody_is_done_once(standin, http):
    headers = {"Content-Type": "application/x-www-form-urlencoded", **signed(BODY, SIGNING_SECRET)}
    async with over_http(standin) as (_, served, url):
        for _ in range(2):
            async with http.post(f"{url}/slack/events", data=BODY, headers=headers) as response:
                assert response.status == 200
        await until(lambda: served.desk.calls)
        assert len(served.desk.calls) == 1


@pytest.mark.parametrize("odd", [[None], {"a": 1}, 7])
async def test_an_event_that_bolt_cannot_read_is_acknowledged_all_the_same(standin, http, odd):
    body = json.dumps({"type": "event_callback", "event": {"type": "x"}, "authorizations": odd})
    headers = {"Content-Type": "application/json", **signed(body, SIGNING_SECRET)}
    async with (
        over_http(standin) as (_, _, url),
        http.post(f"{url}/slack/events", data=body, headers=headers) as response,
    ):
        assert response.status == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"\xff\xfe", 400), (b"{", 400), (b"x" * (BODY_MAX_BYTES + 1), 413)],
    ids=["no text", "no JSON", "too large"],
)
async def test_bodies_that_are_none_are_refused(standin, http, body, status):
    text = body.decode("latin-1")
    headers = {"Content-Type": "application/json", **signed(text, SIGNING_SECRET)}
    async with (
        over_http(standin) as (_, _, url),
        http.post(f"{url}/slack/events", data=io.BytesIO(body), headers=headers) as response,
    ):
        assert response.status == status


async def test_a_port_that_is_taken_is_named(standin):
    async with over_http(standin) as (_, _, url):
        taken = int(url.rpartition(":")[2])
        given = {"app_token": None, "signing_secret": "x", "http_port": taken}
        async with adapter(standin, **given) as other:
            error = await ends(other)
    assert isinstance(error, ConfigError)
    assert str(taken) in str(error)


@pytest.fixture
async def two_teams():
    first = example_team()
    async with SlackStandIn(replace_token(first, "xoxb-first"), other_team()) as standin:
        yield standin
    assert standin.problems == []


def replace_token(team, token):
    return replace(team, token=token)


async def install(standin, http, url, *, team="T2", state=None, cookie=True):
    """Go the way of somebody who installs the app in a browser; gives the last page."""
    async with http.get(f"{url}/slack/install", allow_redirects=False) as response:
        link, cookies = response.headers["Location"], response.headers["Set-Cookie"]
    asked = parse_qs(urlsplit(link).query)
    standin.codes["code-1"] = team
    query = {"code": "code-1", "state": state or asked["state"][0]}
    headers = {"Cookie": cookies.partition(";")[0]} if cookie else {}
    async with http.get(f"{url}/slack/oauth_redirect", params=query, headers=headers) as response:
        return response.status, await response.text(), asked, link


async def test_a_workspace_installs_the_app_and_gets_its_posts(two_teams, http):
    store, port = FakeStore(), free_port()
    given = {**OAUTH, "store": store, "http_port": port}
    async with adapter(two_teams, **given) as slack, serving(slack) as served:
        assert "/slack/install" in served.who[0]
        status, text, asked, link = await install(two_teams, http, f"http://127.0.0.1:{port}")
        assert (status, "installed" in text) == (200, True)
        assert link.startswith(f"{two_teams.url}/oauth/v2/authorize?")
        assert asked["redirect_uri"] == ["https://papers.example.org/slack/oauth_redirect"]
        assert "chat:write" in asked["scope"][0]
        assert served.desk.works == [OTHER]
        await slack.post(channel_ref(workspace=OTHER), says("x"), delivery=DELIVERY, thread=None)
        assert len(two_teams.messages("C1", "T2")) == 1
        await two_teams.slash("C1", "U7", "list", team="T2")
        await until(lambda: served.desk.calls)
        assert served.desk.calls[0].channel == channel_ref(workspace=OTHER)
    assert "xoxb" not in repr(store)


@pytest.mark.parametrize(("how", "status"), [({"cookie": False}, 400), ({"state": "forged"}, 400)])
async def test_nobody_is_led_to_install_what_another_began(two_teams, http, how, status):
    store, port = FakeStore(), free_port()
    given = {**OAUTH, "store": store, "http_port": port}
    async with adapter(two_teams, **given) as slack, serving(slack):
        assert (await install(two_teams, http, f"http://127.0.0.1:{port}", **how))[0] == status
    assert store.secrets == {}


async def test_a_state_proves_itself_for_ten_minutes():
    clock = FixedClock()
    states = SealedStates(sealer(TOKEN_KEY), clock)
    state = await states.async_issue()
    assert await states.async_consume(state)
    clock.time += timedelta(seconds=STATE_TTL_S + 1)
    assert not await states.async_consume(state)
    assert not await states.async_consume("forged")
    assert not await SealedStates(sealer("x" * 32), clock).async_consume(await states.async_issue())


@asynccontextmanager
async def installed(standin, *, team="T2", **changes):
    """The adapter after this workspace has installed the app."""
    store, kept = FakeStore(), standin.teams[team]
    given = {**OAUTH, "store": store, **changes}
    async with adapter(standin, **given) as slack:
        saved = Installations(store, sealer(TOKEN_KEY))
        await saved.async_save(installation(kept))
        yield slack, store


def installation(team):
    from slack_sdk.oauth.installation_store import Installation

    rotation = {"bot_refresh_token": team.refresh_token, "bot_token_expires_in": 43_200}
    return Installation(
        team_id=team.id,
        user_id="U1",
        bot_token=team.token,
        bot_scopes=team.scopes,
        **(rotation if team.refresh_token else {}),
    )


async def test_a_workspace_that_did_not_install_gets_nothing(two_teams):
    async with installed(two_teams) as (slack, _):
        with pytest.raises(WorkspaceBroken, match="not installed"):
            await slack.post(channel_ref(), says("x"), delivery=DELIVERY, thread=None)


async def test_tokens_sealed_with_another_key_are_of_no_use(two_teams):
    async with installed(two_teams, token_key="another key that is long enough!") as (slack, _):
        with pytest.raises(WorkspaceBroken, match="TOKEN_KEY"):
            await slack.post(
                channel_ref(workspace=OTHER), says("x"), delivery=DELIVERY, thread=None
            )


@pytest.mark.parametrize("verb", ["uninstall", "revoke"])
async def test_who_uninstalls_the_app_leaves_no_token_behind(two_teams, verb):
    async with installed(two_teams) as (slack, store), serving(slack) as served:
        assert served.desk.works == [OTHER]
        two_teams.teams["T2"].refused = "token_revoked"
        await getattr(two_teams, verb)(team="T2")
        await until(lambda: served.desk.cut)
        await until(lambda: not store.secrets)
        assert store.secrets == {}
        assert not served.task.done()


async def test_a_late_word_of_an_installation_leaves_the_newer_one(two_teams):
    async with installed(two_teams) as (slack, store), serving(slack) as served:
        asked = len(two_teams.called("auth.test"))
        await two_teams.event({"type": "tokens_revoked", "tokens": {"bot": ["UBOT"]}}, team="T2")
        await until(lambda: len(two_teams.called("auth.test")) > asked)
        await slack.post(channel_ref(workspace=OTHER), says("x"), delivery=DELIVERY, thread=None)
        assert served.desk.cut == []
        assert list(store.secrets) == [OTHER]


@pytest.mark.parametrize("code", ["internal_error", "some_new_code", "org_login_required"])
async def test_one_workspace_without_an_answer_ends_no_other(two_teams, code):
    async with installed(two_teams) as (slack, store):
        await Installations(store, sealer(TOKEN_KEY)).async_save(
            installation(two_teams.teams["T1"])
        )
        two_teams.teams["T2"].refused = code
        async with serving(slack) as served:
            assert served.desk.works == [LAB]
            two_teams.teams["T2"].refused = None
            await until(lambda: OTHER in served.desk.works)
            assert served.desk.cut == []


@pytest.mark.parametrize("code", ["invalid_refresh_token", "bad_client_secret"])
async def test_a_refused_renewal_breaks_the_workspace(two_teams, code):
    async with installed(two_teams) as (slack, store):
        ending = installation(two_teams.teams["T2"])
        ending.bot_refresh_token, ending.bot_token_expires_at = "xoxe-dead", int(time.time()) - 5
        await Installations(store, sealer(TOKEN_KEY)).async_save(ending)
        two_teams.fail("oauth.v2.access", Fault(error=code))
        with pytest.raises(WorkspaceBroken, match=code):
            await slack.post(
                channel_ref(workspace=OTHER), says("x"), delivery=DELIVERY, thread=None
            )


async def test_one_workspace_that_is_lost_ends_no_other(two_teams):
    async with installed(two_teams) as (slack, store):
        await Installations(store, sealer(TOKEN_KEY)).async_save(
            installation(two_teams.teams["T1"])
        )
        async with serving(slack) as served:
            assert served.desk.works == [LAB, OTHER]
            two_teams.teams["T1"].refused = "account_inactive"
            await until(lambda: served.desk.cut)
            assert served.desk.cut[0] == (LAB, "account_inactive")
            assert not served.task.done()


async def test_a_token_that_expired_is_renewed_and_the_post_waits_a_second(two_teams):
    two_teams.teams["T2"].refresh_token = "xoxe-1"
    async with installed(two_teams) as (slack, store):
        elsewhere = channel_ref(workspace=OTHER)
        two_teams.fail("chat.postMessage", Fault(error="token_expired"))
        with pytest.raises(RateLimited) as caught:
            await slack.post(elsewhere, says("x"), delivery=DELIVERY, thread=None)
        assert caught.value.retry_after == timedelta(seconds=1)
        assert two_teams.teams["T2"].token == "xoxb-other-new"
        await slack.post(elsewhere, says("x"), delivery=DELIVERY, thread=None)
        assert len(two_teams.messages("C1", "T2")) == 1
    assert "xoxb-" not in repr(store)


async def test_a_token_without_renewal_that_expired_is_broken(two_teams):
    async with installed(two_teams) as (slack, _):
        two_teams.fail("chat.postMessage", Fault(error="token_expired"))
        with pytest.raises(WorkspaceBroken, match="token_expired"):
            await slack.post(
                channel_ref(workspace=OTHER), says("x"), delivery=DELIVERY, thread=None
            )


async def test_a_renewal_that_slack_does_not_answer_posts_nothing(two_teams):
    two_teams.teams["T2"].refresh_token = "xoxe-1"
    async with installed(two_teams) as (slack, _):
        two_teams.fail("chat.postMessage", Fault(error="token_expired"))
        two_teams.fail("oauth.v2.access", Fault(status=503))
        with pytest.raises(RateLimited):
            await slack.post(
                channel_ref(workspace=OTHER), says("x"), delivery=DELIVERY, thread=None
            )
        assert two_teams.messages("C1", "T2") == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"client_secret": None}, "CLIENT_SECRET is missing"),
        ({"token_key": None}, "TOKEN_KEY is missing"),
        ({"token_key": "short"}, "TOKEN_KEY is too short"),
        ({"public_url": None}, "PUBLIC_URL is missing"),
        ({"app_token": None}, "APP_TOKEN or"),
    ],
)
async def test_what_installing_needs_is_named(standin, changes, said):
    async with adapter(standin, **{**OAUTH, **changes}) as slack:
        error = await ends(slack)
    assert said in str(error)


async def test_no_token_of_an_installation_is_logged(two_teams, http, caplog):
    caplog.set_level("DEBUG")
    two_teams.teams["T2"].refresh_token = "xoxe-1"
    port = free_port()
    async with adapter(two_teams, **OAUTH, http_port=port) as slack, serving(slack):
        await install(two_teams, http, f"http://127.0.0.1:{port}")
        two_teams.fail("chat.postMessage", Fault(error="token_expired"))
        with pytest.raises(RateLimited):
            await slack.post(
                channel_ref(workspace=OTHER), says("x"), delivery=DELIVERY, thread=None
            )
    assert "xox" not in caplog.text
    assert "client-secret" not in caplog.text
    assert SIGNING_SECRET not in caplog.text
