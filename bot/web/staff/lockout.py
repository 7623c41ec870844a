"""Wrong passwords in, seconds to wait out: after five for a name, or from an address, each further one waits longer."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

FREE_TRIES = 5
FIRST_WAIT = 30.0
LONGEST_WAIT = 15 * 60.0
FORGOTTEN_AFTER = 60 * 60.0
MOST_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Wrong:
    """How many wrong tries there were, and when the last one was (seconds)."""

    tries: int
    last: float


class Lockout:
    """The wrong tries of names or addresses, in memory alone; the ones unused for longest are forgotten first.

    A name that nobody has is counted like any other, so that a lock tells nothing about which names exist.
    """

    def __init__(self, *, most: int = MOST_KEPT) -> None:
        self._most = most
        self._wrong: OrderedDict[str, Wrong] = OrderedDict()

    def __len__(self) -> int:
        return len(self._wrong)

    def wait(self, keys: Iterable[str], now: float) -> float:
        """Return the seconds until another try is looked at, 0 where it is looked at now."""
        return max((self._wait(self._wrong.get(key), now) for key in keys), default=0.0)

    def add(self, keys: Iterable[str], now: float) -> None:
        """Count a wrong try of each of *keys*."""
        for key in keys:
            earlier = self._wrong.pop(key, None)
            tries = earlier.tries if earlier and now - earlier.last <= FORGOTTEN_AFTER else 0
            self._wrong[key] = Wrong(tries + 1, now)
            while len(self._wrong) > self._most:
                self._wrong.popitem(last=False)

    def forget(self, key: str) -> None:
        """Forget the wrong tries of *key*, which has shown the right password."""
        self._wrong.pop(key, None)

    def _wait(self, wrong: Wrong | None, now: float) -> float:
        if wrong is None or wrong.tries < FREE_TRIES:
            return 0.0
        doubled = FIRST_WAIT * 2.0 ** min(wrong.tries - FREE_TRIES, 10)
        return max(0.0, min(doubled, LONGEST_WAIT) - (now - wrong.last))
