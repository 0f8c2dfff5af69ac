"""A studio that speaks the other APIs, and a client of the one that the module names in ``NAME``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from others_support import Other, made, open_others
from studio_support import Clock, Engines

from generor_nb.studio import Studio


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engines() -> Engines:
    return Engines(made)


@pytest.fixture
def studio(tmp_path: Path, clock: Clock, engines: Engines) -> Iterator[Studio]:
    opened = open_others(tmp_path, clock, engines)
    yield opened
    opened.close()


@pytest.fixture
def api(studio: Studio, request: pytest.FixtureRequest) -> Other:
    return Other(studio, request.module.NAME)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Other]:
    """For tables of what is refused: nobody is charged here."""
    opened = open_others(tmp_path_factory.mktemp("shared"))
    yield Other(opened, request.module.NAME)
    opened.close()
