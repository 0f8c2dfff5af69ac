"""Calls and downloads over real sockets: what is repeated, what is waited for, what never is sent."""

import asyncio
import hashlib
import socket
import threading
import time
from contextlib import contextmanager
from email.utils import formatdate

import pytest

from generor_nb import api
from generor_nb.base.errors import (
    GenerorError,
    InvalidRequest,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    ServerError,
)
from generor_nb.base.secret import Secret
from generor_nb.contract.generor import TIERS
from generor_nb.transport import CallOptions, Channel, Reply, Ticket
from generor_nb.transport.counters import Counters
from generor_nb.transport.gate import Timing
from generor_nb.transport.pools import CROWD, MOST

KEY = "gnr_live_" + "5eed" * 10
MEDIA = bytes(range(256)) * 1200
DROP = b""


def answer(status=200, body=b"{}", **headers):
    lines = {"Content-Length": str(len(body)), **{k.replace("_", "-"): v for k, v in headers.items()}}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} X\r\n{head}Connection: close\r\n\r\n".encode() + body


class Script:
    """A server that gives the answers it is told to give, one per request, the last one for ever."""

    def __init__(self, answers):
        self.answers, self.seen = list(answers), []
        self.port = 0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/api/v1"

    async def _talk(self, reader, writer):
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            first, *rest = head.split("\r\n")
            headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in rest if line)}
            self.seen.append((*first.split()[:2], headers))
            reply = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            writer.write(reply(self, headers) if callable(reply) else reply)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def serve(self, ready, stop):
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()
        server.close()


@contextmanager
def serving(*answers):
    script, ready, loop, stop = Script(answers), threading.Event(), asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(script.serve(ready, stop)), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield script
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)
        loop.close()


class Clock:
    """Sleeping moves it and takes no time."""

    def __init__(self):
        self.now, self.slept = time.time(), []

    async def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    @property
    def timing(self):
        return Timing(lambda: self.now, lambda: self.now, self.sleep, lambda: 0.5)


@pytest.fixture
def clock():
    return Clock()


def do(script, clock, action, key=KEY, **more):
    """Run ``action(channel)`` to its end."""

    async def go():
        counters = Counters(None, TIERS, lambda: clock.now)
        channel = Channel(script.url, Secret(key), counters=counters, timing=clock.timing, **more)
        try:
            return await action(channel)
        finally:
            await channel.aclose()

    return asyncio.run(go())


def get(script, clock, **options):
    return do(script, clock, lambda c: c.call("GET", "/x", options=CallOptions(**options)))


def post(script, clock, **options):
    return do(script, clock, lambda c: c.call("POST", "/x", json={}, options=CallOptions(**options)))


# --- free calls ---


@pytest.mark.parametrize("first", [DROP, answer(500), answer(502, b"<html>"), answer(524)])
def test_a_free_read_is_repeated(clock, first):
    with serving(first, first, answer(200, b'{"a":1}')) as script:
        assert get(script, clock).body == b'{"a":1}'
    assert len(script.seen) == 3
    assert clock.slept == [0.125, 0.25]


def test_a_post_is_not_repeated_when_its_outcome_is_unknown(clock):
    with serving(answer(500), answer()) as script:
        assert post(script, clock).status == 500
    assert len(script.seen) == 1
    with serving(DROP, answer()) as script, pytest.raises(ServerError, match="did not answer in full"):
        post(script, clock)
    assert len(script.seen) == 1


def test_a_post_that_is_said_to_be_repeatable_is_repeated(clock):
    with serving(DROP, answer()) as script:
        assert post(script, clock, retry=True).status == 200
    assert len(script.seen) == 2


@pytest.mark.parametrize("call", [get, post])
def test_retry_false_sends_once(clock, call):
    with serving(answer(503), answer()) as script:
        assert call(script, clock, retry=False).status == 503
    assert len(script.seen) == 1


