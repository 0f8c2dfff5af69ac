"""The providers there are: ours, and what other packages add, whatever those packages do."""

import sys

import pytest

from generor_nb import api, sessions
from generor_nb.base import keys, services
from generor_nb.base.errors import GenerorError, InvalidRequest, KeyMissing
from generor_nb.base.secret import Secret
from generor_nb.base.settings import SETTINGS, Settings
from generor_nb.notebook import commands, completion
from generor_nb.notebook.completion import Known
from generor_nb.spending.errand import open_provider
from generor_nb.tables import Table

ADDED = """
from generor_nb.base.services import Service
SERVICE = Service("echo", "added_provider:Echo", "https://echo.example", real=False)
"""


@pytest.fixture(autouse=True)
def anew():
    services.forget()
    yield
    services.forget()


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Put a package with entry points where Python finds it."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))

    def put(points, **modules):
        info = site / "added-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: added\nVersion: 1.0\n")
        rows = "".join(f"{name} = {value}\n" for name, value in points.items())
        (info / "entry_points.txt").write_text(f"[{services.GROUP}]\n{rows}")
        for name, text in modules.items():
            monkeypatch.delitem(sys.modules, name, raising=False)
            (site / f"{name}.py").write_text(text)
        services.forget()

    return put


# --- ours ---


@pytest.mark.parametrize(
    ("name", "key", "base"),
    [
        ("generor", "GENEROR_API_KEY", "GENEROR_BASE_URL"),
        ("gptimage2", "GPTIMAGE2_API_KEY", "GPTIMAGE2_BASE_URL"),
        ("images-create", "IMAGES_CREATE_API_KEY", "IMAGES_CREATE_BASE_URL"),
        ("grok-imagine", "GROK_IMAGINE_API_KEY", "GROK_IMAGINE_BASE_URL"),
    ],
)
def test_each_has_its_key_and_its_address(name, key, base):
    service = services.named(name)
    assert (service.key, service.base_env) == (key, base)
    found = keys.find(name, {key: "abc"})
    assert found is not None
    assert (found[0].reveal(), found[1]) == ("abc", key)
    there = Settings({}, environ={base: "http://127.0.0.1:8/v1"})
    assert there.base_url(service) == "http://127.0.0.1:8/v1"


def test_one_without_an_address_says_which_setting_gives_it(monkeypatch):
    monkeypatch.setenv("IMAGES_CREATE_API_KEY", "k")
    with pytest.raises(InvalidRequest, match="IMAGES_CREATE_BASE_URL"):
        sessions.current("images-create")


def test_a_missing_key_is_named(monkeypatch):
    monkeypatch.delenv("GPTIMAGE2_API_KEY", raising=False)
    with pytest.raises(KeyMissing, match="GPTIMAGE2_API_KEY"):
        sessions.current("gptimage2")


def test_an_unknown_one_is_answered_with_the_nearest():
    with pytest.raises(InvalidRequest) as caught:
        sessions.current("gptimage")
    assert caught.value.nearest[:1] == ["gptimage2"]


def test_a_cloned_project_cannot_send_a_key_elsewhere(tmp_path):
    (tmp_path / "pyproject.toml").write_text(
        '[tool.generor_nb]\ngptimage2_base_url = "https://evil.example"\n'
    )
    there = Settings({}, environ={}, folder=tmp_path)
    assert there.base_url(services.named("gptimage2")) == "https://gptimage2.plus/api/v1"


def test_every_address_is_a_setting():
    placed = {service.base_setting for service in services.BUILT_IN.values() if service.placed}
    assert placed <= set(SETTINGS)


def test_status_lists_all_of_them_and_no_key(monkeypatch):
    monkeypatch.setenv("GPTIMAGE2_API_KEY", "gimg_" + "a" * 32)
    monkeypatch.delenv("GROK_IMAGINE_API_KEY", raising=False)
    shown = repr(commands.run("status"))
    assert [name for name in services.BUILT_IN if name not in shown] == []
    assert "key from GPTIMAGE2_API_KEY" in shown
    assert "aaaa" not in shown


