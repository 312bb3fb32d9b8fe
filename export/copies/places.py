"""Where exports and built pages are kept."""

from pathlib import Path

EXPORTED = Path("exported")
PAGES = Path("web/dist")
