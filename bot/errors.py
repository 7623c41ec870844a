"""The one tree of errors that Verbatim raises for problems a person can fix."""

from collections.abc import Sequence

from bot.model import Problem


class VerbatimError(Exception):
    """Base of all; its text is one clear message for a person."""


class KnowledgeError(VerbatimError):
    """The knowledge folder cannot be used; `problems` holds every problem found, in order of file and line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep *problems*; the message lists each on a line of its own."""
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class ChangedError(VerbatimError):
    """The knowledge is no longer the one that an edit started from; nothing was overwritten."""


class ImportTextError(VerbatimError):
    """A text file cannot be imported."""


class SettingsError(VerbatimError):
    """A setting of the server is unusable."""


class DataFileError(VerbatimError):
    """A file of the data folder is not one that this version may use; it is left as it is."""


class AccountError(VerbatimError):
    """A staff account cannot be made or changed as wished."""


class SourceMismatchError(VerbatimError):
    """A passage about to be shown is not the clinic's text; it is never shown."""
