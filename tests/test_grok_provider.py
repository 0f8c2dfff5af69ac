"""grok-imagine behind the cell: against a real socket that speaks its protocol, and breaks it.

The oracle for money is the number of requests that the server saw.
"""

import json
import pickle
import traceback

import pytest
from scripted import DROP, answer, serving

from generor_nb import api, sessions
from generor_nb.base.errors import (
    APIError,
    GenerorError,
    InsufficientCredits,
    InvalidRequest,
    NoOutput,
    OutcomeUnknown,
    OverBudget,
    RateLimited,
    Unauthorized,
    Unresolved,
)
from generor_nb.contract.schema import Estimate
from generor_nb.providers import grok_imagine
from generor_nb.spending import following, watch
from generor_nb.spending.states import State

KEY = "grok_" + "5eed" * 8
GENERATE, STATUS = "/v1/generate", "/v1/status"
CLIP = b"\x00\x00\x00\x18ftypmp42" + bytes(400)
TASK = "task_123456789"


def envelope(data, code=200, message="success", status=200, **headers):
    return answer(status, {"code": code, "message": message, "data": data}, **headers)


def refusal(status, message, error="INVALID_REQUEST", *, http=None, **headers):
    return answer(http or status, {"code": status, "message": message, "error": error}, **headers)


def standing(status="completed", clips=2, **changed):
    told = {
        "consumed_credits": 40,
        "created_at": "2024-01-01T00:00:00Z",
        "status": status,
        "task_id": TASK,
        "error_message": None,
        "response": [f"/clips/{number}.mp4" for number in range(clips)],
    }
    return envelope(told | changed)


class Api:
    """Says what it is told to say: to paid requests once each, to questions in order, the last for ever."""

    def __init__(self):
        self.accepts, self.stands = [envelope({"task_id": TASK})], [standing()]

    def __call__(self, asked):
        if asked.path.startswith("/clips/"):
            return answer(200, CLIP + asked.path.encode(), "video/mp4")
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return refusal(401, "Unauthorized", "UNAUTHORIZED")
        said = {GENERATE: self.accepts, STATUS: self.stands}[asked.path]
        return said.pop(0) if len(said) > 1 else said[0]


@pytest.fixture
def script():
    return Api()


@pytest.fixture
def server(script, monkeypatch):
    monkeypatch.setattr(grok_imagine, "PAUSE", 0.01)
    with serving(script) as running:
        monkeypatch.setenv("GENEROR_PROVIDER", "grok-imagine")
        monkeypatch.setenv("GROK_IMAGINE_BASE_URL", running.url)
        monkeypatch.setenv("GROK_IMAGINE_API_KEY", KEY)
        yield running
        sessions.close()


@pytest.fixture
def paid(server):
    return lambda: len(server.posts(GENERATE))


def make(prompt="a landscape", **options):
    return api.generate("video", prompt, **{"max_credits": 100, "yes": True, **options})


# --- the request ---


def test_mode_prompt_and_ratio_are_always_sent_and_images_only_when_there_are_any(server):
    make()
    make(
        "two",
        image="https://a.example/1.png",
        reference=["https://a.example/2.png"],
        settings={"mode": "normal"},
    )
    plain, full = (one.json for one in server.posts(GENERATE))
    assert plain == {"mode": "fun", "prompt": "a landscape", "ratio": "1:1"}
    images = ["https://a.example/1.png", "https://a.example/2.png"]
    assert full == {"mode": "normal", "prompt": "two", "ratio": "1:1", "images": images}


