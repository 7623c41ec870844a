"""The retrieval room: rankings of entries and passages. Knows no thresholds, no wording that a patient sees.

`bm25`, `ranking` and `ranker` give rankings, `topics` and `embedding` the evidence beyond words, `confidence` the
probability that the first entry answers. Only what costs little to import is named here.
"""

from bot.retrieval.base import Hit, Ranking, Retriever

__all__ = ["Hit", "Ranking", "Retriever"]
