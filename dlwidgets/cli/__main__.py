"""``python -m dlwidgets.cli`` is the `dlwidgets` command."""

import sys

from dlwidgets.cli import main

if __name__ == "__main__":
    sys.exit(main())
