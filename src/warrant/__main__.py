"""``python -m warrant``."""

import sys

from warrant.cli import main

if __name__ == "__main__":
    sys.exit(main())
