"""Named arrays in one `.npz` file whose bytes depend on nothing but the arrays."""

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from training.common.files import writing


def save_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write `arrays`, atomically, in the format of `numpy.savez`.

    Equal arrays give equal files: no time of day is in them. On a full disk `numpy.savez` itself
    leaves an archive behind that complains later, when Python takes it away.
    """
    with writing(path, "wb") as stream, zipfile.ZipFile(stream, "w") as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, np.asanyarray(array), allow_pickle=False)


def load_arrays(path: Path) -> dict[str, np.ndarray]:
    """All arrays of a file, by name. A damaged file raises whatever its bytes lead to."""
    with path.open("rb") as stream, np.load(stream) as archive:
        return {name: archive[name] for name in archive.files}


def digest_of(arrays: Mapping[str, np.ndarray]) -> str:
    """The SHA-256 over names, types, shapes and values, in any order of the names."""
    digest = hashlib.sha256()
    for name, array in sorted(arrays.items()):
        digest.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
