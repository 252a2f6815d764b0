"""What was posted, carried from a newer SQLite database into the older one that replaces it.

The newer one is attached as `newer`. Channels are the same by what the platform calls them and
papers by their keys: rows have other numbers in each file.
"""

from sqlalchemy import Connection

_SAME_CHANNELS = """
    CREATE TEMP TABLE same_channel AS
    SELECT ours.id AS ours, theirs.id AS theirs, ours.created_at = theirs.created_at AS at_once
    FROM main.channel ours JOIN newer.channel theirs
    ON ours.platform = theirs.platform AND ours.workspace_id = theirs.workspace_id
        AND ours.channel_id = theirs.channel_id
"""

_STRANGE = """
    SELECT 1 FROM main.channel WHERE id NOT IN (SELECT ours FROM same_channel WHERE at_once)
    UNION ALL SELECT 1 FROM main.delivery WHERE id NOT IN (SELECT id FROM newer.delivery)
    UNION ALL SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM main.channel)
"""

_POSTED = """
    INSERT OR IGNORE INTO main.posted_before (channel_id, key)
    SELECT same_channel.ours, alias.key FROM newer.paper_match
    JOIN same_channel ON same_channel.theirs = paper_match.channel_id
    JOIN newer.alias ON alias.paper_id = paper_match.paper_id
    WHERE paper_match.digest_id IS NOT NULL
    UNION
    SELECT same_channel.ours, posted_before.key FROM newer.posted_before
    JOIN same_channel ON same_channel.theirs = posted_before.channel_id
"""

_DIGESTS = """
    INSERT OR IGNORE INTO main.digest (channel_id, workspace_id, occurrence, planned_at)
    SELECT same_channel.ours, digest.workspace_id, digest.occurrence, digest.planned_at
    FROM newer.digest JOIN same_channel ON same_channel.theirs = digest.channel_id
    ORDER BY digest.id
"""

# A channel has one post on its way at most: those that have arrived make room for it.
_ARRIVED = """
    UPDATE main.delivery SET state = theirs.state, attempts = theirs.attempts, owner = NULL,
        lease_until = NULL, send_started_at = theirs.send_started_at,
        unknown_since = theirs.unknown_since, remote_id = theirs.remote_id,
        last_error = theirs.last_error, told = theirs.told
    FROM newer.delivery theirs
    WHERE theirs.id = main.delivery.id AND main.delivery.state <> 'sent'
        AND theirs.state NOT IN ('ready', 'sending', 'reconciling', 'unknown')
"""
_MAY_ARRIVE = """
    UPDATE main.delivery SET state = 'unknown', attempts = theirs.attempts, owner = NULL,
        lease_until = NULL, send_started_at = theirs.send_started_at,
        unknown_since = coalesce(theirs.unknown_since, theirs.send_started_at),
        last_error = theirs.last_error
    FROM newer.delivery theirs
    WHERE theirs.id = main.delivery.id AND theirs.state IN ('sending', 'reconciling', 'unknown')
"""
_PLANNED_SINCE = """
    INSERT OR IGNORE INTO main.delivery (id, digest_id, channel_id, workspace_id, part, threaded,
        payload, payload_sha256, state, attempts, not_before, send_started_at, unknown_since,
        remote_id, last_error, told)
    SELECT theirs.id, digest.id, same_channel.ours, theirs.workspace_id, theirs.part,
        theirs.threaded, theirs.payload, theirs.payload_sha256,
        CASE WHEN theirs.state IN ('sending', 'reconciling') THEN 'unknown' ELSE theirs.state END,
        theirs.attempts, theirs.not_before, theirs.send_started_at,
        coalesce(theirs.unknown_since, CASE WHEN theirs.state IN ('sending', 'reconciling')
            THEN theirs.send_started_at END),
        theirs.remote_id, theirs.last_error, theirs.told
    FROM newer.delivery theirs
    JOIN same_channel ON same_channel.theirs = theirs.channel_id
    JOIN newer.digest planned ON planned.id = theirs.digest_id
    JOIN main.digest ON digest.channel_id = same_channel.ours
        AND digest.occurrence = planned.occurrence
    ORDER BY planned.id, theirs.part
"""

_DIGEST_TIMES = """
    UPDATE main.channel SET last_digest_at = theirs.last_digest_at,
        last_run_day = theirs.last_run_day
    FROM newer.channel theirs JOIN same_channel ON same_channel.theirs = theirs.id
    WHERE main.channel.id = same_channel.ours AND theirs.last_digest_at IS NOT NULL
"""

DROP_POSTED = (
    """
    DELETE FROM match_reason WHERE EXISTS (
        SELECT 1 FROM paper_match
        JOIN alias ON alias.paper_id = paper_match.paper_id
        JOIN posted_before ON posted_before.key = alias.key
            AND posted_before.channel_id = paper_match.channel_id
        WHERE paper_match.digest_id IS NULL
            AND paper_match.channel_id = match_reason.channel_id
            AND paper_match.paper_id = match_reason.paper_id)
    """,
    """
    DELETE FROM paper_match WHERE digest_id IS NULL AND EXISTS (
        SELECT 1 FROM posted_before JOIN alias ON alias.key = posted_before.key
        WHERE alias.paper_id = paper_match.paper_id
            AND posted_before.channel_id = paper_match.channel_id)
    """,
)
"""Of what waits for a digest, what the channel got already."""


_BLIND_SINCE = "SELECT 1 FROM newer.restored WHERE day NOT IN (SELECT day FROM main.restored)"


def hand_over(connection: Connection) -> bool:
    """Whether the newer database knows all that was posted since; what it knows is carried over.

    It does not if the database is no earlier state of it, or if it was itself restored meanwhile
    without knowing.
    """
    connection.exec_driver_sql(_SAME_CHANNELS)
    if connection.exec_driver_sql(_STRANGE).first():
        return False
    carried = (_POSTED, _DIGESTS, _ARRIVED, _MAY_ARRIVE, _PLANNED_SINCE, _DIGEST_TIMES)
    for statement in (*carried, *DROP_POSTED):
        connection.exec_driver_sql(statement)
    return connection.exec_driver_sql(_BLIND_SINCE).first() is None
