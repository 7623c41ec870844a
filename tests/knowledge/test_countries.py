"""Country packs: numbers and notices of one country, never of another, and told while nobody verified them."""

import re
from pathlib import Path

import pytest

from bot.cli import main
from bot.errors import ImportTextError, KnowledgeError
from bot.knowledge import import_text, load_knowledge
from bot.knowledge.countries import country_codes, read_country
from bot.knowledge.folder import CLINIC, NOTICES, TEMPLATES
from bot.model import Knowledge
from tests.knowledge.made_up import MADE_UP

CODES = country_codes()
ABROAD = tuple(code for code in CODES if code != "US")
WARNING = "nobody at the clinic has verified the emergency number"
# the clinic may be read to at this grade, by the formula of Kincaid and others (1975)
HIGHEST_GRADE = 6.0


def imported(folder: Path, country: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "faq.txt").write_text(MADE_UP, encoding="utf-8")
    import_text(folder / "faq.txt", folder / "clinic", country=country)
    return folder / "clinic"


@pytest.fixture(scope="module")
def knowledges(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Knowledge]:
    return {code: load_knowledge(imported(tmp_path_factory.mktemp(code), code)) for code in CODES}


def edit(path: Path, pattern: str, new: str) -> None:
    text, count = re.subn(pattern, new, path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert count == 1
    path.write_text(text, encoding="utf-8")


# --- the packs -------------------------------------------------------------------------------------------------------


def test_the_countries_and_their_numbers(knowledges: dict[str, Knowledge]) -> None:
    numbers = {code: (k.clinic.country, k.clinic.emergency, k.clinic.crisis_line) for code, k in knowledges.items()}
    assert numbers == {
        "AU": ("AU", "000", "13 11 14"),
        "CA": ("CA", "911", "9-8-8"),
        "IE": ("IE", "112", "116 123"),
        "NZ": ("NZ", "111", "1737"),
        "UK": ("UK", "999", "116 123"),
        "US": ("US", "911", "988"),
    }


@pytest.mark.parametrize("code", CODES)
def test_no_pack_claims_to_be_verified_and_each_service_is_documented(code: str) -> None:
    pack = read_country(code)
    assert pack.verified_on == ""
    assert {"emergency", "crisis", "text"} <= {service.use for service in pack.services}
    assert [one.name for one in pack.services if not one.documented.startswith("https://")] == []


@pytest.mark.parametrize("code", CODES)
def test_each_line_of_a_pack_stands_in_the_ready_made_notices(code: str) -> None:
    ready_made = [line.strip() for line in (TEMPLATES / NOTICES).read_text(encoding="utf-8").splitlines()]
    assert [line for line in read_country(code).lines if line not in ready_made] == []


def test_the_pack_of_the_united_states_changes_no_notice() -> None:
    assert read_country("US").written(NOTICES) == (TEMPLATES / NOTICES).read_text(encoding="utf-8")


@pytest.mark.parametrize("code", ABROAD)
def test_no_notice_abroad_names_what_is_of_the_united_states(knowledges: dict[str, Knowledge], code: str) -> None:
    american = re.compile(r"\b988\b|988lifeline|799-7233|88788|National Domestic Violence Hotline|oprima el 2")
    assert [id_ for id_, text in knowledges[code].notices.items() if american.search(text)] == []


@pytest.mark.parametrize("code", ["UK", "IE", "AU"])
def test_where_the_crisis_line_takes_no_text_no_notice_says_so(knowledges: dict[str, Knowledge], code: str) -> None:
    line = re.escape(knowledges[code].clinic.crisis_line)
    wrong = re.compile(rf"call or text {line}|emergency room", re.IGNORECASE)
    assert [id_ for id_, text in knowledges[code].notices.items() if wrong.search(text)] == []


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("notice", ["crisis", "crisis-short", "crisis-other", "emergency", "harm", "support"])
def test_a_danger_notice_names_the_numbers_of_the_country(
    knowledges: dict[str, Knowledge], code: str, notice: str
) -> None:
    clinic, text = knowledges[code].clinic, knowledges[code].notices[notice]
    assert clinic.emergency in text
    assert clinic.crisis_line in text


@pytest.mark.parametrize(
    ("code", "numbers"),
    [
        ("US", ["1-800-799-7233", "START to 88788"]),
        ("UK", ["In England", "0808 2000 247", "SHOUT to 85258"]),
        ("IE", ["HELLO to 50808"]),
        ("AU", ["1800 737 732", "0477 13 11 14"]),
        ("NZ", ["0800 733 843", "call or text 1737"]),
    ],
)
def test_the_notice_on_violence_names_the_lines_that_are_known(
    knowledges: dict[str, Knowledge], code: str, numbers: list[str]
) -> None:
    assert [number for number in numbers if number not in knowledges[code].notices["harm"]] == []


def syllables(word: str) -> int:
    """Return a count by groups of vowels; a silent e at the end counts for none."""
    groups = len(re.findall(r"[aeiouy]+", word))
    return max(1, groups - (word.endswith("e") and not word.endswith("le") and groups > 1))


def grade(text: str) -> float:
    sentences = [line for line in text.split("\n") if line]
    found = re.findall(r"[a-z]+", text.lower().replace("'", ""))
    return 0.39 * len(found) / len(sentences) + 11.8 * sum(map(syllables, found)) / len(found) - 15.59


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("notice", ["crisis", "crisis-short", "crisis-other", "harm", "support"])
def test_a_danger_notice_is_in_plain_words(knowledges: dict[str, Knowledge], code: str, notice: str) -> None:
    assert grade(knowledges[code].notices[notice]) <= HIGHEST_GRADE


# --- importing -------------------------------------------------------------------------------------------------------


def test_the_clinics_file_names_each_service_and_where_it_is_documented(tmp_path: Path) -> None:
    written = (imported(tmp_path, "nz") / CLINIC).read_text(encoding="utf-8")
    for service in read_country("NZ").services:
        assert f"#   {service.use}: {service.contact} - {service.name} - {service.documented}\n" in written
    assert "country: NZ\nemergency: '111'\ncrisis_line: '1737'\nverified_on: ''\n" in written


def test_without_a_country_the_numbers_are_those_of_the_united_states(tmp_path: Path) -> None:
    assert load_knowledge(imported(tmp_path, "")).clinic.emergency == "911"


def test_the_verb_writes_the_files_of_the_country(tmp_path: Path) -> None:
    text = tmp_path / "faq.txt"
    text.write_text(MADE_UP, encoding="utf-8")
    assert main(["import", str(text), "-o", str(tmp_path / "clinic"), "--country", "UK"]) == 0
    assert load_knowledge(tmp_path / "clinic").clinic.emergency == "999"
    assert not (tmp_path / "clinic" / "countries").exists()


def test_an_unknown_country_is_told_with_the_known_ones_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(ImportTextError) as caught:
        imported(tmp_path, "GB")
    assert str(caught.value) == (
        "There is no country pack 'GB'. "
        "Use one of AU, CA, IE, NZ, UK, US; for another country take US and change its numbers."
    )
    assert not (tmp_path / "clinic").exists()


@pytest.mark.parametrize("code", ["../UK", "", "UK.yaml", "countries"])
def test_a_code_is_never_taken_for_a_path(code: str) -> None:
    with pytest.raises(ImportTextError, match="There is no country pack"):
        read_country(code)


def test_files_that_are_there_are_kept_and_said_to_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = imported(tmp_path, "US")
    before = (folder / CLINIC).read_bytes()
    (tmp_path / "more.txt").write_text("Q: Why?\nA: So.\n", encoding="utf-8")
    assert main(["import", str(tmp_path / "more.txt"), "-o", str(folder), "--country", "ie"]) == 0
    err = capsys.readouterr().err
    assert "Kept as it was, not written for IE: clinic.yaml\n" in err
    assert "Kept as it was, not written for IE: notices.yaml\n" in err
    assert (folder / CLINIC).read_bytes() == before


# --- verified, or said not to be -------------------------------------------------------------------------------------


def warned(folder: Path) -> list[str]:
    return [str(p).replace(folder.as_posix(), "clinic") for p in load_knowledge(folder).warnings if WARNING in p.what]


@pytest.mark.parametrize("value", ["", " ''", None])
def test_numbers_that_nobody_verified_are_told_with_their_place(tmp_path: Path, value: str | None) -> None:
    folder = imported(tmp_path, "AU")
    edit(folder / CLINIC, r"^verified_on: ''\n", "" if value is None else f"verified_on:{value}\n")
    text = (folder / CLINIC).read_text(encoding="utf-8")
    line = text[: text.find("verified_on:")].count("\n") + 1 if value is not None else 2
    assert warned(folder) == [
        (
            f"clinic/clinic.yaml:{line}: {WARNING} 000 and the crisis line 13 11 14. "
            "Verify every number and service in clinic.yaml and notices.yaml, then set 'verified_on' to that day."
        )
    ]


def test_check_tells_numbers_that_nobody_verified(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = imported(tmp_path, "UK")
    assert main(["check", "--knowledge", str(folder)]) == 0
    assert f"{WARNING} 999 and the crisis line 116 123." in capfd.readouterr().out


@pytest.mark.parametrize("value", ["2026-03-01", "'2026-03-01'"])
def test_numbers_that_somebody_verified_are_not_told(tmp_path: Path, value: str) -> None:
    folder = imported(tmp_path, "UK")
    edit(folder / CLINIC, r"^verified_on: ''$", f"verified_on: {value}")
    assert warned(folder) == []


@pytest.mark.parametrize("value", ["yes", "20260301", "2026-W09", "2026-02-30", "01/03/2026", "[2026-03-01]"])
def test_what_is_no_date_is_an_error_with_its_line(tmp_path: Path, value: str) -> None:
    folder = imported(tmp_path, "UK")
    edit(folder / CLINIC, r"^verified_on: ''$", f"verified_on: {value}")
    with pytest.raises(KnowledgeError, match=r"clinic\.yaml:\d+: 'verified_on' of the clinic is .*, not a date"):
        load_knowledge(folder)


@pytest.mark.parametrize("fact", ["emergency", "crisis_line"])
@pytest.mark.parametrize("written", ["", "{}: ''\n", "{}:\n"])
def test_a_knowledge_without_a_national_number_never_starts(tmp_path: Path, fact: str, written: str) -> None:
    folder = imported(tmp_path, "UK")
    edit(folder / CLINIC, rf"^{fact}: .*\n", written.format(fact))
    with pytest.raises(KnowledgeError, match=rf"clinic\.yaml:\d+: .*'{fact}'"):
        load_knowledge(folder)
