"""An export that went wrong through no fault of the user's."""


class ExportError(Exception):
    """A copy that could not be made, or that does not pass its own lint. Nothing was replaced."""
