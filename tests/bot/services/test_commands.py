"""What people type, and what they get back; on a real store."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.channels import UserRef, WorkspaceId
from bot.domain.command_table import COMMANDS
from bot.domain.papers import PaperKey
from bot.domain.parsing import parse_search
from bot.domain.schedule_text import parse_schedule
from bot.domain.schedules import Schedule
from tests.fakes import make_paper
from tests.world import channel_ref, text_of


async def collected(world, *papers):
    world.source.waiting = list(papers)
    await world.collector.collect(force=True)


async def answer(world, text, **who):
    return text_of((await world.say(text, **who)).message)


async def buttons(world, text):
    """What the answer's buttons would type, by their labels."""
    blocks = (await world.say(text)).message.blocks
    pressed = [b for block in blocks for b in getattr(block, "buttons", ())]
    return {b.label: f"{b.verb} {b.argument}" for b in pressed}


async def test_subscribe_says_meaning_recent_matches_next_digest_and_undo(world):
    await collected(world, make_paper())
    reply = await world.say('subscribe "reward hacking" -survey')
    said = text_of(reply.message)
    assert '"reward hacking" -survey' in said
    assert "but not survey, anywhere in title or abstract" in said
    assert "1 paper of the last 7 days" in said
    assert "09:00" in said
    assert [b.label for b in reply.message.blocks[-1].buttons] == ["See them", "Undo"]


async def test_what_undo_types_undoes(world):
    await collected(world, make_paper())
    undo = await buttons(world, "subscribe reward")
    assert undo["Undo"] == "unsubscribe 1"
    again = await buttons(world, undo["Undo"])
    assert again["Undo"] == "subscribe reward"
    await world.say("save 2607.00001 #reading #fun for Thursday")
    undo = await buttons(world, "unsave 2607.00001")
    assert undo["Undo"] == "save 2607.00001 #reading #fun for Thursday"
    await world.say(undo["Undo"])
    said = await answer(world, "saved")
    assert "#reading #fun" in said
    assert "for Thursday" in said


async def test_what_only_older_papers_match_is_said(world):
    old = make_paper("2606.00001", "Reward of June", day=world.clock.now().date() - timedelta(30))
    await collected(world, old)
    said = await answer(world, "subscribe reward")
    assert "No paper of the last 7 days matches" in said
    assert "/papers search reward" in said
    assert "No paper collected so far matches" in await answer(world, "subscribe robots")


async def test_several_bare_words_are_offered_as_a_phrase(world):
    assert '/papers subscribe "sparse autoencoder"' in await answer(
        world, "subscribe sparse autoencoder"
    )
    assert "phrase" not in await answer(world, "subscribe autoencoder")


async def test_a_broad_subscription_is_told(world):
    await collected(world, *(make_paper(f"2607.{n:05}", f"Model {n}") for n in range(351)))
    assert "broad" in await answer(world, "subscribe model")
    assert "broad" not in await answer(world, "subscribe model -1")  # 350 of them


async def test_the_list_counts_as_the_confirmation_did(world):
    await collected(world, make_paper())
    await world.say("subscribe reward")
    table = (await world.say("list")).message.blocks[1]
    assert table.rows[0][-1][0].text == "1"


async def test_later_the_list_counts_what_was_recorded(world):
    await world.say("subscribe reward")
    world.clock.advance(days=8)
    await collected(world, make_paper(day=world.clock.now().date()))
    table = (await world.say("list")).message.blocks[1]
    assert table.rows[0][-1][0].text == "1"
    world.clock.advance(days=8)
    table = (await world.say("list")).message.blocks[1]
    assert table.rows[0][-1][0].text == "0"


async def test_a_change_is_also_said_in_the_channel(world):
    reply = await world.say("subscribe reward")
    assert reply.notice
    assert "Anna" in text_of(reply.notice)


async def test_a_failed_change_says_nothing_in_the_channel(world):
    assert (await world.say("subscribe (")).notice is None


async def test_subscribing_twice_changes_nothing(world):
    await world.say("subscribe dpo OR rlhf")
    reply = await world.say("subscribe rlhf | DPO")
    assert "already subscribed" in text_of(reply.message)
    assert reply.notice is None
    assert "1 subscription." in await answer(world, "list")


async def test_numbers_are_never_used_twice(world):
    await world.say("subscribe one")
    await world.say("unsubscribe 1")
    await world.say("subscribe two")
    assert "/papers unsubscribe 2" in await answer(world, "list")