def test_it_gives_up_and_says_what_came(clock):
    with serving(answer(503)) as script:
        assert get(script, clock).status == 503
    assert len(script.seen) == 4


def test_a_server_that_is_not_there_is_tried_again_whatever_the_method(clock):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        script = Script([])
        script.port = free.getsockname()[1]
    with pytest.raises(NotSent):
        post(script, clock)
    assert clock.slept == [0.125, 0.25, 0.5]


def test_the_attempt_has_a_timeout(clock):
    told, answered = threading.Event(), []

    def silence(script, headers):
        told.wait(10)
        answered.append(1)
        return answer()

    with serving(silence) as script:
        with pytest.raises(ServerError):
            get(script, clock, timeout=0.1, retry=False)
        assert answered == []
        told.set()


@pytest.mark.parametrize("dated", [False, True])
@pytest.mark.parametrize("call", [get, post])
def test_a_429_is_waited_for_and_sent_again(clock, call, dated):
    after = formatdate(clock.now + 7, usegmt=True) if dated else "7"
    with serving(answer(429, Retry_After=after), answer(201)) as script:
        assert call(script, clock).status == 201
    assert len(script.seen) == 2
    assert 6.9 < sum(clock.slept) < 8.2


def test_a_429_beyond_the_deadline_is_handed_on_at_once(clock):
    with serving(answer(429, Retry_After="70")) as script:
        assert get(script, clock, deadline=30).status == 429
    assert (len(script.seen), clock.slept) == (1, [])


@pytest.mark.parametrize("epoch", [False, True])
def test_a_429_that_tells_only_when_the_window_ends_is_waited_for(clock, epoch):
    reset = str(int(clock.now) + 7 if epoch else 7)
    with serving(answer(429, X_RateLimit_Remaining="0", X_RateLimit_Reset=reset), answer()) as script:
        assert get(script, clock).status == 200
    assert len(script.seen) == 2
    assert 5.9 < sum(clock.slept) < 9


def test_a_failure_is_not_waited_for_as_a_full_window_is(clock):
    with serving(answer(502, X_RateLimit_Remaining="9", X_RateLimit_Reset="50"), answer()) as script:
        assert get(script, clock).status == 200
    assert sum(clock.slept) < 1


def test_a_window_without_a_limit_is_waited_for_when_nothing_is_left(clock):
    async def thrice(channel):
        for _ in range(3):
            await channel.call("GET", "/x")
        assert channel.rate.remaining == 99

    spent = answer(X_RateLimit_Remaining="0", X_RateLimit_Reset="30")
    fresh = answer(X_RateLimit_Remaining="99", X_RateLimit_Reset="60")
    with serving(spent, fresh) as script:
        do(script, clock, thrice)
    assert len(script.seen) == 3
    assert 30 <= sum(clock.slept) < 33


def test_a_full_minute_raises_before_anything_is_sent(clock):
    told = {
        "X_RateLimit_Limit": "30",
        "X_RateLimit_Remaining": "0",
        "X_RateLimit_Reset": str(int(clock.now) + 50),
        "X_RateLimit_Tier": "free",
    }

    async def twice(channel):
        await channel.call("GET", "/x")
        assert (channel.rate.limit, channel.rate.remaining, channel.rate.tier) == (30, 0, "free")
        with pytest.raises(RateLimited) as caught:
            await channel.call("GET", "/x", options=CallOptions(deadline=10))
        assert 49 <= caught.value.retry_after <= 53
        await channel.call("GET", "/x")

    with serving(answer(**told)) as script:
        do(script, clock, twice)
    assert len(script.seen) == 2
    assert 49 < sum(clock.slept) < 54


def test_redirects_of_the_api_are_not_followed(clock):
    with serving(answer(307, Location="/elsewhere"), answer()) as script:
        assert get(script, clock).status == 307
    assert len(script.seen) == 1


