"""Verbatim: the FAQ chatbot that can only quote.

`Bot.load("knowledge").ask("will it make me trip?")` returns a `Reply` that holds the clinic's own passages and fixed
notices, and nothing else. Importing this package reads no file and loads no heavy library.
"""

from typing import TYPE_CHECKING

from bot.errors import ImportTextError, KnowledgeError, SettingsError, SourceMismatchError, VerbatimError
from bot.model import Passage, Reply, Source

if TYPE_CHECKING:
    from bot.bot import Bot

__version__ = "0.1.0"

__all__ = [
    "Bot",
    "ImportTextError",
    "KnowledgeError",
    "Passage",
    "Reply",
    "SettingsError",
    "Source",
    "SourceMismatchError",
    "VerbatimError",
    "__version__",
]


def __getattr__(name: str) -> object:
    # `import bot` stays cheap: the class brings numpy and the stemmer, which a caller may not want yet
    if name == "Bot":
        from bot.bot import Bot  # noqa: PLC0415 - see above

        return Bot
    raise AttributeError(f"module 'bot' has no attribute {name!r}")
