"""The retrieval room: rankings of entries and passages. Knows no thresholds, no wording that a patient sees."""

from bot.retrieval.base import Hit, Retriever
from bot.retrieval.bm25 import Bm25Retriever
from bot.retrieval.ranking import EntryRetriever, PassageRetriever

__all__ = ["Bm25Retriever", "EntryRetriever", "Hit", "PassageRetriever", "Retriever"]
