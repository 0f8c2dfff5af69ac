"""Writing FLAC: lossless, free, played by every browser, a third to two thirds of the size of WAV.

Frames are predicted by differences and their rests are Rice coded, many frames at once.
"""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np
from numpy.typing import NDArray

from .synth import Sound

Ints = NDArray[np.int64]
LONG, SHORT = 4096, 1024  # samples in a frame
FEW = 16  # players want some frames before they trust a file
CODES = {LONG: 0b1100, SHORT: 0b1010}
TOGETHER = 24  # frames at once: more do not fit the processor's cache
ORDERS = 4
LONGEST = 30  # bits of the Rice parameter's method 1
STEREO, MID_SIDE = 0b0001, 0b1010
BITS = 16


def encode(sound: Sound, rate: int) -> bytes:
    """A FLAC file of one or two channels of float samples within -1..1, at 16 bits."""
    both = sound[:, None] if sound.ndim == 1 else sound
    samples = np.round(np.clip(both, -1, 1) * 32_767).astype(np.int32)
    frame = LONG if len(samples) >= FEW * LONG else SHORT
    whole = len(samples) // frame
    frames: list[bytes] = []
    for first in range(0, whole, TOGETHER):
        last = min(first + TOGETHER, whole)
        frames += _frames(samples[first * frame : last * frame], frame, first * frame)
    if rest := len(samples) - whole * frame:
        frames += _frames(samples[whole * frame :], rest, whole * frame)
    places = _places([len(one) for one in frames], frame, len(samples), rate)
    return b"".join([b"fLaC", _about(samples, rate, frame), places, *frames])


