"""The model, the profile and the settings together, as all windows share them."""

import subprocess
import sys

import pytest

from desktop import shared as module
from desktop.composing import Composer
from desktop.settings import Settings, write_settings
from desktop.shared import Shared, opened
from tests.commands import ROOT
from tests.desktop.test_composing import Field
from training.common.errors import UserError


@pytest.fixture
def messages():
    return []


@pytest.fixture
def shared(library, keyboard, tmp_path, messages, monkeypatch):
    monkeypatch.setattr(module, "opened", lambda *_: keyboard)
    shared = Shared(
        library, tmp_path, tmp_path / "p.profile", tmp_path / "settings.ini", messages.append
    )
    yield shared
    shared._memory.close()


@pytest.fixture
def field(shared):
    """A text field with the real library."""
    field = Field()
    field.helper, field.composer = shared, Composer(shared)
    return field


def test_a_name_is_offered_after_it_was_typed_twice_and_not_once_it_is_forgotten(field, shared):
    for expected in (False, False, True):
        field.type("see Raje")
        assert ("Rajesh" in field.words) == expected
        field.type("sh\n")
    shared._memory.forget("rajesh")
    assert "Rajesh" not in field.type("see Raje").words


def test_a_slip_is_mended_and_the_word_kept_when_that_is_taken_back(field):
    assert str(field.type("becuase ")) == "[because ]"
    assert str(field.type("\b ")) == "becuase []"
    field.composer = Composer(field.helper)
    assert str(field.type("becuase ")) == "becuase becuase []"


def test_private_mode_neither_learns_nor_offers_what_was_learned(field, shared):
    field.type("zebra\nzebra\n")
    assert field.type("ze").words == ["zebra"]
    shared.change("private", True)
    field.run(field.composer.refresh())
    assert field.words == []
    field.type("bu\n")
    shared.change("private", False)
    assert "zebu" not in [word.word for word in shared._memory.words()]


def test_without_learning_what_was_learned_is_still_offered(field, shared):
    field.type("zebra\nzebra\n")
    shared.change("learning", False)
    field.type("zebu\nbecuase \b\n")
    assert [word.word for word in shared._memory.words()] == ["zebra"]
    assert field.type("ze").words == ["zebra"]


def test_without_correction_space_inserts_what_was_typed(field, shared):
    shared.change("correction", False)
    assert str(field.type("becuase ")) == "becuase []"


def test_settings_and_profiles_that_others_change_are_followed(shared, library, tmp_path):
    assert not shared.refresh()
    write_settings(tmp_path / "settings.ini", Settings(correction=False))
    assert shared.refresh()
    assert shared.correct("becuase") == []
    other = module.Memory(library, tmp_path / "p.profile", print)
    other.learn("zebra zebra")
    other.close()
    assert shared.refresh()
    assert shared.predict("ze") == ["zebra"]


def test_words_that_cannot_be_saved_are_logged_and_typing_goes_on(
    shared, field, tmp_path, messages
):
    (tmp_path / "p.lock").mkdir()
    field.type("see Rajesh\n")
    assert len(messages) == 1 and messages[0].startswith("no learning: cannot write")
    assert field.type("h").words


def test_settings_that_cannot_be_saved_hold_all_the_same(shared, tmp_path, messages):
    (tmp_path / "settings.ini").mkdir()
    shared.change("private", True)
    assert shared.settings.private and "the settings are not saved" in messages[-1]


def test_a_missing_or_damaged_model_is_named(library, tmp_path):
    for make in (lambda path: None, lambda path: path.write_bytes(b"x" * 99)):
        make(tmp_path / "model.tflite")
        with pytest.raises(UserError, match="model.tflite: .*install ibus-elman again"):
            opened(library, tmp_path / "model.tflite")
    with pytest.raises(UserError, match="missing.so: .*install ibus-elman again"):
        opened(tmp_path / "missing.so", tmp_path / "model.tflite")


def test_the_modules_need_neither_numpy_nor_tensorflow():
    """The system's Python has neither."""
    code = (
        "import sys\n"
        "sys.modules.update(dict.fromkeys(['numpy', 'tensorflow', 'ai_edge_litert', 'gi']))\n"
        "import desktop.composing, desktop.shared, desktop.program, desktop.places\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
