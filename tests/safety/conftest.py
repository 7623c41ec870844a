"""What the tests of the safety room share: the detector with another classifier, or with none."""

import pytest

from tests.safety.classifiers import IGNORANT, Install, installer


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    return installer(monkeypatch)


@pytest.fixture
def rules_only(install: Install) -> None:
    install(IGNORANT)
