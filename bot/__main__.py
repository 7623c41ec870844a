"""`python -m bot VERB` is the console script `verbatim VERB`."""

import sys

from bot.cli import main

if __name__ == "__main__":
    sys.exit(main())
