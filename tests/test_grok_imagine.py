"""The grokimagineapi API: its payloads as documented and as they may come."""

import json

import pytest

from generor_nb.contract import grok_imagine as api

DOCUMENTED = {
    "consumed_credits": 40,
    "created_at": "2024-01-01T00:00:00Z",
    "status": "completed",
    "task_id": "task_123456789",
    "error_message": None,
    "request": {"mode": "fun", "prompt": "a beautiful landscape with mountains", "ratio": "1:1"},
    "response": ["https://cdn.example.com/generated/video1.mp4", "https://cdn.example.com/2.mp4"],
}


def status(**changed):
    return api.StatusPayload.model_validate(DOCUMENTED | changed)


def test_the_documents_answers_are_read():
    told = json.dumps({"code": 200, "message": "success", "data": DOCUMENTED})
    envelope = api.EnvelopePayload.model_validate_json(told)
    task = api.StatusPayload.model_validate(envelope.data)
    assert envelope.fine
    assert len(task.clips) == 2
    assert not task.failed
    refusal = {"code": 400, "message": "Invalid request: …", "error": "INVALID_REQUEST"}
    assert not api.EnvelopePayload.model_validate(refusal).fine


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "processing", "response": None},
        {"status": "completed", "response": []},
        {"status": "completed", "response": [""]},
        {"status": "something new", "response": []},
        {"status": "processing"},  # addresses before the end are not taken
    ],
)
def test_a_task_is_pending_until_it_says_more(changed):
    task = status(**changed)
    assert not task.clips
    assert not task.failed


@pytest.mark.parametrize(
    ("changed", "refunded"),
    [
        ({"status": "failed", "response": None, "consumed_credits": 0}, True),
        ({"status": "failed", "response": None}, False),
        ({"status": "processing", "response": [], "error_message": "grok imagine build failed"}, False),
        ({"status": "ERROR", "response": None, "consumed_credits": None}, False),
    ],
)
def test_a_failed_task_is_free_only_if_it_says_so_itself(changed, refunded):
    task = status(**changed)
    assert task.failed
    assert task.refunded is refunded


@pytest.mark.parametrize(
    ("message", "about"),
    [
        ("File type not supported", "file"),
        ("Inappropriate content, please try another prompt.", "content"),
        ("grok imagine build failed", "build"),
        ("Network error, please try again later.", "network"),
        ("", "other"),
    ],
)
def test_each_message_of_the_document_is_known_by_what_it_is_about(message, about):
    assert api.reason(message) == about


def test_a_refusal_for_want_of_credits_is_told_from_others():
    assert api.lacks_credits("INVALID_REQUEST", "Insufficient credits: 40 needed, 10 left")
    assert not api.lacks_credits("INVALID_REQUEST", "Invalid request: The prompt parameter is required")
