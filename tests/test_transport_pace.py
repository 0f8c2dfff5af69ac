"""The pace: pure decisions in virtual time, the limit learned from headers, counters shared by processes."""

import asyncio
import math
import os
import random
import sqlite3
import subprocess
import sys
from email.utils import formatdate
from pathlib import Path

import pytest

from generor_nb.base.errors import RateLimited
from generor_nb.contract.generor import TIERS
from generor_nb.transport import CallOptions, Channel
from generor_nb.transport import counters as counting
from generor_nb.transport.counters import Counters
from generor_nb.transport.gate import Gate, Timing
from generor_nb.transport.limits import Notice, Rate, read_notice, retry_after
from generor_nb.transport.pace import (
    ALIGNED,
    DAY,
    FIXED,
    HOUR,
    MINUTE,
    SLIDING,
    START,
    Pacer,
    Permit,
    Refuse,
    Wait,
)

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import quota_world as world  # noqa: E402

COUNT = 600
NOW = 1_699_999_993.0


def notice(limit=30, remaining=29, reset=None, *, now=NOW, tier="free", **more):
    end = reset if reset is not None else now // 60 * 60 + 60
    return Notice(Rate(limit, remaining, end, tier), math.floor(now), **more)


def taken(pacer, now):
    decision = pacer.take(now)
    assert isinstance(decision, Permit)
    return decision


def learned(limit=30, now=NOW, **more):
    """A pacer that has had one answer."""
    pacer = Pacer(TIERS)
    pacer.learn(taken(pacer, now), notice(limit, limit - 1, now=now, **more), now + 0.1)
    return pacer


# --- what headers say ---


@pytest.mark.parametrize(
    ("raw", "seconds"),
    [
        ("7", 7),
        ("0.5", 0.5),
        ("-3", 0),
        (formatdate(NOW + 30, usegmt=True), 30),
        (formatdate(NOW - 30, usegmt=True), 0),
        (str(int(NOW) + 12), 12),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("Sat, 99 Foo 2025 00:00:00 GMT", None),
        ("", None),
    ],
)
def test_retry_after_in_seconds_and_as_a_date(raw, seconds):
    assert retry_after({"retry-after": raw}, NOW) == seconds


def test_a_retry_date_is_read_on_the_servers_clock():
    headers = {"date": formatdate(NOW - 20, usegmt=True), "retry-after": formatdate(NOW - 13, usegmt=True)}
    assert read_notice(429, headers, NOW).retry_after == 7


def test_a_small_reset_counts_from_now():
    headers = {"x-ratelimit-limit": "30", "x-ratelimit-reset": "12", "date": formatdate(NOW, usegmt=True)}
    assert read_notice(200, headers, NOW + 0.4).rate.reset == NOW + 12


def test_nonsense_in_headers_is_no_news():
    headers = {"x-ratelimit-limit": "many", "x-ratelimit-reset": "", "date": "yesterday"}
    assert read_notice(200, headers, NOW) == Notice(Rate())
    assert read_notice(200, {"x-ratelimit-remaining": "9" * 400}, NOW) == Notice(Rate())


# --- one decision at a time ---


def test_before_the_first_answer_only_a_few_leave():
    pacer = Pacer(TIERS)
    assert all(isinstance(pacer.take(NOW), Permit) for _ in range(START))
    assert isinstance(pacer.take(NOW), Wait)


def test_a_server_that_names_no_limit_is_not_paced():
    pacer = Pacer(TIERS)
    pacer.learn(taken(pacer, NOW), Notice(Rate()), NOW)
    assert all(isinstance(pacer.take(NOW), Permit) for _ in range(10_000))


def test_a_failure_that_names_no_limit_does_not_lift_it():
    pacer = Pacer(TIERS)
    pacer.learn(taken(pacer, NOW), read_notice(502, {"content-type": "text/html"}, NOW), NOW)
    assert sum(isinstance(pacer.take(NOW), Permit) for _ in range(100)) <= START


def test_the_minute_is_used_up_and_waited_for_with_a_second_to_spare():
    pacer = learned(30)
    assert all(isinstance(pacer.take(NOW + 1), Permit) for _ in range(29))
    wait = pacer.take(NOW + 1)
    end = NOW // 60 * 60 + 60
    assert end + 1 <= wait.until < end + 1.2


