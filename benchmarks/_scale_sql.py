"""The statements with which `_scale` makes a country: every choice is a hash of the case's number."""

CHANCE = """
    CREATE FUNCTION pg_temp.chance(i bigint, salt bigint) RETURNS float8 LANGUAGE sql IMMUTABLE AS
    $$ SELECT (hashint8extended(i, salt) & 2147483647) / 2147483648.0 $$"""

PLACES = """
    CREATE UNLOGGED TABLE place AS
    SELECT row_number() OVER (ORDER BY md5(o.region_id)) - 1 AS n, o.region_id AS region, o.id AS org, o.lft,
           city.id AS city, city.lft AS city_lft, centre.id AS centre, centre.lft AS centre_lft
    FROM org_org o
    JOIN org_org city ON city.id = o.parent_id
    JOIN org_org centre ON centre.kind = 'hotline_centre' AND left(centre.region_id, 2) = left(o.region_id, 2)
    WHERE o.kind = 'federation' AND o.level = 3"""

PERSONS = """
    INSERT INTO people_person (id, name, phone_index, phone_masked, language, created_at)
    SELECT id, name, sha256(int8send(id)), masked, 'zh-hans', %(now)s FROM sealed_person ORDER BY id"""

PLAN = """
    CREATE UNLOGGED TABLE plan AS
    SELECT i AS id, moment.created_at, p.region AS county, story.id AS story, story.category, firm.id AS firm,
           1 + floor(%(persons)s * pg_temp.chance(i, 6))::int AS person, a.is_open, a.is_merged, s.state, paused.paused,
           CASE WHEN s.state IN ('received', 'answered', 'referred') OR (NOT a.is_open AND pg_temp.chance(i, 8) < 0.05)
                THEN p.centre
                WHEN s.state = 'reopened' OR pg_temp.chance(i, 8) > 0.92 THEN p.city ELSE p.org END AS unit,
           CASE WHEN s.state IN ('received', 'answered', 'referred') OR (NOT a.is_open AND pg_temp.chance(i, 8) < 0.05)
                THEN p.centre_lft
                WHEN s.state = 'reopened' OR pg_temp.chance(i, 8) > 0.92 THEN p.city_lft ELSE p.lft END AS unit_lft,
           CASE WHEN a.is_open AND NOT paused.paused THEN
             CASE WHEN pg_temp.chance(i, 9) < 0.1 THEN %(now)s - interval '20 days' * pg_temp.chance(i, 10)
                  ELSE %(now)s + interval '28 days' * pg_temp.chance(i, 10) ^ 2 END END AS due_at,
           CASE WHEN a.is_open AND NOT paused.paused AND pg_temp.chance(i, 9) < 0.1
                THEN 1 + (pg_temp.chance(i, 11) < 0.3)::int ELSE 0 END AS late,
           CASE WHEN NOT a.is_open AND NOT a.is_merged THEN least(
             moment.created_at + interval '25 days' * (0.1 + pg_temp.chance(i, 12)), %(now)s) END AS closed_at,
           pg_temp.chance(i, 13) < 0.01 AS urgent, pg_temp.chance(i, 14) < 0.06 AS confidential,
           pg_temp.chance(i, 15) < 0.02 AS many, pg_temp.chance(i, 16) < 0.04 AS urged,
           pg_temp.chance(i, 17) AS answer
    FROM generate_series(1::bigint, %(n)s) i
    CROSS JOIN LATERAL (
      SELECT %(now)s::timestamptz - %(span)s::interval * ((%(n)s - i + pg_temp.chance(i, 1)) / %(n)s) AS created_at
    ) moment
    CROSS JOIN LATERAL (
      SELECT pg_temp.chance(i, 2) < CASE WHEN moment.created_at > %(now)s - interval '30 days' THEN 0.95
               WHEN moment.created_at > %(now)s - interval '60 days' THEN 0.75 ELSE 0.01 END AS is_open) o
    CROSS JOIN LATERAL (
      SELECT o.is_open, NOT o.is_open AND i > 1 AND pg_temp.chance(i, 3) < 0.01
             AND NOT pg_temp.chance(i - 1, 3) < 0.01 AS is_merged) a
    CROSS JOIN LATERAL (SELECT a.is_open AND pg_temp.chance(i, 4) < 0.02 AS paused) paused
    CROSS JOIN LATERAL (
      SELECT CASE WHEN a.is_merged THEN 'merged' WHEN NOT a.is_open THEN 'closed' WHEN paused.paused THEN 'working'
               ELSE (ARRAY['received','dispatched','dispatched','dispatched','signed','signed','signed','working',
                 'working','working','working','working','working','working','working','result','result','check','answered','reopened'
                 ])[1 + floor(20 * pg_temp.chance(i, 5))::int] END AS state) s
    JOIN place p ON p.n = floor(%(places)s * pg_temp.chance(i, 7) ^ 1.6)::int
    JOIN story ON story.id = floor(%(stories)s * pg_temp.chance(i, 18))::int
    JOIN firm ON firm.id = floor(%(firms)s * pg_temp.chance(i, 19))::int"""

