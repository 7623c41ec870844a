"""The staff's accounts in one SQLite file: names, roles and Argon2id hashes in, who somebody is out; no password stays.

Hashes are those of RFC 9106 with argon2-cffi's parameters; knows nothing of pages, cookies or sessions.
"""

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import get_args

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.database import Database, Steps
from bot.errors import AccountError
from bot.model import Role

ROLES: tuple[Role, ...] = get_args(Role)
FILE = "staff.sqlite"
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1000
LONGEST_NAME = 60
STEPS: Steps = (
    (
        """CREATE TABLE accounts (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, hash TEXT NOT NULL, added TEXT NOT NULL
        ) WITHOUT ROWID""",
    ),
)


@dataclass(frozen=True, slots=True)
class Account:
    """Who may sign in. `added` is an ISO date; `stamp` (sha256, hex) changes when the password does."""

    name: str
    role: Role
    added: str
    stamp: str

    def may(self, role: Role) -> bool:
        """Tell whether this account may do what asks for *role*; an editor may do all that a viewer may."""
        return self.role in ROLES and ROLES.index(self.role) >= ROLES.index(role)


class AccountsFile:
    """The accounts in one file; nothing is opened before it is used, or kept open afterwards.

    Names are told apart without regard to case. Every method raises `DataFileError` for a file of another program or of
    a newer one, and `OSError` for one that cannot be had just now.
    """

    def __init__(self, path: Path, *, hasher: PasswordHasher | None = None) -> None:
        self.path = path
        self._database = Database(path, STEPS)
        self._hasher = hasher or PasswordHasher()
        self._nobodys = ""

    def add(self, name: str, role: Role, password: str, *, on: date) -> Account:
        """Make an account, added on the day *on*, and return it.

        Raises:
            AccountError: if the name or the password will not do, or there is an account of that name.
        """
        name, hash_ = _name(name), self._hash(password)
        if not self.path.exists():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # nobody else on this machine needs to read it
            self.path.touch(mode=0o600)
        with self._database.writing() as connection:
            row = (_id(name), name, role, hash_, on.isoformat())
            insert = "INSERT INTO accounts (id, name, role, hash, added) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
            if not connection.exec_driver_sql(insert, row).rowcount:
                raise AccountError(
                    f"There is an account {name!r} already. "
                    f"Change its password with: verbatim staff password {_quoted(name)}"
                )
        return Account(name, role, on.isoformat(), _stamp(hash_))

    def remove(self, name: str) -> None:
        """Delete an account; whoever is signed in with it is no longer.

        Raises:
            AccountError: if there is no account of that name.
        """
        self._change("DELETE FROM accounts WHERE id = ?", (), name)

    def set_password(self, name: str, password: str) -> None:
        """Give an account another password; whoever is signed in with the old one is no longer.

        Raises:
            AccountError: if the password will not do, or there is no account of that name.
        """
        self._change("UPDATE accounts SET hash = ? WHERE id = ?", (self._hash(password),), name)

    def all(self) -> tuple[Account, ...]:
        """Return every account, in order of names."""
        return tuple(account for account, _ in self._rows())

    def find(self, name: str) -> Account | None:
        """Return the account of that name, or None."""
        return next((account for account, _ in self._rows(name)), None)

    def check(self, name: str, password: str) -> Account | None:
        """Return the account that *name* and *password* belong to, or None; as slow for a name that nobody has."""
        if not self._nobodys:
            self._nobodys = self._hasher.hash(secrets.token_hex())
        account, hash_ = next(iter(self._rows(name)), (None, self._nobodys))
        try:
            self._hasher.verify(hash_, password[:LONGEST_PASSWORD].encode("utf-8", "replace"))
        except (VerificationError, InvalidHashError):
            return None
        return account

    def _rows(self, name: str | None = None) -> list[tuple[Account, str]]:
        select = "SELECT name, role, hash, added FROM accounts"
        which, given = (" WHERE id = ?", (_id(name),)) if name is not None else (" ORDER BY id", ())
        with self._database.reading() as connection:
            found = connection.exec_driver_sql(select + which, given).all() if connection else []
        return [(Account(name, role, added, _stamp(hash_)), hash_) for name, role, hash_, added in found]

    def _change(self, statement: str, values: tuple[str, ...], name: str) -> None:
        found = self.find(name)
        if found is None:
            known = ", ".join(account.name for account in self.all())
            raise AccountError(
                f"There is no account {name!r}. {f'There are: {known}.' if known else 'There is none at all.'}"
            )
        with self._database.writing() as connection:
            connection.exec_driver_sql(statement, (*values, _id(name)))

    def _hash(self, password: str) -> str:
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise AccountError(
                f"The password must have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters, not {len(password)}. "
                "Four or five unrelated words are easy to remember."
            )
        return self._hasher.hash(password.encode("utf-8", "replace"))


def _name(name: str) -> str:
    """Return *name* as it is kept."""
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise AccountError(f"{name!r} cannot be a name. Give 1 to {LONGEST_NAME} printable characters.")
    return name


def _id(name: str) -> str:
    # half a surrogate pair is in no name that was ever kept, and SQLite could not compare it
    text = " ".join(name.split()).encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFKC", text).casefold()


def _stamp(hash_: str) -> str:
    return hashlib.sha256(hash_.encode()).hexdigest()


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name
