"""The QWERTY layout of a phone: where the keys are, and which key a tap hits.

The unit is the width of a key, which is also the height of a row. The origin is the upper left
corner of `q`; x grows to the right and y downwards, as in the C library. As on Android, the second
row starts half a key and the third one and a half keys further to the right.
"""

import math

ROWS = (("qwertyuiop", 0.0), ("asdfghjkl", 0.5), ("zxcvbnm", 1.5))
KEYS = {
    letter: (start + column + 0.5, row + 0.5)
    for row, (letters, start) in enumerate(ROWS)
    for column, letter in enumerate(letters)
}
"""The centre of each letter's key."""
NEAR = 1.2
"""Keys whose centres are at most this far apart are neighbours."""


def nearest(x: float, y: float) -> str:
    """The letter of the key whose centre is nearest."""
    return min(KEYS, key=lambda letter: math.dist(KEYS[letter], (x, y)))


NEIGHBOURS = {
    letter: "".join(
        other for other in KEYS if other != letter and math.dist(KEYS[other], place) <= NEAR
    )
    for letter, place in KEYS.items()
}
