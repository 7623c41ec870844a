"""Arrays in, files out, and back: what was fitted once need not be fitted again. A cache that fails is only slow.

Knows nothing of what the arrays mean; a file that cannot be read is as good as none.
"""

import os
import tempfile
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

KEPT = 6


class ArrayCache:
    """Files of arrays in one folder, each under a key; the newest of each kind are kept."""

    def __init__(self, folder: Path | None) -> None:
        """Keep the files in *folder*, made when the first is written; with None nothing is kept."""
        self._folder = folder

    def load(self, kind: str, key: str) -> dict[str, NDArray[Any]] | None:
        """Return the arrays saved under *kind* and *key*, or None; what is used counts as new."""
        if self._folder is None:
            return None
        path = self._folder / _name(kind, key)
        found = _read(path)
        if found is not None:
            with suppress(OSError):
                path.touch()
        return found

    def save(self, kind: str, key: str, arrays: Mapping[str, NDArray[Any]], *, kept: int = KEPT) -> None:
        """Save *arrays* and keep the *kept* newest of the kind; do without where that fails, as on a full disk."""
        if self._folder is None:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _write(self._folder / _name(kind, key), arrays)
            for old in self._files(kind)[kept:]:
                old.unlink(missing_ok=True)
        except OSError:
            return

    def newest(self, kind: str) -> dict[str, NDArray[Any]] | None:
        """Return the arrays that were saved last of *kind*, or None."""
        return next((found for path in self._files(kind) if (found := _read(path)) is not None), None)

    def _files(self, kind: str) -> list[Path]:
        if self._folder is None or not self._folder.is_dir():
            return []
        return sorted(self._folder.glob(f"{kind}-*.npz"), key=lambda path: (-path.stat().st_mtime_ns, path.name))


def _name(kind: str, key: str) -> str:
    return f"{kind}-{key[:32]}.npz"


def _read(path: Path) -> dict[str, NDArray[Any]] | None:
    try:
        # opened here, since np.load leaves a broken archive open
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError, KeyError, EOFError, AttributeError, TypeError, zipfile.BadZipFile):
        return None


def _write(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]  # its stub takes the keywords for its own options
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