def test_a_mode_and_a_ratio_that_nobody_knows_are_passed_on_with_a_note(server):
    made = make(aspect="21:9", settings={"mode": "spicy"})
    assert server.posts(GENERATE)[0].json == {"mode": "spicy", "prompt": "a landscape", "ratio": "21:9"}
    assert [note for note in made.notes if "passed on" in note and "spicy" in note]
    assert [note for note in made.notes if "passed on" in note and "21:9" in note]
    assert not make("known").notes


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"count": 2}, "--count"),
        ({"seconds": 5}, "--seconds"),
        ({"public": True}, "--public"),
        ({"settings": {"ratio": "1:1"}}, "--aspect"),
        ({"settings": {"images": "https://a.example"}}, "--image"),
        ({"settings": {"moed": "fun"}}, "mode"),
        ({"model": "grok-2"}, "Grok Imagine"),
        ({"video": "https://a.example/1.mp4"}, "--video"),
        ({"image": b"\x89PNG\r\n\x1a\n" + bytes(40)}, "addresses only"),
        ({"reference": ["https://a.example/1.png"] * 9}, "at most 8"),
        ({"image": "https://[a"}, "--image"),
    ],
)
def test_what_cannot_be_asked_is_said_before_anything_is_sent(server, options, words):
    with pytest.raises(InvalidRequest) as caught:
        make(**options)
    assert words in str(caught.value)
    assert server.asked == []


def test_an_unknown_generator_names_those_there_are(server):
    with pytest.raises(InvalidRequest, match="video"):
        api.generate("image", "x", yes=True, max_credits=100)


# --- the price ---


def test_forty_credits_are_said_before_and_what_was_consumed_after(server, script):
    script.stands = [standing(consumed_credits=35)]
    assert (api.estimate("video", "a landscape").credits, server.asked) == (40, [])
    made = make()
    assert (made.estimate, made.charge) == (40, 35)
    assert "35" in made.summary
    assert "40" in made.summary


def test_a_cap_below_forty_refuses_and_one_of_forty_does_not(server, paid):
    with pytest.raises(OverBudget):
        make(max_credits=39)
    assert paid() == 0
    assert make(max_credits=40).charge == 40


def test_there_is_no_balance_to_be_asked_for(server):
    with pytest.raises(GenerorError, match="no call that tells the balance"):
        api.wait(sessions.current().balance())


# --- the task ---


def test_a_task_is_asked_after_until_it_ends_and_each_clip_is_a_creation(server, script, paid):
    script.stands = [
        standing("queued", 0, response=None),
        standing("processing", 0),
        standing("completed", 0),
        answer(502, b"<html>", "text/html"),
        standing(task_id="task_of_somebody_else"),
        standing(),
    ]
    made = make()
    assert [creation.mime for creation in made] == ["video/mp4", "video/mp4"]
    assert len({creation.id for creation in made}) == 2
    assert [one.query for one in server.asked if one.path == STATUS] == [{"task_id": TASK}] * 6
    assert make().replayed
    assert paid() == 1


def test_the_key_goes_to_the_api_only(server):
    make()
    sent = {one.path.split("/")[1]: one.headers.get("authorization") for one in server.asked}
    assert sent == {"v1": f"Bearer {KEY}", "clips": None}


@pytest.mark.parametrize(
    ("message", "advice"),
    [
        ("File type not supported", "another picture"),
        ("Inappropriate content, please try another prompt.", "other words"),
        ("grok imagine build failed", "another mode"),
        ("Network error, please try again later.", "their network"),
        ("something new", "your account"),
    ],
)
def test_a_failure_says_what_can_be_done_and_what_is_known_of_the_money(
    server, script, paid, message, advice
):
    script.stands = [standing("failed", 0, error_message=message)]
    with pytest.raises(NoOutput) as caught:
        make()
    assert message in caught.value.what
    assert "40 credits were consumed" in caught.value.what
    assert advice in caught.value.hint
    (op,) = sessions.current().journal.history(9)
    assert (op.state, op.charge) == (State.CHARGED_NO_OUTPUT, 40)
    with pytest.raises(NoOutput):
        make()
    assert paid() == 1