_NO = "'ZJ' || to_char(p.created_at AT TIME ZONE 'Asia/Shanghai', 'YYMMDD') || lpad(p.id::text, 7, '0')"
_CLOCK = """CASE p.state WHEN 'received' THEN 'dispatch' WHEN 'dispatched' THEN 'sign' WHEN 'signed' THEN 'contact'
    WHEN 'result' THEN 'callback' WHEN 'answered' THEN 'callback' WHEN 'check' THEN 'check' WHEN 'reopened' THEN 'sign'
    ELSE 'result' END"""
_DATA = f"""jsonb_build_object('service', 'hotline', 'no', {_NO}, 'from', e.source, 'to', e.target, 'region', p.county,
    'category', p.category, 'counted', e.counted)"""
_SEQ = "CASE p.state WHEN 'received' THEN 1 WHEN 'dispatched' THEN 2 ELSE 3 END"

TABLES = {
    "cases_case": f"""
        INSERT INTO cases_case (id, no, service, version, state, category, title, unit_id, unit_lft, region,
          employer_id, applicant_id, assignee_id, urgent, confidential, marks, created_at, changed_at, closed_at,
          due_at, due_key,
          paused, late, lead_id, filed_key, seq)
        SELECT p.id, {_NO}, 'hotline', %(version)s, p.state, p.category, s.title, p.unit, p.unit_lft, p.county,
          CASE WHEN p.answer < 0.6 THEN p.firm + 1 END, p.person,
          CASE WHEN p.state IN ('signed', 'working', 'result', 'check', 'closed') THEN a.id END,
          p.urgent, p.confidential,
          CASE WHEN p.many THEN jsonb_build_object('people', 2 + mod(p.id, 30)) ELSE '{{}}' END
            || CASE WHEN p.many AND 2 + mod(p.id, 30) >= 10 THEN '{{"mass": 1}}'::jsonb ELSE '{{}}' END
            || CASE WHEN p.urged THEN '{{"urged": 1}}'::jsonb ELSE '{{}}' END,
          p.created_at, coalesce(p.closed_at, least(%(now)s, p.created_at + interval '3 days')), p.closed_at, p.due_at,
          CASE WHEN p.due_at IS NULL THEN '' ELSE {_CLOCK} END, p.paused, p.late,
          CASE WHEN p.is_merged THEN p.id - 1 END, p.person || ':' || md5(p.id::text), {_SEQ}
        FROM plan p JOIN sealed_case s ON s.id = p.id
        LEFT JOIN people_account a ON a.login = 'c' || p.county ORDER BY p.id""",
    "cases_words": """
        INSERT INTO cases_words (case_id, words)
        SELECT p.id, s.words || f.words FROM plan p JOIN story s ON s.id = p.story JOIN firm f ON f.id = p.firm
        ORDER BY p.id""",
    "hotline_ticket": """
        INSERT INTO hotline_ticket (case_id, channel, category, story, wish, employer_name, people, urgent,
          confidential, tier, contacted_at, bounces, return_refused, tries, closing_code, satisfaction, stars,
          reopened, external_id)
        SELECT p.id, (ARRAY['phone','app','app','partner'])[1 + mod(p.id, 4)], p.category, s.story, s.wish, f.name,
          CASE WHEN p.many THEN 2 + mod(p.id, 30) ELSE 1 END, p.urgent, p.confidential,
          (ARRAY['general','general','difficult','complex'])[1 + mod(p.id, 4)], p.created_at + interval '1 day',
          0, false, 0,
          CASE WHEN p.state = 'closed' THEN 'solved' ELSE '' END,
          CASE WHEN p.state = 'closed' THEN 'satisfied' ELSE '' END,
          NULL, 0, ''
        FROM plan p JOIN sealed_case s ON s.id = p.id JOIN firm f ON f.id = p.firm ORDER BY p.id""",
    "cases_party": """
        INSERT INTO cases_party (case_id, person_id, role, status, joined_at)
        SELECT p.id, p.person, 'applicant', CASE WHEN p.state = 'closed' THEN 'solved' ELSE 'waiting' END, p.created_at
        FROM plan p ORDER BY p.id""",
    "cases_event": f"""
        INSERT INTO cases_event (case_id, seq, transition, source, target, at, actor_id, actor_role, actor_org_id,
          stands_for, public, data, version)
        SELECT p.id, e.seq, e.transition, e.source, e.target, e.at,
          CASE WHEN e.seq > 1 THEN a.id END, e.role, CASE WHEN e.seq > 1 THEN p.unit END, '', true, {_DATA}, %(version)s
        FROM plan p LEFT JOIN people_account a ON a.login = 'c' || p.county
        CROSS JOIN LATERAL (VALUES
          (1, 'file', '', 'received', p.created_at, 'worker', '[{{"key": "filed", "amount": "0"}}]'::jsonb),
          (2, 'dispatch', 'received', 'dispatched', p.created_at + interval '50 minutes', 'dispatcher',
           '[{{"key": "dispatched", "amount": "0"}}]'::jsonb),
          (3, CASE p.state WHEN 'closed' THEN 'close' WHEN 'merged' THEN 'merge' WHEN 'signed' THEN 'sign'
                WHEN 'result' THEN 'submit' ELSE 'contact' END, 'working', p.state,
           coalesce(p.closed_at, p.created_at + interval '3 days'), 'officer',
           CASE WHEN p.state <> 'closed' THEN '[]'::jsonb ELSE
             jsonb_build_array(jsonb_build_object('key', 'closed', 'amount', '0')) END)
          ) AS e(seq, transition, source, target, at, role, counted)
        WHERE e.seq <= {_SEQ} ORDER BY p.id, e.seq""",
    "cases_note": """
        INSERT INTO cases_note (case_id, event_seq, field, text, public, at)
        SELECT p.id, 3, 'note', s.note, true, p.created_at + interval '2 days'
        FROM plan p JOIN sealed_case s ON s.id = p.id WHERE s.note IS NOT NULL ORDER BY p.id""",
    "cases_task": """
        INSERT INTO cases_task (case_id, kind, role, org_id, state, opened_at, data)
        SELECT p.id, 'urge', 'officer', p.unit, CASE WHEN p.is_open THEN 'open' ELSE 'done' END, p.created_at, '{}'
        FROM plan p WHERE p.urged ORDER BY p.id""",
    "cases_link": """
        INSERT INTO cases_link (case_id, other_id, kind, at)
        SELECT p.id, p.id - 1, 'duplicate', p.created_at FROM plan p WHERE p.is_merged""",
    "deadlines_deadline": f"""
        INSERT INTO deadlines_deadline (case_id, key, round, state, rule, amount, unit, basis, verified, started_at,
          started_by, planned_at, due_at, latest_at, provisional, done_at, level, reminded, moves)
        SELECT p.id, d.key, 1, d.state, 'hotline.' || d.key, 5, 'workdays', '(?)', false, p.created_at, d.by, d.due_at,
          d.due_at, d.due_at, false, d.done_at, p.late, false, d.moves
        FROM plan p CROSS JOIN LATERAL (VALUES
          ('result', CASE WHEN p.is_open THEN CASE WHEN p.paused THEN 'suspended' ELSE 'running' END ELSE 'met' END,
           'dispatch', coalesce(p.due_at, p.created_at + interval '7 days'), p.closed_at,
           CASE WHEN p.paused THEN jsonb_build_array(jsonb_build_object('kind', 'suspend', 'at', p.created_at +
             interval '2 days', 'reason', '等待仲裁', 'by', 'officer')) ELSE '[]'::jsonb END, p.state <> 'received'),
          ({_CLOCK}, 'running', 'dispatch', p.due_at, NULL, '[]'::jsonb,
           p.is_open AND NOT p.paused AND p.state <> 'working')
          ) AS d(key, state, by, due_at, done_at, moves, wanted)
        WHERE d.wanted AND NOT p.is_merged ORDER BY p.id""",
}

