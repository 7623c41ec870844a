"""Edit: what the form shows and saves, what would change before it is saved, and that nothing typed is ever lost."""

import html
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.bot import Bot
from bot.knowledge import changes, load_knowledge
from bot.model import Role
from bot.web.staff import comparing
from tests.knowledge.made_up import make_small
from tests.web.desk import EDITOR, Desk, accounts_in, secret_in, settings_in

ENTRY, GAP, NEW_GAP = "/staff/edit/entry", "/staff/edit/gap", "/staff/edit/new-gap"
CLINIC = "/staff/edit/clinic"
OPEN = "We are open on weekdays from 9 to 5."
LATER = "We are open until 6.\n- <b>and</b> “more”"
ALIASES = "opening hours\nwhat time do you open"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Bot]:
    """A knowledge and its bot, fitted once."""
    folder = make_small(tmp_path_factory.mktemp("clinic"))
    return folder, Bot.load(folder, semantic=False, cache=None)


@pytest.fixture
def desk(made: tuple[Path, Bot], tmp_path: Path) -> Desk:
    accounts_in(tmp_path)
    folder = Path(shutil.copytree(made[0], tmp_path / "knowledge"))
    return Desk(made[1], replace(settings_in(tmp_path), knowledge=folder))


class Form:
    """A form as a browser has it: opened once, changed, sent as often as one likes; after each answer filled anew."""

    def __init__(self, client: TestClient, path: str, id_: str = "") -> None:
        self.client, self.path = client, path
        self.fields: dict[str, str] = {}
        self.page = ""
        response = client.get(f"{path}?id={id_}")
        assert response.status_code == 200
        self._fill(response.text)

    def send(self, where: str, **changed: str) -> Any:
        response = self.client.post(self.path + where, data={**self.fields, **changed})
        if response.status_code != 303:
            self._fill(response.text)
        return response

    def save(self, changed: Mapping[str, str]) -> Any:
        return self.send("/save", **changed)

    def compare(self, changed: Mapping[str, str]) -> str:
        response = self.send("", **changed)
        assert response.status_code == 200
        return str(response.text)

    def _fill(self, page: str) -> None:
        self.page = page
        form = page.partition('id="vs-edit"')[2].partition("</form>")[0]
        inputs = re.findall(r'<input [^>]*name="([^"]+)" value="([^"]*)"', form)
        areas = re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>\n([^<]*)</textarea>', form)
        self.fields = {html.unescape(name): html.unescape(value) for name, value in (*inputs, *areas)}


def opened(desk: Desk, path: str = ENTRY, id_: str = "when-open", *, role: Role = "editor") -> Form:
    return Form(desk.signed_in(role), path, id_)


def texts(desk: Desk) -> list[str]:
    return [passage.text for entry in load_knowledge(desk.settings.knowledge).entries for passage in entry.passages]


def alert(page: str) -> str:
    found = re.search(r'<div class="vs-problem" role="alert">(.*?)</div>', page, re.DOTALL)
    return html.unescape(" ".join(re.sub("<[^>]+>", " ", found[1]).split())) if found else ""


# --- the list --------------------------------------------------------------------------------------------------------


def test_the_list_leads_to_every_entry_and_known_gap(desk: Desk) -> None:
    page = desk.signed_in("viewer").get("/staff/edit").text
    links = re.findall(r'href="(/staff/edit/[^"]+)"', page)
    assert links.pop(0) == CLINIC
    assert links == [f"{ENTRY}?id=when-open", f"{ENTRY}?id=can-bring-friend", f"{GAP}?id=parking", f"{GAP}?id=price"]
    assert "The chat answers from the knowledge as it is now." in page
    assert "Nothing was changed on these pages yet." in page
    assert f'href="{NEW_GAP}"' in desk.signed_in().get("/staff/edit").text


def test_a_broken_knowledge_is_told_in_place_of_the_list(desk: Desk) -> None:
    (desk.settings.knowledge / "gaps.yaml").write_text("gaps: 3\n", encoding="utf-8")
    response = desk.signed_in().get("/staff/edit")
    assert (response.status_code, "gaps.yaml:1: " in response.text) == (400, True)


