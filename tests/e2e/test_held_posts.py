"""Posts that wait for a person: who runs Paperlark hears of them, and each can be worked off."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.deliveries import DeliveryState
from bot.domain.errors import DeliveryUnknown, MessageRejected
from bot.services.commands import Commands
from bot.services.holding import drop_held_post, held_posts, resend_held_post
from tests.bot.services.asking import buttons, call
from tests.fakes import make_paper
from tests.world import World, channel_ref, text_of

TITLE = "Reward hacking in language models"


async def refuse_a_post(world) -> str:
    await world.found("reward")
    world.source.waiting = [make_paper()]
    await world.tick()
    world.chat.outcomes.append(MessageRejected("invalid_blocks"))
    world.clock.advance(hours=3)
    await world.tick()
    [held] = await world.store.read(lambda tx: held_posts(tx, channel_ref()))
    assert held.state is DeliveryState.POISON
    return held.id


async def work(world, how, post, *, name="nlp"):
    now = world.clock.now()
    return await world.store.write(lambda tx: how(tx, channel_ref(name), post, by="Anna", now=now))


async def test_a_held_post_is_sent_again_at_a_persons_word(world):
    post = await refuse_a_post(world)
    assert (await work(world, resend_held_post, post)).id == post
    assert await work(world, resend_held_post, post) is None
    await world.tick()
    assert world.cards() == [TITLE]
    assert await work(world, drop_held_post, post) is None


async def test_a_dropped_post_is_never_sent_and_shown_no_more(world):
    post = await refuse_a_post(world)
    assert "1 post held" in text_of((await world.say("status")).message)
    assert (await work(world, drop_held_post, post)).id == post
    assert "post held" not in text_of((await world.say("status")).message)
    assert await work(world, resend_held_post, post) is None
    world.clock.advance(days=1)
    await world.tick()
    assert TITLE not in world.cards()


@pytest.mark.parametrize("how", [resend_held_post, drop_held_post])
async def test_a_post_is_held_in_its_own_channel_alone(world, how):
    post = await refuse_a_post(world)
    await world.found("reward", name="other")
    assert await work(world, how, post, name="other") is None
    assert len(await world.store.read(lambda tx: held_posts(tx, channel_ref()))) == 1


async def test_a_person_sees_what_is_held_and_has_it_sent_again(world):
    await refuse_a_post(world)
    shown = (await world.say("held")).message
    assert "1 post waits for a person." in text_of(shown)
    assert "invalid_blocks" in text_of(shown)
    said = await world.say("held resend 1")
    assert "sent again" in text_of(said.message)
    assert "had a held post sent again" in text_of(said.notice)
    await world.tick()
    assert world.cards() == [TITLE]
    assert "No post is held here." in text_of((await world.say("held")).message)
    assert "had a held post sent again" in text_of((await world.say("changes")).message)


async def test_a_person_lets_a_held_post_be_by_its_button(world):
    await refuse_a_post(world)
    let_be = (await buttons(world, "held"))["Let it be"]
    assert "let be" in text_of((await world.say(let_be)).message)
    again = await world.say(let_be)
    assert "No post is held here." in text_of(again.message)
    await world.tick()
    assert TITLE not in world.cards()


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("held again 1", "Send a held post again, or let it be?"),
        ("held resend 2", "Which one? Held posts have numbers."),
        ("held drop", "Which one? Held posts have numbers."),
        ("held drop ²", "Which one? Held posts have numbers."),
        ("held drop " + "0" * 800 + "1", "Which one? Held posts have numbers."),
    ],
)
async def test_of_a_held_post_that_is_not_there_nothing_changes(world, typed, answer):
    post = await refuse_a_post(world)
    said = await world.say(typed)
    assert said.refused
    assert answer in text_of(said.message)
    [held] = await world.store.read(lambda tx: held_posts(tx, channel_ref()))
    assert held.id == post


async def test_a_post_is_worked_off_in_its_own_channel_alone(world):
    post = await refuse_a_post(world)
    await world.found("reward", name="other")
    assert "No post is held here." in text_of((await world.say("held", name="other")).message)
    assert (await world.say(f"held drop {post}", name="other")).refused
    assert len(await world.store.read(lambda tx: held_posts(tx, channel_ref()))) == 1


async def test_of_two_who_decide_at_once_the_second_hears_that_it_is_done(world):
    post = await refuse_a_post(world)
    first, second = await asyncio.gather(
        world.say(f"held resend {post}"), world.say(f"held drop {post}")
    )
    said = [text_of(first.message), text_of(second.message)]
    assert sum("is sent again" in s or "is let be" in s for s in said) == 1


@pytest.mark.parametrize(
    ("resend", "then"), [(False, "is held for a person"), (True, "is sent again")]
)
async def test_status_says_what_becomes_of_a_post_that_never_tells(world, resend, then):
    await world.found("reward")
    world.source.waiting = [make_paper()]
    await world.tick()
    world.chat.outcomes.append(DeliveryUnknown("no answer"))
    world.clock.advance(hours=3)
    await world.tick()
    commands = Commands(replace(world.kit, resend_unknown=resend))
    said = await commands.handle(call("status"))
    assert "1 post without a clear answer (no answer), looked for" in text_of(said.message)
    assert then in text_of(said.message)


async def test_a_post_held_again_is_told_of_again(world):
    post = await refuse_a_post(world)
    await work(world, resend_held_post, post)
    world.chat.outcomes.append(MessageRejected("invalid_blocks"))
    for _ in range(3):
        await world.tick()
    assert [("invalid_blocks" in text_of(said)) for said in world.operator] == [True, True]


async def test_who_died_before_telling_of_a_held_post_tells_of_it_after_a_restart(world, tmp_path):
    class Killed(BaseException):
        pass

    async def die(_message):
        raise Killed

    world.deliverer._notices._operator = die
    with pytest.raises(Killed):
        await refuse_a_post(world)
    await world.store.close()
    again = World(tmp_path, clock=world.clock, chat=world.chat)
    for _ in range(2):
        await again.tick()
    assert ["A post in #nlp is held" in text_of(said) for said in again.operator] == [True]
    await again.store.close()
