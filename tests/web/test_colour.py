"""The clinic's accent: read on either page, changed only as far as it must be."""

import pytest

from bot.web.colour import DARK_GROUND, LEAST_CONTRAST, LIGHT_GROUND, accent_of, contrast, parse


def ratio(one: str, other: str) -> float:
    first, second = parse(one), parse(other)
    assert first
    assert second
    return contrast(first, second)


def test_contrast_is_that_of_wcag() -> None:
    assert ratio("#000", "#fff") == pytest.approx(21)
    assert ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("text", ["", "#ff0", "#ffffff", "#000000", "2f6f73", "#E91E63", "not a colour"])
def test_any_accent_can_be_read_on_both_pages(text: str) -> None:
    accent = accent_of(text)
    assert ratio(accent.light, LIGHT_GROUND) >= LEAST_CONTRAST
    assert ratio(accent.dark, DARK_GROUND) >= LEAST_CONTRAST


def test_a_shade_that_can_be_read_is_kept() -> None:
    assert accent_of("#1F5457").light == "#1f5457"
    assert not accent_of("#1f5457").adjusted
    assert accent_of("#ffee00").adjusted
