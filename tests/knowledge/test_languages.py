"""A knowledge in another language: its words and fixed texts are complete, name the same facts, and are imported."""

import re
from pathlib import Path

import pytest
import yaml

from bot.cli import main
from bot.errors import ImportTextError
from bot.knowledge import import_text, load_knowledge
from bot.knowledge.folder import GAPS, NOTICES, SMALL_TALK, TEMPLATES, languages, ready_made, template_path
from tests.knowledge.made_up import MADE_UP

FOREIGN = [language for language in languages() if language != "en"]
HELP = ("crisis", "crisis-short", "crisis-other", "emergency", "harm", "support", "no-answer", "person", "contact")


def read(path: Path) -> dict[str, str]:
    texts: dict[str, str] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return texts


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{\w+\}", text))


@pytest.fixture
def faq(tmp_path: Path) -> Path:
    path = tmp_path / "faq.txt"
    path.write_text(MADE_UP, encoding="utf-8")
    return path


def test_there_is_spanish() -> None:
    assert languages() == ("en", "es")


@pytest.mark.parametrize("language", FOREIGN)
def test_every_word_of_the_page_is_there_in_the_same_order_with_the_same_values(language: str) -> None:
    english, foreign = read(TEMPLATES / "ui/en.yaml"), read(TEMPLATES / f"ui/{language}.yaml")
    assert list(foreign) == list(english)
    assert {key: placeholders(word) for key, word in foreign.items()} == {
        key: placeholders(word) for key, word in english.items()
    }
    assert len(foreign["months"].split(",")) == 12
    # a word that reads the same in both
    assert [key for key in foreign if foreign[key] == english[key]] == ["helpful_no"]


@pytest.mark.parametrize("language", FOREIGN)
def test_every_notice_is_there_with_the_same_facts(language: str) -> None:
    english, foreign = read(TEMPLATES / NOTICES), read(template_path(NOTICES, language))
    assert list(foreign) == list(english)
    assert {key: placeholders(text) for key, text in foreign.items()} == {
        key: placeholders(text) for key, text in english.items()
    }


@pytest.mark.parametrize("language", FOREIGN)
def test_every_line_of_a_notice_is_a_sentence_that_does_not_shout(language: str) -> None:
    label = re.compile(r"\w[\w ]*: \{\w+\}\.?")
    lines = [line for text in read(template_path(NOTICES, language)).values() for line in text.splitlines()]
    assert [line for line in lines if not (line.endswith(".") or label.fullmatch(line)) or "!" in line] == []


def test_an_import_in_spanish_is_spanish_throughout(tmp_path: Path, faq: Path) -> None:
    assert main(["import", str(faq), "-o", str(tmp_path / "clinic"), "--language", "es"]) == 0
    knowledge = load_knowledge(tmp_path / "clinic")
    assert knowledge.clinic.language == "es"
    assert knowledge.words == read(TEMPLATES / "ui/es.yaml")
    assert knowledge.notices["thanks"] == read(template_path(NOTICES, "es"))["thanks"]
    for notice in HELP:
        assert "988" in knowledge.notices[notice]
    # their notices and wordings are English
    assert not any((tmp_path / "clinic" / name).exists() for name in (GAPS, SMALL_TALK))


def test_each_language_gets_its_own_words_only() -> None:
    assert {language: ready_made(language) for language in languages()} == {
        "en": (
            "clinic.yaml", "gaps.yaml", "notices.yaml", "operating-point.yaml", "small-talk.yaml", "ui/en.yaml",
        ),
        "es": ("clinic.yaml", "notices.yaml", "operating-point.yaml", "ui/es.yaml"),
    }  # fmt: skip


def test_a_language_without_notices_is_told_and_nothing_is_written(tmp_path: Path, faq: Path) -> None:
    with pytest.raises(ImportTextError, match=r"^There are no notices in the language 'fr'\. Use one of en, es\.$"):
        import_text(faq, tmp_path / "clinic", language="fr")
    assert not (tmp_path / "clinic").exists()


def test_numbers_of_another_country_are_never_mixed_with_the_services_of_the_united_states(
    tmp_path: Path, faq: Path
) -> None:
    with pytest.raises(ImportTextError, match=r"^The notices in 'es' are ready for US only\. Leave out --country UK"):
        import_text(faq, tmp_path / "clinic", country="uk", language="es")
    assert not (tmp_path / "clinic").exists()


def test_files_that_are_there_are_kept_and_said_to_be(
    tmp_path: Path, faq: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import_text(faq, tmp_path / "clinic")
    more = tmp_path / "more.txt"
    more.write_text("Q: Why?\nA: So.\n", encoding="utf-8")
    assert main(["import", str(more), "-o", str(tmp_path / "clinic"), "--language", "es"]) == 0
    assert "Kept as it was, not written for es: notices.yaml\n" in capsys.readouterr().err
    assert load_knowledge(tmp_path / "clinic").clinic.language == "en"
