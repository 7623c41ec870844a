"""Reads the server's settings from `VERBATIM_*` variables; refuses an unusable value with its name and a remedy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Self, TypeVar
from urllib.parse import urlsplit

from bot.errors import SettingsError

PREFIX = "VERBATIM_"
NAMES = (
    "VERBATIM_HOST",
    "VERBATIM_PORT",
    "VERBATIM_KNOWLEDGE",
    "VERBATIM_DATA",
    "VERBATIM_ALLOWED_ORIGINS",
    "VERBATIM_RATE_BURST",
    "VERBATIM_RATE_PER_MINUTE",
    "VERBATIM_TRUSTED_PROXIES",
)
MAX_PORT = 65_535
MAX_RATE = 1_000_000

T = TypeVar("T")
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Settings:
    """What a clinic may set about its server.

    `allowed_origins` are the other websites that may embed the page and call the API. A client may send `rate_burst`
    messages at once and `rate_per_minute` in the long run. Only `trusted_proxies` may say who the client is.
    """

    host: str = "127.0.0.1"
    port: int = 7860
    knowledge: Path = Path("knowledge")
    data: Path = Path(".verbatim")
    allowed_origins: tuple[str, ...] = ()
    rate_burst: int = 30
    rate_per_minute: int = 60
    trusted_proxies: tuple[Network, ...] = ()

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Return the settings that *environment* states; a variable that is absent or empty keeps its default.

        Raises:
            SettingsError: naming every unusable variable, a line each.
        """
        reader, default = _Reader(environment), cls()
        settings = cls(
            host=reader.read("VERBATIM_HOST", _host, default.host),
            port=reader.read("VERBATIM_PORT", _port, default.port),
            knowledge=reader.read("VERBATIM_KNOWLEDGE", Path, default.knowledge),
            data=reader.read("VERBATIM_DATA", _folder, default.data),
            allowed_origins=reader.read("VERBATIM_ALLOWED_ORIGINS", _origins, default.allowed_origins),
            rate_burst=reader.read("VERBATIM_RATE_BURST", _rate, default.rate_burst),
            rate_per_minute=reader.read("VERBATIM_RATE_PER_MINUTE", _rate, default.rate_per_minute),
            trusted_proxies=reader.read("VERBATIM_TRUSTED_PROXIES", _networks, default.trusted_proxies),
        )
        reader.finish()
        return settings


class _Reader:
    """Reads one variable after another and keeps all complaints for the end."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._complaints = [
            f"{name} is not a setting. Did you mean {near[0]}?"
            for name in sorted(environment)
            if name.startswith(PREFIX) and name not in NAMES and (near := get_close_matches(name, NAMES, 1, 0.85))
        ]

    def read(self, name: str, parse: Callable[[str], T], default: T) -> T:
        """Return what *parse* makes of the variable, or *default* if it is empty or *parse* raises `ValueError`."""
        text = self._environment.get(name, "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except ValueError as error:
            self._complaints.append(f"{name} is {text!r}. {error}")
            return default

    def finish(self) -> None:
        """Raise everything that was found wrong."""
        if self._complaints:
            raise SettingsError("\n".join(self._complaints))


def _host(text: str) -> str:
    if any(character.isspace() or character == "/" for character in text):
        raise ValueError("Give a host name or address alone, such as 127.0.0.1 or 0.0.0.0.")
    return text


def _port(text: str) -> int:
    return _number(text, 0, MAX_PORT)


def _rate(text: str) -> int:
    return _number(text, 1, MAX_RATE)


def _number(text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdecimal() or not least <= int(text[:10]) <= most:
        raise ValueError(f"Give a whole number from {least} to {most}.")
    return int(text)


def _folder(text: str) -> Path:
    path = Path(text)
    if path.exists() and not path.is_dir():
        raise ValueError("Give a folder: there is a file of that name.")
    return path


def _origins(text: str) -> tuple[str, ...]:
    return tuple(_origin(part) for part in _parts(text))


def _origin(text: str) -> str:
    try:
        url = urlsplit(text)
        port = f":{url.port}" if url.port else ""
    except ValueError:
        url, port = urlsplit(""), ""
    origin = f"{url.scheme}://{url.hostname}{port}"
    # an origin goes into a header as it stands: nothing but these characters may
    plain = all(character.isalnum() or character in ".-:/[]" for character in origin) and origin.isascii()
    if url.scheme not in {"http", "https"} or not url.hostname or not plain or text.rstrip("/").lower() != origin:
        raise ValueError(
            f"{text!r} is not a website's origin. Give them as https://www.example.org, with commas between."
        )
    return origin


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(_network(part) for part in _parts(text))


def _network(text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError:
        raise ValueError(
            f"{text!r} is not an address. Give addresses such as 10.0.0.1 or 10.0.0.0/8, with commas between."
        ) from None


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
