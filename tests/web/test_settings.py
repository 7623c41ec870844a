"""Settings: defaults, every variable, and one message that names every mistake."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.web.settings import NAMES, Settings


def test_an_empty_environment_gives_the_defaults() -> None:
    assert Settings.from_environment({}) == Settings()
    assert Settings.from_environment(dict.fromkeys(NAMES, " ")) == Settings()


def test_every_variable_is_read() -> None:
    environment = {
        "VERBATIM_HOST": "192.0.2.1",
        "VERBATIM_PORT": "8080",
        "VERBATIM_KNOWLEDGE": "other",
        "VERBATIM_DATA": "elsewhere",
        "VERBATIM_ALLOWED_ORIGINS": "https://www.clinic.example, http://localhost:8000/",
        "VERBATIM_RATE_BURST": "5",
        "VERBATIM_RATE_PER_MINUTE": "10",
        "VERBATIM_TRUSTED_PROXIES": "10.0.0.1,fd00::/8",
        "PATH": "ignored",
    }
    assert set(NAMES) < set(environment)
    assert Settings.from_environment(environment) == Settings(
        host="192.0.2.1",
        port=8080,
        knowledge=Path("other"),
        data=Path("elsewhere"),
        allowed_origins=("https://www.clinic.example", "http://localhost:8000"),
        rate_burst=5,
        rate_per_minute=10,
        trusted_proxies=(ip_network("10.0.0.1"), ip_network("fd00::/8")),
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VERBATIM_HOST", "http://x"),
        ("VERBATIM_PORT", "65536"),
        ("VERBATIM_PORT", "-1"),
        ("VERBATIM_PORT", "٣"),
        ("VERBATIM_PORT", "9" * 5000),
        ("VERBATIM_RATE_BURST", "0"),
        ("VERBATIM_RATE_PER_MINUTE", "1.5"),
        ("VERBATIM_TRUSTED_PROXIES", "proxy"),
        ("VERBATIM_ALLOWED_ORIGINS", "*"),
        ("VERBATIM_ALLOWED_ORIGINS", "clinic.example"),
        ("VERBATIM_ALLOWED_ORIGINS", "https://clinic.example/chat"),
        ("VERBATIM_ALLOWED_ORIGINS", "https://a.example; script-src *"),
        ("VERBATIM_ALLOWED_ORIGINS", "https://a.example:x"),
        ("VERBATIM_ALLOWED_ORIGINS", "https://[::1"),
        ("VERBATIM_DATA", __file__),
    ],
)
def test_a_mistake_names_the_variable_its_value_and_a_remedy(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({name: value})
    assert str(caught.value).startswith(f"{name} is {value!r}. ")
    assert str(caught.value).endswith(("between.", "alone, such as 127.0.0.1 or 0.0.0.0.", ".", "name."))


def test_all_mistakes_are_told_at_once_with_a_nearer_name() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({"VERBATIM_PROT": "1", "VERBATIM_PORT": "x", "VERBATIM_RATE_BURST": "y"})
    lines = str(caught.value).splitlines()
    assert lines[0] == "VERBATIM_PROT is not a setting. Did you mean VERBATIM_PORT?"
    assert [line.split()[0] for line in lines[1:]] == ["VERBATIM_PORT", "VERBATIM_RATE_BURST"]
