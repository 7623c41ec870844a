"""A question in, everything that ranking can say of it out: entries, passages, a known gap, small talk, confidence.

BM25 and the topic model are two kinds of evidence over the same entries; the thresholds are somebody else's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.model import Entry, Gap, SmallTalk
from bot.retrieval.base import DECIMALS, Hit, Ranking
from bot.retrieval.confidence import Confidence, Features
from bot.retrieval.ranking import ALL, EntryRetriever, PassageRetriever
from bot.retrieval.topics import TopicModel, TopicScore, Wording, ordered
from bot.text import content_stems, sentences, words

ENTRY, PASSAGE, GAP, TALK = "entry", "passage", "gap", "talk"
TOPIC_SHARE = 0.7
WORDINGS_TO_YIELD = 3
SHARE_OF_TITLE = 0.65
SHARE_OF_NEIGHBOUR = 0.05
NOTHING = TopicScore(0.0, 0.0, 0.0, 0.0)


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


def yielding(gaps: Sequence[Gap], entries: Sequence[Entry]) -> tuple[Gap, ...]:
    """Return *gaps*, those that an entry answers after all marked as answered by it.

    A gap yields to an entry of its own id, to one whose title is nearly one of the gap's wordings (they share most of
    their words), and to one with at least three wordings that are also the gap's.
    """
    asked = [(entry, set(content_stems(entry.question)), _stems_of(entry.aliases)) for entry in entries]
    return tuple(replace(gap, answered_by=gap.answered_by or _answering(gap, asked)) for gap in gaps)


def _answering(gap: Gap, asked: Sequence[tuple[Entry, set[str], set[frozenset[str]]]]) -> str:
    wordings = _stems_of(gap.wordings)
    for entry, title, aliases in asked:
        alike = any(len(title & wording) >= SHARE_OF_TITLE * len(title | wording) for wording in wordings)
        if entry.id == gap.id or alike or len(wordings & aliases) >= WORDINGS_TO_YIELD:
            return entry.id
    return ""


def _stems_of(texts: Iterable[str]) -> set[frozenset[str]]:
    return {frozenset(content_stems(text)) for text in texts} - {frozenset()}


def _gap_topic(gap: Gap) -> str:
    return f"{ENTRY}:{gap.answered_by}" if gap.answered_by else f"{GAP}:{gap.id}"


class Ranker:
    """Ranks over one knowledge; holds no state between questions."""

    def __init__(
        self, entries: Sequence[Entry], wordings: Sequence[Wording], topics: TopicModel, *, semantic: bool
    ) -> None:
        """Take a topic model that was fitted on the same *wordings*."""
        self._by_words = EntryRetriever.over(entries)
        self._passages = PassageRetriever.over(entries)
        self._topics = topics
        self._confidence = Confidence.shipped(semantic=semantic)
        self._entry_of = {passage.id: entry.id for entry in entries for passage in entry.passages}
        self._entry_ids = [entry.id for entry in entries]
        self._owners = {wording.topic: self._owner(wording.topic) for wording in wordings}
        self._exact = {words(wording.text): wording.topic for wording in reversed(wordings)}

    def rank(self, question: str) -> Ranking:
        """Return the ranking of *question*; an empty one where it has no word."""
        if not words(question):
            return Ranking()
        topics = self._topics.topics(question)
        bm25 = {hit.id: hit.score for hit in self._by_words.search(question, ALL)}
        exact = self._exact.get(words(question), "")
        owner = self._owners.get(exact, "")
        shares = self._entry_shares(topics)
        if owner:
            # word for word what staff wrote for this entry: nothing may come level with it
            shares = {id_: 1.0 if id_ == owner else min(share, 0.5) for id_, share in shares.items()}
        ranked = tuple(sorted((Hit(i, s) for i, s in shares.items() if s > 0), key=lambda hit: (-hit.score, hit.id)))
        gap = _exactly(exact, GAP) or _strongest(topics, GAP)
        talk = _exactly(exact, TALK) or (None if exact else _strongest(topics, TALK))
        confidence = self._confidence.of(_features(ranked, topics, bm25, self._owners)) if ranked else 0.0
        if exact:
            confidence = 1.0 if owner else 0.0
        return Ranking(ranked, self._ranked_passages(question, topics), gap, talk, confidence)

    def features(self, question: str) -> tuple[str, Features] | None:
        """Return the first entry and its features, for calibration; None where nothing is ranked."""
        topics = self._topics.topics(question)
        ranked = sorted(self._entry_shares(topics).items(), key=lambda item: (-item[1], item[0]))
        bm25 = {hit.id: hit.score for hit in self._by_words.search(question, ALL)}
        hits = [Hit(*item) for item in ranked]
        return (hits[0].id, _features(hits, topics, bm25, self._owners)) if hits else None

    def knows(self, word: str) -> bool:
        """Tell whether a normalised word stands in any wording or passage."""
        return self._by_words.knows(word)

    def _owner(self, topic: str) -> str:
        kind, _, id_ = topic.partition(":")
        return {ENTRY: id_, PASSAGE: self._entry_of.get(id_, "")}.get(kind, "")

    def _entry_shares(self, topics: Mapping[str, TopicScore]) -> dict[str, float]:
        shares = dict.fromkeys(self._entry_ids, 0.0)
        for topic, score in topics.items():
            if owner := self._owners[topic]:
                shares[owner] += score.share
        return {id_: round(share, DECIMALS) for id_, share in shares.items()}

    def _ranked_passages(self, question: str, topics: Mapping[str, TopicScore]) -> tuple[Hit, ...]:
        by_words = {hit.id: hit.score for hit in self._passages.search(question, ALL)}
        scores = {
            id_: TOPIC_SHARE * max(0.0, min(1.0, topics.get(f"{PASSAGE}:{id_}", NOTHING).membership))
            + (1 - TOPIC_SHARE) * by_words.get(id_, 0.0)
            for id_ in self._entry_of
        }
        hits = (Hit(id_, round(score, DECIMALS)) for id_, score in scores.items())
        return tuple(sorted((hit for hit in hits if hit.score > 0), key=lambda hit: (-hit.score, hit.id)))


def _exactly(topic: str, kind: str) -> Hit | None:
    return Hit(topic.partition(":")[2], 1.0) if topic.startswith(f"{kind}:") else None


def _strongest(topics: Mapping[str, TopicScore], kind: str) -> Hit | None:
    found = [(score.share, topic.partition(":")[2]) for topic, score in topics.items() if topic.startswith(f"{kind}:")]
    if not found:
        return None
    best, id_ = max(found)
    # neighbouring topics (the price of one session, of a whole course) share a question between them
    close = sum(share for share, _ in found if share >= SHARE_OF_NEIGHBOUR)
    return Hit(id_, round(min(1.0, max(best, close)), DECIMALS))


def _features(
    ranked: Sequence[Hit], topics: Mapping[str, TopicScore], bm25: Mapping[str, float], owners: Mapping[str, str]
) -> Features:
    first = ranked[0].id
    own = [score for topic, score in topics.items() if owners[topic] == first]
    other = [(topic, score) for topic, score in topics.items() if not owners[topic]]
    return Features(
        share=ranked[0].score,
        next_share=ranked[1].score if len(ranked) > 1 else 0.0,
        membership=_most(score.membership for score in own),
        gap_membership=_most(score.membership for topic, score in other if topic.startswith(GAP)),
        talk_membership=_most(score.membership for topic, score in other if topic.startswith(TALK)),
        nearest=_most(score.nearest for score in own),
        other_nearest=_most(score.nearest for _, score in other),
        words=_most(score.words for score in own),
        other_words=_most(score.words for _, score in other),
        bm25=bm25.get(first, 0.0),
    )


def _most(values: Iterable[float]) -> float:
    return max(-1.0, min(1.0, max(values, default=0.0)))