COUNTERS = """
    INSERT INTO indicators_counter (service, indicator, region, month, category, shard, n, amount)
    SELECT 'hotline', c.indicator, f.region, f.month, f.category, f.shard, c.n, c.amount
    FROM (
      SELECT p.county AS region, cat.category, e.month,
        CASE WHEN e.month < %(month)s THEN 0 ELSE mod(p.id, %(shards)s) END AS shard,
        count(*) FILTER (WHERE e.k = 1) AS filed,
        count(*) FILTER (WHERE e.k = 1 AND p.state NOT IN ('received', 'answered')) AS dispatched,
        count(*) FILTER (
          WHERE e.k = 1 AND p.state NOT IN ('received', 'answered', 'dispatched') AND p.answer < 0.93) AS contacted,
        count(*) FILTER (WHERE e.k = 1 AND p.urged) AS urged,
        count(*) FILTER (WHERE e.k = 2) AS closed,
        count(*) FILTER (WHERE e.k = 2 AND p.answer < 0.88) AS called_back,
        count(*) FILTER (WHERE e.k = 2 AND p.answer < 0.72) AS solved,
        count(*) FILTER (WHERE e.k = 2 AND p.answer < 0.66) AS satisfied,
        coalesce(sum(extract(epoch FROM p.closed_at - p.created_at) / 3600)
          FILTER (WHERE e.k = 2), 0)::numeric(20, 2) AS hours
      FROM plan p
      CROSS JOIN LATERAL (VALUES (1, p.created_at), (2, p.closed_at)) AS m(k, at)
      CROSS JOIN LATERAL (SELECT m.k, date_trunc('month', m.at AT TIME ZONE 'Asia/Shanghai')::date AS month) e
      CROSS JOIN LATERAL (VALUES (''), (p.category)) AS cat(category)
      WHERE m.at IS NOT NULL GROUP BY 1, 2, 3, 4) f
    CROSS JOIN LATERAL (VALUES ('filed', f.filed, 0), ('dispatched', f.dispatched, 0), ('contacted', f.contacted, 0),
      ('urged', f.urged, 0), ('closed', f.closed, 0), ('due_back', f.closed, 0), ('called_back', f.called_back, 0),
      ('solved', f.solved, 0), ('satisfied', f.satisfied, 0), ('hours_to_close', f.closed, f.hours)
      ) AS c(indicator, n, amount)
    WHERE c.n > 0"""
