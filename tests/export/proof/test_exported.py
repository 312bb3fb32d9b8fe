"""Reading an exported folder. `tests/faults` tests thousands of kinds of damage."""

import numpy as np
import pytest

from export.proof.exported import Exported
from tests.exports import change_manifest
from training.common.errors import UserError


def test_the_saved_model_of_checked_bytes_is_the_one_that_was_exported(exported, golden):
    model = Exported(exported).saved_model()
    logits, _ = model.run(np.array(golden["trace"]["ids"][:1], np.int32), model.zero_state())
    expected = golden["trace"]["top_logits"][0]
    np.testing.assert_allclose(logits[0, golden["trace"]["top_ids"][0]], expected, atol=1e-4)


def test_a_file_that_is_missing_is_refused_with_what_to_do(breakable):
    (breakable / "golden.json").unlink()
    with pytest.raises(UserError, match="golden.json cannot be read .*; export again"):
        Exported(breakable).golden()


def test_a_file_that_the_manifest_does_not_list_is_not_read(breakable):
    change_manifest(breakable, lambda manifest: manifest["files"].pop("golden.json"))
    with pytest.raises(UserError, match="does not list .*golden.json; export again"):
        Exported(breakable).golden()


def test_a_file_of_another_size_is_refused_with_both_sizes(breakable):
    path = breakable / "vocabulary.txt"
    path.write_text("</s>\n<unk>\n")
    with pytest.raises(UserError, match="has 11 bytes, but the manifest says .*; export again"):
        Exported(breakable).vocabulary()


def test_a_manifest_without_its_last_byte_is_refused(breakable):
    path = breakable / "manifest.json"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(UserError, match="manifest.json was changed after the export"):
        Exported(breakable)
