"""The API's own description: it is true, and the studio holds to it whatever is sent."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from studio_support import Api, Engines, anonymous, described, open_studio, owner

from generor_nb.contract.generor import MODEL_TYPES, STATUS_BY_CODE
from generor_nb.studio import Studio
from generor_nb.studio.checks import CHECKS
from generor_nb.studio.routes import OPERATIONS
from generor_nb.studio.serve import config, listen

RATES = {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-RateLimit-Tier"}
CHECKED = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,negative_data_rejection,missing_required_header,unsupported_method,"
    "allow_header_conformance,ignored_auth"
)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    opened = open_studio(tmp_path_factory.mktemp("described"))
    yield opened
    opened.close()


def test_it_is_served_to_anybody_and_counted(studio: Studio) -> None:
    response = anonymous(studio).get("/openapi.json")
    assert response.json() == described()
    assert response.headers["X-RateLimit-Remaining"] == "14"
    assert response.headers["Content-Type"] == "application/json"


def test_every_operation_declares_its_key_its_headers_and_its_errors() -> None:
    document = described()
    assert document["openapi"] == "3.1.0"
    for operation in OPERATIONS:
        told = document["paths"][operation.path][operation.method.lower()]
        assert told["security"][-1] == {"key": [operation.scope] if operation.scope else []}
        assert ({} in told["security"]) is (operation.scope is None)
        assert set(told["responses"]) == {
            str(operation.status),
            *(str(STATUS_BY_CODE[code]) for code in operation.codes),
        }
        assert set(told["responses"][str(operation.status)]["headers"]) == RATES
        assert told["summary"].endswith(".")
    for code, refusal in document["components"]["responses"].items():
        assert set(refusal["headers"]) - {"Retry-After"} == RATES
        assert ("Retry-After" in refusal["headers"]) is (code == "RATE_LIMIT_EXCEEDED")


def test_every_reference_leads_somewhere() -> None:
    document = described()

    def follow(part: object) -> None:
        if isinstance(part, dict):
            if "$ref" in part:
                _, kind, name = part["$ref"].removeprefix("#/").split("/")
                assert name in document["components"][kind]
            for value in part.values():
                follow(value)
        elif isinstance(part, list):
            for value in part:
                follow(value)

    follow(document)


def test_what_is_described_is_what_is_checked() -> None:
    paths = described()["paths"]
    body = paths["/generators/{slug}/generate"]["post"]["requestBody"]["content"]["application/json"][
        "schema"
    ]
    assert body["required"] == ["model_id"]
    assert set(body["properties"]) == {"model_id", *CHECKS}
    assert body["properties"]["count"] == {"type": ["integer", "null"], "minimum": 1, "maximum": 10}
    assert body["properties"]["thinking_mode"]["enum"] == ["off", "on", "high", None]
    page, size, order = paths["/feed"]["get"]["parameters"][1:]
    assert size["schema"] == {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}
    assert (page["name"], order["schema"]["enum"]) == ("page", ["newest", "oldest"])
    assert paths["/models/{type}"]["get"]["parameters"][0]["schema"]["enum"] == list(MODEL_TYPES)


def test_a_loopback_socket_does_not_wait_for_acknowledgements() -> None:
    import socket

    with listen() as listener:
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Api]:
    """A rich owner's studio with a seeded world, over a socket, without limits; its key cannot be revoked."""
    studio = Studio.open(tmp_path / "studio")
    studio.grant(1_000_000_000)
    studio.seed()
    studio.close()
    studio = Studio.open(tmp_path / "studio", executor=Engines(), rate_limits=False)
    with listen() as listener:
        server = uvicorn.Server(config(studio))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        yield Api(studio, owner(studio).key, peer=f"http://127.0.0.1:{listener.getsockname()[1]}/api/v1")
        server.should_exit = True
        thread.join(15)
    studio.close()


@pytest.mark.slow
def test_whatever_is_sent_the_studio_answers_as_described(served: Api, tmp_path: Path) -> None:
    assert served.key
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{served.peer}/openapi.json"),
        *("--header", f"Authorization: Bearer {served.key.reveal()}"),
        # Data that fits the schemas may still be refused: the eleventh key, a text model for a picture.
        *("--phases", "examples,coverage,fuzzing", "--mode", "all", "--checks", CHECKED),
        *("--max-examples", "15", "--seed", "1", "--continue-on-failure", "--no-color"),
    ]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stdout[-20_000:] + ran.stderr[-2_000:]
    assert "Tested: 45" in ran.stdout