def _places(sizes: list[int], frame: int, count: int, rate: int) -> bytes:
    """Where frames begin, about one a second: without, browsers cannot seek in a short file."""
    begins = np.concatenate([[0], np.cumsum(sizes)])
    points = b"".join(
        (turn * frame).to_bytes(8, "big")
        + int(begins[turn]).to_bytes(8, "big")
        + min(frame, count - turn * frame).to_bytes(2, "big")
        for turn in range(0, len(sizes), max(1, rate // frame))
    )
    return b"\x83" + len(points).to_bytes(3, "big") + points


def _about(samples: NDArray[np.int32], rate: int, frame: int) -> bytes:
    """The block every file begins with."""
    count, channels = samples.shape
    packed = (rate << 44) | ((channels - 1) << 41) | ((BITS - 1) << 36) | count
    check = hashlib.md5(samples.astype("<i2").tobytes(), usedforsecurity=False).digest()
    size = frame.to_bytes(2, "big")
    head = b"\x00\x00\x00\x22" + size + size + bytes(6)
    return b"".join([head, packed.to_bytes(8, "big"), check])


def _frames(samples: NDArray[np.int32], size: int, first: int) -> list[bytes]:
    """Consecutive frames of one size, from the sample ``first`` on."""
    # One channel's samples behind each other: else every sum below goes in strides.
    blocks = np.ascontiguousarray(samples.reshape(-1, size, samples.shape[1]).transpose(0, 2, 1), np.int32)
    orders, params, rests, costs = _predicted(blocks)
    mode = np.full(len(blocks), samples.shape[1] - 1)
    if samples.shape[1] == 2:
        side = blocks[:, 0] - blocks[:, 1]
        mixed = np.stack([(blocks[:, 0] + blocks[:, 1]) >> 1, side], 1)
        other = _predicted(mixed)
        better = other[3].sum(1) < costs.sum(1)
        mode = np.where(better, MID_SIDE, STEREO)
        pick = better[:, None]
        orders, params = np.where(pick, other[0], orders), np.where(pick, other[1], params)
        rests = np.where(pick[..., None], other[2], rests)
        blocks = np.where(pick[..., None], mixed, blocks)
    heads = [_head(first + i * size, size, int(m)) for i, m in enumerate(mode)]
    return _packed(heads, blocks, orders, params, rests, mode)


def _predicted(blocks: NDArray[np.int32]) -> tuple[Ints, Ints, NDArray[np.int32], Ints]:
    """For each channel of each frame: the best order, its Rice parameter, the folded rests, the bits."""
    size = blocks.shape[2]
    choices = [blocks]
    for order in range(1, min(ORDERS, size - 1) + 1):
        before, left = choices[-1], np.zeros_like(blocks)
        np.subtract(before[..., order:], before[..., order - 1 : -1], out=left[..., order:])
        choices.append(left)
    # Fewer samples are left of a higher order.
    means = np.stack([_total(np.abs(left)) / (size - order) for order, left in enumerate(choices)])
    orders = means.argmin(0)
    rests = choices[0].copy()
    for order, left in enumerate(choices):
        here = orders == order
        rests[here] = left[here]
    rests[np.arange(size) < orders[..., None]] = 0
    folded = (rests << 1) ^ (rests >> 31)
    mean = _total(folded) / size
    params = np.clip(np.round(np.log2(np.maximum(mean, 1) * 0.7)), 0, LONGEST).astype(np.int64)
    costs = _total(folded >> params[..., None].astype(np.int32)) + (params + 1) * size
    return orders.astype(np.int64), params, folded, costs


def _total(values: NDArray[np.int32]) -> Ints:
    """The sum along the last axis: 256 values below 2**23 fit in 32 bits, which is much the faster."""
    size = values.shape[-1]
    parts = values.reshape(*values.shape[:-1], -1, 256) if size % 256 == 0 else values[..., None]
    return np.asarray(parts.sum(-1, dtype=np.int32).sum(-1, dtype=np.int64))


def _packed(
    heads: list[bytes],
    blocks: NDArray[np.int32],
    orders: Ints,
    params: Ints,
    folded: NDArray[np.int32],
    mode: Ints,
) -> list[bytes]:
    """All frames as bits, each filled up to whole bytes and followed by its check."""
    count, channels, size = blocks.shape
    column = np.arange(size)
    warm = column < orders[..., None]
    depth = BITS + ((mode[:, None] == MID_SIDE) & (np.arange(channels) == 1)).astype(np.int64)
    lengths = np.where(warm, depth[..., None], (folded >> params[..., None]) + 1 + params[..., None])
    values = np.where(
        warm,
        blocks & ((1 << depth) - 1)[..., None],
        (folded & ((1 << params) - 1)[..., None]) | (1 << params)[..., None],
    )
    # Before each channel stands its kind and order, after its first samples the method and parameter.
    kind = (8 + orders) << 1
    method = (0b01 << 9) | params
    lengths = np.concatenate([np.full((count, channels, 1), 8), lengths], 2).astype(np.int64)
    values = np.concatenate([kind[..., None], values], 2).astype(np.int64)
    start = (orders + 1)[..., None]
    extra = np.take_along_axis(lengths, start, 2)
    np.put_along_axis(lengths, start, extra + 11, 2)
    bits = lengths.reshape(count, -1).sum(1)
    bodies = -(-bits // 8)
    begins = np.concatenate([[0], np.cumsum(bodies)])
    ends = np.cumsum(lengths.reshape(count, -1), 1) + begins[:-1, None] * 8
    at = np.take_along_axis(ends.reshape(count, channels, -1), start, 2)[..., 0]
    at = at - np.take_along_axis(lengths, start, 2)[..., 0] + 11
    stream = _written(
        np.concatenate([ends.ravel(), at.ravel()]),
        np.concatenate([values.ravel(), method.ravel()]),
        int(begins[-1]),
    )
    frames = [head + stream[begins[i] : begins[i + 1]] for i, head in enumerate(heads)]
    return [frame + check for frame, check in zip(frames, _checks(frames), strict=True)]


def _written(ends: Ints, values: Ints, size: int) -> bytes:
    """Numbers of at most 32 bits written so that each ends before its given bit."""
    last = ends - 1
    word, right = last >> 5, 31 - (last & 31)
    shifted = values << right
    words = np.bincount(word, weights=(shifted & 0xFFFFFFFF).astype(np.float64), minlength=size // 4 + 2)
    spill = shifted >> 32
    over = spill > 0
    words += np.bincount(
        np.maximum(word[over] - 1, 0), weights=spill[over].astype(np.float64), minlength=len(words)
    )
    return bytes(words.astype(np.uint64).astype(">u4").tobytes()[:size])


def _head(first: int, size: int, mode: int) -> bytes:
    """A frame's first bytes: its size, its channels, its first sample and a check of these.

    Frames that count samples, not frames: with the others, Chromium does not know when the last one is.
    """
    fixed = b"\xff\xf9" + bytes([CODES.get(size, 0b0111) << 4, (mode << 4) | 0b1000])
    head = fixed + _number(first) + (b"" if size in CODES else (size - 1).to_bytes(2, "big"))
    check = 0
    for byte in head:
        check ^= byte
        for _ in range(8):
            check = ((check << 1) ^ 0x07 if check & 0x80 else check << 1) & 0xFF
    return head + bytes([check])


def _number(value: int) -> bytes:
    """As UTF-8 writes a character, with up to six bytes more."""
    if value < 0x80:
        return bytes([value])
    more = next(count for count in range(1, 7) if value < 1 << (6 * count + max(6 - count, 0)))
    tail = [0x80 | (value >> 6 * turn) & 0x3F for turn in reversed(range(more))]
    return bytes([0xFF << (7 - more) & 0xFF | value >> 6 * more, *tail])


# --- the check at the end of a frame, for all frames at once

GROUP = 64


def _checks(frames: list[bytes]) -> list[bytes]:
    """CRC-16 of each frame. Zeros in front change nothing, so all are filled up in front to one length."""
    longest = -(-max(map(len, frames)) // GROUP) * GROUP
    table = np.frombuffer(b"".join(frame.rjust(longest, b"\0") for frame in frames), np.uint8)
    grouped = table.reshape(len(frames), -1, GROUP)
    powers = _powers()
    each = np.bitwise_xor.reduce(powers[np.arange(GROUP - 1, -1, -1), grouped], axis=2)
    total = np.zeros(len(frames), np.uint16)
    for group in range(each.shape[1]):
        total = powers[GROUP - 1, total >> 8] ^ powers[GROUP - 2, total & 0xFF] ^ each[:, group]
    return [int(check).to_bytes(2, "big") for check in total]


@cache
def _powers() -> NDArray[np.uint16]:
    """Row k: the check of each byte followed by k zero bytes."""
    row = np.arange(256, dtype=np.uint32) << 8
    for _ in range(8):
        row = np.where(row & 0x8000, (row << 1) ^ 0x8005, row << 1) & 0xFFFF
    one, rows = row, [row]
    for _ in range(GROUP - 1):
        row = one[row >> 8] ^ ((row << 8) & 0xFFFF)
        rows.append(row)
    return np.stack(rows).astype(np.uint16)
