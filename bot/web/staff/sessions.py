"""Who is signed in: a random token in a browser's cookie, of which only the hash is kept, in memory alone.

A session ends by itself after a while without a request, and after some hours in any case; a restart ends them all.
"""

import hashlib
import secrets
from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock

from bot.accounts import Account

IDLE_SECONDS = 60 * 60
LONGEST_SECONDS = 12 * 60 * 60
MOST_SESSIONS = 500
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in: whose, with which password's stamp, the secret of its forms, and its times in seconds."""

    name: str
    stamp: str
    csrf: str
    began: float
    seen: float


class Sessions:
    """The sessions by the hash of their token; of too many, the one unused for longest is ended."""

    def __init__(
        self, *, idle: float = IDLE_SECONDS, longest: float = LONGEST_SECONDS, most: int = MOST_SESSIONS
    ) -> None:
        self._idle, self._longest, self._most = idle, longest, most
        self._lock = Lock()
        self._sessions: OrderedDict[str, Session] = OrderedDict()

    def __len__(self) -> int:
        return len(self._sessions)

    def begin(self, account: Account, now: float) -> str:
        """Return the token of a new session of *account*."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        with self._lock:
            csrf = secrets.token_urlsafe(TOKEN_BYTES)
            self._sessions[_hash(token)] = Session(account.name, account.stamp, csrf, now, now)
            while len(self._sessions) > self._most:
                self._sessions.popitem(last=False)
        return token

    def find(self, token: str, now: float) -> Session | None:
        """Return the session of *token*, from now on seen at *now*; None where there is none, or no longer."""
        with self._lock:
            session = self._sessions.pop(_hash(token), None)
            if session is None or now - session.seen > self._idle or now - session.began > self._longest:
                return None
            self._sessions[_hash(token)] = session = replace(session, seen=now)
            return session

    def end(self, token: str) -> None:
        """End the session of *token*, if there is one."""
        with self._lock:
            self._sessions.pop(_hash(token), None)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