@pytest.mark.parametrize(("path", "id_"), [(ENTRY, "when-opn"), (GAP, "when-open"), (ENTRY, "")])
def test_what_there_is_not_cannot_be_edited(desk: Desk, path: str, id_: str) -> None:
    response = desk.signed_in().get(f"{path}?id={id_}")
    assert (response.status_code, "or it has gone meanwhile" in response.text) == (400, True)


# --- saving ----------------------------------------------------------------------------------------------------------


def test_the_form_of_an_entry_holds_its_texts(desk: Desk) -> None:
    fields = opened(desk).fields
    assert {name: value for name, value in fields.items() if not name.startswith(("was:", "csrf"))} == {
        "id": "when-open",
        "base": load_knowledge(desk.settings.knowledge).digest,
        "sure": "",
        "question": "When are you open?",
        "wordings": ALIASES,
        "text:when-open#0": OPEN,
        "text:when-open#1": "However, we close on holidays.",
    }


def test_a_change_is_saved_under_the_name_of_who_signed_in_and_told_in_the_list(desk: Desk) -> None:
    form = opened(desk)
    response = form.save({"text:when-open#0": LATER, "wordings": f"{ALIASES}\n\n  till when \nTill when?"})
    assert (response.status_code, response.headers["location"]) == (303, "/staff/edit#saved")
    knowledge = load_knowledge(desk.settings.knowledge)
    assert knowledge.entries[0].passages[0].text == LATER
    assert knowledge.entries[0].aliases == ("opening hours", "what time do you open", "till when")
    assert f"by {EDITOR}: when-open" in knowledge.sources["sources/clinic.txt"]
    (change,) = changes(desk.settings.data / "history")
    assert (change.by, change.what) == (EDITOR, ("the wordings of when-open", "the text of when-open#0"))
    page = form.client.get("/staff/edit").text
    assert f"UTC by {EDITOR}: the wordings of when-open; the text of when-open#0" in page
    assert f"<td>{EDITOR}</td>" in page
    assert "The chat does not answer from it yet." in page
    desk.bot = desk.bot.with_knowledge(knowledge)
    assert "The chat answers from the knowledge as it is now." in form.client.get("/staff/edit").text


def test_a_change_by_hand_after_the_last_one_is_not_called_saved(desk: Desk) -> None:
    opened(desk).save({"question": "What are your hours?"})
    path = desk.settings.knowledge / "aliases.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("opening hours", "hours"), encoding="utf-8")
    page = desk.signed_in().get("/staff/edit").text
    assert "The files were changed by hand since" in page
    assert ">Saved</h2>" not in page


def test_wordings_of_a_named_passage_have_a_field_of_their_own(desk: Desk) -> None:
    path = desk.settings.knowledge / "visits.yaml"
    text = path.read_text(encoding="utf-8").replace(
        "        text: |-\n          However", "        name: holidays\n        text: |-\n          However"
    )
    path.write_text(text, encoding="utf-8")
    form = opened(desk)
    assert form.fields["wordings:holidays"] == ""
    form.save({"wordings:holidays": "closed at christmas"})
    assert load_knowledge(desk.settings.knowledge).entries[0].passages[1].aliases == ("closed at christmas",)


def test_nothing_changed_saves_nothing_and_says_so(desk: Desk) -> None:
    form = opened(desk)
    response = form.save({"wordings": f"\n {ALIASES}  \n\n"})
    assert (response.status_code, "Nothing was saved: nothing is changed" in response.text) == (200, True)
    assert "Nothing is changed in this form yet." in form.compare({})
    assert changes(desk.settings.data / "history") == ()


def test_a_text_edited_by_hand_is_not_accepted_by_saving_something_else(desk: Desk) -> None:
    path = desk.settings.knowledge / "visits.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("on holidays", "never"), encoding="utf-8")
    form = opened(desk)
    assert form.fields["text:when-open#1"] == "However, we close never."
    form.save({"wordings": "opening hours"})
    assert texts(desk)[1] == "However, we close on holidays."


def test_a_passage_that_was_never_accepted_is_shown_and_left_alone(desk: Desk) -> None:
    path = desk.settings.knowledge / "visits.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("    passages:\n", "    passages:\n      - text: New <here>.\n", 1),
        encoding="utf-8",
    )
    page = opened(desk).page
    assert "not accepted yet" in page
    assert '<pre class="vs-code">New &lt;here&gt;.</pre>' in page