async def test_subscribe_alone_lists_and_shows_how(world):
    for _ in range(2):
        assert '/papers subscribe "world model"' in await answer(world, "subscribe")
        await world.say("subscribe one")


async def test_unsubscribe_names_subscriptions_with_the_word(world):
    await world.say('subscribe "reward hacking"')
    await world.say("subscribe robots")
    await world.say("subscribe reward model")
    said = await answer(world, "unsubscribe reward")
    assert '1 "reward hacking", 3 reward model' in said
    assert "robots" not in said


@pytest.mark.parametrize("wanted", ["1", "#1", "rlhf", " RLHF "])
async def test_unsubscribe_takes_a_number_or_the_query(world, wanted):
    await world.say("subscribe rlhf")
    assert "Unsubscribed" in await answer(world, f"unsubscribe {wanted}")
    assert "no subscriptions yet" in await answer(world, "list")


@pytest.mark.parametrize("wanted", ["", "7", "#x", "something else"])
async def test_unsubscribe_from_what_is_not_there(world, wanted):
    await world.say("subscribe rlhf")
    said = await answer(world, f"unsubscribe {wanted}")
    assert "/papers unsubscribe 1" in said
    assert "1 subscription." in await answer(world, "list")


async def test_unsubscribing_drops_what_only_it_had_matched(world):
    await world.found("reward", "language")
    await collected(world, make_paper(), make_paper("2607.00002", "Reward shaping"))
    await world.say("unsubscribe 1")
    world.clock.advance(hours=3)
    await world.tick()
    assert world.cards() == ["Reward hacking in language models"]


async def test_a_wrong_query_is_shown_with_the_place_and_an_example(world):
    said = await answer(world, "subscribe diffusion foo:bar")
    assert "diffusion ▸foo:bar" in said
    assert "title:" in said


async def test_search_shows_exact_matches_then_the_nearest(world):
    await collected(
        world,
        make_paper(),
        make_paper("2607.00002", "Hacking the reward of a robot"),
        make_paper("2607.00003", "Cooking"),
    )
    said = await answer(world, 'search "reward hacking"')
    exact, _, nearest = said.partition("Nearest others")
    assert "Reward hacking in language models" in exact
    assert "Hacking the reward of a robot" in nearest
    assert "Cooking" not in said


async def test_preview_shows_the_last_seven_days_and_changes_nothing(world):
    await collected(world, make_paper(), make_paper("2606.00001", "Reward of June", day=None))
    said = await answer(world, "preview reward")
    assert "1 paper" in said
    assert "no subscriptions yet" in await answer(world, "list")


@pytest.mark.parametrize(
    "text", ["2607.00001", "https://arxiv.org/abs/2607.00001v2", "arXiv:2607.00001"]
)
async def test_searching_an_id_or_address_shows_that_paper(world, text):
    await collected(world, make_paper(), make_paper("2607.00002", "Another 2607.00001"))
    (block,) = (await world.say(f"search {text}")).message.blocks
    assert block.title == "Reward hacking in language models"


async def test_searching_an_unknown_id_says_how_to_fetch_it(world):
    said = await answer(world, "search https://arxiv.org/abs/2501.00077v1")
    assert "The archive has no paper" in said
    assert "/papers save 2501.00077" in said


async def test_cards_of_a_search_say_why_and_who_saved(world):
    await collected(world, make_paper())
    await world.say("save 2607.00001")
    for verb in ("search", "preview"):
        card = (await world.say(f"{verb} reward")).message.blocks[1]
        assert "".join(span.text for span in card.why) == "matched reward in the title"
        assert card.buttons[0].label == "Saved ✓"


@pytest.mark.parametrize("verb", ["search", "preview"])
async def test_all_that_matches_can_be_paged_through(world, verb):
    await collected(world, *(make_paper(f"2607.{n:05}", f"Reward {n}") for n in range(31)))
    said = await answer(world, f"{verb} reward")
    assert "31 papers" in said
    seen, pressed = said.count("https://arxiv.org/abs"), await buttons(world, f"{verb} reward")
    titles = {f"Reward {n}" for n in range(31) if f"Reward {n}\n" in said}
    while more := pressed.get("Show more"):
        page = await answer(world, more)
        assert "of 31 papers that match" in page
        titles |= {f"Reward {n}" for n in range(31) if f"Reward {n}\n" in page}
        pressed = await buttons(world, more)
    assert seen
    assert len(titles) == 31