def test_the_key_goes_with_calls_only(clock, tmp_path):
    async def both(channel):
        await channel.call("GET", "/x")
        await channel.fetch("/m.png", tmp_path / "part")

    with serving(answer()) as script:
        do(script, clock, both)
    assert [headers.get("authorization") for _, _, headers in script.seen] == [f"Bearer {KEY}", None]


def test_the_key_goes_in_the_header_that_an_api_wants(clock, tmp_path):
    async def all_three(channel):
        await channel.call("GET", "/x")
        await channel.paid(Ticket("op", await channel.ready()), "/api/images/create", b"{}", 5)
        await channel.fetch("/m.png", tmp_path / "part")

    with serving(answer()) as script:
        do(script, clock, all_three, key_header="X-Api-Key", headers={"X-Platform": "api"})
    told = [(h.get("x-api-key"), h.get("x-platform"), h.get("authorization")) for _, _, h in script.seen]
    assert told == [(KEY, "api", None), (KEY, "api", None), (None, None, None)]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/images/create"),
        ("POST", "/generators/image/generate"),
        ("post", "/generators/image/generate"),
        ("POST", "/generators/image/generate/"),
        ("POST", "/generators/image/generate?x=1"),
        ("POST", "/generators/image/generate#x"),
        ("POST", "/generators/image/gener%61te"),
        ("POST", "/generators/image/Generate"),
        ("POST", "/generators/image/generate/."),
        ("POST", "/generators/image/estimate/../generate"),
    ],
)
def test_no_paid_call_slips_through(clock, method, path):
    with serving(answer()) as script, pytest.raises(RuntimeError, match="courier"):
        do(script, clock, lambda c: c.call(method, path))
    assert script.seen == []


# --- the paid call ---


@pytest.mark.parametrize(
    "first", [DROP, answer(500), answer(503), answer(429, Retry_After="1"), answer(307, Location="/y")]
)
def test_a_paid_call_is_never_sent_twice(clock, first):
    async def pay(channel):
        permit = await channel.ready()
        try:
            return (await channel.paid(Ticket("op", permit), "/generate", b"{}", 5)).status
        except OutcomeUnknown:
            return None

    with serving(first, answer(201)) as script:
        assert do(script, clock, pay) != 201
    assert len(script.seen) == 1
    assert clock.slept == []


def test_a_paid_call_waits_in_ready_and_not_after_it(clock):
    told = {"X_RateLimit_Limit": "30", "X_RateLimit_Reset": str(int(clock.now) + 20)}

    async def pay(channel):
        await channel.call("GET", "/x")
        permit = await channel.ready()
        waited = sum(clock.slept)
        await channel.paid(Ticket("op", permit), "/generate", b"{}", 5)
        return waited, sum(clock.slept)

    with serving(answer(X_RateLimit_Remaining="0", **told), answer(201)) as script:
        before, after = do(script, clock, pay)
    assert 19 < before < 24
    assert before == after


def test_no_room_in_the_pace_is_free_and_may_be_tried_again(studio, monkeypatch):
    async def full():
        error = RateLimited("full", "try again in 9 s")
        error.retry_after = 9.0
        raise error

    ready, before = studio.provider.ready, api.wait(studio.balance()).total
    monkeypatch.setattr(studio.provider, "ready", full)
    with pytest.raises(RateLimited) as caught:
        api.generate("joke", "pace")
    assert caught.value.retry_after == 9
    assert api.wait(studio.balance()).total == before
    assert studio.journal.unresolved() == []
    monkeypatch.setattr(studio.provider, "ready", ready)
    assert api.generate("joke", "pace").charge > 0


# --- many in flight ---


