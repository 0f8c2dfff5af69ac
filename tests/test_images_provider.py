"""images-create behind the cell: against a real socket that speaks its protocol, and breaks it.

The oracle for money is the number of requests that the server saw.
"""

import base64
import io
import json
import traceback

import pytest
from PIL import Image
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
    Unauthorized,
    Unresolved,
)
from generor_nb.base.secret import Secret
from generor_nb.contract.schema import Ask, Estimate
from generor_nb.providers.images_create import ImagesCreate
from generor_nb.spending import watch
from generor_nb.spending.prices import by_history
from generor_nb.spending.states import State
from generor_nb.widgets.balance import balance
from generor_nb.widgets.form import form

KEY = "imgc_" + "5eed" * 8
CREATE = "/api/images/create"
REFERENCE = "1/reference-1423131.png"


def picture(shade=0, side=8, kind="WEBP"):
    buffer = io.BytesIO()
    Image.new("RGB", (side, side), (shade, 90, 120)).save(buffer, kind)
    return buffer.getvalue()


def image(number=1, data=None, **changed):
    told = {
        "imageId": number,
        "createdAt": "2023-11-07T05:31:56Z",
        "generationStatus": "COMPLETED",
        "resolution": "8x8",
        "base64": base64.b64encode(picture(number) if data is None else data).decode(),
        "mimeType": "image/webp",
        "GenerationInfo": {"groupId": "", "blurReason": None},
    }
    return told | changed


def created(*images, default=100, daily=0, monthly=0):
    purses = {"defaultCredit": default, "dailyCredit": daily, "monthlyCredit": monthly}
    return answer(200, {"images": list(images), **purses})


class Api:
    """Says what it is told to say, the last for ever."""

    def __init__(self):
        self.says = [created(image())]

    def __call__(self, asked):
        if asked.headers.get("x-api-key") != KEY:
            return answer(401, {"message": "Unauthorized", "statusCode": 401})
        return self.says.pop(0) if len(self.says) > 1 else self.says[0]


@pytest.fixture
def script():
    return Api()


@pytest.fixture
def server(script, monkeypatch):
    with serving(script) as running:
        monkeypatch.setenv("GENEROR_PROVIDER", "images-create")
        monkeypatch.setenv("IMAGES_CREATE_BASE_URL", running.url)
        monkeypatch.setenv("IMAGES_CREATE_API_KEY", KEY)
        yield running
        sessions.close()


@pytest.fixture
def sent(server):
    return lambda: [one.json for one in server.posts(CREATE)]


def make(prompt="a unicorn", **options):
    given = {"max_credits": 100, "yes": True, "image": REFERENCE, **options}
    return api.generate("image", prompt, **given)


def only():
    (op,) = sessions.current().journal.history(9)
    return op


# --- the request ---


def test_sample_is_always_sent_and_the_headers_are_the_documents(server, sent):
    make()
    make("two", count=2, aspect="16:9")
    one, two = sent()
    assert {k: one[k] for k in ("prompt", "ratio", "sample", "image")} == {
        "prompt": "a unicorn",
        "ratio": "1:1",
        "sample": 1,
        "image": REFERENCE,
    }
    assert (two["ratio"], two["sample"]) == ("16:9", 2)
    headers = server.asked[0].headers
    assert (headers["x-api-key"], headers["x-platform"]) == (KEY, "api")
    assert "authorization" not in headers


