"""When a request may leave, decided from what the server's headers have said. Pure: no clock, no I/O.

The limit is never configured: headers name it. How its windows lie is not documented, so it is found
out: *aligned* to the server's clock, *fixed* from the first call, or *sliding*. Until a window's end has
been crossed at full speed without a refusal, one call goes ahead of the others to test it; a refusal
of that one call proves that the window slides.

That window is a minute, or an hour where an API says so. Of the hour and the day the headers say
nothing: they are counted here, against the documented numbers of the tier the headers name. One call
tests those numbers too before anybody waits for long.

Times are epoch seconds on this machine's clock, but for ``reset``, which is the server's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from .limits import Notice, Rate

MINUTE, HOUR, DAY = 60, 3_600, 86_400
# Headers hold whole seconds, so the end of a window is known to a second.
MARGIN = 1.0
SLACK = 1.5
# An end of a minute that is further away than this is a mistake, or a clock that was set.
FAR = 10.0
# Calls in flight before the first answer has named the limit.
START = 5
POLL_SECONDS = 0.25
# A refusal comes at once, a generation does not: silence for this long means that a test has passed.
TEST_SECONDS = 2.0
LOG_STEP = 0.1
# From this room on, permits are given in lots, which costs a busy loop nothing.
PLENTY = 1_000
BLIND_SECONDS = 10.0
# How others use the key is averaged over this long, and never judged from less than LEAST_EXPOSURE.
FADE_SECONDS = 180.0
LEAST_EXPOSURE = 30.0
# While others use the key, a few calls leave late in the window: only their answers tell how much.
LATE = 0.75
HELD = 40

ALIGNED, FIXED, SLIDING = "aligned", "fixed", "sliding"


class Permit(NamedTuple):
    """Leave to send one request, or ``1 + spare`` of them.

    ``lap`` and ``serial`` are its window and its place therein, ``own`` what this key had sent in the last
    minute, ``test`` the size of the window it tests, or 0.
    """

    at: float
    lap: int = 0
    serial: int = 0
    own: int = 0
    test: int = 0
    spare: int = 0


class Wait(NamedTuple):
    """Ask again at ``until``, or when something was learned; ``window`` is what is used up, in seconds."""

    until: float
    window: int


class Refuse(NamedTuple):
    """Not within the caller's patience; in ``seconds`` there may be room."""

    seconds: float
    window: int


class _Gap(NamedTuple):
    """``window`` is what is used up, in seconds; 0 for the one the headers speak of."""

    until: float
    window: int = 0
    test: bool = False


@dataclass
class Tally:
    """What was seen of others in one window: at least ``others`` requests by ``at``; ``sent`` are ours."""

    others: int = 0
    at: float = 0.0
    seen: bool = False
    reset: float = 0.0
    sent: int = 0


@dataclass
class Minute:
    """The window the headers speak of.

    ``limit`` is None before the first answer and 0 when the server names none. ``end`` is 0 while no
    window is open. ``log`` holds [second, count] of the last minute. ``low`` and ``high`` bound how far
    the server's clock is ahead of ours. ``extra`` in ``exposure`` seconds is what others sent, as of
    ``counted``. ``stamp`` above 0: headers tell how it stood at the answer, not when the request came;
    ``pair`` is the last answer's reset, serial and count, from which that is told. ``left`` is what the last
    answer said is left, to the request of ``left_at``, until ``left_until``.
    """

    limit: int | None = None
    kind: str = ""
    trusted: bool = False
    lap: int = 0
    start: float = 0.0
    end: float = 0.0
    reset: float = 0.0
    sent: int = 0
    flying: int = 0
    test_until: float = 0.0
    until: float = 0.0
    low: float = 0.0
    high: float | None = None
    last_reset: float = 0.0
    extra: float = 0.0
    exposure: float = 0.0
    counted: float = 0.0
    stamp: int = 0
    pair: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    now: Tally = field(default_factory=Tally)
    before: Tally = field(default_factory=Tally)
    log: list[list[float]] = field(default_factory=list)
    left: int | None = None
    left_at: float = 0.0
    left_until: float = 0.0


