"""Which Chromium the tests of pages use."""

import shutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
"""The first is the same browser without a window of its own, which costs more than the pages in it."""

CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
MISSING = "needs Chromium (Debian: apt-get install chromium-headless-shell)"
