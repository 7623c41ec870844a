"""The first staff pages: what the overview tells, what "ask and explain" shows, how bars are drawn."""

import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.bot import Bot
from bot.journal import COUNTS_FILE, CountsFile, DayCount, Item
from bot.model import Problem
from bot.web.painting import paint_reply
from bot.web.staff.ask import reading
from bot.web.staff.overview import summed
from bot.web.staff.plots import Bar, plot, round_up, signed
from tests.clinics import Texts, bot_of
from tests.web.book import ROOT
from tests.web.desk import Desk, accounts_in, ask, settings_in

ANSWERS: dict[str, Texts] = {
    "How long does it last?": ["It lasts  an hour, “about”.\n- and\n- more"],
    "Does it hurt?": ["Most people feel a small prick."],
}
EVIL = '<img src=x onerror="alert(1)"> {{ 7 * 7 }} </textarea><script>'


@pytest.fixture(scope="module")
def bot() -> Bot:
    return bot_of(ANSWERS)


@pytest.fixture(scope="module")
def desk(bot: Bot, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("data")
    accounts_in(folder)
    return Desk(bot, settings_in(folder))


# --- overview --------------------------------------------------------------------------------------------------------


def test_the_overview_tells_of_the_knowledge_and_its_check(desk: Desk) -> None:
    text = desk.signed_in("viewer").get("/staff").text
    assert "<code>dddddddddddd</code>" in text
    assert "Stale: it was measured on no knowledge yet" in text
    assert "Ready for patients" in text
    assert "No errors." in text
    assert re.search(r"<summary>\d+ warnings</summary>", text)
    assert "knowledge/clinic.yaml:" in text


def test_the_overview_tells_errors_and_missing_facts(bot: Bot, tmp_path: Path) -> None:
    accounts_in(tmp_path)
    folder = Path(shutil.copytree(ROOT / "knowledge", tmp_path / "knowledge"))
    (folder / "clinic.yaml").write_text("nmae: <b>x\n", encoding="utf-8")
    missing = (Problem("clinic.yaml", 3, "not ready", "Set the phone in clinic.yaml:3."),)
    point = replace(bot.knowledge.operating_point, knowledge=bot.knowledge.digest)
    unready = Bot(replace(bot.knowledge, missing=missing, operating_point=point))
    desk = Desk(unready, replace(settings_in(tmp_path), knowledge=folder))
    text = desk.signed_in().get("/staff").text
    assert "unknown field &#39;nmae&#39;.</strong> Did you mean &#39;name&#39;?" in text
    assert "The last good knowledge is being served" in text
    assert "Not ready for patients: Set the phone in clinic.yaml:3." in text
    assert "Measured on this knowledge." in text


def test_the_overview_shows_what_was_counted(bot: Bot, tmp_path: Path) -> None:
    accounts_in(tmp_path)
    today = datetime.now(UTC).date()
    numbers = {(today, Item("kind", "answer")): 41, (today, Item("helpful", "e0")): 7}
    CountsFile(tmp_path / COUNTS_FILE).add(numbers)
    text = Desk(bot, settings_in(tmp_path)).signed_in().get("/staff").text
    assert f'<th scope="row" class="vs-day">{today}</th><td class="vs-number">41</td>' in text
    assert '<th scope="row">How long does it last?</th><td class="vs-number">7</td><td class="vs-number">0</td>' in text


def test_counts_that_cannot_be_read_cost_no_page(bot: Bot, tmp_path: Path) -> None:
    accounts_in(tmp_path)
    (tmp_path / COUNTS_FILE).write_bytes(b"no database at all")
    response = Desk(bot, settings_in(tmp_path)).signed_in().get("/staff")
    assert (response.status_code, "The counts cannot be read" in response.text) == (200, True)


def test_two_weeks_are_summed_the_newest_day_first() -> None:
    today = date(2031, 3, 20)

    def count(days_ago: int, what: str, name: str, number: int) -> DayCount:
        return DayCount(today - timedelta(days=days_ago), Item(what, name), number)  # type: ignore[arg-type]

    counts = [
        count(14, "kind", "answer", 100),
        count(13, "kind", "answer", 2),
        count(0, "kind", "gap", 3),
        count(0, "kind", "answer", 1),
        count(0, "level", "crisis", 9),
        count(1, "not-helpful", "e0", 4),
        count(0, "helpful", "e0", 5),
        count(0, "helpful", "gone", 1),
        count(-1, "kind", "answer", 50),
    ]
    told = summed(counts, {"e0": "A title"}, today)
    assert told.days == (
        ("2031-03-20", (1, 0, 3, 0, 0, 0)),
        ("2031-03-19", (0, 0, 0, 0, 0, 0)),
        ("2031-03-07", (2, 0, 0, 0, 0, 0)),
    )
    assert dict(told.totals)["Answers"] == 3
    assert told.helpful == (("A title", 5, 4), ("gone", 1, 0))


# --- ask and explain -------------------------------------------------------------------------------------------------


def test_the_reply_is_painted_as_the_patient_sees_it(desk: Desk, bot: Bot) -> None:
    question = "how long does it last"
    text = ask(desk.signed_in("viewer"), question).text
    assert paint_reply(bot.ask(question), bot.knowledge, linked=True) in text
    assert f">\n{question}</textarea>" in text


def test_the_ranking_words_and_decision_stand_beside_it(desk: Desk, bot: Bot) -> None:
    question = "how long does the zebra last"
    text, told = ask(desk.signed_in(), question).text, bot.explain(question)
    for place, entry in enumerate(told.entries, start=1):
        row = text.partition(f'<tr id="{entry.entry_id}"><td class="vs-number">{place}</td>')[2].partition("</th>")[0]
        assert f'href="/staff/edit/entry?id={entry.entry_id}">{entry.question}</a>' in row
        assert f'<td class="vs-number">{entry.score:.3f}</td>' in text
    for word in told.words:
        assert f'<th scope="row">{word.word}</th><td class="vs-number">{signed(word.entry)}</td>' in text
    assert "<dd>the, zebra</dd>" in text
    assert reading(told) in text


def test_a_gap_a_rule_and_a_refusal_are_told(desk: Desk) -> None:
    client = desk.signed_in()
    parking = ask(client, "where can I park").text
    assert "The decision: the notice of a known gap" in parking
    link = '<a class="vs-link" href="/staff/edit/gap?id=parking">Known gap: Parking</a>'
    assert parking.partition("To change it:")[2].partition("</p>")[0].split() == link.split()
    assert link in parking.partition("<caption>Known gaps that scored</caption>")[2]
    danger = ask(client, "I want to kill myself").text
    assert "<h3>Safety: crisis</h3>" in danger
    assert "<code>self-kill</code>, which is there to find “I want to kill myself”" in danger
    refused = ask(client, "?!").text
    assert "The decision: a refusal" in refused
    assert "Nothing was ranked" in refused


@pytest.mark.parametrize(
    ("confidence", "gap", "told"),
    [
        (0.5, 0.9, "Sure enough to show passages: the confidence is 0.500, and 0.5 is needed."),
        (0.49, 0.9, "A known gap fits (0.900, and 0.3 is needed), so its notice is shown."),
        (0.49, 0.29, "It is enough to offer questions to choose from, which needs 0.3."),
        (0.29, 0.29, "Not sure enough even to offer questions: the confidence is 0.290, and 0.3 is needed."),
    ],
)
def test_the_decision_is_said_in_a_sentence(bot: Bot, confidence: float, gap: float, told: str) -> None:
    explanation = bot.explain("does it last or hurt")
    first = (replace(explanation.entries[0], score=0.2),)
    asked = replace(explanation, entries=first, confidence=confidence, gap="parking", gap_score=gap)
    assert told in reading(asked)


def test_what_is_typed_stays_text(desk: Desk) -> None:
    text = ask(desk.signed_in(), EVIL).text
    assert "<img" not in text
    assert "<script" not in text
    assert "{{ 7 * 7 }}" in text
    assert text.count("</textarea>") == 1
    assert "&lt;img src=x" in text


@pytest.mark.parametrize("question", ["", "   ", "\n"])
def test_nothing_asked_is_the_empty_page(desk: Desk, question: str) -> None:
    response = ask(desk.signed_in(), question)
    assert (response.status_code, "What the patient sees" in response.text) == (200, False)


def test_a_question_is_never_in_an_address_and_never_counted(desk: Desk) -> None:
    client = desk.signed_in()
    assert 'method="post" action="/staff/ask"' in client.get("/staff/ask").text
    assert client.get("/staff/ask?question=secret").text.count("secret") == 0
    ask(client, "How long does it last?")
    assert not (desk.settings.data / COUNTS_FILE).exists()


def test_no_page_has_a_script_or_an_inline_style(desk: Desk) -> None:
    client = desk.signed_in()
    pages = [client.get("/staff").text, ask(client, "I want to kill myself").text, ask(client, "does it hurt").text]
    assert [re.findall(r"<script|<style|\sstyle=|\son[a-z]+=", page) for page in pages] == [[], [], []]


# --- bars ------------------------------------------------------------------------------------------------------------


def test_bars_stand_on_an_axis_from_nought() -> None:
    drawn = plot("Scores", [Bar("a", 0.19, "0.190"), Bar("b", 0.05, "0.050")])
    assert (drawn.least, drawn.most) == (0.0, 0.2)
    assert [(drawn.start(bar), drawn.length(bar)) for bar in drawn.bars] == [("0.00%", "95.00%"), ("0.00%", "25.00%")]
    assert drawn.ticks() == ((0.0, "0"), (0.2, "0.2"))


def test_a_bar_below_nought_ends_there() -> None:
    drawn = plot("Falls", [Bar("a", 0.3, "+0.300"), Bar("b", -0.1, "-0.100")])
    assert (drawn.least, drawn.most) == (-0.1, 0.3)
    assert [(drawn.start(bar), drawn.length(bar)) for bar in drawn.bars] == [("25.00%", "75.00%"), ("0.00%", "25.00%")]
    assert [text for _, text in drawn.ticks()] == ["-0.1", "0", "0.3"]


def test_bars_that_are_all_nought_have_an_axis_all_the_same() -> None:
    assert plot("None", [Bar("a", 0.0, "0")]).length(Bar("a", 0.0, "0")) == "0.00%"
    assert plot("None", []).most == 1.0


@pytest.mark.parametrize(
    ("value", "end"), [(0, 0), (-1, 0), (1, 1), (237, 250), (0.19, 0.2), (1e-6, 1e-6), (0.61, 0.8), (999, 1000)]
)
def test_an_axis_ends_at_a_round_value(value: float, end: float) -> None:
    assert round_up(value) == end


def test_a_value_that_rounds_to_nothing_has_no_sign() -> None:
    assert [signed(0.5), signed(-0.0004), signed(-0.25)] == ["+0.500", "0.000", "-0.250"]
