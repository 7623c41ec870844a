"""The topic model: wordings in, shares of topics out; the same from a cache, and without an embedder."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.bot import Bot
from bot.cache import ArrayCache
from bot.fitting import fit_ranker
from bot.retrieval.confidence import Confidence, Features, feature_names
from bot.retrieval.embedding import MiniLm, Vectors, WordPieces, default_embedder
from bot.retrieval.packing import texts_array, texts_of
from bot.retrieval.ranker import wordings_of, yielding
from bot.retrieval.topics import SHARES, TopicModel, TopicScore, Wording, _parts, fingerprint, ordered
from tests.clinics import knowledge_of

WORDINGS = ordered(
    [
        Wording("may I bring my dog", "entry:dog"),
        Wording("are dogs welcome", "entry:dog"),
        Wording("where can I park", "gap:parking"),
        Wording("is there a car park", "gap:parking"),
        Wording("hello there", "talk:greeting"),
    ]
)
NO_VECTORS = np.zeros((len(WORDINGS), 0), dtype=np.float32)


class Colours:
    """An embedder that sees one thing only: whether a text names a colour."""

    name = "colours"
    width = 2

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.array([[1, 0] if {"red", "blue"} & set(t.split()) else [0, 1] for t in texts], dtype=np.float32)


def _model() -> TopicModel:
    return TopicModel.fit(WORDINGS, None, NO_VECTORS)


def _said(model: TopicModel, question: str) -> dict[str, TopicScore]:
    scores = model.topics(question)
    return {topic: scores.of(topic) for topic in scores.names}


def _best(model: TopicModel, question: str) -> str:
    return max(_said(model, question).items(), key=lambda item: item[1].share)[0]


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("can my dogs come", "entry:dog"),
        ("parking a car", "gap:parking"),
        ("helo there", "talk:greeting"),
        ("MAY I BRING MY DOG?", "entry:dog"),
    ],
)
def test_a_question_belongs_to_the_topic_of_the_wordings_it_is_like(question: str, topic: str) -> None:
    assert _best(_model(), question) == topic


def test_shares_sum_to_one_and_a_stored_wording_is_nearest_to_itself() -> None:
    topics = _model().topics("are dogs welcome")
    assert topics.shares.sum() == pytest.approx(1, abs=0.001)
    assert (topics.of("entry:dog").nearest, topics.of("entry:dog").words) == (1.0, 1.0)


def test_scores_stand_in_order_of_their_topics_and_an_unknown_topic_has_none() -> None:
    topics = _model().topics("are dogs welcome")
    assert topics.names == ("entry:dog", "gap:parking", "talk:greeting")
    columns = zip(topics.shares, topics.memberships, topics.nearest, topics.words, strict=True)
    assert [topics.of(name) for name in topics.names] == [TopicScore(*map(float, column)) for column in columns]
    with pytest.raises(ValueError, match="not in tuple"):
        topics.of("entry:cat")


def test_a_question_that_shares_nothing_belongs_to_no_topic() -> None:
    assert _model().topics("ждёшь").memberships.tolist() == [0.0, 0.0, 0.0]


def test_vectors_find_what_words_cannot() -> None:
    wordings = ordered([Wording("red", "entry:colour"), Wording("seven", "entry:number")])
    model = TopicModel.fit(wordings, Colours(), Colours().embed([w.text for w in wordings]))
    assert _best(model, "blue") == "entry:colour"
    assert TopicModel.fit(wordings, None, NO_VECTORS[:2]).topics("blue").memberships.tolist() == [0.0, 0.0]


def test_a_restored_model_says_the_same() -> None:
    model = _model()
    restored = TopicModel.restore(WORDINGS, None, model.arrays())
    for question in ("can my dogs come", "xyzzy", "hello"):
        assert _said(restored, question) == _said(model, question)


MANY = ordered(
    [
        *(Wording(text, "entry:dog") for text in ("may I bring my dog", "are dogs welcome", "is a puppy allowed")),
        *(Wording(f"{how} park my {what}", "gap:parking") for how in ("can I", "where to") for what in ("car", "van")),
        *(
            Wording(f"how much {what}", "gap:price")
            for what in ("is it", "does it cost", "do you charge", "is a visit")
        ),
        *(Wording(text, "talk:greeting") for text in ("hello", "hello there", "good morning", "good evening")),
    ]
)
ASKED = {
    "is my dog welcome": "entry:dog",
    "a puppy": "entry:dog",
    "where can I park the car": "gap:parking",
    "how much is one visit": "gap:price",
    "good day": "talk:greeting",
}


def _fitted(monkeypatch: pytest.MonkeyPatch, **constants: int) -> TopicModel:
    """Return a model of MANY, fitted with other constants than those of bot.retrieval.topics."""
    with monkeypatch.context() as patched:
        for name, value in constants.items():
            patched.setattr(f"bot.retrieval.topics.{name}", value)
        return TopicModel.fit(MANY, None, np.zeros((len(MANY), 0), dtype=np.float32))


@pytest.mark.parametrize("most_others", [100, 6, 4])
def test_rankings_hold_however_few_wordings_are_fitted_together(
    monkeypatch: pytest.MonkeyPatch, most_others: int
) -> None:
    model = _fitted(monkeypatch, MOST_OTHERS=most_others)
    assert {question: _best(model, question) for question in ASKED} == ASKED
    assert [_best(model, wording.text) for wording in MANY] == [wording.topic for wording in MANY]


def test_a_fit_in_parts_is_another_one_and_always_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _fitted(monkeypatch, MOST_OTHERS=100).arrays()
    once, again = (_fitted(monkeypatch, MOST_OTHERS=4).arrays() for _ in range(2))
    assert {name: array.tobytes() for name, array in once.items()} == {n: a.tobytes() for n, a in again.items()}
    assert not np.allclose(once["weights"], whole["weights"], atol=1e-3)


def test_a_membership_is_the_mean_over_the_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a part in which a wording is not fitted, its weight is 0, so the sum over the parts is one product."""
    parts: list[NDArray[np.intp]] = []

    def spied(wordings: Sequence[Wording]) -> list[NDArray[np.intp]]:
        parts.extend(_parts(wordings))
        return parts

    monkeypatch.setattr("bot.retrieval.topics._parts", spied)
    together = _fitted(monkeypatch, MOST_OTHERS=4).arrays()["weights"]
    alone = np.zeros_like(together)
    for part in parts:
        monkeypatch.setattr("bot.retrieval.topics._parts", lambda _, part=part: [part])
        alone += _fitted(monkeypatch).arrays()["weights"]
    assert len(parts) > 2
    assert np.allclose(together, alone / len(parts), atol=1e-6)


