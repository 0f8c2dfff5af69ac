"""gptimage2 from the cell, on the studio as gptimage2 over a real socket: its ledger is the oracle."""

import contextlib
import io
import json
import time

import pytest
from fronted import LOST, fronted
from others_support import Held, Other, open_others
from PIL import Image
from scripted import answer, serving

from generor_nb import api, sessions
from generor_nb.background import submit
from generor_nb.base.errors import (
    Forbidden,
    GenerorError,
    InsufficientCredits,
    InvalidRequest,
    NoOutput,
    OutcomeUnknown,
    OverBudget,
    Refunded,
    ServerError,
    Unauthorized,
    ValidationFailed,
)
from generor_nb.base.secret import Secret
from generor_nb.contract import gptimage2 as contract
from generor_nb.contract.schema import Ask
from generor_nb.providers.gptimage2 import GptImage2
from generor_nb.spending import following, turns
from generor_nb.spending.states import State
from generor_nb.transport import Reply
from generor_nb.transport.pace import HOUR, Permit, Refuse

LOW = {"quality": "low"}


@pytest.fixture
def engines():
    return None


@pytest.fixture
def there(tmp_path, engines, monkeypatch):
    """The server: its books, its front, and a session that speaks to it."""
    monkeypatch.setattr(contract, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr(contract, "LONGEST_PAUSE", 0.1)
    monkeypatch.setattr(turns, "POLL_SECONDS", 0.02)
    studio = open_others(tmp_path / "server", clock=time.time, engines=engines)
    books = Other(studio, "gptimage2")
    with fronted(books.hosted.loopback_app()) as front:
        monkeypatch.setenv("GPTIMAGE2_API_KEY", books.key.reveal())
        monkeypatch.setenv("GPTIMAGE2_BASE_URL", f"{front.url}/api/v1")
        monkeypatch.setenv("GENEROR_PROVIDER", "gptimage2")
        books.front = front
        yield books
        sessions.close()
    studio.close()


def make(prompt="a harbour", slug="text2img", **options):
    return api.generate(slug, prompt, **{"max_credits": 100, "settings": LOW, **options})


def picture(colour="teal"):
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(buffer, "PNG")
    return buffer.getvalue()


def state():
    return sessions.current().journal.history(1)[0].state


# --- a picture ---


def test_a_picture_is_made_charged_and_replayed(there):
    made = make(count=2)
    assert [one.mime for one in made.creations] == ["image/png", "image/png"]
    assert (made.charge, made.provider, there.amounts) == (2, "gptimage2", [-2])
    again = make(count=2)
    assert (again.replayed, again.charge, len(there.hosted.jobs())) == (True, 0, 1)


def test_the_estimate_says_what_is_known(there):
    assert "2 credits" in repr(api.estimate("text2img", "a fox", settings=LOW, count=2))
    assert "unknown until charged" in repr(api.estimate("text2img", "a fox"))
    assert there.front.of("POST") == []


def test_its_catalogue_is_told_without_a_call(there):
    assert [g.slug for g in api.wait(sessions.current().generators())] == ["text2img", "edit"]
    with pytest.raises(InvalidRequest) as caught:
        make(slug="text2image")
    assert caught.value.nearest[:1] == ["text2img"]
    assert there.front.came == []


def test_the_key_is_told_to_the_api_alone_and_one_key_of_its_own_goes_with_each_request(there):
    make()
    make(again=True)
    sent = [one.headers for one in there.front.of("POST", "/generate")]
    assert {headers["authorization"] for headers in sent} == {f"Bearer {there.key.reveal()}"}
    assert len({headers["idempotency-key"] for headers in sent}) == 2
    media = [one for one in there.front.of("GET") if "/generations/" not in one.path]
    assert media
    assert [one for one in media if "authorization" in one.headers] == []


# --- refusals ---


def test_what_is_blocked_is_refunded_and_said_so(there):
    with pytest.raises(Refunded, match="blocked by the content policy and refunded") as caught:
        make("a massacre at dawn")
    assert "0 credits" in caught.value.hint
    assert (state(), sum(there.amounts)) == (State.FAILED_REFUNDED, 0)


def test_what_is_refused_is_free_and_says_what_to_do(there):
    with pytest.raises(ValidationFailed, match="other words"):
        make("gore")
    assert (state(), there.amounts) == (State.REJECTED, [])


def test_a_plan_without_the_api_is_named(there):
    there.hosted.set_plan("free")
    with pytest.raises(Forbidden, match="Pro and Max"):
        make()


def test_a_lack_of_credits_names_what_is_cheaper(there):
    there.drain(0)
    with pytest.raises(InsufficientCredits, match="quality=low"):
        make()


def test_a_wrong_key_is_named_by_its_variable(there, monkeypatch):
    monkeypatch.setenv("GPTIMAGE2_API_KEY", contract.KEY_PREFIX + "0" * 32)
    with pytest.raises(Unauthorized, match="GPTIMAGE2_API_KEY"):
        make()


# --- lost answers ---


@pytest.mark.parametrize("faults", [[LOST], [LOST, LOST], [502], [LOST, 503]])
def test_a_lost_answer_is_asked_for_under_the_same_key_and_charged_once(there, faults):
    there.front.faults["POST", "/generate"] = faults
    made = make()
    assert (made.charge, there.amounts, len(there.hosted.jobs())) == (1, [-1], 1)
    assert len({one.headers["idempotency-key"] for one in there.front.of("POST", "/generate")}) == 1


@pytest.mark.parametrize(("status", "told"), [(401, "refuses the key"), (404, "knows no such job")])
def test_a_question_that_is_refused_ends_and_the_picture_is_there_later(there, monkeypatch, status, told):
    monkeypatch.setattr(following, "REFUSED_PAUSE", 0.01)
    there.front.faults = {("GET", ""): [status] * 20}
    with pytest.raises(OutcomeUnknown, match=told):
        make()
    there.front.faults.clear()
    assert len(make().creations) == 1
    assert (there.amounts, len(there.front.of("POST", "/generate"))) == ([-1], 1)


@pytest.mark.slow
def test_what_nobody_answers_stays_unclear_until_it_is_recovered(there):
    there.front.faults["POST", "/generate"] = [LOST] * 100
    with pytest.raises(OutcomeUnknown):
        make()
    there.front.faults.clear()
    made = make()  # looked up now, or in the background a moment ago and replayed
    assert (len(made.creations), there.amounts, len(there.hosted.jobs())) == (1, [-1], 1)


def test_polls_that_fail_are_asked_again(there, monkeypatch):
    monkeypatch.setattr("generor_nb.spending.following.SILENT_PAUSE", 0.02)
    there.front.faults["GET", ""] = [500] * 3
    assert make().charge == 1


# --- pictures that go in ---


def test_a_file_is_uploaded_once_and_known_by_its_content(there, tmp_path):
    (tmp_path / "one.png").write_bytes(picture())
    (tmp_path / "two.png").write_bytes(picture())
    made = make("in snow", "edit", image=tmp_path / "one.png")
    assert made.charge == 1
    put = there.front.of("PUT")
    assert [one.status for one in put] == [200]
    assert "authorization" not in put[0].headers
    assert (put[0].headers["content-type"], put[0].headers["content-length"]) == (
        "image/png",
        str(len(picture())),
    )
    assert make("in snow", "edit", image=tmp_path / "two.png").replayed
    assert len(there.front.of("PUT")) == 1


def test_a_price_uploads_nothing(there):
    api.estimate("edit", "in snow", image=picture(), settings=LOW)
    assert there.front.came == []


def test_what_no_cap_allows_uploads_nothing(there):
    with pytest.raises(OverBudget):
        make("in snow", "edit", image=picture(), max_credits=0)
    assert there.front.came == []


@pytest.mark.parametrize("fault", [403, 500])
def test_an_address_that_expired_is_asked_for_anew(there, fault):
    there.front.faults["PUT", ""] = [fault]
    assert make("in snow", "edit", image=picture()).charge == 1
    assert [one.status for one in there.front.of("PUT")] == [fault, 200]
    assert len(there.front.of("POST", "/upload")) == 2


def test_an_upload_that_fails_to_the_end_costs_nothing(there):
    there.front.faults["PUT", ""] = [403] * 9
    with pytest.raises(GenerorError, match="could not be uploaded"):
        make("in snow", "edit", image=picture())
    assert (there.amounts, sessions.current().journal.history(1)) == ([], [])


def test_an_earlier_creation_goes_in_as_its_bytes(there):
    first = make()
    made = make("at night", "edit", image=first)
    assert made.charge == 1
    assert made.lineage.steps[0].operation == first.operation
    assert len(there.front.of("PUT")) == 1


def test_a_file_of_another_kind_is_refused_before_anything_is_sent(there):
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "GIF")
    with pytest.raises(InvalidRequest, match="png, jpeg, webp"):
        make("in snow", "edit", image=buffer.getvalue())
    assert there.front.came == []


