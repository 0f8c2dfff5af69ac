"""The large simulation is asked for after everything else, so that it can go on beside it."""

from __future__ import annotations

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.name == "test_a_simulation_finds_nothing")