@pytest.mark.parametrize("start", [{"style": "watercolor"}, {"collectionId": "77"}, {}])
def test_a_picture_starts_from_a_reference_a_style_or_a_collection(sent, start):
    reference = None if start else REFERENCE
    make(image=reference, settings={**start, "captionPrompt": "a unicorn among people"})
    (body,) = sent()
    known = {"prompt", "ratio", "sample", "groupId", "captionPrompt"}
    assert {k: v for k, v in body.items() if k not in known} == (start or {"image": REFERENCE})


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"image": None}, "a reference, a style or a collection"),
        ({"settings": {"style": "x"}}, "one of: image, style"),
        ({"count": 3}, "1, 2, 4"),
        ({"count": 5}, "from 1 to 4"),
        ({"aspect": "2:1"}, "1:1, 9:16"),
        ({"prompt": "x" * 1201}, "1200"),
        ({"prompt": " "}, "empty"),
        ({"settings": {"async": True}}, "nothing is documented that fetches"),
        ({"settings": {"async": "true"}}, "--background"),
        ({"settings": {"sample": 2}}, "--count"),
        ({"settings": {"ratio": "1:1"}}, "--aspect"),
        ({"settings": {"groupId": "mine"}}, "groupId"),
        ({"settings": {"stile": "x"}}, "style"),
        ({"public": True}, "--public"),
        ({"image": "https://a.example/1.png"}, "--image"),
        ({"image": b"bytes"}, "--image"),
        ({"settings": {"image": REFERENCE}}, "--image"),
    ],
)
def test_what_cannot_be_asked_is_said_before_anything_is_sent(server, options, words):
    with pytest.raises(InvalidRequest) as caught:
        make(**options)
    assert words in str(caught.value)
    assert server.asked == []


def test_async_false_is_what_happens_anyway(sent):
    make(settings={"async": False})
    assert "async" not in sent()[0]


def test_without_an_address_it_says_how_to_give_one(monkeypatch):
    monkeypatch.setenv("IMAGES_CREATE_API_KEY", KEY)
    monkeypatch.setenv("GENEROR_PROVIDER", "images-create")
    with pytest.raises(InvalidRequest, match="IMAGES_CREATE_BASE_URL"):
        make()


def test_each_operation_has_a_group_of_its_own_journaled_before_it_is_sent(sent):
    first, second = make(), make(again=True)
    journal = sessions.current().journal
    kept = [json.loads(journal.get(made.operation).body)["groupId"] for made in (first, second)]
    assert [body["groupId"] for body in sent()] == kept
    assert len(set(kept)) == 2
    assert make().replayed


def test_the_group_is_no_part_of_what_a_request_is_known_by():
    groups = iter(["a", "b"])
    provider = ImagesCreate("http://127.0.0.1:1", Secret(KEY), mint=lambda: next(groups))
    request = api.wait(provider.compose(Ask("image", "a fox", settings={"style": "ink"})))
    one, two = provider.order(request), provider.order(request)
    assert (json.loads(one.body)["groupId"], json.loads(two.body)["groupId"]) == ("a", "b")
    assert "groupId" not in request.body


def test_a_form_takes_a_storage_path_and_says_what_is_set_aside(server):
    shown = form("image", prompt="a fox", image=REFERENCE, count=2)
    assert shown.request.fields == {"prompt": "a fox", "ratio": "1:1", "sample": 2, "image": REFERENCE}
    with pytest.raises(InvalidRequest, match="1, 2, 4"):
        form("image", prompt="a fox", image=REFERENCE, count=3).request  # noqa: B018
    assert "20 credits set aside" in api.wait(shown._pricer.told(api.wait(priced(shown)), {}))["text"]


async def priced(shown):
    return await sessions.current().priced(await shown._composed(shown.value))


# --- the answer ---


def test_the_pictures_are_in_the_answer_and_come_out_as_they_went_in(script, server):
    data = [picture(1), picture(2, kind="PNG")]
    script.says = [created(*(image(n, d) for n, d in enumerate(data)))]
    made = make(count=2)
    assert [creation.bytes for creation in made] == data
    assert [creation.mime for creation in made] == ["image/webp", "image/png"]
    assert made[0].data["resolution"] == "8x8"
    assert "base64" not in made[0].data
    assert make(count=2).replayed
    assert len(server.asked) == 1


def test_a_large_answer_is_a_file_before_it_is_read(script, server):
    noise = picture(side=8) + bytes(range(256)) * 2000
    script.says = [created(image(data=noise))]
    assert make()[0].bytes == noise
    assert [path.stat().st_size > 600_000 for path in (sessions.current().home / "raw").iterdir()] == [True]