def test_many_in_flight_use_many_small_pools_and_nobody_waits_for_one(clock):
    async def crowd(channel):
        got = await asyncio.gather(*(channel.call("GET", "/x") for _ in range(150)))
        assert {reply.status for reply in got} == {200}
        assert max(channel._pools.busy) == 0
        return len(channel._pools.clients)

    with serving(answer()) as script:
        opened = do(script, clock, crowd)
    assert 1 < opened <= min(MOST, 150 // CROWD + 1)


# --- media ---


def fetch(script, clock, folder, url="/m.bin", **options):
    part = folder / "part"
    digest = do(script, clock, lambda c: c.fetch(url, part, **options))
    assert digest == hashlib.sha256(part.read_bytes()).hexdigest()
    return part.read_bytes()


def ranged(mark="ETag", value='"v1"'):
    """The first request breaks off in the middle; a range is honoured while the mark is the same."""

    def reply(script, headers):
        extra = {mark.replace("-", "_"): value} if mark else {}
        wanted = headers.get("range")
        if wanted is None and len(script.seen) == 1:
            return answer(200, MEDIA, **extra)[:-100_000]
        if wanted is None or headers.get("if-range") != value:
            return answer(200, MEDIA, **extra)
        start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        place = f"bytes {start}-{len(MEDIA) - 1}/{len(MEDIA)}"
        return answer(206, MEDIA[start:], Content_Range=place, **extra)

    return reply


@pytest.mark.parametrize(
    ("mark", "value", "resumed"),
    [
        ("ETag", '"v1"', True),
        ("Last-Modified", "Tue, 01 Jul 2025 10:00:00 GMT", True),
        ("ETag", 'W/"v1"', False),
        ("", "", False),
    ],
)
def test_a_broken_download_goes_on_where_the_server_can(clock, tmp_path, mark, value, resumed):
    with serving(ranged(mark, value)) as script:
        assert fetch(script, clock, tmp_path) == MEDIA
    assert len(script.seen) == 2
    assert ("range" in script.seen[1][2]) is resumed


def test_a_file_that_changed_meanwhile_begins_anew(clock, tmp_path):
    other = b"other" * 1000
    answers = answer(200, MEDIA, ETag='"v1"')[:-9], answer(200, other, ETag='"v2"')
    with serving(*answers) as script:
        assert fetch(script, clock, tmp_path) == other


@pytest.mark.parametrize("place", ["bytes 7-99/100", "nonsense", ""])
def test_a_range_that_does_not_join_on_begins_anew(clock, tmp_path, place):
    wrong = answer(206, b"wrong", Content_Range=place, ETag='"v1"')
    with serving(answer(200, MEDIA, ETag='"v1"')[:-9], wrong, answer(200, MEDIA)) as script:
        assert fetch(script, clock, tmp_path) == MEDIA
    assert "range" not in script.seen[2][2]


def test_a_download_that_never_succeeds_ends(clock, tmp_path):
    with serving(DROP) as script, pytest.raises(GenerorError, match="could not be fetched"):
        fetch(script, clock, tmp_path)
    assert len(script.seen) == 4


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_refused_download_is_not_repeated(clock, tmp_path, status):
    with serving(answer(status)) as script, pytest.raises(GenerorError, match=str(status)):
        fetch(script, clock, tmp_path)
    assert len(script.seen) == 1


def test_too_large_a_file_is_refused_by_its_length_and_by_its_bytes(clock, tmp_path):
    endless = b"HTTP/1.1 200 X\r\nConnection: close\r\n\r\n" + MEDIA
    for number, reply in enumerate((answer(200, MEDIA), endless)):
        folder = tmp_path / str(number)
        folder.mkdir()
        with serving(reply) as script, pytest.raises(GenerorError, match="larger"):
            fetch(script, clock, folder, limit=1000)
        assert (folder / "part").stat().st_size <= 1000
        assert len(script.seen) == 1


def test_redirects_of_media_are_followed_three_times_on_our_origin(clock, tmp_path):
    moved = answer(302, Location="/next")
    with serving(moved, moved, moved, answer(200, MEDIA)) as script:
        assert fetch(script, clock, tmp_path) == MEDIA
    assert all("authorization" not in headers for _, _, headers in script.seen)
    (tmp_path / "part").unlink()
    with serving(moved) as script, pytest.raises(GenerorError, match="too many redirects"):
        fetch(script, clock, tmp_path)
    assert len(script.seen) == 4


@pytest.mark.parametrize(
    "place", ["http://127.0.0.2:9/x", "file:///etc/passwd", "//127.0.0.2:9/x", "ftp://x/y"]
)
def test_a_redirect_away_from_https_and_our_origin_is_refused(clock, tmp_path, place):
    with serving(answer(302, Location=place)) as script, pytest.raises(GenerorError, match="refused"):
        fetch(script, clock, tmp_path)
    assert len(script.seen) == 1


def test_a_plain_address_elsewhere_is_refused(clock, tmp_path):
    with serving(answer()) as script, pytest.raises(GenerorError, match="refused"):
        fetch(script, clock, tmp_path, "http://127.0.0.2:9/x")
    assert script.seen == []


@pytest.mark.parametrize("place", ["https://[a", "https://xn--/"])
def test_what_is_no_address_is_one_that_failed(clock, tmp_path, place):
    with serving(answer(302, Location=place)) as script:
        for given in (place, "/moved"):
            with pytest.raises(GenerorError, match="could not be fetched"):
                fetch(script, clock, tmp_path, given)
            (tmp_path / "part").unlink()


def test_a_file_that_exists_is_not_written_over(clock, tmp_path):
    (tmp_path / "part").write_bytes(b"mine")
    with serving(answer()) as script, pytest.raises(FileExistsError):
        fetch(script, clock, tmp_path)
    assert (tmp_path / "part").read_bytes() == b"mine"


def test_a_proxy_of_the_environment_never_sees_a_loopback_call(clock, monkeypatch):
    with serving(answer()) as proxy, serving(answer()) as api:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{proxy.port}")
        do(api, clock, lambda channel: channel.call("GET", "/users/me"))
        assert len(api.seen) == 1
        assert proxy.seen == []


@pytest.mark.parametrize("name", ["X_RateLimit_Limit", "X_RateLimit_Remaining", "X_RateLimit_Reset", "Date"])
@pytest.mark.parametrize("value", ["9" * 400, "-" + "9" * 400, "1e999", "nan", "\u0665"])
def test_absurd_headers_lose_no_paid_answer(clock, name, value):
    told = {"X_RateLimit_Limit": "60", "X_RateLimit_Remaining": "3", "X_RateLimit_Tier": "free", name: value}
    reply = answer(201, b"paid for", **told)

    async def pay(channel):
        return await channel.paid(Ticket("op", await channel.ready()), "/generate", b"{}", 5)

    with serving(reply.decode().encode("utf-8")) as script:
        assert do(script, clock, pay).body == b"paid for"


def test_a_part_smaller_than_asked_for_is_not_taken_for_the_whole(clock, tmp_path):
    whole = b'HTTP/1.1 200 X\r\nETag: "a"\r\nContent-Length: %d\r\n\r\n' % len(MEDIA)

    def part(script, headers):
        start = int(headers["range"].removeprefix("bytes=").removesuffix("-"))
        piece = MEDIA[start : start + 90_000]
        span = f"bytes {start}-{start + len(piece) - 1}/{len(MEDIA)}"
        return answer(206, piece, ETag='"a"', Content_Range=span)

    with serving(whole + MEDIA[:1000], part) as script:
        digest = do(script, clock, lambda c: c.fetch("/m.png", tmp_path / "part"))
    assert digest == hashlib.sha256(MEDIA).hexdigest()
    assert (tmp_path / "part").read_bytes() == MEDIA


def test_an_answer_shows_no_body():
    assert KEY not in repr(Reply(201, {}, KEY.encode(), 0.1))


@pytest.mark.parametrize("query", ["x" * 70_000, "\ud800"])
def test_what_makes_no_address_is_named(clock, query):
    with serving(answer()) as script, pytest.raises(InvalidRequest, match="web address"):
        do(script, clock, lambda c: c.call("GET", "/x", params={"q": query}))
    assert script.seen == []
