"""A knowledge in two languages: each entry has the stemmer and stop list of its own, and a question finds its own."""

import threading
from pathlib import Path

import pytest

from bot.bot import Bot
from bot.errors import KnowledgeError
from bot.knowledge import export_json, import_text, load_knowledge
from bot.text import content_stems, is_function_word, speaking, stem
from tests.knowledge.made_up import MADE_UP

# written for this test: an invented clinic, as MADE_UP is
SPANISH = """\
Q: ¿Cuándo está abierta la clínica?
A: Abrimos de lunes a viernes, de nueve a cinco.

Los días festivos la clínica está cerrada.

Q: ¿Puede acompañarme un familiar?
A: Sí, puede venir con un acompañante.

El acompañante espera en la sala durante la sesión.

Q: ¿Cuánto dura una sesión?
A: Cada sesión dura unos cuarenta minutos.

Q: ¿Dónde puedo dejar el coche?
A: Hay un aparcamiento gratuito detrás de la clínica.
"""
# worded unlike the titles; with and without accents
ASKED = {
    "¿A qué hora abren los viernes?": "Abrimos de lunes a viernes, de nueve a cinco.",
    "¿Están cerrados los días festivos?": "Los días festivos la clínica está cerrada.",
    "¿Puedo ir con acompañantes?": "Sí, puede venir con un acompañante.",
    "cuanto duran las sesiones": "Cada sesión dura unos cuarenta minutos.",
    "¿Hay aparcamientos cerca?": "Hay un aparcamiento gratuito detrás de la clínica.",
}
ASKED_IN_ENGLISH = {
    "When do you open?": "We are open on weekdays from 9 to 5.",
    "Can I bring my friends?": "Please bring:\n- one friend\n- a book",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge with entries in English and Spanish."""
    at = tmp_path_factory.mktemp("both")
    for name, text in (("visits.txt", MADE_UP), ("visitas.txt", SPANISH)):
        (at / name).write_text(text, encoding="utf-8")
        import_text(at / name, at / "clinic")
    entries = at / "clinic" / "visitas.yaml"
    entries.write_text(f"language: es\n{entries.read_text(encoding='utf-8')}", encoding="utf-8")
    return at / "clinic"


@pytest.fixture(scope="module")
def bot(folder: Path) -> Bot:
    return Bot.load(folder, semantic=False, cache=None)


def best_passage(bot: Bot, question: str) -> str:
    """Return the best passage of the first entry, whether or not it is sure enough to be shown."""
    ranking = bot.rank(question)
    first = bot.knowledge.entry(ranking.entries[0].id)
    texts = {passage.id: passage.text for passage in first.passages}
    return next(texts[hit.id] for hit in ranking.passages if hit.id in texts)


@pytest.mark.parametrize(("question", "text"), [*ASKED.items(), *ASKED_IN_ENGLISH.items()])
def test_a_question_finds_the_passage_in_its_own_language(bot: Bot, question: str, text: str) -> None:
    assert best_passage(bot, question) == text


@pytest.mark.parametrize("question", [*ASKED, *ASKED_IN_ENGLISH, "¿?", "the sesión", "Ketamina"])
def test_no_question_finds_an_entry_of_another_language(bot: Bot, question: str) -> None:
    found = {bot.knowledge.entry(hit.id).language for hit in bot.rank(question).entries}
    assert found <= ({"es"} if question in ASKED else {""})


def test_a_title_is_answered_in_full_in_either_language(bot: Bot) -> None:
    for entry in bot.knowledge.entries:
        reply = bot.ask(entry.question)
        assert {shown.text for shown in reply.passages} == {passage.text for passage in entry.passages}


def test_an_entry_without_a_language_is_in_the_clinics_own(folder: Path) -> None:
    knowledge = load_knowledge(folder)
    english = [entry.question for entry in knowledge.entries if entry.language == ""]
    assert english == ["When are you open?", "Can I bring a friend?"]
    spanish = [entry.question for entry in knowledge.entries if entry.language == "es"]
    assert spanish == [line.removeprefix("Q: ") for line in SPANISH.splitlines() if line.startswith("Q: ")]
    assert {one["language"] for one in export_json(knowledge)["entries"]} == {"en", "es"}


def test_an_unknown_language_is_told_with_its_line(folder: Path, tmp_path: Path) -> None:
    text = (folder / "visitas.yaml").read_text(encoding="utf-8")
    for path in folder.rglob("*"):
        if path.is_file():
            copy = tmp_path / path.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    (tmp_path / "visitas.yaml").write_text(text.replace("language: es", "language: eo"), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"visitas\.yaml:1: 'language' of the file is 'eo'\. .*'en', 'es'"):
        load_knowledge(tmp_path)


def test_the_same_words_may_stand_for_an_entry_of_each_language(tmp_path: Path) -> None:
    for name, text in (("en.txt", "Q: Ketamine?\nA: Yes.\n"), ("es.txt", "Q: Ketamine?\nA: Sí.\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
        import_text(tmp_path / name, tmp_path / "clinic")
    entries = tmp_path / "clinic" / "es.yaml"
    entries.write_text(f"language: es\n{entries.read_text(encoding='utf-8')}", encoding="utf-8")
    assert len(load_knowledge(tmp_path / "clinic").entries) == 2


# --- the words of a language -----------------------------------------------------------------------------------------


def test_spanish_words_have_spanish_stems_and_stop_words_within_speaking_alone() -> None:
    with speaking("es"):
        assert stem("dura") == stem("duran")
        assert content_stems("¿Cuánto duran las sesiones?") == ("cuant", "dur", "sesion")
        with speaking("en"):
            assert content_stems("the sessions") == ("session",)
        assert content_stems("the sessions") != ("session",)
    assert content_stems("the sessions") == ("session",)
    assert stem("dura") != stem("duran")


def test_an_unknown_language_is_taken_as_english() -> None:
    with speaking("eo"):
        assert content_stems("the sessions") == ("session",)


def test_another_thread_speaks_its_own_language() -> None:
    heard: list[str] = []
    with speaking("es"):
        thread = threading.Thread(target=lambda: heard.append(stem("sessions")))
        thread.start()
        thread.join()
    assert heard == ["session"]


def test_a_language_is_told_by_its_small_words() -> None:
    for word in ("cuánto", "cuanto", "las", "qué"):
        assert (is_function_word(word, "es"), is_function_word(word, "en")) == (True, False)
    assert not is_function_word("the", "eo")