# --- the pace ---


class TestTogether:
    @pytest.fixture
    def engines(self):
        return Held()

    def test_no_more_than_five_are_under_way_and_the_others_wait_here(self, there, engines):
        jobs = [submit("text2img", f"boat {n}", settings=LOW, max_credits=9) for n in range(7)]
        until(lambda: len(there.hosted.jobs()) == 5)
        time.sleep(0.2)
        assert len(there.hosted.jobs()) == 5
        engines.let_go()
        until(lambda: len(there.hosted.jobs()) == 7)
        until(lambda: engines.waiting or all(job.done for job in jobs))
        engines.let_go()
        assert [job.result().charge for job in jobs] == [1] * 7
        assert {one.status for one in there.front.of("POST", "/generate")} == {202}


def until(done, seconds=20.0):
    ends = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_questions_slow_down_when_little_is_left_of_the_hour():
    soon = [contract.pause_after(n, remaining=500, left=3000) for n in range(1, 9)]
    assert soon == sorted(soon)
    assert (soon[0], soon[-1]) == (2.0, 30.0)
    assert contract.pause_after(1, remaining=5, left=1000) == 1000.0


def test_an_hour_that_is_used_up_is_waited_for_and_not_asked_about(there):
    """The headers speak of an hour: what is left of it is counted by the first answers."""
    make()
    channel = sessions.current().provider._channel
    assert channel.rate.limit == 600
    now = time.time()
    taken = [
        channel._gate._counters.change(channel._gate.key, lambda pacer: pacer.take(now, now + 60))
        for _ in range(700)
    ]
    assert isinstance(taken[-1], Refuse)
    assert taken[-1].window == HOUR
    assert sum(isinstance(one, Permit) for one in taken) < 600


