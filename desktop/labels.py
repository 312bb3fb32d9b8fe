"""How the settings are named in the menu and in the settings program."""

LABELS = {
    "learning": "Learn from what I type",
    "correction": "Space corrects typing errors",
    "private": "Private mode: learn nothing, use nothing learned",
}