async def test_what_is_over_a_hundred_is_not_counted(world):
    await collected(world, *(make_paper(f"2607.{n:05}", f"Reward {n}") for n in range(120)))
    assert "The best 5 of more than 100 papers that match" in await answer(world, "search reward")
    assert "6 to 20 of more than 100 papers" in await answer(world, "results 5 reward")


async def test_results_beyond_the_last_are_none(world):
    await collected(world, make_paper())
    assert "No further paper matches" in await answer(world, "results 5 reward")
    assert "1 to 1 of 1 paper" in await answer(world, "results reward")


async def test_save_list_and_take_off_again(world):
    await collected(world, make_paper())
    said = await answer(world, "save 2607.00001v2 #reading #Fun for Thursday")
    assert "#reading #fun" in said
    assert "for Thursday" in said
    assert "Already" in await answer(world, "save https://arxiv.org/abs/2607.00001")
    assert "Anna" in await answer(world, "saved #reading")
    said = await answer(world, "saved nothing-like-it")
    assert "No saved paper matches nothing-like-it; 1 paper is saved." in said
    assert "1 paper on the reading list" in await answer(world, "saved")
    assert "Removed" in await answer(world, "unsave 2607.00001")
    assert "not on the reading list" in await answer(world, "unsave 2607.00001")


async def test_an_unknown_paper_is_fetched_when_saved(world):
    paper = make_paper("2501.00077", "An older paper")
    world.lookup.papers = {PaperKey("arxiv:2501.00077"): paper}
    assert "An older paper" in await answer(world, "save 2501.00077")
    assert "An older paper" in await answer(world, "saved")


@pytest.mark.parametrize("rest", ["", "nonsense", "9999.99999"])
@pytest.mark.parametrize("verb", ["save", "unsave", "abstract"])
async def test_a_paper_that_nobody_knows_gets_an_example_that_works(world, verb, rest):
    assert f"/papers {verb} 2401.01234" in await answer(world, f"{verb} {rest}")
    await collected(world, make_paper())
    said = await answer(world, f"{verb} {rest}")
    assert f"/papers {verb} 2607.00001" in said
    assert "Give its arXiv id, DOI or link." in said
    assert "Example: " not in await answer(world, f"{verb} 2607.00001")


async def test_words_in_place_of_an_id_are_answered_with_titles(world):
    await collected(world, make_paper(), make_paper("2607.00002", "Cooking"))
    said = await answer(world, "save that paper on reward hacking")
    assert "Did you mean" in said
    assert "/papers save 2607.00001" in said
    assert "2607.00002" not in said
    assert "Did you mean" not in await answer(world, "unsave hacking")
    await world.say("save 2607.00001")
    assert "/papers unsave 2607.00001" in await answer(world, "unsave hacking")


async def test_schedule_is_shown_changed_and_said(world):
    assert "09:00" in await answer(world, "schedule")
    reply = await world.say("schedule 07:30 Europe/Paris weekdays")
    assert "07:30" in text_of(reply.message)
    assert "Europe/Paris" in text_of(reply.notice)
    assert "Europe/Paris" in await answer(world, "schedule")
    assert "Example" in await answer(world, "schedule whenever you like")


@pytest.mark.parametrize("cadence", ["off", "instant"])
async def test_after_off_or_instant_what_is_left_out_is_the_default(world, cadence):
    await world.say("schedule weekly Fri 07:15 Europe/Paris")
    await world.say(f"schedule {cadence}")
    assert "daily 09:00 Europe/Paris" in await answer(world, "schedule daily")
    await world.say(f"schedule {cadence}")
    assert "daily 10:00 Asia/Tokyo" in await answer(world, "schedule 10am Tokyo")


@pytest.mark.parametrize(
    ("text", "told"), [("instant", "now posted as they arrive"), ("off", "now off")]
)
async def test_a_schedule_without_a_time_is_said_once(world, text, told):
    reply = await world.say(f"schedule {text}")
    assert told in reply.message.fallback
    assert [block.kind for block in reply.message.blocks] == ["paragraph", "actions"]
    assert "now" not in (await world.say("schedule")).message.fallback


async def test_status_names_sources_and_their_failures(world):
    await collected(world, make_paper())
    said = await answer(world, "status")
    assert "arXiv" in said
    assert "1 paper, 1 new" in said


async def test_a_mistyped_verb_gets_the_nearest(world):
    assert "Did you mean subscribe?" in await answer(world, "subscirbe rlhf")