def test_the_plan_is_the_cells_own(there):
    ask = Ask("text2img", "a fox", settings=LOW)
    plan = api.wait(sessions.current().plan(ask))
    assert (plan.request.model.id, plan.estimate.credits) == ("gpt-image-2", 1)


# --- answers that are odd ---


@pytest.fixture
def alone():
    """The provider without a server: for what an answer means."""
    return GptImage2(contract.BASE_URL, Secret(contract.KEY_PREFIX + "0" * 32))


def reply(body, status=200):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status, {"content-type": "application/json"}, data, 0.0)


def ended(**changed):
    output = {"png": "https://a.example/1.png", "width": 8, "height": 8}
    return {"id": "g1", "status": "succeeded", "outputs": [output], "costCredits": 1} | changed


def test_a_generation_is_accepted_under_a_number_too(alone):
    assert alone.jobs.accepted(reply({"generationId": 7}, 202)) == "7"


def test_an_odd_output_does_not_cost_its_neighbours(alone):
    outputs = [*ended()["outputs"], None, "x", {"png": 5}, {"webp": "https://a.example/2.webp"}]
    items = alone.read(reply(ended(outputs=outputs))).items
    assert [item.urls for item in items] == [("https://a.example/1.png",), ("https://a.example/2.webp",)]


@pytest.mark.parametrize("cost", [b"1e999", b"NaN"])
def test_a_cost_that_is_no_amount_is_unknown(alone, cost):
    body = json.dumps(ended()).encode().replace(b'"costCredits": 1', b'"costCredits": ' + cost)
    assert alone.read(reply(body)).charge is None


@pytest.mark.parametrize("body", [b'{"error":' * 5000 + b"1" + b"}" * 5000, b'{"error": "\\ud800"}'])
def test_a_refusal_that_cannot_be_read_is_one_all_the_same(alone, body):
    with pytest.raises(ValidationFailed) as caught:
        alone.read(reply(body, 400))
    assert str(caught.value).encode()


def test_an_answer_that_cannot_be_read_names_the_address_of_this_api(alone):
    with pytest.raises(ServerError, match="GPTIMAGE2_BASE_URL"):
        alone.read(reply(b"[]"))


@pytest.mark.parametrize("address", ["https://[bad", "https://xn--/", "javascript:alert(1)"])
def test_an_address_that_is_none_uploads_nothing_and_says_that_it_is_free(alone, address):
    with pytest.raises(GenerorError, match="nothing was charged"):
        api.wait(alone._channel.put(address, b"x", "image/png"))


LATE = [ended(outputs=None), ended(outputs=[]), ended(outputs=[{"png": "/1.png"}])]
NEVER = [ended(outputs=[])] * 4


@pytest.mark.parametrize(("stands", "state"), [(LATE, State.DONE), (NEVER, State.CHARGED_NO_OUTPUT)])
def test_pictures_that_are_not_listed_yet_are_asked_after_some_more(monkeypatch, stands, state):
    monkeypatch.setattr(contract, "FIRST_PAUSE", 0.02)
    left = list(stands)

    def told(asked):
        if asked.path == "/1.png":
            return answer(200, picture(), "image/png")
        if asked.method == "POST":
            return answer(202, {"generationId": "g1"})
        return answer(200, left.pop(0))

    with serving(told) as server:
        monkeypatch.setenv("GPTIMAGE2_API_KEY", contract.KEY_PREFIX + "0" * 32)
        monkeypatch.setenv("GPTIMAGE2_BASE_URL", server.url)
        monkeypatch.setenv("GENEROR_PROVIDER", "gptimage2")
        with contextlib.suppress(NoOutput):
            make(yes=True)
        (op,) = sessions.current().journal.history(9)
        sessions.close()
    assert (op.state, op.charge, left) == (state, 1, [])