def test_a_gap_is_added_and_its_notice_and_wordings_changed(desk: Desk) -> None:
    new = {"topic": "Dogs & pets", "notice": "The FAQ says nothing of pets.\nCall {phone}.", "wordings": "my dog\ncat"}
    assert opened(desk, NEW_GAP, "").save(new).status_code == 303
    form = opened(desk, GAP, "dogs-pets")
    assert (form.fields["notice"], form.fields["wordings"]) == (new["notice"], "my dog\ncat")
    assert form.save({"notice": "Ask us about pets.\nIt is {phone}."}).status_code == 303
    assert opened(desk, GAP, "dogs-pets").save({"wordings": "my dog"}).status_code == 303
    gap = load_knowledge(desk.settings.knowledge).gaps[-1]
    assert (gap.id, gap.topic, gap.notice, gap.wordings) == (
        "dogs-pets",
        "Dogs & pets",
        "Ask us about pets.",
        ("my dog",),
    )
    assert opened(desk, NEW_GAP, "").save({**new, "wordings": "a parrot"}).status_code == 303
    assert load_knowledge(desk.settings.knowledge).gaps[-1].id == "dogs-pets-2"


def test_the_form_of_a_gap_shows_its_notice_as_patients_read_it_and_who_may_answer_it(desk: Desk) -> None:
    form = opened(desk, GAP, "parking")
    served = next(gap for gap in desk.bot.knowledge.gaps if gap.id == "parking")
    assert f'<pre class="vs-code">{html.escape(served.notice)}</pre>' in form.page
    assert form.fields["topic"] == "Parking"
    assert form.save({"topic": "Cars and parking", "owner": "when-open"}).status_code == 303
    gap = load_knowledge(desk.settings.knowledge).gaps[0]
    assert (gap.topic, gap.answered_by) == ("Cars and parking", "when-open")
    form = opened(desk, GAP, "parking")
    assert '<option value="when-open" selected>When are you open?</option>' in form.page
    assert form.save({"owner": ""}).status_code == 303
    assert load_knowledge(desk.settings.knowledge).gaps[0].answered_by == ""


def test_a_new_gap_like_one_that_is_there_is_saved_only_when_its_editor_insists(desk: Desk) -> None:
    form = opened(desk, NEW_GAP, "")
    wordings = "\n".join(desk.bot.knowledge.gaps[0].wordings)
    response = form.save({"topic": "Cars", "notice": "Nothing of cars.", "wordings": wordings})
    assert response.status_code == 200
    assert "get a reply of their own already (the notice of a known gap: Parking)" in form.page
    assert len(load_knowledge(desk.settings.knowledge).gaps) == 2
    assert form.fields["topic"] == "Cars"
    assert form.save({}).status_code == 303
    assert load_knowledge(desk.settings.knowledge).gaps[-1].topic == "Cars"


def test_the_facts_of_the_clinic_are_stated_and_stand_in_its_notices(desk: Desk) -> None:
    form = opened(desk, CLINIC, "")
    page = form.compare({"fact:name": "Harbor  Light", "fact:phone": "(202) 555-0142"})
    assert re.search(r"<summary>The same reply in new words: \d+</summary>", page)
    assert form.save({}).status_code == 303
    knowledge = load_knowledge(desk.settings.knowledge)
    assert (knowledge.clinic.name, knowledge.clinic.phone, knowledge.clinic.emergency) == (
        "Harbor Light", "(202) 555-0142", "911",
    )  # fmt: skip
    assert "(202) 555-0142" in knowledge.notices["contact"]
    assert "<dd>(202) 555-0142</dd>" in desk.signed_in("viewer").get("/staff/edit").text
    form = opened(desk, CLINIC, "")
    assert form.save({"fact:web": "clinic.example"}).status_code == 400
    assert "the web address 'clinic.example' is incomplete. Begin it with https://." in alert(form.page)


