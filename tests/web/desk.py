"""A made-up clinic's staff: their accounts, and a client that signs in as a browser would."""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.accounts import FILE, AccountsFile
from bot.bot import Bot
from bot.model import Role
from bot.web.settings import Settings
from bot.web.staff import Frame, add_staff
from bot.web.staff.guard import Guard
from bot.web.staff.sessions import Sessions
from tests.web.book import FAST, ROOT

ORIGIN = "http://testserver"
EDITOR, VIEWER = "Jo Example", "Vi Example"
PASSWORD = "correct horse battery"  # noqa: S105 - made up
# as weak as Argon2 can be: what is hashed here is no secret
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
DAY = date(2031, 3, 3)


def accounts_in(folder: Path) -> AccountsFile:
    """Return a file with an editor and a viewer in *folder*, quick to check."""
    accounts = AccountsFile(folder / FILE, hasher=CHEAP)
    accounts.add(EDITOR, "editor", PASSWORD, on=DAY)
    accounts.add(VIEWER, "viewer", PASSWORD, on=DAY)
    return accounts


def settings_in(folder: Path) -> Settings:
    """Return settings that keep their data in *folder*, over the project's knowledge."""
    return replace(FAST, data=folder, knowledge=ROOT / "knowledge")


@dataclass
class Clock:
    """The seconds that the guard sees."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Desk:
    """The staff pages alone, without the patients', on a clock that a test moves."""

    bot: Bot
    settings: Settings
    clock: Clock = field(default_factory=Clock)
    app: FastAPI = field(default_factory=FastAPI)

    def __post_init__(self) -> None:
        frame = Frame(lambda: ("/ui/chat.css",), lambda: self.bot.knowledge.clinic.name)
        accounts = AccountsFile(self.settings.data / FILE, hasher=CHEAP)
        guarded = partial(Guard, accounts, Sessions(), now=self.clock)
        add_staff(self.app, lambda: self.bot, self.settings, frame, guarded=guarded)

    def client(self, *, address: str = "192.0.2.1", origin: str = ORIGIN) -> TestClient:
        """Return a browser of nobody that follows no redirect; what it posts comes from our own pages."""
        return TestClient(self.app, origin, client=(address, 5), follow_redirects=False, headers={"Origin": origin})

    def signed_in(self, role: Role = "editor", **options: Any) -> TestClient:
        """Return a browser that is signed in."""
        client = self.client(**options)
        response = sign_in(client, EDITOR if role == "editor" else VIEWER)
        assert (response.status_code, response.headers.get("location")) == (303, "/staff")
        return client


def secret_in(page: str) -> str:
    """Return the secret of the first form on *page*."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    return found[1]


def sign_in(client: TestClient, name: str = EDITOR, password: str = PASSWORD, **fields: str) -> Any:
    """Fill in the login form and send it; *fields* take the place of what a browser would send."""
    secret = secret_in(client.get("/staff/login").text)
    return client.post("/staff/login", data={"csrf": secret, "name": name, "password": password, **fields})


def ask(client: TestClient, question: str, **options: Any) -> Any:
    """Ask *question* on the staff's page."""
    return client.post(
        "/staff/ask", data={"csrf": secret_in(client.get("/staff/ask").text), "question": question}, **options
    )