@dataclass
class Long:
    """An hour or a day, counted here. ``off`` when the documented number turned out not to hold."""

    size: int
    limit: int | None = None
    off: bool = False
    used: int = 0
    start: float = 0.0
    until: float = 0.0
    tested: bool = False
    test_until: float = 0.0


class Pacer:
    """Decides for one key. Its state is ``minute``, ``hour`` and ``day``, and nothing else.

    Args:
        tiers: requests per minute, hour and day by the name of the tier, as documented.
        window: seconds of the window that the headers speak of.
    """

    def __init__(
        self,
        tiers: Mapping[str, tuple[int, int, int]],
        minute: Minute | None = None,
        hour: Long | None = None,
        day: Long | None = None,
        window: int = MINUTE,
    ) -> None:
        self.tiers, self.window = tiers, window
        self.minute, self.hour, self.day = minute or Minute(), hour or Long(HOUR), day or Long(DAY)

    # --- may one leave? ---

    def take(self, now: float, latest: float = math.inf) -> Permit | Wait | Refuse:
        """One request wants to leave at ``now``, and can wait until ``latest``."""
        self._trim(now)
        gaps = [self._long_gap(self.day, now), self._long_gap(self.hour, now), self._minute_gap(now)]
        gap = max(gaps, key=lambda one: one.until)
        if gap.until <= now:
            return self._go(now, next((one.window or self.window for one in gaps if one.test), 0))
        if gap.until > latest:
            return Refuse(gap.until - now, gap.window or self.window)
        return Wait(gap.until, gap.window or self.window)

    def force(self, now: float) -> Permit:
        """Count a request that leaves whatever the pace."""
        self._trim(now)
        return self._go(now, 0)._replace(spare=0)

    def _minute_gap(self, now: float) -> _Gap:
        m = self.minute
        if m.until > now:
            return _Gap(m.until)
        if m.limit is None:
            full = m.flying >= START and self._own(now) >= START
            return _Gap(now + POLL_SECONDS if full else now)
        if not m.limit:
            return _Gap(now)
        self._roll(now)
        sliding = self._sliding_room(now)
        if m.kind in (SLIDING, ""):
            return _Gap(now if sliding > 0 else self._frees(now))
        if self._window_room(now) <= 0:
            return _Gap(self._window_opens(now))
        if sliding > 0 or m.trusted:
            return _Gap(now)
        return self._test(now)

    def _test(self, now: float) -> _Gap:
        """The window has room, unless it slides: one goes ahead."""
        m = self.minute
        if m.test_until and now >= m.test_until:
            m.trusted, m.test_until = True, 0.0
            return _Gap(now)
        if m.test_until:
            return _Gap(m.test_until)
        # It proves nothing when a sliding window would just have let go of enough to let it pass.
        proving = self._own(now, self.window - MARGIN) >= (m.limit or 0)
        return _Gap(now, test=True) if proving else _Gap(self._frees(now))

    def _long_gap(self, long: Long, now: float) -> _Gap:
        if now < long.until:
            return _Gap(long.until, long.size)
        if long.until or (long.start and now >= self._long_end(long) + MARGIN):
            long.used, long.start, long.until, long.tested, long.test_until = 0, 0.0, 0.0, False, 0.0
        if long.limit is None or long.off or long.used < long.limit:
            return _Gap(now)
        if not long.tested:
            return _Gap(now, long.size, test=True)
        if now < long.test_until:
            return _Gap(long.test_until, long.size)
        long.off = True
        return _Gap(now)

    def _long_end(self, long: Long) -> float:
        m = self.minute
        if m.kind != ALIGNED:
            return long.start + long.size
        # At the latest it can have been there: a window taken for the one before would end at once.
        ahead = m.low if m.high is None else min(m.high, m.low + 1)
        return (math.floor((long.start + ahead) / long.size) + 1) * long.size - m.low

    def _go(self, now: float, test: int) -> Permit:
        m = self.minute
        if not m.end:
            m.start, m.end, m.now.at = now, now + self.window, now
        if test == self.window:
            m.test_until = now + TEST_SECONDS
        spare = 0 if test else self._lot(now)
        for long in (self.hour, self.day):
            if test == long.size:
                long.tested, long.test_until = True, now + TEST_SECONDS
            long.used, long.start = long.used + 1 + spare, long.start or now
        m.sent += 1 + spare
        m.flying += 1
        self._note(now, 1 + spare)
        return Permit(now, m.lap, m.sent, self._own(now, self.window), test, spare)

    def _lot(self, now: float) -> int:
        """How many more may leave without asking."""
        m = self.minute
        rooms = [long.limit - long.used - 1 for long in (self.hour, self.day) if long.limit and not long.off]
        if m.limit == 0:
            rooms.append(100 * PLENTY)
        elif m.limit is None or m.limit < PLENTY:
            return 0
        else:
            rooms.append(self._sliding_room(now))
            rooms.append(self._window_room(now))
        return min(rooms) // 100 if min(rooms) >= PLENTY else 0

    # --- how much room there is ---

    def _note(self, now: float, count: int) -> None:
        second, log = math.ceil(now / LOG_STEP) * LOG_STEP, self.minute.log
        if log and log[-1][0] >= second:
            log[-1][1] += count
        else:
            log.append([second, count])

    def _trim(self, now: float) -> None:
        """Forget what is past, and what cannot be since somebody set the clock back."""
        m, log = self.minute, self.minute.log
        if m.end > now + self.window + FAR:
            m.end = m.reset = 0.0
            self._next_lap()
        if m.until > now + self.window + FAR:
            m.until = 0.0
        if m.left_until > now + self.window + FAR:
            m.left, m.left_at = None, 0.0
        m.test_until = min(m.test_until, now + TEST_SECONDS)
        for long in (self.hour, self.day):
            if max(long.until - long.size, long.start) > now + self.window + FAR:
                long.until = long.start = 0.0
        while log and (log[0][0] <= now - self.window - MARGIN or log[0][0] > now + self.window):
            log.pop(0)

    def _own(self, now: float, span: float | None = None) -> int:
        span = self.window + MARGIN if span is None else span
        return int(sum(count for second, count in self.minute.log if second > now - span))

    def _sliding_room(self, now: float) -> int:
        m = self.minute
        others = 0
        if m.kind == SLIDING and now < m.now.at + self.window + MARGIN:
            others = m.now.others
        return (m.limit or 0) - self._own(now) - others

    def _frees(self, now: float) -> float:
        m = self.minute
        ends = [m.log[0][0]] if m.log else []
        if m.now.others and now < m.now.at + self.window + MARGIN:
            ends.append(m.now.at)
        return (min(ends) if ends else now) + self.window + MARGIN

    def _others_rate(self) -> float:
        m = self.minute
        return m.extra / max(m.exposure, LEAST_EXPOSURE) if m.extra >= 1 else 0.0

    def _window_room(self, now: float) -> int:
        m, rate = self.minute, self._others_rate()
        limit = m.limit or 0
        start, end = (m.start, m.end) if m.end else (now, now + self.window)
        ahead = rate * max(0.0, end - max(m.now.at, start))
        # Half of the key is ours, unless others were there before.
        ahead = min(ahead, max(0.0, limit / 2 - m.now.others))
        room = limit - m.sent - round(m.now.others + ahead)
        if rate and now < start + LATE * self.window:
            room -= max(1, limit // HELD)
        # However busy the others are, one call of a window is ours.
        return max(room, 1) if not m.sent else room

    def _window_opens(self, now: float) -> float:
        m, late = self.minute, self.minute.start + LATE * self.window
        held = max(1, (m.limit or 0) // HELD)
        if self._others_rate() and now < late and self._window_room(now) + held > 0:
            return late
        return max(m.end + MARGIN, now + POLL_SECONDS)

    def _roll(self, now: float) -> None:
        """Begin the next window if this one is over."""
        m = self.minute
        if not m.end or now < m.end + MARGIN:
            return
        self._next_lap()
        m.start = m.end = m.reset = 0.0
        if m.kind == ALIGNED:
            m.reset = (math.floor((now + m.low) / self.window) + 1) * self.window
            m.end = m.reset - m.low
            m.start = m.end - self.window
        m.now.at, m.now.reset = m.start, m.reset

    def _next_lap(self) -> None:
        m = self.minute
        m.before, m.now = m.now, Tally()
        m.before.sent = m.sent
        m.lap, m.sent = m.lap + 1, 0

    def standing(self, now: float) -> Rate:
        """What the window that the headers speak of allows, and has left at ``now``.

        ``limit`` is 0 where the server names none; ``remaining`` is None where this window is not known.
        """
        m = self.minute
        return Rate(m.limit, m.left if m.left_at <= now < m.left_until else None)

    # --- what an answer teaches ---

    def learn(self, permit: Permit, notice: Notice, now: float) -> None:
        """The answer to ``permit``'s request came at ``now``."""
        m, rate = self.minute, notice.rate
        m.flying = max(0, m.flying - 1)
        self._skew(permit, notice, now)
        if rate.limit and rate.limit > 0:
            if m.limit and m.limit != rate.limit:
                m.trusted = False
            m.limit = rate.limit
            self._hint(rate.tier, rate.limit)
        elif m.limit is None and not (notice.refused or notice.silent):
            m.limit = 0
        if rate.reset and rate.limit == m.limit and 0 < rate.reset - m.low < now + self.window + FAR:
            self._place(permit, rate.reset, rate.remaining, now)
        if rate.remaining is not None and permit.at >= m.left_at:
            ends = (rate.reset or 0.0) - m.low
            m.left, m.left_at = rate.remaining, permit.at
            m.left_until = ends if now < ends < now + self.window + FAR else now + self.window
        if rate.limit is None and rate.remaining == 0 and rate.reset:
            self._used_up(rate.reset, now)
        if notice.refused:
            self._refused(permit, notice.retry_after, now)
        elif permit.test:
            self._passed(permit.test)

    def _used_up(self, reset: float, now: float) -> None:
        """A server that names no limit still says when there is nothing left of it."""
        m = self.minute
        if now < reset - m.low < now + self.window + FAR:
            m.until = max(m.until, reset - m.low + MARGIN)

    def lose(self, permit: Permit) -> None:
        """No answer came to ``permit``'s request, or it never left: it teaches nothing."""
        self.minute.flying = max(0, self.minute.flying - 1)
        self._untest(permit)

    def _untest(self, permit: Permit) -> None:
        if permit.test == self.window:
            self.minute.test_until = 0.0
        for long in (self.hour, self.day):
            if permit.test == long.size:
                long.tested, long.test_until = False, 0.0

    def _skew(self, permit: Permit, notice: Notice, now: float) -> None:
        """Narrow down how far the server's clock is ahead; a contradiction begins anew."""
        if notice.date is None:
            return
        m = self.minute
        low, high = notice.date - now, notice.date + 1 - permit.at
        if m.high is None or max(low, m.low) > min(high, m.high):
            m.low, m.high = low, high
        else:
            m.low, m.high = max(low, m.low), min(high, m.high)

    def _hint(self, tier: str, limit: int) -> None:
        known = self.tiers.get(tier)
        if known and known[0] == limit:
            self.hour.limit, self.day.limit = known[1], known[2]

    def _place(self, permit: Permit, reset: float, remaining: int | None, now: float) -> None:
        """Fit the server's window over ours, and see who else uses the key."""
        m = self.minute
        self._judge(reset)
        if remaining is not None:
            self._date(permit, reset, (m.limit or 0) - remaining)
        if m.kind == SLIDING:
            self._count_sliding(permit, remaining)
            return
        if m.stamp > 0 and abs(reset - m.reset) <= SLACK:
            permit = permit._replace(lap=m.lap, at=now)
        if permit.lap == m.lap - 1 and abs(reset - m.before.reset) <= SLACK:
            self._count(m.before, permit, remaining)
        if permit.lap != m.lap or (m.reset and reset < m.reset - SLACK):
            return
        if m.reset and reset > m.reset + SLACK:
            permit = self._turned(permit, reset)
        m.reset = m.now.reset = max(m.reset, reset)
        m.end = m.reset - m.low
        m.start = m.end - self.window
        if not m.now.seen:
            m.now.at, m.now.seen = min(permit.at, m.start), True
        self._count(m.now, permit, remaining)

    def _date(self, permit: Permit, reset: float, count: int) -> None:
        """Tell when headers are written: an older request that is answered later shows it."""
        m = self.minute
        last_reset, at, last_count = m.pair
        m.pair = [reset, permit.at, count]
        if reset == last_reset and permit.at < at - MARGIN:
            m.stamp = max(-8, min(8, m.stamp + (1 if count >= last_count else -1)))

    def _judge(self, reset: float) -> None:
        """Ends of fixed windows are at least a minute apart; whatever moves in between slides."""
        m = self.minute
        moved = abs(reset - m.last_reset) if m.last_reset else 0.0
        m.last_reset = reset
        if m.kind == SLIDING:
            return
        if SLACK < moved < self.window - SLACK:
            self._slides()
        else:
            kind = ALIGNED if reset % self.window == 0 else FIXED
            m.trusted = m.trusted and m.kind == kind
            m.kind = kind

    def _slides(self) -> None:
        m = self.minute
        m.kind, m.trusted, m.test_until, m.extra = SLIDING, False, 0.0, 0.0
        m.now, m.before = Tally(), Tally()

    def _turned(self, permit: Permit, reset: float) -> Permit:
        """The server began its next window before we thought so; the permit as the first of it."""
        m = self.minute
        self._next_lap()
        begin = max(permit.at, reset - self.window - m.low)
        m.sent = int(sum(count for second, count in m.log if second >= begin))
        m.reset = 0.0
        return permit._replace(lap=m.lap)

    def _count(self, tally: Tally, permit: Permit, remaining: int | None) -> None:
        """What the server counted beyond ours is at least what others sent.

        Requests that leave together arrive in any order, so ours are counted up to a little later.
        """
        m = self.minute
        if remaining is None or permit.at < tally.at - MARGIN:
            return
        ours = tally.sent
        if tally is m.now:
            known = m.stamp < 0
            later = sum(count for second, count in m.log if second > permit.at + MARGIN) if known else 0
            ours = m.sent - int(later)
        others = max(tally.others, (m.limit or 0) - remaining - ours)
        since = min(max(0.0, permit.at - tally.at), self.window)
        # What is not seen again is forgotten, or nothing would be sent that could show it.
        fade = math.exp(-max(0.0, permit.at - m.counted) / FADE_SECONDS) if m.counted else 1.0
        m.extra = m.extra * fade + others - tally.others
        m.exposure, m.counted = m.exposure * fade + since, max(m.counted, permit.at)
        tally.others, tally.at = others, max(tally.at, permit.at)

    def _count_sliding(self, permit: Permit, remaining: int | None) -> None:
        m = self.minute
        if remaining is not None and permit.at >= m.now.at:
            m.now.at, m.now.others = permit.at, max(0, (m.limit or 0) - remaining - permit.own)

    def _uncount(self, permit: Permit) -> None:
        """A refused request is not counted; where a server does, it shows as somebody else's."""
        m = self.minute
        m.sent -= permit.lap == m.lap and m.sent > 0
        for entry in m.log:
            if entry[0] >= permit.at and entry[1] > 0:
                entry[1] -= 1
                break
        for long in (self.hour, self.day):
            long.used = max(0, long.used - 1)

    def _passed(self, test: int) -> None:
        m = self.minute
        if test == self.window:
            m.trusted, m.test_until = m.kind != SLIDING, 0.0
        for long in (self.hour, self.day):
            if test == long.size:
                long.off = True

    def _refused(self, permit: Permit, wait: float | None, now: float) -> None:
        m = self.minute
        self._untest(permit)
        self._uncount(permit)
        if wait is not None and wait > self.window + MARGIN:
            short = self.window < HOUR and wait <= HOUR + MINUTE
            long = self.hour if short else self.day
            long.until = now + wait + MARGIN
            if long.limit is None or long.off:
                long.limit, long.off = max(1, long.used), False
            return
        proof = m.limit and permit.own > m.limit and permit.serial <= m.limit // 2 and m.extra < 1
        if permit.test == self.window or proof:
            self._slides()
        if wait is None:
            wait = m.end - now if m.end > now else BLIND_SECONDS
        m.until = max(m.until, now + wait + MARGIN)
