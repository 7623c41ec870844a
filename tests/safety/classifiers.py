"""Classifiers that stand in for the fitted one, so that no test hangs on a single weight."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bot.safety.classifier import Judgement


@dataclass(frozen=True, slots=True)
class Fixed:
    """Judges every text alike; what it is sure of is danger from 0.5 on, what concerns it from 0.5 on."""

    kind: str = "self"
    danger: float = 0.0
    concern: float = 0.0
    crisis: float = 0.5
    support: float = 0.5

    def judge(self, reading: str) -> Judgement:
        return Judgement(self.kind, self.danger, self.concern, reading)


class Broken(Fixed):
    """Fails whenever it is asked."""

    def judge(self, reading: str) -> Judgement:
        raise RuntimeError(reading)


@dataclass(frozen=True, slots=True)
class Sure(Fixed):
    """Is sure of danger in every text that holds *word*, by default in each."""

    word: str = ""

    def judge(self, reading: str) -> Judgement:
        return Judgement(self.kind, float(self.word in reading), float(self.word in reading))


IGNORANT = Fixed()

Install = Callable[[Fixed], None]


def installer(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Return a function that puts a classifier in the place of the fitted one."""

    def install(classifier: Fixed) -> None:
        monkeypatch.setattr("bot.safety.detector.shipped", lambda: classifier)

    return install
