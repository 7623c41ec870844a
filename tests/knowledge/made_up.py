"""An invented clinic's FAQ, small enough to read beside a test, and a knowledge of it that loads in no time."""

from pathlib import Path

from bot.knowledge import import_text

MADE_UP = """\
Q: When are you open?
A: We are open on weekdays from 9 to 5.

However, we close on holidays.

Q: Can I bring a friend?
A: Please bring:
- one friend
- a book
"""

ALIASES = """\
# Wordings of patients.

when-open:
  entry:
    - opening hours  # the plainest one
    - what time do you open

# the second entry
can-bring-friend:
  entry:
    - may my sister come along
"""
GAPS = """\
# Known gaps.

gaps:
  - id: parking
    topic: Parking
    notice: |-
      The FAQ does not say where to park.
      Call {phone}.
    wordings:
      - where can I park
      # the most asked
      - is there parking

  - id: price
    topic: Price
    notice: The FAQ does not say what it costs.
    wordings: [how much is it, what does it cost]
"""
SMALL_TALK = "greeting:\n  - hello\n  - good morning\nchit-chat:\n  - tell me a joke\n"


def make_small(folder: Path) -> Path:
    """Write a knowledge of `MADE_UP` below *folder* whose gaps and small talk are few; return it."""
    text = folder / "visits.txt"
    text.write_text(MADE_UP, encoding="utf-8")
    knowledge = folder / "knowledge"
    import_text(text, knowledge)
    for name, content in (("aliases.yaml", ALIASES), ("gaps.yaml", GAPS), ("small-talk.yaml", SMALL_TALK)):
        (knowledge / name).write_text(content, encoding="utf-8")
    return knowledge