def test_what_failed_inside_a_success_is_told_and_what_did_not_is_kept(script, server):
    blurred = image(2, GenerationInfo={"blurReason": "nudity"})
    failed = image(3, base64=None, generationStatus="FAILED", generationError="out of <b>memory</b>")
    script.says = [created(image(1), blurred, failed, image(4))]
    made = make(count=4)
    assert [creation.id for creation in made] == ["1", "4"]
    assert made.partial
    told = "\n".join(made.remarks)
    assert "number 2: nudity" in told
    assert "number 3: out of" in told
    assert "<b>" not in made._repr_mimebundle_()["text/html"]
    assert "number 2: nudity" in "\n".join(make(count=4).remarks)
    assert only().state is State.DONE_PARTIAL


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (image(2, base64="UklGRg"), "came broken"),
        (image(2, base64="not base64!"), "came broken"),
        (image(2, data=b"<html><script>alert(1)</script></html>"), "came broken"),
        (image(2, base64=""), "no picture"),
        (image(2, base64={"a": 1}), "no picture"),
        (None, "no picture"),
    ],
)
def test_a_broken_picture_does_not_cost_its_neighbour(script, server, broken, words):
    script.says = [created(image(1), broken)]
    made = make(count=2)
    assert len(made) == 1
    assert words in "\n".join(made.remarks)


def test_when_nothing_could_be_made_it_says_why_and_is_not_asked_again(script, server):
    script.says = [created(image(1, GenerationInfo={"blurReason": "nudity"}))]
    for _ in range(2):
        with pytest.raises(NoOutput, match="nudity"):
            make()
    assert (only().state, len(server.asked)) == (State.CHARGED_NO_OUTPUT, 1)


# --- the money ---


def test_the_price_is_unknown_until_charged_and_ten_a_picture_are_set_aside(server):
    quote = api.estimate("image", "a unicorn", image=REFERENCE)
    assert quote.credits is None
    with pytest.raises(OverBudget):
        make(count=4, max_credits=39)
    assert server.asked == []
    make(count=4, max_credits=40)
    assert only().reserved == 40


def test_the_charge_is_what_the_balances_lost_and_unknown_at_first(script, server):
    script.says = [
        created(image(1), default=100, daily=3),
        created(image(2), default=98, daily=0),
        created(image(3), default=98, daily=50),
        created(image(4), default=98, daily=45),
    ]
    made = [make(f"number {n}") for n in range(4)]
    assert [one.charge for one in made] == [None, 5, None, 5]
    assert [one.balance for one in made] == [103, 98, 148, 143]


def test_pictures_that_seem_to_have_cost_nothing_are_no_price(script, server):
    """A balance that is told late, or filled up by the same amount, looks like no charge at all."""
    script.says = [created(image(1)), created(image(2))]
    make("one")
    assert make("two").charge is None
    quote = api.estimate("image", "three", image=REFERENCE, count=4)
    assert (quote.credits, quote.at_most) == (None, 40)


def test_nothing_made_and_nothing_taken_is_said_so(script, server):
    script.says = [created(image(1)), created(image(2, base64=None, generationError="no room"))]
    make("one")
    with pytest.raises(NoOutput):
        make("two")
    assert sessions.current().journal.history(1)[0].charge == 0


def test_reading_an_answer_again_does_not_change_its_charge(script, server):
    script.says = [created(image(1), default=100), created(image(2), default=95)]
    make("one")
    made = make("two")
    session = sessions.current()
    with session.journal.change() as db:
        db.execute("UPDATE operation SET state='RESPONDED' WHERE id=?", (made.operation,))
    assert make("two").charge == 5


def test_the_balance_is_what_the_last_answer_said_by_its_own_names(script, server):
    with pytest.raises(GenerorError, match="no call that tells the balance"):
        balance()
    script.says = [created(image(1), default=7, daily=2, monthly=1)]
    make()
    shown = balance()
    assert (shown.total, dict(shown.parts)) == (10, {"default": 7, "daily": 2, "monthly": 1})
    assert "daily 2" in repr(shown)


def test_what_was_charged_before_is_the_price_of_the_next(server, script):
    script.says = [created(image(n), default=100 - 5 * n) for n in range(2)]
    make("one")
    make("two")
    quote = api.estimate("image", "three", image=REFERENCE, count=4)
    assert (quote.credits, quote.basis) == (20, "history")
    assert "as charged before" in quote.line