def test_a_failure_that_consumed_nothing_is_free_and_may_be_tried_again(server, script, paid):
    script.stands = [standing("failed", 0, error_message="grok imagine build failed", consumed_credits=0)]
    with pytest.raises(NoOutput, match="nothing was consumed"):
        make()
    (op,) = sessions.current().journal.history(9)
    assert op.state is State.FAILED_REFUNDED
    script.stands = [standing()]
    assert make().charge == 40
    assert paid() == 2


def test_a_failure_that_does_not_say_what_it_consumed_is_never_called_free(server, script):
    script.stands = [standing("failed", 0, error_message="grok imagine build failed", consumed_credits=None)]
    with pytest.raises(NoOutput, match="does not say whether"):
        make()
    (op,) = sessions.current().journal.history(9)
    assert (op.state, op.charge, op.reserved) == (State.CHARGED_NO_OUTPUT, None, 40)


def test_failures_are_told_in_korean_too(server, script, monkeypatch):
    monkeypatch.setenv("GENEROR_LANGUAGE", "ko")
    script.stands = [standing("failed", 0, error_message="File type not supported")]
    with pytest.raises(NoOutput, match="만들지 못했습니다") as caught:
        make()
    assert "다른 그림" in caught.value.hint


# --- refusals ---


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        (refusal(400, "Invalid request: bad ratio"), APIError, "bad ratio"),
        (refusal(400, "Insufficient credits", "INSUFFICIENT_CREDITS"), InsufficientCredits, "top up"),
        (refusal(400, "Invalid request: bad ratio", http=200), APIError, "bad ratio"),
        (refusal(401, "Unauthorized", "UNAUTHORIZED"), Unauthorized, "GROK_IMAGINE_API_KEY"),
        (refusal(429, "Too many", "RATE", X_RateLimit_Reset="9"), RateLimited, "9 s"),
        (answer(403, b"<html>blocked</html>", "text/html"), APIError, "text/html"),
    ],
)
def test_a_refusal_is_free_says_why_and_may_be_tried_again(server, script, paid, reply, error, words):
    script.accepts = [reply, envelope({"task_id": TASK})]
    with pytest.raises(error) as caught:
        make()
    assert words in str(caught.value)
    (op,) = sessions.current().journal.history(9)
    assert op.state is State.REJECTED
    assert paid() == 1
    if error is not RateLimited:
        assert make().charge == 40


# --- what is lost ---

LOST = {
    "drop": DROP,
    "half": envelope({"task_id": TASK})[:-20],
    "html": answer(200, b"<html><script>alert(1)</script>", "text/html"),
    "500": refusal(500, "oops", "SERVER_ERROR"),
    "500 in a 200": refusal(500, "oops", "SERVER_ERROR", http=200),
    "odd task": envelope({"task_id": {"a": 1}}),
    "array": answer(200, b"[]"),
    "307": answer(307, b"", Location="/v1/generate"),
}


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
def test_a_lost_answer_is_never_asked_for_by_sending_again(server, script, paid, monkeypatch, lost):
    monkeypatch.setattr(watch, "PAUSES", (0.01,))
    script.accepts = [lost, envelope({"task_id": TASK})]
    with pytest.raises(OutcomeUnknown):
        make()
    with pytest.raises(Unresolved):
        make()
    with pytest.raises(Unresolved):
        make(again=True)
    assert paid() == 1
    (op,) = sessions.current().journal.unresolved()
    assert op.idempotency_key is None
    assert op.state in (State.AMBIGUOUS, State.ASK)


def test_that_it_cannot_be_looked_up_is_said(server, script):
    script.accepts = [DROP]
    with pytest.raises(OutcomeUnknown):
        make()
    (op,) = sessions.current().journal.unresolved()
    assert "nothing can be looked up" in op.error["what"]
    question = sessions.current().allowance.question(
        Estimate(60), api.wait(sessions.current().provider.account())
    )
    assert "could not be looked up" in question


