"""Named arrays in a reproducible `.npz` file: equal arrays produce identical bytes."""

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from training.common.files import writing


def save_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write `arrays` atomically in the format of `numpy.savez`.

    Unlike `numpy.savez`, this stores no timestamps, and a full disk does not leave an open archive
    behind that raises again when Python garbage-collects it.
    """
    with writing(path, "wb") as stream, zipfile.ZipFile(stream, "w") as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, np.asanyarray(array), allow_pickle=False)


def load_arrays(path: Path) -> dict[str, np.ndarray]:
    """Read all arrays of a file, by name. A damaged file can raise any exception."""
    with path.open("rb") as stream, np.load(stream) as archive:
        return {name: archive[name] for name in archive.files}


def digest_of(arrays: Mapping[str, np.ndarray]) -> str:
    """Return the SHA-256 of names, types, shapes and values, in the order of the names."""
    digest = hashlib.sha256()
    for name, array in sorted(arrays.items()):
        digest.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
