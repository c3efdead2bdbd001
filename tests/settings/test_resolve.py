"""The four places of a setting, their order, and what is said of a wrong one."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from yumen.errors import OperatorError
from yumen.settings import OPTIONS, Price, Settings, resolve

NOWHERE = {"YUMEN_DATA": "/nonexistent"}


def file(tmp_path: Path, text: str) -> str:
    """A settings file of that text."""
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_without_anything_all_is_default() -> None:
    """No file, no variable, no option: the defaults, and no source is named."""
    resolved = resolve({}, {"YUMEN_DATA": "/nonexistent"})
    assert resolved.settings == Settings(data="/nonexistent")
    assert resolved.sources == {"data": "environment YUMEN_DATA"}


def test_later_places_win(tmp_path: Path) -> None:
    """Default < file < environment < option, each option by itself, and the sources say which it was."""
    path = file(tmp_path, 'listen = "a:1"\ncontrol = "a:2"\nupstream = "http://a"\n[timeouts]\nconnect_s = 1\n')
    environ = {"YUMEN_CONTROL": "b:2", "YUMEN_UPSTREAM": "http://b", "YUMEN_CONFIG": "/ignored"}
    resolved = resolve({"upstream": "http://c"}, environ, path)
    settings = resolved.settings
    assert (settings.listen, settings.control, settings.upstream, settings.timeouts.connect_s) == ("a:1", "b:2", "http://c", 1.0)
    assert settings.timeouts.idle_s == 300.0
    assert resolved.sources == {
        "listen": path,
        "timeouts.connect_s": path,
        "control": "environment YUMEN_CONTROL",
        "upstream": "option --upstream",
    }
    assert resolved.file == path


def test_which_file_is_read(tmp_path: Path) -> None:
    """`--config` before `YUMEN_CONFIG` before the data folder's own; a named file must be there, the folder's need not."""
    (tmp_path / "yumen.toml").write_text('listen = "folder:1"')
    named = file(tmp_path, 'listen = "named:1"')
    assert resolve({"data": str(tmp_path)}, {}).settings.listen == "folder:1"
    assert resolve({}, {"YUMEN_DATA": str(tmp_path)}).settings.listen == "folder:1"
    assert resolve({"data": str(tmp_path)}, {"YUMEN_CONFIG": named}).settings.listen == "named:1"
    with pytest.raises(OperatorError, match=r"missing\.toml cannot be read: No such file"):
        resolve({}, {}, str(tmp_path / "missing.toml"))


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("TIMEOUTS_CONNECT_S", "2.5", 2.5),
        ("CAPACITY_HEADERS", "7", 7),
        ("ALLOW_PLAIN_HTTP", "true", True),
        ("ALLOW_PLAIN_HTTP", "0", False),
        ("CORS_ORIGINS", "https://a, https://b,", ("https://a", "https://b")),
        ("LOG_LEVEL", "DEBUG", "DEBUG"),
        ("SANDBOX_SEED", "-3", -3),
        ("PUBLIC_URL", "https://x", "https://x"),
        ("UPSTREAM", "", None),
    ],
)
def test_variables_are_read_in_their_types(name: str, text: str, value: object) -> None:
    """A variable holds a number, a truth, a word or a list; an empty one is not set."""
    settings: Any = resolve({}, {**NOWHERE, f"YUMEN_{name}": text}).settings
    option = next(one for one in OPTIONS.values() if one.variable == f"YUMEN_{name}")
    for part in option.name.split("."):
        settings = getattr(settings, part)
    assert settings == value


def test_tables_are_read_from_a_file(tmp_path: Path) -> None:
    """Prices are exact decimals whether written as numbers or text; model names may hold dots."""
    path = file(tmp_path, '[prices."m-4.5"]\ninput = 0.1\noutput = "0.5"\n[legacy]\nmodels = { "claude-2" = "m" }\n')
    settings = resolve({}, NOWHERE, path).settings
    assert settings.prices == {"m-4.5": Price(Decimal("0.1"), Decimal("0.5"))}
    assert settings.legacy.models == {"claude-2": "m"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lisen = 1", "there is no setting lisen; did you mean listen?"),
        ("connect_s = 1", "there is no setting connect_s; did you mean timeouts.connect_s?"),
        ("[timeouts]\nconect_s = 1", "there is no setting timeouts.conect_s; did you mean timeouts.connect_s?"),
        ("zzzzz = 1", "there is no setting zzzzz; docs/settings.md lists them"),
        ("[timeouts]\nconnect_s = 'soon'", "timeouts.connect_s takes a number above 0, not 'soon'"),
        ("[timeouts]\nconnect_s = 0", "timeouts.connect_s takes a number above 0, not 0"),
        ("[capacity]\nheaders = 1.5", "capacity.headers takes a whole number of at least 1, not 1.5"),
        ("[log]\nformat = 'xml'", "log.format takes one of text, json, not 'xml'"),
        ("allow_plain_http = 'perhaps'", "allow_plain_http takes true or false, not 'perhaps'"),
        ("listen = 5", "listen takes a string, not 5"),
        ("cors_origins = 5", "cors_origins takes a list of strings, not 5"),
        ("timeouts = 5", "timeouts is a section: its settings stand below [timeouts]"),
        ("[prices.m]\ninput = 1", "prices.m will not do"),
        ("[prices.m]\ninput = 1\noutput = 1\ncached = 1", "prices.m will not do: Object contains unknown field `cached`: it has input,"),
        (
            "[upstreams.a]\n[upstreams.b]\nkind = 'bedrok'",
            "upstreams.b.kind will not do: Invalid enum value 'bedrok': it is one of claude,",
        ),
        ("[upstreams.a]\nweight = 'x'", "upstreams.a.weight will not do: Expected `int`, got `str`"),
        ("[upstreams]\na = 3", "upstreams.a will not do: Expected `object`, got `int`"),
        ("upstreams = 3", "upstreams will not do: Expected `object`, got `int`"),
        ("[retry]\nlongest_wait_s = inf", "retry.longest_wait_s is too large: inf"),
        ("[idempotency]\nkeep_hours = 99999999999", "idempotency.keep_hours is too large: 99999999999"),
        ("= 1", "is not valid TOML"),
    ],
)
def test_what_will_not_do_is_one_sentence(tmp_path: Path, text: str, message: str) -> None:
    """A wrong name or value says what, where, and what would do."""
    path = file(tmp_path, text)
    with pytest.raises(OperatorError) as caught:
        resolve({}, NOWHERE, path)
    assert message in str(caught.value)
    assert path in str(caught.value)


def test_a_wrong_credential_is_not_repeated(tmp_path: Path) -> None:
    """What may be a secret is not printed, even where it is of the wrong type."""
    with pytest.raises(OperatorError) as caught:
        resolve({}, NOWHERE, file(tmp_path, "credential = 12345"))
    assert "12345" not in str(caught.value)


def test_what_the_operator_is_told() -> None:
    """White space that was cut off and a variable that nearly is a setting are noticed; foreign variables are not."""
    environ = {"YUMEN_LISTEN": " a:1\n", "YUMEN_LISTN": "x", "YUMEN_PORT_8010_TCP_ADDR": "10.0.0.1", "YUMEN_BASE_URL": "x", **NOWHERE}
    resolved = resolve({}, environ)
    assert resolved.settings.listen == "a:1"
    assert [notice.sentence.format(**notice.values) for notice in resolved.notices] == [
        "the variable YUMEN_LISTN is no setting; did you mean YUMEN_LISTEN?",
        "environment YUMEN_LISTEN: white space around listen was cut off",
    ]


def test_every_option_has_its_own_variable_and_both_sentences() -> None:
    """No two options share a variable, and none lacks a sentence in either language."""
    assert len({option.variable for option in OPTIONS.values()}) == len(OPTIONS)
    assert all(option.english and any("\u4e00" <= letter <= "\u9fff" for letter in option.chinese) for option in OPTIONS.values())


def test_settings_are_read_without_a_database() -> None:
    """Every command reads them first: they load neither the database's library nor any store of secrets'."""
    script = "import sys, yumen.settings; print(sorted(sys.modules.keys() & {'sqlalchemy', 'boto3', 'hvac', 'google', 'redis'}))"
    ran = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert ran.stdout.strip() == "[]"
