"""The page in Chromium: keyboard, no script, narrow, dark, and what the console says."""

import os
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.files import File
from bot.domain.forms import Field, Form
from bot.domain.messages import Actions, Button, Message, PaperCard, Paragraph, code, plain
from bot.ports.chat import Reply
from tests.adapters.chat.conftest import running
from tests.adapters.chat.fakes import channel_ref, says
from tests.adapters.chat.samples import EVERYTHING, PARENT, THREAD

playwright = pytest.importorskip("playwright.async_api")

CHROMIUM = Path("/usr/bin/chromium")  # Debian's package
OPTIONS = [
    "--disable-gpu",
    "--disable-dev-shm-usage",
    *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed"),
]

# WCAG 2.2, 1.4.3: the contrast of every piece of text with the first solid ground under it.
LOW_CONTRAST = """() => {
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (css) => {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = css;
    paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data];
  };
  const light = (c) => {
    const [r, g, b] = c.slice(0, 3).map((v) => v / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (el) => {
    for (; el; el = el.parentElement) {
      const color = rgb(getComputedStyle(el).backgroundColor);
      if (color[3] === 255) return color;
    }
    return [255, 255, 255, 255];
  };
  const low = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const el = node.parentElement;
    if (!node.data.trim() || !el.checkVisibility() || el.closest(".hidden")) continue;
    const pair = [light(rgb(getComputedStyle(el).color)), light(ground(el))].sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (ratio < 4.5) low.push(`${ratio.toFixed(2)} ${node.data.trim().slice(0, 40)}`);
  }
  return low;
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser():
    async with playwright.async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def site():
    async with running() as site:
        yield site


@pytest.fixture
def browsing(browser, site):
    @asynccontextmanager
    async def browse(*, complaint: str | None = None, **options):
        """A tab on the page; it fails when its console complains of anything but `complaint`."""
        complaints = []
        tab = await browser.new_page(**options)
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("console", lambda said: complaints.append(said.text))
        await tab.clock.install()
        await tab.goto(f"{site.chat.url}c/vision")
        tab.set_default_timeout(5_000)
        yield tab
        await tab.context.close()
        assert [c for c in complaints if not complaint or complaint not in c] == []

    return browse


FORM = Form(
    title="Tags and note",
    command="save 1",
    fields=(
        Field(name="tags", label="Tags", hint="#reading #urgent"),
        Field(name="progress", label="How far", choices=("to-read", "read"), required=True),
        Field(name="note", label="Note", lines=True, required=True),
        Field(name="file", label="File", hint="a text file", file=True),
    ),
)
ASKING = Message(
    fallback="Buttons",
    blocks=(
        PaperCard(
            paper_id="x",
            title="A title",
            buttons=(
                Button(label="Save", verb="toggle", argument="1", primary=True),
                Button(label="Note…", verb="form", argument="save 1"),
            ),
        ),
        Actions(buttons=(Button(label="Show more", verb="more", argument="1 15"),)),
    ),
)
MANY = Message(
    fallback="Many buttons",
    blocks=(
        Paragraph(spans=(plain("A page of many"),)),
        Actions(
            buttons=tuple(
                Button(label=f"Put back number {n}", verb="mark", argument=f"{n} to-read")
                for n in range(12)
            )
        ),
        Actions(buttons=(Button(label="Next", verb="page", argument="5"),)),
    ),
)


async def fill(site):
    parent = await site.post("a", PARENT)
    await site.post("b", THREAD, thread=parent)
    await site.post("c", EVERYTHING)


async def say(tab, text):
    """Send a command and wait for its answer."""
    answers = await tab.locator(".answer").count()
    await tab.fill("#text", text)
    await tab.press("#text", "Enter")
    await tab.locator(".answer").nth(answers).wait_for()


async def overflow(tab) -> int:
    return await tab.evaluate("document.documentElement.scrollWidth - window.innerWidth")


async def test_a_command_goes_in_by_keyboard_and_its_answer_comes(browsing, site):
    await fill(site)
    async with browsing() as tab:
        await tab.keyboard.press("/")
        await tab.keyboard.type("search diffusion")
        await tab.keyboard.press("Enter")
        answer = tab.locator(".answer")
        await answer.wait_for()
        assert "You asked: search diffusion" in await answer.inner_text()
        assert "Only visible to you" in await answer.inner_text()
        assert await tab.locator("#said").inner_text() == "You asked: search diffusion"
        assert await tab.input_value("#text") == ""


async def test_arrow_up_brings_back_what_was_sent(browsing, site):
    async with browsing() as tab:
        for text in ("first", "second"):
            await tab.fill("#text", text)
            await tab.press("#text", "Enter")
        seen = []
        for key in ("ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown", "ArrowDown"):
            await tab.press("#text", key)
            seen.append(await tab.input_value("#text"))
        assert seen == ["second", "first", "first", "second", ""]


async def test_suggestions_follow_the_text_and_complete_it(browsing, site):
    async with browsing() as tab:
        await tab.keyboard.press("/")
        assert await tab.locator("#commands li:visible").count() == 3
        await tab.keyboard.type("sa")
        assert await tab.locator("#commands li:visible").count() == 2
        await tab.keyboard.press("ArrowDown")
        active = await tab.get_attribute("#text", "aria-activedescendant")
        assert await tab.get_attribute(f"#{active}", "aria-selected") == "true"
        await tab.keyboard.press("Enter")
        assert await tab.input_value("#text") == "save "
        assert not site.commands.calls
        await tab.keyboard.press("Escape")
        assert not await tab.locator("#commands").is_visible()
        await tab.keyboard.press("Escape")
        assert await tab.evaluate("document.activeElement === document.body")


async def test_a_button_acts_as_its_command(browsing, site):
    await fill(site)
    async with browsing() as tab:
        await tab.get_by_role("button", name="Save").first.click()
        await tab.locator(".answer").wait_for()
    assert [call.text for call in site.commands.calls] == ["save 2506.21539"]


async def test_a_button_is_answered_beneath_its_card_and_the_reader_stays(browsing, site):
    await fill(site)
    async with browsing(viewport={"width": 1200, "height": 700}) as tab:
        card = tab.locator(".card").nth(1)
        await card.evaluate("it => it.scrollIntoView({ block: 'start' })")
        button = card.get_by_role("button", name="Abstract")
        await button.hover()
        before = await tab.evaluate("scrollY"), await card.bounding_box()
        await button.click()
        answer = card.locator(".answer")
        assert "Only visible to you" in await answer.inner_text()
        assert await tab.evaluate("scrollY") == before[0]
        assert (await card.bounding_box())["y"] == before[1]["y"]
        assert await button.get_attribute("aria-expanded") == "true"
        await button.click()
        assert await tab.locator(".answer").count() == 0
        await button.click()
        await answer.get_by_role("button", name="Close").click()
        assert await tab.locator(".answer").count() == 0
        assert await button.evaluate("it => it === document.activeElement")
    assert [call.text for call in site.commands.calls] == ["show 2506.05284"] * 2


async def test_an_answer_that_would_open_behind_the_composer_comes_into_view(browsing, site):
    await fill(site)
    async with browsing(viewport={"width": 1200, "height": 700}) as tab:
        await tab.evaluate(
            """() => scrollBy(0, document.querySelectorAll(".card")[1].getBoundingClientRect().bottom
              - document.querySelector("#say").getBoundingClientRect().top)"""
        )
        before = await tab.evaluate("scrollY")
        # the driver's own click would scroll first
        await tab.get_by_role("button", name="Abstract").nth(1).evaluate("it => it.click()")
        await tab.locator(".card .answer").wait_for()
        label = await tab.locator(".card .asked").bounding_box()
        assert label["y"] + label["height"] < (await tab.locator("#say").bounding_box())["y"]
        assert 0 < await tab.evaluate("scrollY") - before < 130


async def test_saving_switches_every_button_of_the_paper_and_back(browsing, site):
    await fill(site)
    async with browsing() as tab:
        save = tab.locator("[aria-pressed]").first
        same = tab.locator("button[value$='save 2506.21539']")
        assert await same.all_inner_texts() == ["Save", "Save"]
        await save.click()
        await tab.locator(".card .brief").wait_for()
        assert await same.all_inner_texts() == ["Saved ✓", "Saved ✓"]
        assert await save.get_attribute("aria-pressed") == "true"
        await tab.reload()
        assert await same.all_inner_texts() == ["Saved ✓", "Saved ✓"]
        await tab.locator("[aria-pressed=true]").first.click()
        await tab.locator("[aria-pressed=true]").first.wait_for(state="detached")
        assert await tab.locator(".card .answer").count() == 1
    assert [call.text for call in site.commands.calls] == ["save 2506.21539", "unsave 2506.21539"]


async def test_a_toggle_shows_what_is_saved_and_by_whom(browsing, site):
    await site.post("a", ASKING)
    async with browsing() as tab:
        toggle = tab.locator("[aria-pressed]")
        for pressed, label, title in (("true", "Saved ✓", "Saved by Anna"), ("false", "Save", "")):
            await toggle.click()
            await tab.locator(f"[aria-pressed={pressed}]").wait_for()
            assert (await toggle.inner_text(), await toggle.get_attribute("title")) == (
                label,
                title,
            )
            assert await tab.locator(".card .brief").count() == 1
    assert [call.text for call in site.commands.calls] == ["toggle 1", "toggle 1"]


async def test_a_form_is_opened_filled_and_sent_by_keyboard(browsing, site):
    await site.post("a", ASKING)
    site.commands.forms["form save 1"] = FORM
    async with browsing() as tab:
        await tab.get_by_role("button", name="Note…").focus()
        await tab.keyboard.press("Enter")
        await tab.locator(".card .form").wait_for()
        assert await tab.evaluate("document.activeElement.name") == "option-tags"
        await tab.keyboard.type("#reading")
        await tab.keyboard.press("Tab")
        await tab.keyboard.type("r")
        await tab.keyboard.press("Tab")
        await tab.keyboard.type("for /Thursday\nor Friday")
        await tab.get_by_role("button", name="Save", exact=True).last.focus()
        await tab.keyboard.press("Enter")
        answer = tab.locator(".card > .answer")
        await answer.get_by_text("You asked").wait_for()
        assert await answer.evaluate("it => it === document.activeElement")
        assert not await tab.locator(".form").locator("visible=true").count()
        await answer.get_by_role("button", name="Close").click()
        assert await tab.evaluate("document.activeElement.textContent") == "Note…"
    (call,) = site.commands.calls
    assert call.text == "save 1 #reading for /Thursday\nor Friday"


async def test_a_form_that_opens_behind_the_composer_comes_into_view_as_a_whole(browsing, site):
    await site.post("a", ASKING)
    site.commands.forms["form save 1"] = FORM
    async with browsing(viewport={"width": 1200, "height": 700}) as tab:
        button = tab.get_by_role("button", name="Note…")
        await button.evaluate("it => it.click()")  # the driver's own click would scroll first
        form = tab.locator(".card .form")
        await form.wait_for()
        box, say_line = await form.bounding_box(), await tab.locator("#say").bounding_box()
        assert box["y"] + box["height"] <= say_line["y"]
        assert box["y"] >= 0


async def test_what_is_wrong_with_a_form_is_said_and_nothing_typed_is_lost(browsing, site):
    await site.post("a", ASKING)
    site.commands.forms["form save 1"] = FORM
    large = {"name": "a.txt", "mimeType": "text/plain", "buffer": b"w" * 300_000}
    async with browsing() as tab:
        await tab.get_by_role("button", name="Note…").click()
        await tab.get_by_label("Note", exact=True).fill("for Thursday")
        await tab.get_by_label("How far").select_option("read")
        await tab.get_by_label("File").set_input_files(large)
        await tab.locator(".form .primary").click()
        await tab.get_by_text("That is over 256 kB").wait_for()
        assert await tab.evaluate("document.activeElement.name") == "option-file"
        assert await tab.get_by_label("Note", exact=True).input_value() == "for Thursday"
        assert await tab.get_by_label("How far").input_value() == "read"
        await site.post("b", ASKING, thread="1")
        await tab.clock.fast_forward(5_000)
        await tab.locator(".reply").wait_for()
        assert await tab.evaluate("document.activeElement.name") == "option-file"
        await tab.get_by_text("Cancel").click()
        assert await tab.locator(".form").count() == 0
    assert not site.commands.calls


async def test_a_page_of_an_answer_takes_the_place_of_the_one_before(browsing, site):
    async def command(call):
        return Reply(message=MANY if call.text == "saved" else says(f"You asked: {call.text}"))

    site.commands.command = command
    async with browsing(viewport={"width": 360, "height": 600}) as tab:
        await say(tab, "saved")
        await tab.get_by_role("button", name="Next").click()
        await tab.locator(".answer").get_by_text("You asked: page 5").wait_for()
        assert await tab.locator(".answer").count() == 1
        assert await tab.evaluate("document.activeElement.matches('.answer')")


async def test_a_file_of_an_answer_is_downloaded(browsing, site):
    site.commands.files = (File(name="list.bib", content=b"@misc{a}", media_type="text/plain"),)
    async with browsing() as tab:
        await say(tab, "export bibtex")
        async with tab.expect_download() as download:
            await tab.get_by_text("list.bib").click()
        assert (await download.value).suggested_filename == "list.bib"


async def test_an_open_answer_outlives_new_replies_in_its_thread(browsing, site):
    parent = await site.post("a", PARENT)
    await site.post("b", THREAD, thread=parent)
    async with browsing() as tab:
        await tab.get_by_role("button", name="Abstract").first.click()
        await tab.locator(".card .answer").wait_for()
        await site.post("c", says("one more"), thread=parent)
        await tab.clock.fast_forward(5_000)
        await tab.get_by_text("one more").wait_for()
        assert await tab.locator(".card").first.locator(".answer").count() == 1
        await tab.get_by_role("button", name="Abstract").first.click()
        assert await tab.locator(".answer").count() == 0


async def test_the_header_and_every_clock_follow_a_change_of_the_channel(browsing, site):
    await fill(site)
    vision = site.store.channels.rows[channel_ref("vision")]

    def move_to_tokyo() -> None:
        moved = replace(vision, schedule=replace(vision.schedule, zone="Asia/Tokyo"))
        site.store.channels.rows[vision.ref] = moved

    async with browsing() as tab:
        await say(tab, "search x")
        assert set(await tab.locator("time").all_inner_texts()) == {"11:12"}
        site.commands.on_call, site.commands.notice = move_to_tokyo, says("You moved it")
        site.store.subscriptions.rows[vision.ref].append("three")
        await say(tab, "schedule Asia/Tokyo")
        await tab.get_by_text(
            "3 subscriptions · next digest Mon 13 Jul, 18:12 Asia/Tokyo"
        ).wait_for()
        await tab.get_by_text("11:12").first.wait_for(state="detached")
        assert set(await tab.locator("time").all_inner_texts()) == {"18:12"}


async def test_the_menu_leaves_the_answer_to_be_read(browsing, site):
    await fill(site)
    async with browsing(viewport={"width": 390, "height": 700}) as tab:
        await say(tab, "search x")
        await tab.locator("#text").blur()
        await tab.locator("#text").focus()
        assert not await tab.locator("#commands").is_visible()
        answer, composer = tab.locator(".answer"), tab.locator("#say")
        box = await answer.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= (await composer.bounding_box())["y"]
        await tab.keyboard.type("s")
        assert await tab.locator("#commands").is_visible()


async def test_a_command_in_a_message_goes_to_the_composer_unsent(browsing, site):
    hostile = "/papers search <img src=x onerror=alert(1)>"
    blocks = (Paragraph(spans=(code(hostile), code("papers"), code(" /papers x"))),)
    await site.post("a", Message(fallback="x", blocks=blocks))
    async with browsing() as tab:
        assert await tab.locator(".fill").all_inner_texts() == [hostile]
        await tab.locator(".fill").focus()
        await tab.keyboard.press("Enter")
        assert await tab.input_value("#text") == hostile.removeprefix("/papers ")
        assert not site.commands.calls
        await tab.keyboard.press("Enter")
        await tab.locator(".answer").wait_for()
        assert await tab.locator("img").count() == 0
    assert [call.text for call in site.commands.calls] == [hostile.removeprefix("/papers ")]


PHONE = {"has_touch": True, "is_mobile": True}


@pytest.mark.parametrize("width", [360, 390])
async def test_a_phone_shows_all_it_needs_at_a_fingers_size(browsing, site, width):
    await fill(site)
    await post_what_asks(site)
    async with browsing(viewport={"width": width, "height": 800}, **PHONE) as tab:
        await tab.get_by_role("button", name="Abstract").first.tap()
        await tab.locator(".card .answer").wait_for()
        await open_wrong_form(tab)
        assert await tab.evaluate("document.documentElement.scrollWidth") == width
        assert await tab.get_by_text("2 subscriptions · next digest").is_visible()
        assert await tab.evaluate("document.querySelector('nav ul').scrollWidth") > width - 60
        small = """all => all.filter((it) => it.checkVisibility() && !it.matches(".fill"))
          .map((it) => it.getBoundingClientRect())
          .filter((box) => box.height < 44 || box.width < 44).length"""
        touched = "button, nav a, .cancel, .field :is(input, select, textarea)"
        assert await tab.locator(touched).evaluate_all(small) == 0
        finger = "it => parseFloat(getComputedStyle(it, '::after').height)"
        assert await tab.locator(".fill").first.evaluate(finger) >= 44


async def test_new_posts_come_by_themselves_and_leave_closed_threads_closed(browsing, site):
    parent = await site.post("a", PARENT)
    await site.post("b", THREAD, thread=parent)
    async with browsing() as tab:
        await tab.locator("summary").click()
        await site.post("c", says("one more"), thread=parent)
        await site.post("d", says("fresh news"))
        await tab.clock.fast_forward(5_000)
        await tab.get_by_text("fresh news").last.wait_for()
        assert await tab.locator(".post").count() == 2
        assert await tab.locator(".reply").count() == 2
        assert await tab.locator("details[open]").count() == 0


async def test_an_old_page_is_told_to_load_again(browsing, site):
    async with browsing(complaint="status of 403") as tab:
        await tab.evaluate("document.querySelector('#say [name=token]').value = 'old'")
        await tab.fill("#text", "search x")
        await tab.press("#text", "Enter")
        await tab.get_by_text("Load it again").wait_for()
    assert not site.commands.calls


async def test_without_script_a_form_and_a_button_do_the_same(browsing, site):
    await fill(site)
    async with browsing(java_script_enabled=False) as tab:
        await tab.fill("#text", "search diffusion")
        await tab.press("#text", "Enter")
        assert "You asked: search diffusion" in await tab.locator("#answer").inner_text()
        await tab.locator("button", has_text="Save").first.click()
        card = tab.locator(".card").first
        assert "You asked: save 2506.21539" in await card.locator("#answer").inner_text()
        assert await card.locator("[aria-pressed=true]").is_visible()


async def test_without_script_a_form_opens_in_its_card_and_is_sent(browsing, site):
    await site.post("a", ASKING)
    site.commands.forms["form save 1"] = FORM
    site.commands.refused = True
    async with browsing(java_script_enabled=False) as tab:
        await tab.get_by_role("button", name="Note…").click()
        await tab.locator(".card .form").get_by_text("Cancel").click()
        assert tab.url.endswith("/c/vision#at-1-0")
        assert await tab.locator(".form").count() == 0
        await tab.get_by_role("button", name="Note…").click()
        await tab.get_by_label("Note", exact=True).fill("for Thursday")
        await tab.get_by_label("How far").select_option("read")
        await tab.locator(".form .primary").click()
        answer = tab.locator(".card #answer")
        assert "You asked: save 1 for Thursday" in await answer.inner_text()
        await answer.get_by_text("Change what you sent").click()
        assert await tab.get_by_label("Note", exact=True).input_value() == "for Thursday"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 390, 1440])
async def test_it_fits_and_every_text_has_contrast(browsing, site, scheme, width):
    await fill(site)
    await post_what_asks(site)
    size = {"width": width, "height": 800}
    async with browsing(viewport=size, color_scheme=scheme, reduced_motion="reduce") as tab:
        for name in ("Save", "Abstract"):
            await tab.get_by_role("button", name=name, exact=True).first.click()
        await tab.locator(".card .answer").nth(1).wait_for()
        await open_wrong_form(tab)
        await say(tab, "search x")
        await tab.fill("#text", "s")
        assert await tab.locator("#commands").is_visible()
        assert await overflow(tab) == 0
        assert await tab.evaluate(LOW_CONTRAST) == []


async def test_a_word_without_end_does_not_widen_a_narrow_page(browsing, site):
    await site.post("a", says("w" * 400))
    async with browsing(viewport={"width": 360, "height": 800}) as tab:
        assert await overflow(tab) == 0


async def test_tab_reaches_everything_with_a_visible_focus(browsing, site):
    await fill(site)
    async with browsing() as tab:
        wanted = await tab.locator(
            "a[href]:visible, button:visible, summary, input:visible"
        ).count()
        reached = 0
        for _ in range(wanted + 5):
            await tab.keyboard.press("Tab")
            where = await tab.evaluate(
                """() => {
                  const el = document.activeElement;
                  if (el === document.body) return null;
                  const shown = el.id === "text" ? el.closest(".line") : el;
                  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(shown);
                  const outlined = outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
                  return outlined || boxShadow !== "none";
                }"""
            )
            if where is None:
                break
            assert where
            reached += 1
        assert reached >= wanted


async def test_the_skip_link_leads_to_the_newest_post(browsing, site):
    await fill(site)
    async with browsing() as tab:
        await tab.keyboard.press("Tab")
        await tab.keyboard.press("Enter")
        assert await tab.evaluate("document.activeElement.id") == "newest"


async def post_what_asks(site):
    await site.post("asking", ASKING)
    await site.post("many", MANY)
    site.commands.forms["form save 1"] = FORM
    site.commands.files = (File(name="list.bib", content=b"@misc{a}", media_type="text/plain"),)


async def open_wrong_form(tab):
    await tab.get_by_role("button", name="Note…").click()
    form = tab.locator(".form")
    await form.evaluate("it => it.noValidate = true")
    await form.locator(".primary").click()
    await form.locator(".wrong").first.wait_for()


async def test_it_prints_without_its_controls(browsing, site):
    await fill(site)
    async with browsing() as tab:
        await tab.emulate_media(media="print")
        assert not await tab.locator("#say, .side, .buttons").locator("visible=true").count()
        assert await tab.locator(".card:visible").count()
