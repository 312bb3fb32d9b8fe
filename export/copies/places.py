"""The folders of exports and built pages."""

from pathlib import Path

EXPORTED = Path("exported")
PAGES = Path("web/dist")
