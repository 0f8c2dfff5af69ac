import copy
import json
import logging
import pickle
import traceback

import pytest

from generor_nb.base.errors import GenerorError
from generor_nb.base.secret import Secret

VALUE = "gnr_live_" + "5ec" * 13 + "0"


@pytest.fixture
def secret():
    return Secret(f"  {VALUE}\n")


def test_it_reveals_only_when_asked(secret):
    assert secret.reveal() == VALUE


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{!r:>40}".format, lambda s: f"{s}"])
def test_no_text_form_holds_it(secret, show):
    assert VALUE[9:] not in show(secret)


def test_no_attribute_holds_it(secret):
    assert not hasattr(secret, "__dict__")
    assert VALUE not in json.dumps([repr(getattr(secret, name, "")) for name in dir(secret)])


@pytest.mark.parametrize(
    "dump", [pickle.dumps, lambda s: copy.copy(s).__reduce__(), lambda s: s.__reduce_ex__(4)]
)
def test_it_cannot_be_pickled(secret, dump):
    with pytest.raises(TypeError, match="cannot be pickled"):
        dump(secret)


def test_a_copy_is_the_same_object(secret):
    assert copy.deepcopy(secret) is secret


def test_json_refuses_it(secret):
    with pytest.raises(TypeError):
        json.dumps({"key": secret})


def test_tracebacks_with_locals_do_not_hold_it(secret):
    try:
        raise ValueError(secret)
    except ValueError as error:
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert VALUE not in shown
    assert "gnr_live_…" in shown


def test_logs_do_not_hold_it(secret, caplog):
    logging.getLogger("x").warning("key %s %r", secret, secret)
    assert VALUE not in caplog.text


def test_an_error_quoting_a_key_hides_it():
    assert VALUE not in str(GenerorError(f"bad key {VALUE}", VALUE))


def test_equal_keys_are_equal(secret):
    assert secret == Secret(VALUE)
    assert secret != VALUE


def test_an_empty_key_is_no_key():
    with pytest.raises(ValueError, match="empty"):
        Secret("  ")