def test_a_topic_is_found_by_its_name_or_its_wordings(desk: Desk) -> None:
    client = desk.signed_in("viewer")

    def find(topic: str) -> Any:
        return client.post("/staff/edit/find", data={"csrf": secret_in(client.get("/staff/edit").text), "topic": topic})

    assert find(" PARKING ").headers["location"] == f"{GAP}?id=parking"
    wording = desk.bot.knowledge.gaps[1].wordings[0]
    for wanted in ("pric", wording):
        assert f'href="{GAP}?id=price"' in find(wanted).text.partition("These topics fit it:")[2].partition("</ul>")[0]
    assert "No topic has that" in find("zebra").text
    assert "No topic has that" in find("?!").text


# --- what goes wrong loses nothing -----------------------------------------------------------------------------------


def test_a_mistake_is_told_with_its_place_and_what_was_typed_stays(desk: Desk) -> None:
    before = texts(desk)
    form = opened(desk)
    typed = {"wordings": "opening hours\n???", "text:when-open#0": LATER}
    response = form.save(typed)
    assert response.status_code == 400
    assert "the wording '???' of 'when-open' has no word. Write it in words." in alert(form.page)
    assert re.search(r"knowledge/visits\.yaml:\d+ ", alert(form.page))
    assert {name: form.fields[name] for name in typed} == typed
    assert texts(desk) == before
    assert form.save({"wordings": "opening hours"}).status_code == 303
    assert texts(desk)[0] == LATER


@pytest.mark.parametrize("missing", ["topic", "notice", "wordings"])
def test_a_gap_without_one_of_its_parts_comes_back_as_typed(desk: Desk, missing: str) -> None:
    typed = {"topic": "Pets", "notice": "Nothing of pets.", "wordings": "my dog", missing: " \n"}
    form = opened(desk, NEW_GAP, "")
    assert form.save(typed).status_code == 400
    assert "A known gap needs a topic, a notice and at least one wording." in alert(form.page)
    assert {name: form.fields[name].strip() for name in typed} == {**typed, missing: ""}


def test_an_unknown_fact_in_a_notice_is_told(desk: Desk) -> None:
    form = opened(desk, GAP, "parking")
    assert form.save({"notice": "Call {fone}."}).status_code == 400
    assert "asks for an unknown fact {fone}. Did you mean 'phone'?" in alert(form.page)
    assert form.fields["notice"] == "Call {fone}."


def test_of_two_editors_the_second_is_told_and_nothing_is_overwritten(desk: Desk) -> None:
    second, first = opened(desk), opened(desk)
    first.save({"text:when-open#0": "Theirs <now>.", "wordings": "their wording"})
    response = second.save({"text:when-open#0": "Mine.", "question": "My title?"})
    assert response.status_code == 400
    assert "The knowledge was changed while you edited it" in alert(second.page)
    assert f"UTC by {EDITOR}: the wordings of when-open; the text of when-open#0" in alert(second.page)
    assert texts(desk)[0] == "Theirs <now>."
    assert (second.fields["text:when-open#0"], second.fields["question"]) == ("Mine.", "My title?")
    assert second.fields["wordings"] == "their wording"
    assert '<pre class="vs-code">Theirs &lt;now&gt;.</pre>' in second.page
    assert second.page.count('class="vs-theirs"') == 1
    assert second.save({}).status_code == 303
    entry = load_knowledge(desk.settings.knowledge).entries[0]
    assert (entry.passages[0].text, entry.question, entry.aliases) == ("Mine.", "My title?", ("their wording",))


def test_a_change_elsewhere_is_told_once_and_mine_is_saved_beside_it(desk: Desk) -> None:
    second = opened(desk)
    opened(desk, GAP, "parking").save({"wordings": "where can I park"})
    assert second.save({"question": "My title?"}).status_code == 400
    assert 'class="vs-theirs"' not in second.page
    assert second.save({}).status_code == 303
    knowledge = load_knowledge(desk.settings.knowledge)
    assert (knowledge.entries[0].question, knowledge.gaps[0].wordings) == ("My title?", ("where can I park",))


def test_a_knowledge_that_broke_meanwhile_gives_the_text_back(desk: Desk) -> None:
    form = opened(desk)
    path = desk.settings.knowledge / "gaps.yaml"
    good = path.read_bytes()
    path.write_bytes(b"gaps: 3\n")
    assert form.save({"text:when-open#0": LATER}).status_code == 400
    assert "knowledge/gaps.yaml:1 'gaps' of the file is not a list" in alert(form.page)
    assert form.fields["text:when-open#0"] == LATER
    path.write_bytes(good)
    assert form.save({}).status_code == 303
    assert texts(desk)[:2] == [LATER, "However, we close on holidays."]