def test_login_keeps_the_key_of_the_provider_that_is_named(monkeypatch, tmp_path):
    monkeypatch.delenv("GPTIMAGE2_API_KEY", raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: "gimg_" + "b" * 32)
    monkeypatch.setattr("generor_nb.base.host.attended", lambda: True)
    assert "gptimage2" in commands.run("login gptimage2")
    sessions.disconnect("gptimage2")
    found = keys.find("gptimage2")
    assert found is not None
    assert found[1] == "credentials file"
    commands.run("logout gptimage2")
    assert keys.find("gptimage2") is None


def test_one_without_a_key_has_no_login():
    with pytest.raises(InvalidRequest, match="needs no key"):
        commands.run("login studio")


def test_connect_takes_a_key_as_an_object(monkeypatch):
    monkeypatch.delenv("GPTIMAGE2_API_KEY", raising=False)
    api.connect("gptimage2", Secret("gimg_" + "c" * 32))
    assert sessions.current("gptimage2").provider.name == "gptimage2"
    sessions.disconnect("gptimage2")


# --- those of other packages ---


def test_another_package_adds_one(install):
    install({"echo": "added_services:SERVICE"}, added_services=ADDED)
    assert services.named("echo").key == "ECHO_API_KEY"
    _, offered = completion.complete("%%generate image --provider ", Known())
    assert "echo" in [candidate.text for candidate in offered]


def test_one_that_has_our_name_is_left_out_and_said(install):
    install({"generor": "added_services:SERVICE"}, added_services=ADDED)
    assert services.named("generor").base_url == "https://generor.com/api/v1"
    assert "left out" in repr(commands.run("status"))


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import nowhere_at_all", "ModuleNotFoundError"),
        ("raise SystemExit(3)", "SystemExit"),
        ("", "Service"),
    ],
)
def test_a_broken_one_is_a_line_and_never_a_crash(install, code, why):
    install({"echo": "added_services" if not code else "added_services:SERVICE"}, added_services=code)
    with pytest.raises(InvalidRequest, match=why):
        sessions.current("echo")
    assert why in repr(commands.run("status"))


def test_one_that_does_not_hold_what_it_opens_with_says_so(install):
    from generor_nb.providers.errand import Errand

    install({"echo": "added_services:SERVICE"}, added_services=ADDED)
    with pytest.raises(GenerorError, match="added_provider"):
        open_provider(Errand("echo", "", Settings().get("home")))


SLOW = """
import asyncio
from generor_nb.base.services import Service
SERVICE = Service("echo", "added_services:open_echo", "https://echo.example", keyed=False)

def open_echo(errand):
    from generor_nb.contract.schema import Account, Balance

    class Echo:
        name, base_url, real, lookup, jobs = errand.provider, errand.base_url, False, None, None
        async def account(self):
            await asyncio.sleep(3600)
        async def balance(self):
            return Balance(1)
        async def aclose(self):
            pass

    return Echo()
"""


def test_status_waits_for_nobody_and_says_who_does_not_answer(install, monkeypatch):
    install({"echo": "added_services:SERVICE"}, added_services=SLOW)
    monkeypatch.setattr(commands, "STATUS_SECONDS", 0.2)
    rows = {row[0]: row for row in commands.run("status").rows}
    sessions.close()
    assert rows["echo"][3] == "no answer within 0.2 s"
    assert rows["studio"][4]


def test_status_says_so_where_no_limit_is_known(monkeypatch):
    monkeypatch.setenv("IMAGES_CREATE_API_KEY", "imgc_" + "a" * 32)
    monkeypatch.setenv("IMAGES_CREATE_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("GPTIMAGE2_API_KEY", "gimg_" + "a" * 32)
    rows = {row[0]: row for row in commands.run("status").rows}
    sessions.close()
    assert rows["images-create"][5] == "no limit named so far"
    assert rows["gptimage2"][5] == "up to 600 requests an hour"


def test_a_table_breaks_long_words_and_no_others():
    html = Table(["place", "left"], [["http://127.0.0.1:8888/images-create", "9,990"]])._repr_mimebundle_()[
        "text/html"
    ]
    assert html.count("overflow-wrap:anywhere") == 1
    assert 'overflow-wrap:anywhere">http://127.0.0.1:8888/images-create<' in html
