"""The knowledge room: the only reader and writer of YAML; validation with lines, import, export and acceptance."""

from bot.knowledge.accepting import accept
from bot.knowledge.exporting import export_json, export_text
from bot.knowledge.importing import ImportReport, import_text
from bot.knowledge.linting import check
from bot.knowledge.loading import load_knowledge

__all__ = ["ImportReport", "accept", "check", "export_json", "export_text", "import_text", "load_knowledge"]