def test_an_entry_that_has_gone_gives_the_text_back(desk: Desk) -> None:
    form = opened(desk)
    path = desk.settings.knowledge / "visits.yaml"
    for file in (path, desk.settings.knowledge / "aliases.yaml"):
        file.write_text(file.read_text(encoding="utf-8").replace("when-open", "our-hours"), encoding="utf-8")
    assert form.save({"question": "Mine?"}).status_code == 400
    assert "There is no entry 'when-open', or it has gone meanwhile." in alert(form.page)
    assert form.fields["question"] == "Mine?"


def test_a_viewer_compares_and_does_not_save(desk: Desk) -> None:
    form = opened(desk, role="viewer")
    assert "formaction" not in form.page
    assert "To save, an editor is needed." in form.page
    assert "What would change</h2>" in form.compare({"wordings": ""})
    assert "formaction" not in form.page
    assert form.client.post(f"{ENTRY}/save", data=form.fields).status_code == 403
    assert texts(desk)[0] == OPEN


# --- what would change -----------------------------------------------------------------------------------------------


def test_what_would_change_is_shown_and_not_saved(desk: Desk) -> None:
    before = {path: path.read_bytes() for path in desk.settings.knowledge.rglob("*") if path.is_file()}
    folder = desk.settings.knowledge / "coverage"
    folder.mkdir()
    (folder / "tests.yaml").write_text(
        "tests:\n  - {question: may I bring my dog along, expected: 'gap:parking'}\n", encoding="utf-8"
    )
    form = opened(desk, NEW_GAP, "")
    page = form.compare(
        {"topic": "Pets", "notice": "Nothing <of> pets.", "wordings": "may I bring my dog along\na dog"}
    )
    assert re.search(r"<strong>\d+ of \d+ questions would get another reply", page)
    assert "1 of the clinic’s 1 coverage tests" in page
    told = page.partition("<strong>may I bring my dog along</strong>")[2].partition("</li>")[0]
    assert "Coverage tests: should get <code>gap:parking</code>" in told
    assert "<dd>the notice of a known gap: Pets</dd>" in told
    assert "<blockquote>Nothing &lt;of&gt; pets.</blockquote>" in told
    assert "<strong>a dog</strong>" in page
    assert {path: path.read_bytes() for path in before} == before
    assert form.fields["topic"] == "Pets"
    assert form.save({}).status_code == 303


def test_a_new_text_is_told_as_the_same_passage_in_new_words(desk: Desk) -> None:
    page = opened(desk).compare({"text:when-open#0": LATER})
    group = page.partition("<summary>The same reply in new words: ")[2]
    told = group.partition("<strong>When are you open?</strong>")[2].partition("</li>")[0]
    assert html.escape(LATER, quote=False) in told
    assert '<th scope="row">No longer answered</th><td class="vs-number">0</td>' in page


def test_tests_with_a_mistake_are_told_and_the_rest_is_compared(desk: Desk) -> None:
    (desk.settings.knowledge / "coverage").mkdir()
    (desk.settings.knowledge / "coverage" / "tests.yaml").write_text("tests: 3\n", encoding="utf-8")
    page = opened(desk).compare({"wordings": ""})
    assert "The coverage tests were not asked" in page
    assert "coverage/tests.yaml:1: " in page


def test_a_mistake_is_told_before_anything_is_compared(desk: Desk) -> None:
    form = opened(desk)
    assert form.send("", question="").status_code == 400
    assert "is empty. Write its text." in alert(form.page)


def test_one_person_compares_at_a_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    second = opened(desk)
    answers: list[tuple[int, str, str]] = []

    def meanwhile(_folder: Path, _knowledge: object) -> tuple[dict[str, str], str]:
        response = second.send("", wordings="mine")
        answers.append((response.status_code, alert(second.page), second.fields["wordings"]))
        return {}, ""

    monkeypatch.setattr(comparing, "_expected", meanwhile)
    opened(desk).compare({"wordings": "theirs"})
    (answer,) = answers
    assert answer[0] == 400
    assert "Another comparison is still running" in answer[1]
    assert answer[2] == "mine"
    assert secret_in(second.page)
