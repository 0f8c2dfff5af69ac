import os

import pytest
from traitlets import TraitError

from generor_nb import doctor
from generor_nb.base import keys, messages
from generor_nb.base.errors import GenerorError, InvalidRequest
from generor_nb.base.secret import Secret
from generor_nb.base.settings import SETTINGS, Settings
from generor_nb.notebook.magics import GenerorMagics

KEY = "gnr_live_" + "0" * 40


def settings(tmp_path, *, config=None, environ=None, project="", user=""):
    (tmp_path / "pyproject.toml").write_text(f"[tool.generor_nb]\n{project}")
    (tmp_path / "user.toml").write_text(user)
    return Settings(config, environ=environ or {}, folder=tmp_path, user_file=tmp_path / "user.toml")


@pytest.mark.parametrize(
    ("given", "value", "source"),
    [
        ({}, "outputs", "default"),
        ({"user": 'out = "u"'}, "u", "user file"),
        ({"user": 'out = "u"', "project": 'out = "p"'}, "p", "pyproject.toml"),
        ({"project": 'out = "p"', "environ": {"GENEROR_OUT": "e"}}, "e", "GENEROR_OUT"),
        ({"environ": {"GENEROR_OUT": "e"}, "config": {"out": "c"}}, "c", "%config"),
    ],
)
def test_the_strongest_source_wins_and_is_named(tmp_path, given, value, source):
    found = settings(tmp_path, **given).find("out")
    assert (found.value, found.source) == (value, source)


@pytest.mark.parametrize("name", ["base_url", "home", "confirm_first", "confirm_above"])
def test_a_project_file_cannot_say_where_keys_go_or_that_nobody_is_asked(tmp_path, name):
    found = settings(tmp_path, project=f'{name} = "https://evil.example"').find(name)
    assert found.source == "default"


@pytest.mark.parametrize(
    "url", ["http://api.example", "ftp://x", "generor.com", "http://127.0.0.1.evil.example"]
)
def test_a_base_url_is_https_or_loopback(tmp_path, url):
    with pytest.raises(InvalidRequest, match="base_url"):
        settings(tmp_path, environ={"GENEROR_BASE_URL": url}).get("base_url")


def test_plain_http_is_fine_on_loopback(tmp_path):
    url = settings(tmp_path, environ={"GENEROR_BASE_URL": "http://127.0.0.1:9/api/v1/"}).get("base_url")
    assert url == "http://127.0.0.1:9/api/v1"


def test_a_bad_value_names_setting_value_source_and_what_is_right(tmp_path):
    with pytest.raises(InvalidRequest) as caught:
        settings(tmp_path, environ={"GENEROR_PROVIDER": "studo"}).get("provider")
    assert str(caught.value).splitlines() == [
        'the setting provider cannot be "studo" (from GENEROR_PROVIDER)',
        "use: studio",
    ]


def test_an_unreadable_user_file_is_named(tmp_path):
    with pytest.raises(InvalidRequest, match=r"user\.toml"):
        settings(tmp_path, user="= broken").get("out")


def test_progress_is_switched_off_by_the_environment(tmp_path):
    assert settings(tmp_path, environ={"GENEROR_PROGRESS": "off"}).get("progress") is False


def test_a_key_comes_from_the_environment_first(tmp_path):
    keys.store("generor", Secret("gnr_live_" + "1" * 40), tmp_path)
    found = keys.find("generor", {"GENEROR_API_KEY": KEY}, tmp_path)
    assert found == (Secret(KEY), "GENEROR_API_KEY")


def test_the_credentials_file_is_private_and_can_be_forgotten(tmp_path):
    path = keys.store("generor", Secret(KEY), tmp_path / "config")
    assert path.stat().st_mode & 0o777 == 0o600
    assert keys.find("generor", {}, tmp_path / "config") == (Secret(KEY), "credentials file")
    assert keys.forget("generor", tmp_path / "config")
    assert keys.find("generor", {}, tmp_path / "config") is None


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_a_credentials_file_others_can_read_is_refused(tmp_path):
    keys.store("generor", Secret(KEY), tmp_path).chmod(0o644)
    with pytest.raises(GenerorError, match="others can read"):
        keys.find("generor", {}, tmp_path)


def test_the_studio_needs_no_key(tmp_path):
    assert keys.find("studio", {"GENEROR_API_KEY": KEY}, tmp_path) is None


@pytest.mark.parametrize(("project", "value"), [(1e9, 20), (5, 5)])
def test_a_project_file_may_lower_a_cap_and_not_raise_it(tmp_path, project, value):
    found = settings(tmp_path, project=f"max_credits = {project}", user="max_credits = 20").get("max_credits")
    assert found == value


def test_a_relative_home_is_refused(tmp_path):
    with pytest.raises(InvalidRequest, match="absolute path"):
        settings(tmp_path, environ={"GENEROR_HOME": "here"}).get("home")


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("max_credits", "lots", "a number of credits, 0 or more"),
        ("max_credits", [5], "a number of credits, 0 or more"),
        ("progress", "maybe", "on or off"),
        ("language", "kr", "use: en or ko"),
        ("base_url", "http://example.com", "an https address"),
        ("provider", "generro", "use: generor"),
    ],
)
def test_config_refuses_what_cannot_be_read_and_keeps_what_was(name, value, right):
    magics = GenerorMagics(None)
    before = getattr(magics, name)
    with pytest.raises(TraitError, match=right):
        setattr(magics, name, value)
    assert getattr(magics, name) == before


@pytest.mark.parametrize(
    ("given", "spoken"), [("ko", "ko"), ("ko_KR.UTF-8", "ko"), ("KO-kr", "ko"), ("en_GB", "en")]
)
def test_a_locale_names_a_language(tmp_path, given, spoken):
    assert settings(tmp_path, environ={"GENEROR_LANGUAGE": given}).get("language") == spoken


def test_a_language_nobody_speaks_here_leaves_the_locales_and_is_named_by_doctor(monkeypatch):
    monkeypatch.setenv("GENEROR_LANGUAGE", "kr")
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    try:
        report = repr(doctor.doctor(offline=True))
        assert messages.language() == "ko"
    finally:
        messages.use("en")
    assert '"kr"' in report
    assert "GENEROR_LANGUAGE" in report


def test_config_says_in_the_language_in_use_what_a_setting_is_for(monkeypatch):
    told = GenerorMagics.class_get_trait_help(GenerorMagics.max_credits)
    assert "Credits at most per day." in told
    monkeypatch.setenv("GENEROR_LANGUAGE", "ko")
    try:
        assert "크레딧" in GenerorMagics.class_get_trait_help(GenerorMagics.max_credits)
    finally:
        messages.use("en")


def test_each_setting_can_be_configured():
    assert set(GenerorMagics.class_trait_names(config=True)) == set(SETTINGS)


def test_a_stored_key_nobody_needs_does_not_get_in_the_way(monkeypatch):
    from generor_nb import sessions

    monkeypatch.delenv("GENEROR_API_KEY")
    keys.store("generor", Secret(KEY)).chmod(0o644)
    assert sessions.current().provider.name == "studio"