def test_each_wording_is_in_a_part_and_entries_in_as_many_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.retrieval.topics.MOST_OTHERS", 4)
    parts = _parts(MANY)
    found = Counter(place for part in parts for place in part.tolist())
    own = [found[place] for place, wording in enumerate(MANY) if wording.topic == "entry:dog"]
    others = [found[place] for place, wording in enumerate(MANY) if wording.topic != "entry:dog"]
    assert set(own) == {len(parts) // SHARES}
    assert set(others) == {1}


def test_a_matrix_computed_in_blocks_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, blocks = (_fitted(monkeypatch, ROWS_AT_ONCE=rows).arrays()["weights"] for rows in (100, 2))
    assert np.allclose(whole, blocks, atol=1e-6)


def test_wordings_are_ordered_by_topic_and_each_text_belongs_to_its_first_topic() -> None:
    twice = [Wording("b", "gap:x"), Wording("a", "entry:y"), Wording("b", "entry:y")]
    assert ordered(twice) == (Wording("a", "entry:y"), Wording("b", "gap:x"))


def test_a_fingerprint_changes_with_wordings_and_embedder() -> None:
    prints = {fingerprint(WORDINGS, None), fingerprint(WORDINGS[1:], None), fingerprint(WORDINGS, Colours())}
    assert len(prints) == 3
    assert fingerprint(WORDINGS, None) == fingerprint(tuple(WORDINGS), None)


def test_a_gap_yields_to_an_entry_whose_title_is_one_of_its_wordings() -> None:
    knowledge = knowledge_of({"Where can I park?": ["In the yard."], "May I bring my dog?": ["No."]})
    assert [gap.answered_by for gap in yielding(knowledge.gaps, knowledge.entries)] == ["e0"]
    reply = Bot(knowledge).ask("is there parking")
    assert (reply.kind, reply.passages[0].text) == ("answer", "In the yard.")


def test_a_gap_that_no_entry_answers_stays() -> None:
    knowledge = knowledge_of({"May I bring my dog?": ["No."]})
    assert [gap.answered_by for gap in yielding(knowledge.gaps, knowledge.entries)] == [""]


def test_every_wording_and_sentence_stands_for_something() -> None:
    knowledge = knowledge_of({"May I bring my dog?": ["Dogs wait outside. There is water."]})
    topics = {w.text: w.topic for w in wordings_of(knowledge.entries, knowledge.gaps, knowledge.small_talk)}
    assert topics["May I bring my dog?"] == "entry:e0"
    assert topics["There is water."] == "passage:e0#0"
    assert topics["where can I park"] == "gap:parking"
    assert topics["hello"] == "talk:greeting"


def test_the_confidence_is_a_logistic_regression_on_the_features() -> None:
    nothing = Features(*[0.0] * len(feature_names()))
    assert Confidence(0.0, nothing).of(nothing) == 0.5
    weights = Features(*[1.0, *[0.0] * (len(feature_names()) - 1)])
    assert Confidence(0.0, weights).of(weights) == round(1 / (1 + np.exp(-1)), 6)


@pytest.mark.parametrize("semantic", [True, False])
def test_the_shipped_confidence_rises_with_evidence_and_falls_with_a_gap(semantic: bool) -> None:  # noqa: FBT001
    names = feature_names()
    shipped = Confidence.shipped(semantic=semantic)

    def of(**values: float) -> float:
        return shipped.of(Features(**{name: values.get(name, 0.0) for name in names}))

    assert of(membership=0.9, nearest=0.9) > of() > of(gap_membership=0.9, other_nearest=0.9)


def test_what_was_fitted_is_fitted_once(tmp_path: Path) -> None:
    knowledge = knowledge_of({"May I bring my dog?": ["No."]})
    first = fit_ranker(knowledge, Colours(), ArrayCache(tmp_path))
    files = {path: path.read_bytes() for path in tmp_path.iterdir()}
    assert {path.name.partition("-")[0] for path in files} == {"counts", "ranker", "vectors"}
    again = fit_ranker(knowledge, Colours(), ArrayCache(tmp_path))
    assert again.rank("a dog") == first.rank("a dog")
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == files


@pytest.mark.parametrize("broken", [b"", b"PK\x03\x04rubbish", b"\x93NUMPY"])
def test_a_broken_cache_is_as_good_as_none(tmp_path: Path, broken: bytes) -> None:
    knowledge = knowledge_of({"May I bring my dog?": ["No."]})
    expected = fit_ranker(knowledge, Colours(), ArrayCache(tmp_path)).rank("a dog")
    for path in tmp_path.iterdir():
        path.write_bytes(broken)
    assert fit_ranker(knowledge, Colours(), ArrayCache(tmp_path)).rank("a dog") == expected


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = ArrayCache(tmp_path / "file" / "cache")
    cache.save("kind", "key", {"a": np.zeros(1)})
    assert cache.load("kind", "key") is None
    assert cache.newest("kind") is None


def test_only_the_newest_files_of_a_kind_are_kept(tmp_path: Path) -> None:
    cache = ArrayCache(tmp_path)
    for key in ("a", "b", "c"):
        cache.save("kind", key, {"a": np.zeros(1)}, kept=2)
    assert len(list(tmp_path.iterdir())) == 2


def test_any_texts_survive_an_array() -> None:
    texts = ["", "a\nb", "\ud800", "“é”"]
    assert texts_of(texts_array(texts)) == texts


def test_word_pieces_are_the_longest_known_first() -> None:
    pieces = WordPieces(["[UNK]", "[CLS]", "[SEP]", "un", "##want", "##ed", "unwant", "!"])
    assert pieces.ids("Unwanted!") == [1, 6, 5, 7, 2]
    assert pieces.ids("unknown") == [1, 0, 2]
    assert pieces.ids("a" * 500) == [1, 0, 2]
    assert len(pieces.ids("! " * 500)) == 128


def test_the_installed_model_knows_likeness_of_meaning() -> None:
    embedder = default_embedder()
    assert isinstance(embedder, MiniLm)
    car, drive, chemical = embedder.embed(["may I use my car", "am I allowed to drive", "glutamate receptor"])
    assert car @ drive > 0.4 > car @ chemical
    assert np.linalg.norm(car) == pytest.approx(1, abs=1e-5)
    assert embedder.embed([]).shape == (0, 384)
    alone = embedder.embed(["may I use my car"])[0]
    assert np.allclose(alone, embedder.embed(["may I use my car"] * 40)[7], atol=1e-6)
