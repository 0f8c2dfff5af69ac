"""Free answers that are not what the document says: a clear error, never a raw one."""

import asyncio
import contextlib

import pytest
from scripted import answer, serving

from generor_nb.base.errors import ServerError
from generor_nb.contract.schema import Model, Request
from generor_nb.providers.generor import Generor

MODEL = Model(10003, "Flux Schnell", "image", 6)
REQUEST = Request("generor", "image", MODEL, "{}", "a fox", 1, False)
CALLS = {
    "account": lambda api: api.account(),
    "models": lambda api: api.models(),
    "generators": lambda api: api.generators(),
    "balance": lambda api: api.balance(),
    "estimate": lambda api: api.estimate(REQUEST),
}


@pytest.mark.parametrize("data", [None, "?", 7, [1], {"image": "?"}, {"credit_cost": {"total": "?"}}])
@pytest.mark.parametrize("name", CALLS)
def test_an_answer_that_cannot_be_read_is_said_so(name, data):
    async def ask(url):
        api = Generor(url, None)
        try:
            return await CALLS[name](api)
        finally:
            await api.aclose()

    # What can be read with much goodwill may be; what cannot, raises nothing else.
    script = answer(200, {"success": True, "data": data})
    with serving(lambda asked: script) as server, contextlib.suppress(ServerError):
        asyncio.run(ask(server.url))
