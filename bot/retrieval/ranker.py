"""A question in, everything that ranking can say of it out: entries, passages, a known gap, small talk, confidence.

BM25 and the topic model are two kinds of evidence over the same entries; the thresholds are somebody else's.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bot.model import Entry, Gap, SmallTalk
from bot.retrieval.base import DECIMALS, Hit, Ranking
from bot.retrieval.confidence import Confidence, Features
from bot.retrieval.ranking import EntryRetriever, PassageRetriever
from bot.retrieval.topics import TopicModel, TopicScores, Wording, ordered, topics_of
from bot.retrieval.vocabulary import Vocabulary
from bot.spelling import Speller
from bot.text import content_stems, sentences, stems_that_tell, words

ENTRY, PASSAGE, GAP, TALK = "entry", "passage", "gap", "talk"
TOPIC_SHARE = 0.7
WORDINGS_TO_YIELD = 3
SHARE_OF_TITLE = 0.65
SHARE_OF_NEIGHBOUR = 0.05
# the topics that are no entry's are many, and each has few wordings: their shares are spread too thin to be compared
SHARPER = 2.6


def wordings_of(entries: Sequence[Entry], gaps: Sequence[Gap], talk: Sequence[SmallTalk]) -> tuple[Wording, ...]:
    """Return every stored wording with its topic. One that stands for several is the entry's, then the gap's."""
    found = [Wording(text, f"{ENTRY}:{entry.id}") for entry in entries for text in (entry.question, *entry.aliases)]
    found += [
        Wording(text, f"{PASSAGE}:{passage.id}")
        for entry in entries
        for passage in entry.passages
        for text in passage.aliases
    ]
    found += [
        Wording(text, f"{PASSAGE}:{passage.id}")
        for entry in entries
        for passage in entry.passages
        for text in sentences(passage.text)
    ]
    found += [Wording(text, _gap_topic(gap)) for gap in gaps for text in gap.wordings]
    found += [Wording(text, f"{TALK}:{one.id}") for one in talk for text in one.wordings]
    return ordered(found)


def yielding(
    gaps: Sequence[Gap], entries: Sequence[Entry], words_of: Mapping[str, Sequence[str]] | None = None
) -> tuple[Gap, ...]:
    """Return *gaps*, those that an entry answers after all marked as answered by it.

    A gap yields to an entry of its own id, to one whose title is nearly one of the gap's wordings (they share most of
    their words), and to one with at least three wordings that are also the gap's. *words_of* holds the words of texts
    that are known already.
    """
    wordings = [_stems_of(gap.wordings, words_of or {}) for gap in gaps]
    asked = [(e.id, frozenset(content_stems(e.question)), _stems_of(e.aliases, words_of or {})) for e in entries]
    near = _near_titles(wordings, [title for _, title, _ in asked])
    marked = []
    for place, gap in enumerate(gaps):
        found = (
            id_
            for number, (id_, _, aliases) in enumerate(asked)
            if id_ == gap.id or (place, number) in near or len(wordings[place] & aliases) >= WORDINGS_TO_YIELD
        )
        marked.append(replace(gap, answered_by=gap.answered_by or next(found, "")))
    return tuple(marked)


def _near_titles(wordings: Sequence[set[frozenset[str]]], titles: Sequence[frozenset[str]]) -> set[tuple[int, int]]:
    """Return which gap has a wording that is nearly which title: the places of both."""
    holding: dict[str, list[tuple[int, frozenset[str]]]] = defaultdict(list)
    for place, of_gap in enumerate(wordings):
        for wording in of_gap:
            for stem in wording:
                holding[stem].append((place, wording))
    return {
        (place, number)
        for number, title in enumerate(titles)
        for place, wording in {found for stem in title for found in holding[stem]}
        if len(title & wording) >= SHARE_OF_TITLE * len(title | wording)
    }


def _stems_of(texts: Iterable[str], words_of: Mapping[str, Sequence[str]]) -> set[frozenset[str]]:
    return {frozenset(stems_that_tell(words_of.get(text) or words(text))) for text in texts} - {frozenset()}


def _gap_topic(gap: Gap) -> str:
    return f"{ENTRY}:{gap.answered_by}" if gap.answered_by else f"{GAP}:{gap.id}"


class Ranker:
    """Ranks over one knowledge; holds no state between questions."""

    def __init__(
        self,
        entries: Sequence[Entry],
        wordings: Sequence[Wording],
        topics: TopicModel,
        language: str,
        words_of: Mapping[str, Sequence[str]],
    ) -> None:
        """Take a topic model that was fitted on the same *wordings*, their language, and the words of each."""
        self._by_words = EntryRetriever.over(entries, words_of)
        self._passages = PassageRetriever.over(entries)
        self._topics = topics
        self._confidence = Confidence.shipped(semantic=topics.semantic)
        self._entry_of = {passage.id: entry.id for entry in entries for passage in entry.passages}
        self._entry_ids = [entry.id for entry in entries]
        self._owners = {topic: self._owner(topic) for topic in topics_of(wordings)}
        kinds = {kind: [p for p, t in enumerate(self._owners) if t.startswith(f"{kind}:")] for kind in (GAP, TALK)}
        kinds[ENTRY] = [place for place, owner in enumerate(self._owners.values()) if owner]
        places_of = kinds | {owner: self._places_of(owner) for owner in ("", *self._entry_ids)}
        self._places = {name: np.array(found, dtype=np.intp) for name, found in places_of.items()}
        places = {topic: place for place, topic in enumerate(self._owners)}
        self._passage_places = {id_: places.get(f"{PASSAGE}:{id_}", -1) for id_ in self._entry_of}
        told = [(wording.topic, tuple(words_of[wording.text])) for wording in wordings]
        self._exact = {text: topic for topic, text in reversed(told)}
        self._speller = Speller((text for _, text in told), language)
        self._vocabulary = Vocabulary((self._owners[topic] or topic, text) for topic, text in told)

    def rank(self, question: str) -> Ranking:
        """Return the ranking of *question*; an empty one where it has no word."""
        if not words(question):
            return Ranking()
        exact = self._exact.get(words(question), "")
        mended = self._speller.mend(question)
        topics = self._topics.topics(mended)
        owner = self._owners.get(exact, "")
        ranked = self._ranked_entries(topics, owner)
        gap = _exactly(exact, GAP) or self._strongest(topics, GAP)
        talk = _exactly(exact, TALK) or (None if exact else self._strongest(topics, TALK))
        confidence = self._confidence.of(self._features(mended, ranked, topics)) if ranked else 0.0
        if exact:
            confidence = 1.0 if owner else 0.0
        general = bool(ranked) and self._is_general(ranked[0].id, exact, topics)
        return Ranking(ranked, self._ranked_passages(mended, topics), gap, talk, confidence, general)

    def features(self, question: str) -> tuple[str, Features] | None:
        """Return the first entry and its features, for calibration; None where nothing is ranked."""
        mended = self._speller.mend(question)
        topics = self._topics.topics(mended)
        ranked = self._ranked_entries(topics, "")
        return (ranked[0].id, self._features(mended, ranked, topics)) if ranked else None

    def gaps(self, question: str) -> tuple[Hit, ...]:
        """Return every known gap by its own share of the topics, its neighbours left out, best first; for staff."""
        places = self._places[GAP]
        if not words(question) or not places.size:
            return ()
        topics = self._topics.topics(self._speller.mend(question))
        sharper = topics.shares**SHARPER
        shares = (sharper / sharper.sum())[places].tolist()
        named = zip((topics.names[int(place)].partition(":")[2] for place in places), shares, strict=True)
        hits = (Hit(id_, round(share, DECIMALS)) for id_, share in named)
        return tuple(sorted((hit for hit in hits if hit.score > 0), key=lambda hit: (-hit.score, hit.id)))

    def mend(self, question: str) -> str:
        """Return *question* as it is matched, its misspellings mended."""
        return self._speller.mend(question)

    def knows(self, word: str) -> bool:
        """Tell whether a normalised word stands in any wording or passage."""
        return self._by_words.knows(word)

    def _owner(self, topic: str) -> str:
        kind, _, id_ = topic.partition(":")
        return {ENTRY: id_, PASSAGE: self._entry_of.get(id_, "")}.get(kind, "")

    def _places_of(self, owner: str) -> list[int]:
        return [place for place, own in enumerate(self._owners.values()) if own == owner]

    def _ranked_entries(self, topics: TopicScores, exact_owner: str) -> tuple[Hit, ...]:
        shares = {id_: float(topics.shares[self._places[id_]].sum()) for id_ in self._entry_ids}
        if exact_owner:
            # word for word what staff wrote for this entry: nothing may come level with it
            shares = {id_: 1.0 if id_ == exact_owner else min(share, 0.5) for id_, share in shares.items()}
        hits = (Hit(id_, round(share, DECIMALS)) for id_, share in shares.items())
        return tuple(sorted((hit for hit in hits if hit.score > 0), key=lambda hit: (-hit.score, hit.id)))

    def _is_general(self, entry_id: str, exact: str, topics: TopicScores) -> bool:
        """Tell whether a question is nearer to the entry's own wordings than to those of any of its passages."""
        whole = f"{ENTRY}:{entry_id}"
        if exact in self._owners:
            return exact == whole
        best = max(self._places[entry_id], key=lambda place: float(topics.memberships[place]))
        return topics.names[int(best)] == whole

    def _ranked_passages(self, question: str, topics: TopicScores) -> tuple[Hit, ...]:
        by_words = self._passages.texts.scores(question)
        memberships = topics.memberships.clip(0.0, 1.0).tolist()
        scores = {
            id_: TOPIC_SHARE * (memberships[place] if place >= 0 else 0.0) + (1 - TOPIC_SHARE) * by_words.get(id_, 0.0)
            for id_, place in self._passage_places.items()
        }
        hits = (Hit(id_, round(score, DECIMALS)) for id_, score in scores.items())
        return tuple(sorted((hit for hit in hits if hit.score > 0), key=lambda hit: (-hit.score, hit.id)))

    def _strongest(self, topics: TopicScores, kind: str) -> Hit | None:
        places = self._places[kind]
        if not places.size:
            return None
        sharper = topics.shares**SHARPER
        shares = (sharper / sharper.sum())[places]
        strongest = int(shares.argmax())
        best, topic = float(shares[strongest]), topics.names[int(places[strongest])]
        # neighbouring topics (the price of one session, of a whole course) share a question between them
        close = float(shares[shares >= SHARE_OF_NEIGHBOUR].sum())
        return Hit(topic.partition(":")[2], round(min(1.0, max(best, close)), DECIMALS))

    def _features(self, question: str, ranked: Sequence[Hit], topics: TopicScores) -> Features:
        first = ranked[0].id
        own, other = self._places[first], self._places[""]
        strongest = topics.names[int(other[topics.memberships[other].argmax()])] if other.size else ""
        met = self._vocabulary.met(question, first, strongest)
        return Features(
            share=ranked[0].score,
            next_share=ranked[1].score if len(ranked) > 1 else 0.0,
            membership=_most(topics.memberships, own),
            gap_membership=_most(topics.memberships, self._places[GAP]),
            talk_membership=_most(topics.memberships, self._places[TALK]),
            nearest=_most(topics.nearest, own),
            other_nearest=_most(topics.nearest, other),
            words=_most(topics.words, own),
            other_words=_most(topics.words, other),
            bm25=self._by_words.scores(question).get(first, 0.0),
            unknown=met.unknown,
            met=met.entry,
            other_met=met.other,
            entry_total=_total(topics.memberships, own),
            entries_total=_total(topics.memberships, self._places[ENTRY]),
            gaps_total=_total(topics.memberships, self._places[GAP]),
            talk_total=_total(topics.memberships, self._places[TALK]),
        )


def _exactly(topic: str, kind: str) -> Hit | None:
    return Hit(topic.partition(":")[2], 1.0) if topic.startswith(f"{kind}:") else None


def _total(values: NDArray[np.float64], places: NDArray[np.intp]) -> float:
    return round(max(-1.0, min(1.0, float(values[places].sum()))), DECIMALS)


def _most(values: NDArray[np.float64], places: NDArray[np.intp]) -> float:
    return max(-1.0, min(1.0, float(values[places].max()))) if places.size else 0.0