@pytest.mark.parametrize("text", ["papers list", "/papers list", "/PAPERS  list"])
async def test_our_own_name_before_a_command_is_no_harm(world, text):
    assert "no subscriptions yet" in await answer(world, text)


async def test_a_query_about_papers_keeps_its_words(world):
    await world.store.write(lambda tx: tx.papers.store([make_paper()], now=world.clock.now()))
    assert "papers about cats" in await answer(world, "search papers about cats")


async def test_a_sentence_gets_the_help(world):
    said = await answer(world, "what can you do?")
    assert said.startswith("There is no command what.")
    assert "/papers subscribe QUERY" in said


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name)
async def test_each_command_has_its_help(world, command):
    await collected(world, make_paper())
    said = await answer(world, f"help {command.name}")
    assert f"/papers {command.usage}" in said
    assert f"/papers {command.example.replace('2401.01234', '2607.00001')}" in said
    assert all(form in said and meaning in said for form, meaning in command.forms)


def test_the_forms_that_help_shows_are_understood():
    for command in COMMANDS:
        for form, _ in command.forms:
            if command.name == "schedule":
                parse_schedule(form, base=Schedule())
            else:
                parse_search(form)


@pytest.mark.parametrize(
    "text", ["unsubscribe ", "save ", "search ", "preview ", "schedule ", "saved ", ""]
)
async def test_what_is_typed_is_said_back_in_brief(world, text):
    await collected(world, make_paper())
    await world.say("save 2607.00001")
    said = (await world.say(text + "long" * 50)).message.fallback
    assert len(said) < 240
    assert "…" in said


@pytest.mark.parametrize("text", ["more", "more x", "more 77 5"])
async def test_more_of_no_digest(world, text):
    assert "There is no more of that digest." in await answer(world, text)


@pytest.mark.parametrize("text", ["", "help", "  HELP  ", "?", "/papers", "help whatever"])
async def test_help_lists_every_command(world, text):
    said = await answer(world, text)
    assert all(f"/papers {command.usage}" in said for command in COMMANDS)


async def test_every_example_of_the_table_works(world):
    await collected(world, make_paper("2401.01234", "An example"))
    await world.say("subscribe one")
    await world.say("subscribe two")
    for command in COMMANDS:
        said = await answer(world, command.example)
        assert "Example:" not in said or command.name == "help", command.example
        assert "went wrong" not in said


async def test_another_workspace_sees_nothing_of_this_one(world):
    other = {"workspace": WorkspaceId("web:other"), "user": UserRef(id="x", name="Xenia")}
    await collected(world, make_paper())
    await world.say("subscribe canary")
    await world.say("save 2607.00001 #canary")
    for text in ("list", "saved", "unsubscribe 1", "status"):
        assert "canary" not in await answer(world, text, **other)
    assert "canary" in await answer(world, "list")


async def test_more_of_another_channels_digest_is_refused(world):
    await world.found("reward")
    await collected(world, *(make_paper(f"2607.{n:05}", f"Reward paper {n}") for n in range(30)))
    world.clock.advance(hours=3)
    await world.tick()
    assert "Reward paper" not in await answer(world, "more 1 20", name="elsewhere")
    assert "Reward paper" in await answer(world, "more 1 20")


async def test_a_fault_of_ours_is_a_sentence_too(world, caplog):
    async def broken(call):
        raise RuntimeError("secret detail")

    world.commands._verbs = {"list": broken}
    said = await answer(world, "list")
    assert "went wrong" in said
    assert "secret" not in said
    assert "secret detail" in caplog.text


async def test_a_channel_has_at_most_a_hundred_subscriptions(world):
    for n in range(100):
        await world.say(f"subscribe word{n}")
    assert "100 subscriptions" in await answer(world, "subscribe onemore")


verbs = st.sampled_from(
    [c.name for c in COMMANDS] + ["abstract", "more", "results", "recent", "what", ""]
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(verb=verbs, rest=st.text(max_size=300))
async def test_whatever_is_typed_gets_an_answer(world, verb, rest):
    message = (await world.say(f"{verb} {rest}")).message
    assert message.fallback
    assert "went wrong" not in message.fallback


async def test_a_channel_is_known_from_its_first_command_on(world):
    await world.say("help", name="new-here")
    channel = await world.store.read(lambda tx: tx.channels.get(channel_ref("new-here")))
    assert channel.name == "new-here"
    assert channel.next_run_at
