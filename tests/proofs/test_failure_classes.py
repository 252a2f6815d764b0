"""How bots and job systems are known to fail, and the tests that say we do not.

The classes were gathered from the issue threads of the libraries that we use and of other bots.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
CHAT, STORAGE = "adapters/chat", "adapters/storage"

CLASSES = {
    "Slack's socket is alive and brings no events": [
        f"{CHAT}/slack/test_serving.py::test_a_socket_that_falls_mute_is_given_up",
        f"{CHAT}/slack/test_serving.py::test_one_mute_socket_after_another_is_no_sign_of_life",
    ],
    "what is built anew uses a session that is closed": [
        f"{CHAT}/slack/test_serving.py::test_it_can_be_served_again_after_it_ended",
        f"{CHAT}/slack/test_serving.py::test_connections_leave_nothing_behind",
        f"{CHAT}/discord/test_gateway_trouble.py::test_connections_leave_nothing_behind",
    ],
    "broken pipes flood the log": [
        f"{CHAT}/slack/test_serving.py::test_the_log_holds_no_token_and_no_flood",
        f"{CHAT}/discord/test_gateway_trouble.py::"
        "test_lines_that_break_and_are_mended_flood_no_log",
    ],
    "an event comes twice, or is acknowledged too late": [
        f"{CHAT}/slack/test_serving.py::test_the_acknowledgement_waits_for_nothing",
        f"{CHAT}/slack/test_serving.py::test_what_comes_again_on_a_new_connection_is_done_once",
        f"{CHAT}/slack/test_inbox.py::test_a_command_that_comes_to_both_is_done_by_the_first",
    ],
    "a call is sent again by the library": [
        f"{CHAT}/slack/test_posting.py::test_what_goes_wrong_is_told_apart_and_never_sent_again",
        f"{CHAT}/slack/test_days.py::test_whatever_goes_wrong_each_paper_comes_once",
        f"{CHAT}/discord/test_day.py::test_no_answer_makes_no_second_post",
    ],
    "work is started twice, for the connection came up again": [
        f"{CHAT}/discord/test_gateway_trouble.py::test_a_session_is_taken_up_again",
        "e2e/test_known_failures.py::test_five_at_once_post_once",
    ],
    "a task stops for good": [
        f"{CHAT}/discord/test_gateway_trouble.py::test_a_task_that_is_killed_is_missed",
        f"{CHAT}/slack/test_serving.py::test_a_task_of_the_library_that_dies_is_noticed",
        "bot/test_supervisor.py::test_work_that_ends_or_fails_is_started_again",
        "e2e/test_clockwork.py::test_a_tick_that_fails_ends_no_later_one",
    ],
    "the connection ends and the process lives on": [
        f"{CHAT}/discord/test_gateway_trouble.py::"
        "test_a_gateway_that_is_gone_ends_the_connection_at_once",
        f"{CHAT}/discord/test_gateway_trouble.py::test_an_end_without_an_error_is_one",
        "e2e/test_clockwork.py::test_a_tick_that_never_comes_ends_the_watch",
    ],
    "a session is resumed again and again": [
        f"{CHAT}/discord/test_gateway_trouble.py::"
        "test_a_session_that_breaks_again_and_again_is_given_up",
        f"{CHAT}/discord/test_gateway_trouble.py::"
        "test_a_session_that_cannot_be_resumed_is_begun_anew_once",
        f"{CHAT}/discord/test_gateway.py::test_it_does_not_identify_more_often_than_allowed",
    ],
    "long work keeps the heart from beating": [
        "adapters/sources/test_arxiv_feeds.py::test_hostile_xml_is_refused_at_once",
        "bot/services/test_any_text.py::test_no_text_takes_long",
        f"{STORAGE}/test_text_index.py::test_columns_stay_apart_however_long_the_texts",
    ],
    "a job that is late is left out": [
        "e2e/test_clockwork.py::test_a_tick_that_is_late_runs_once",
        "bot/domain/test_schedules.py::test_a_late_start_runs_the_newest_missed_digest_or_waits",
    ],
    "a job runs once in each process": [
        f"{STORAGE}/test_several_processes.py::test_a_claim_passes_over_a_post_that_another_holds",
        "contracts/test_leading.py::test_one_of_many_at_once_leads",
        "simulation/test_schedules.py::test_schedules_of_every_kind_keep_the_promise",
    ],
    "summer time doubles a job or leaves it out": [
        "bot/domain/test_schedules.py::"
        "test_one_run_a_day_around_the_changes_of_every_distinct_zone",
        "bot/domain/test_schedules.py::test_a_time_that_comes_twice_runs_at_the_first",
    ],
    "the database is locked": [
        f"{STORAGE}/test_store.py::test_concurrent_writers_through_two_stores_lose_nothing",
    ],
    "the program hangs when it is to end": [
        "e2e/test_run_on_platforms.py::test_it_talks_on_both_and_ends_in_time",
        f"{CHAT}/slack/test_serving.py::test_it_ends_in_no_time_while_it_connects",
        f"{CHAT}/discord/test_gateway_trouble.py::test_a_goodbye_that_hangs_is_cut_short",
        f"{STORAGE}/test_store.py::test_closing_ends_all_threads_and_connections",
    ],
    "a migration loses rows": [
        f"{STORAGE}/test_migrate.py::test_a_rebuilt_parent_table_keeps_the_rows_below_it",
        f"{STORAGE}/test_migrate.py::test_a_migration_that_loses_or_fails_changes_nothing",
        f"{STORAGE}/test_upgrades.py::test_subscriptions_and_what_waits_for_them_are_as_they_were",
    ],
    "the same article comes again and again": [
        "e2e/test_known_failures.py::test_a_paper_that_comes_again_in_another_guise_is_no_news",
        "e2e/test_news.py::test_a_paper_of_two_sources_is_posted_once",
    ],
    "a restart, or an empty database, floods the channel": [
        "e2e/test_known_failures.py::test_a_database_that_is_new_posts_no_history",
        "e2e/test_daily_run.py::test_a_restart_posts_nothing",
        "e2e/test_restoring.py::test_where_the_database_is_lost_what_may_be_posted_counts_as_posted",
    ],
    "a source gives an empty or a short page": [
        "adapters/sources/test_arxiv.py::test_two_short_pages_leave_the_gap_open",
        "adapters/sources/test_arxiv.py::test_an_empty_weekday_is_told_and_does_not_count_as_read",
        "adapters/sources/test_arxiv.py::test_missed_days_are_asked_for_with_a_week_of_overlap",
    ],
}


@cache
def named_in(file: str) -> frozenset[str]:
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in tree.body if isinstance(node, kinds))


@pytest.mark.parametrize("failure", CLASSES)
def test_each_known_failure_has_a_test(failure):
    for test in CLASSES[failure]:
        file, name = test.split("::")
        assert name in named_in(file), test


def test_there_are_all_that_are_known():
    assert len(CLASSES) >= 17
