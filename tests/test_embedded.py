"""Files inside a JSON answer: found in its bytes, decoded in pieces, never in memory twice."""

import base64
import json
import tracemalloc

import pytest

from generor_nb.base.embedded import PIECE, decoded, take_out

FILE = bytes(range(256)) * 40


def encoded(data):
    return base64.b64encode(data).decode()


def round_trip(body, key="base64"):
    shorter, places = take_out(body, key)
    return json.loads(shorter), [b"".join(decoded(body, *place)) for place in places]


@pytest.mark.parametrize(
    "text",
    [
        encoded(FILE),
        f"data:image/webp;base64,{encoded(FILE)}",
        base64.encodebytes(FILE).decode(),
        encoded(FILE) + "\n",
        encoded(b""),
    ],
)
@pytest.mark.parametrize("slash", ["/", "\\/"])
def test_a_file_is_the_same_however_its_text_is_written(text, slash):
    body = json.dumps({"images": [{"n": 1, "base64": text}, {"base64": text}]}).replace("/", slash).encode()
    told, files = round_trip(body)
    expected = FILE if len(text) > 1 else b""
    assert files == [expected, expected]
    assert told == {"images": [{"n": 1, "base64": "0"}, {"base64": "1"}]}


@pytest.mark.parametrize(
    "other",
    [
        {"prompt": '"base64": "QUJD"'},
        {"base64x": "QUJD", "xbase64": "QUJD"},
        {"base64": None},
        {"base64": ["QUJD"]},
        {"x": "base64"},
        {"x": 'ends with "base64"', "y": "QUJD"},
        {"그림": '☃ \\ " base64'},
    ],
)
def test_nothing_else_is_taken_out(other):
    body = json.dumps({"a": other, "base64": "QUJD", "z": other}, ensure_ascii=False).encode()
    told, files = round_trip(body)
    assert told == {"a": other, "base64": "0", "z": other}
    assert files == [b"ABC"]


@pytest.mark.parametrize("broken", ["QUJ", "QU!D", "QUJDQQ==QUJD", "<html>", "data:image/png,QUJD", "%"])
def test_what_is_no_base64_or_only_a_part_of_it_is_refused(broken):
    body = json.dumps({"base64": broken}).encode()
    with pytest.raises(ValueError, match=r".+"):
        round_trip(body)


def test_a_large_file_is_never_in_memory_a_second_time():
    body = b'{"base64": "' + base64.b64encode(bytes(12 * PIECE)) + b'"}'
    tracemalloc.start()
    try:
        _, ((start, end),) = take_out(body, "base64")
        size = sum(len(piece) for piece in decoded(body, start, end))
        assert size == 12 * PIECE
        assert tracemalloc.get_traced_memory()[1] < 4 * PIECE
    finally:
        tracemalloc.stop()
