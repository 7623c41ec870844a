"""An invented clinic's FAQ, small enough to read beside a test."""

MADE_UP = """\
Q: When are you open?
A: We are open on weekdays from 9 to 5.

However, we close on holidays.

Q: Can I bring a friend?
A: Please bring:
- one friend
- a book
"""