def test_charges_that_differ_make_a_range_and_the_worst_is_set_aside(server):
    current = sessions.current()
    for number, charge in enumerate([3, 8]):
        made = make(f"number {number}")
        with current.journal.change() as db:
            db.execute("UPDATE operation SET charge=? WHERE id=?", (charge, made.operation))
    plan = api.wait(current.plan(Ask("image", "next", settings={"style": "ink"}, count=2)))
    assert (plan.estimate.credits, plan.estimate.at_least, plan.estimate.at_most) == (None, 6, 16)
    assert "6 to 16 credits" in plan.quote.line
    assert current.allowance.reserve(plan) == 16


def test_a_price_that_depends_on_a_field_is_seen_in_those_that_had_it(server):
    current = sessions.current()
    for style, charge in (("ink", 3), ("oil", 8)):
        made = make("a fox", image=None, settings={"style": style})
        with current.journal.change() as db:
            db.execute("UPDATE operation SET charge=? WHERE id=?", (charge, made.operation))
    request = api.wait(current.compose(Ask("image", "a hare", settings={"style": "oil"})))
    told = Estimate(None, basis="unknown", depends=("style",))
    place = current.provider.base_url
    assert by_history(current.journal, place, request, told).credits == 8
    assert by_history(current.journal, "https://elsewhere.example", request, told) == told


# --- refusals, and what is lost ---


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        (answer(400, {"message": ["ratio must be one of …"], "statusCode": 400}), APIError, "ratio must be"),
        (answer(402, {"message": "No credit"}), InsufficientCredits, "top up"),
        (answer(401, {"message": "Unauthorized"}), Unauthorized, "IMAGES_CREATE_API_KEY"),
        (answer(413, b"<html>", "text/html"), APIError, "text/html"),
        (answer(400, b'{"error":' * 5000 + b"1" + b"}" * 5000), APIError, "JSON"),
        (answer(400, b'{"error": "half \\ud800"}'), APIError, "half"),
    ],
)
def test_a_refusal_is_free_says_why_and_may_be_tried_again(script, sent, reply, error, words):
    script.says = [reply, created(image())]
    with pytest.raises(error) as caught:
        make()
    assert words in str(caught.value)
    assert only().state is State.REJECTED
    assert len(make()) == 1
    assert len(sent()) == 2


LOST = {
    "drop": DROP,
    "half": created(image())[:-30],
    "html": answer(200, b"<html><script>alert(1)</script>", "text/html"),
    "500": answer(500, {"message": "oops"}),
    "no list": answer(201, {"images": "many"}),
    "array": answer(200, [image()]),
}


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
def test_a_lost_answer_is_never_asked_for_by_sending_again(script, sent, monkeypatch, lost):
    monkeypatch.setattr(watch, "PAUSES", (0.01,))
    script.says = [lost, created(image())]
    with pytest.raises(OutcomeUnknown):
        make()
    with pytest.raises(Unresolved):
        make()
    with pytest.raises(Unresolved):
        make(again=True)
    assert len(sent()) == 1


def test_what_is_lost_is_named_as_its_service_knows_it(script, sent):
    script.says = [DROP]
    with pytest.raises(OutcomeUnknown) as caught:
        make()
    group = sent()[0]["groupId"]
    assert f"images-create may find it by groupId {group}" in caught.value.what


def test_the_key_shows_nowhere_even_when_the_server_repeats_it(script, server):
    script.says = [
        answer(400, {"message": f"bad key {KEY}"}, X_Echo=KEY),
        created(image(1, etc=f"by {KEY}")),
    ]
    with pytest.raises(APIError) as caught:
        make()
    made = make()
    session = sessions.current()
    seen = [
        "".join(traceback.format_exception(caught.value)),
        repr(vars(session.provider)),
        json.dumps(made._repr_mimebundle_()),
        repr(made),
    ]
    seen += [path.read_bytes().decode("latin-1") for path in session.home.rglob("*") if path.is_file()]
    assert [text for text in seen if KEY in text] == []
