"""The error for an export that fails through no fault of the user."""


class ExportError(Exception):
    """A copy could not be made or does not pass lint. Nothing was replaced."""