def test_no_patience_is_a_refusal_with_the_seconds():
    pacer = learned(30)
    for _ in range(29):
        taken(pacer, NOW + 1)
    refusal = pacer.take(NOW + 1, latest=NOW + 10)
    assert isinstance(refusal, Refuse)
    assert 46 < refusal.seconds < 49


def test_a_reset_in_the_past_is_not_trusted():
    pacer = learned(30, reset=NOW - 300)
    assert isinstance(pacer.take(NOW + 1), Permit)
    assert pacer.minute.end > NOW


def test_the_servers_date_corrects_its_reset():
    behind = NOW - 20
    pacer = Pacer(TIERS)
    said = Notice(Rate(30, 0, behind // 60 * 60 + 60, "free"), math.floor(behind))
    pacer.learn(taken(pacer, NOW), said, NOW + 0.05)
    end = said.rate.reset + 20
    assert end <= pacer.take(NOW + 0.1).until <= end + 2.1


def test_what_others_use_is_seen_through_remaining():
    pacer = Pacer(TIERS)
    pacer.learn(taken(pacer, NOW), notice(30, 10), NOW + 0.1)
    got = 0
    while isinstance(pacer.take(NOW + 1), Permit):
        got += 1
    assert 0 < got <= 10


@pytest.mark.parametrize(("wait", "size"), [(1800, HOUR), (40_000, DAY)])
def test_a_long_retry_after_closes_the_hour_or_the_day(wait, size):
    pacer = learned()
    pacer.learn(taken(pacer, NOW), notice(refused=True, retry_after=float(wait)), NOW)
    assert pacer.take(NOW) == Wait(NOW + wait + 1, size)


def test_the_documented_hour_is_tested_by_one_call_before_anybody_waits():
    pacer = learned()
    pacer.hour.used = TIERS["free"][1]
    at = NOW + 120
    assert taken(pacer, at).test == HOUR
    assert pacer.take(at) == Wait(at + 2, HOUR)
    assert isinstance(pacer.take(at + 2.1), Permit)
    assert pacer.hour.off


def test_tiers_of_other_numbers_are_no_hint():
    pacer = learned(31)
    assert pacer.hour.limit is None


def test_a_lost_test_proves_nothing():
    pacer = learned()
    pacer.hour.used = TIERS["free"][1]
    pacer.lose(taken(pacer, NOW + 120))
    assert taken(pacer, NOW + 120).test == HOUR


def test_windows_less_than_a_minute_apart_slide():
    pacer = learned(30, reset=NOW + 50)
    pacer.learn(taken(pacer, NOW + 5), notice(30, 28, NOW + 55), NOW + 5.1)
    assert pacer.minute.kind == SLIDING


@pytest.mark.parametrize(("reset", "kind"), [(NOW // 60 * 60 + 60, ALIGNED), (NOW + 60, FIXED)])
def test_the_end_of_a_window_tells_how_it_lies(reset, kind):
    assert learned(30, reset=reset).minute.kind == kind


def test_plenty_is_given_in_lots():
    pacer = learned(1_000_000)
    assert pacer.take(NOW + 1).spare == 9_999


@pytest.mark.parametrize("seed", range(20))
def test_no_answer_however_odd_stops_the_pacer_for_good(seed):
    rng, now = random.Random(seed), NOW
    pacer, out = Pacer(TIERS), []
    odd = [None, 0, 1, 30, 10**12, -5]
    for _ in range(300):
        now += rng.choice([0, 0.01, 1, 30, 4000])
        decision = pacer.take(now)
        if isinstance(decision, Permit):
            out.append(decision)
        if out and rng.random() < 0.8:
            rate = Rate(rng.choice(odd), rng.choice(odd), rng.choice([*odd, now, now + 60]), "free")
            date = rng.choice([None, now, now - 1e6, now + 50])
            pacer.learn(out.pop(), Notice(rate, date, rng.choice([None, 3.0]), rng.random() < 0.2), now)
    for _ in range(50):
        decision = pacer.take(now)
        if isinstance(decision, Permit):
            return
        assert decision.until > now
        now = decision.until
    pytest.fail("it never opens again")


# --- six situations, end to end, in virtual time ---


def run(server, start, count=COUNT):
    """``count`` requests through a real channel: utilisation needs the seconds they took."""

    async def go():
        timing = Timing(world.now, world.now, asyncio.sleep, random.Random(1).random)
        counters = Counters(None, TIERS, world.now)
        channel = Channel("http://sim/api/v1", timing=timing, counters=counters, transport=world.Wire(server))
        options = CallOptions(timeout=1e6, deadline=math.inf)
        begin = world.now()
        await channel.call("GET", "/generators")

        async def one():
            while (reply := await channel.call("POST", "/go", options=options)).status == 429:
                pass
            return reply.status

        statuses = await asyncio.gather(*(one() for _ in range(count - 1)))
        assert set(statuses) == {201}
        await channel.aclose()
        return world.now() - begin

    return world.virtually(go(), start)


@pytest.mark.slow
@pytest.mark.parametrize("stamp", ["arrival", "answer"])
@pytest.mark.parametrize("name", world.SITUATIONS)
def test_the_quota_is_used_and_not_overrun(name, stamp):
    strict = name in ("aligned to the clock", "fixed from the first call")
    used, refused = [], 0
    for seed, start in enumerate((13.0, 47.5, 0.3) if stamp == "arrival" else (31.0,)):
        server = world.server_for(name, seed, COUNT, stamp=stamp)
        wall = run(server, start)
        best = world.optimum(world.server_for(name, seed, COUNT), start, COUNT - 1, True)
        used.append(best / wall)
        refused += server.refused
    assert sorted(used)[len(used) // 2] >= (0.97 if strict else 0.95)
    assert refused <= (0 if strict else 0.05 * COUNT * len(used))


def test_a_sliding_window_whose_reset_moves():
    server = world.server_for("sliding", 1, COUNT, reset_from="now")
    wall = run(server, 20.0)
    best = world.optimum(world.server_for("sliding", 1, COUNT), 20.0, COUNT - 1, True)
    assert best / wall >= 0.95
    assert server.refused == 0


def test_the_limit_of_another_tier_is_learned_too():
    server = world.server_for("aligned to the clock", 1, 200, per=47, tier="unheard of")
    run(server, 13.0, 200)
    assert server.refused == 0


# --- patience ---


def gate(limit, remaining, clock):
    timing = Timing(lambda: clock[0], lambda: clock[0], asyncio.sleep, lambda: 0.5)
    made = Gate("k", Counters(None, TIERS, lambda: clock[0]), "http://x", timing)
    permit = asyncio.run(made.enter(1))
    headers = {
        "x-ratelimit-limit": str(limit),
        "x-ratelimit-remaining": str(remaining),
        "x-ratelimit-reset": str(int(clock[0]) // 60 * 60 + 60),
        "date": formatdate(clock[0], usegmt=True),
    }
    made.leave(permit, 200, headers)
    return made


def test_beyond_the_deadline_it_raises_with_the_seconds():
    made = gate(30, 0, [NOW])
    with pytest.raises(RateLimited, match="per minute are used up") as caught:
        asyncio.run(made.enter(10))
    assert 40 < caught.value.retry_after < 60
    assert "nothing was charged" in caught.value.hint


def test_who_waits_behind_somebody_is_refused_at_once_too():
    async def go():
        made = gate_later
        first = asyncio.ensure_future(made.enter(100))
        await asyncio.sleep(0.01)
        with pytest.raises(RateLimited):
            await made.enter(5)
        first.cancel()

    gate_later = gate(30, 0, [NOW])
    asyncio.run(go())


# --- the table beside the journal ---


def test_counters_survive_in_the_file_and_hold_no_key(tmp_path):
    path = tmp_path / "home" / counting.FILE
    first, second = (Counters(lambda: path, TIERS, lambda: NOW) for _ in range(2))
    permit = first.change("abc", lambda pacer: pacer.take(NOW))
    first.change("abc", lambda pacer: pacer.learn(permit, notice(30, 29), NOW))
    assert second.change("abc", lambda pacer: (pacer.minute.limit, pacer.minute.sent)) == (30, 1)
    assert second.change("other", lambda pacer: pacer.minute.limit) is None
    rows = sqlite3.connect(path).execute("SELECT key, window FROM rate ORDER BY 1, 2").fetchall()
    assert [row for row in rows if row[0] == "abc"] == [("abc", 60), ("abc", HOUR), ("abc", DAY)]


@pytest.mark.parametrize("damage", ["garbage", "row", "folder", "locked", "form"])
def test_a_broken_table_stops_nobody(tmp_path, damage):
    path = tmp_path / counting.FILE
    held = None
    if damage == "garbage":
        path.write_bytes(b"not a database" * 500)
    elif damage == "folder":
        path.mkdir()
    else:
        Counters(lambda: path, TIERS).change("k", lambda pacer: pacer.take(NOW))
        held = sqlite3.connect(path, isolation_level=None)
        if damage == "row":
            held.execute('UPDATE rate SET state = \'{"limit": "?"}\'')
        elif damage == "form":
            held.execute("DROP TABLE rate")
            held.execute("CREATE TABLE rate (other)")
        else:
            held.execute("BEGIN EXCLUSIVE")
    counters = Counters(lambda: path, TIERS)
    sent = [counters.change("k", lambda pacer: pacer.take(NOW)) for _ in range(3)]
    assert all(isinstance(one, Permit) for one in sent)
    if held:
        held.close()


def test_an_unwritable_home_stops_nobody(tmp_path):
    def nowhere():
        raise PermissionError("no")

    counters = Counters(nowhere, TIERS)
    assert isinstance(counters.change("k", lambda pacer: pacer.take(NOW)), Permit)


SHARING = """
import sys, time
from pathlib import Path
from generor_nb.contract.generor import TIERS
from generor_nb.transport.counters import Counters
from generor_nb.transport.limits import Notice, Rate
from generor_nb.transport.pace import Permit

path, now = Path(sys.argv[1]), float(sys.argv[2])
counters, got = Counters(lambda: path, TIERS, lambda: now), 0
print("ready", flush=True)
sys.stdin.readline()
for _ in range(100):
    permit = counters.change("k", lambda pacer: pacer.take(now + 1))
    got += isinstance(permit, Permit)
    time.sleep(0.0005)
print(got)
"""


def test_what_one_process_was_told_another_one_can_say(tmp_path):
    """Paid calls leave from a courier's process; the kernel says what is left."""
    path, now = tmp_path / counting.FILE, [NOW]
    courier, kernel = (Counters(lambda: path, TIERS, lambda: now[0]) for _ in range(2))

    def standing():
        return kernel.change("k", lambda pacer: pacer.standing(now[0]))

    assert standing() == Rate()
    permit = courier.change("k", lambda pacer: pacer.take(NOW))
    courier.change("k", lambda pacer: pacer.learn(permit, notice(120, 119), NOW + 0.1))
    now[0] += 1
    assert standing() == Rate(120, 119)
    now[0] += MINUTE
    assert standing() == Rate(120)


def test_a_server_that_names_no_limit_still_says_what_is_left(tmp_path):
    pacer = Pacer(TIERS)
    for remaining in (99, 98):
        permit = pacer.take(NOW)
        pacer.learn(permit, Notice(Rate(None, remaining, NOW + 30)), NOW + 0.1)
    assert pacer.standing(NOW + 1) == Rate(0, 98)
    assert pacer.standing(NOW + 31) == Rate(0)


def test_two_processes_share_one_quota(tmp_path):
    path = tmp_path / counting.FILE
    counters = Counters(lambda: path, TIERS, lambda: NOW)
    permit = counters.change("k", lambda pacer: pacer.take(NOW))
    counters.change("k", lambda pacer: pacer.learn(permit, notice(120, 119, tier="pro"), NOW + 0.1))
    command = [sys.executable, "-c", SHARING, str(path), str(NOW)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    two = [subprocess.Popen(command, env=os.environ, **pipes) for _ in range(2)]
    assert [process.stdout.readline() for process in two] == ["ready\n"] * 2
    for process in two:
        process.stdin.write("go\n")
        process.stdin.flush()
    got = [int(process.communicate(timeout=60)[0]) for process in two]
    assert sum(got) == 119
    assert min(got) > 0