@pytest.mark.parametrize(
    ("refused", "told"),
    [
        (answer(401, {"code": 200, "data": {"status": "pending"}}), "refuses the key"),
        (refusal(401, "no token", "UNAUTHORIZED"), "refuses the key"),
        (refusal(400, "no such task", "INVALID_REQUEST", http=200), f"{TASK}, and grok-imagine says"),
    ],
    ids=["401", "401 told", "400 in a 200"],
)
def test_a_question_that_is_refused_is_not_asked_for_an_hour(
    server, script, paid, monkeypatch, refused, told
):
    monkeypatch.setattr(following, "REFUSED_PAUSE", 0.01)
    script.stands = [refused] * 10
    with pytest.raises(OutcomeUnknown, match=told):
        make()
    script.stands = [standing()]
    assert len(make().creations) == 2
    assert paid() == 1


def test_a_status_in_an_error_page_is_none(server, script):
    """What counts is the HTTP status: a clip in a 503 may be anything."""
    script.stands = [
        answer(503, {"code": 200, "data": {"status": "completed", "response": ["/odd.mp4"]}}),
        standing(),
    ]
    assert make().creations[0].data["task_id"] == TASK
    assert [one.path for one in server.asked if one.path == "/odd.mp4"] == []


# --- hostile answers ---


def test_an_answer_that_is_hostile_shows_as_text_and_costs_no_clip(server, script):
    script.stands = [
        standing(clips=1, error_message="\x1b[31m<script>alert(1)</script>", response=["/clips/1.mp4", ""])
    ]
    made = make()
    assert len(made) == 1
    assert "<script" not in json.dumps(made._repr_mimebundle_())


@pytest.mark.parametrize("response", [["/clips/1.mp4", None, 7], "/clips/1.mp4"])
def test_what_is_no_address_among_the_clips_costs_no_clip(server, script, response):
    script.stands = [standing(response=response)]
    assert len(make()) == 1


@pytest.mark.parametrize(
    "accepted",
    [
        envelope({"task_id": TASK}, code=202),
        envelope({"task_id": TASK}, code="200"),
        answer(201, {"data": {"task_id": TASK}}),
    ],
)
def test_a_task_that_is_named_is_asked_after_however_success_is_spelled(server, script, paid, accepted):
    script.accepts = [accepted]
    assert make().charge == 40
    assert paid() == 1


@pytest.mark.parametrize("consumed", [b"1e999", b"NaN", b"-5", b'"many"'])
def test_a_charge_that_is_no_amount_is_unknown_and_what_was_set_aside_stays_so(server, script, consumed):
    script.stands = [standing().replace(b'"consumed_credits": 40', b'"consumed_credits":' + consumed)]
    script.stands = [renewed(script.stands[0])]
    make()
    current = sessions.current()
    (op,) = current.journal.history(9)
    assert (op.charge, current.journal.spent(op.provider, op.account, op.session).session) == (None, 40)


def renewed(raw):
    """An answer whose body was changed, with its length."""
    return answer(200, raw.partition(b"\r\n\r\n")[2])


def test_a_clip_elsewhere_over_plain_http_is_refused_and_stays_finishable(server, script):
    script.stands = [standing(clips=1, response=["http://evil.example/1.mp4"])]
    with pytest.raises(GenerorError, match="address is refused"):
        make()
    (op,) = sessions.current().journal.unresolved()
    assert op.state is State.RESPONDED


def test_the_key_shows_nowhere(server, script):
    script.accepts = [refusal(400, f"your key {KEY} is bad"), envelope({"task_id": TASK})]
    with pytest.raises(APIError) as caught:
        make()
    made = make()
    session = sessions.current()
    seen = [
        "".join(traceback.format_exception(caught.value)),
        repr(vars(session.provider)),
        repr(session.provider._account),
        json.dumps(made._repr_mimebundle_()),
        repr(made),
    ]
    seen += [path.read_bytes().decode("latin-1") for path in session.home.rglob("*") if path.is_file()]
    assert [text for text in seen if KEY in text] == []
    with pytest.raises(TypeError):
        pickle.dumps(session.provider)
