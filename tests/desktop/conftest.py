"""Fixtures: stand-ins for the modules of GObject Introspection, and a keyboard with a few words."""

import importlib
import sys
from enum import IntEnum, IntFlag
from types import ModuleType, SimpleNamespace

import pytest

from export.keyboard.c_library import build
from export.keyboard.core import CKeyboard
from tests.core.falling import Falling
from training.text.vocabulary import Vocabulary

ENTRIES = ["</s>", "<unk>", ".", "are", "because", "hello", "help", "how", "the", "you"]


@pytest.fixture(scope="session")
def library():
    return build(litert=False)


@pytest.fixture
def keyboard(library):
    """Suggests words in the order of `ENTRIES`."""
    vocabulary = Vocabulary(ENTRIES, "message")
    with CKeyboard.of_network(library, Falling(len(ENTRIES)), vocabulary) as keyboard:
        yield keyboard


class Text:
    def __init__(self, text):
        self.text, self.attributes = text, None

    new_from_string = classmethod(lambda cls, text: cls(text))

    def get_text(self):
        return self.text

    def set_attributes(self, attributes):
        self.attributes = attributes


class LookupTable:
    def __init__(self):
        self.words, self.labels, self.orientation = [], {}, None

    new = classmethod(lambda cls, size, cursor, visible, cyclic: cls())

    def set_orientation(self, orientation):
        self.orientation = orientation

    def clear(self):
        self.words, self.labels = [], {}

    def append_candidate(self, text):
        self.words.append(text.text)

    def set_label(self, place, text):
        self.labels[place] = text.text


class Property:
    def __init__(self, key, label, prop_type=None, state=0):
        self.key, self.label, self.state = key, label.text, state

    def set_state(self, state):
        self.state = state


class Engine:
    """Records what the application would get."""

    def __init__(self, connection, object_path, has_focus_id=False):
        self.connection, self.path, self.calls = connection, object_path, []
        self.told = None

    def do_set_surrounding_text(self, text, cursor, anchor):
        self.told = (text.text, cursor, anchor)

    def get_surrounding_text(self):
        self.calls.append(("get_surrounding_text",))

    def commit_text(self, text):
        self.calls.append(("commit", text.text))

    def forward_key_event(self, keyval, keycode, state):
        self.calls.append(("forward", keyval, keycode, state))

    def delete_surrounding_text(self, offset, count):
        self.calls.append(("delete", offset, count))

    def update_preedit_text_with_mode(self, text, cursor, visible, mode):
        self.calls.append(("preedit", text.text, cursor, visible, mode))

    def update_lookup_table(self, table, visible):
        labels = [table.labels[place] for place in range(len(table.words))]
        self.calls.append(("table", list(table.words), labels, visible))

    def register_properties(self, properties):
        self.calls.append(("register", [(each.key, each.state) for each in properties]))

    def update_property(self, each):
        self.calls.append(("update", each.key, each.state))

    def update_auxiliary_text(self, text, visible):
        self.calls.append(("message", text.text, visible))

    def hide_auxiliary_text(self):
        self.calls.append(("no message",))


NAMES = {0xFF08: "BackSpace", 0xFF09: "Tab", 0x20: "space", 0xFFE1: "Shift_L"}
IBUS = SimpleNamespace(
    Engine=Engine,
    Text=Text,
    LookupTable=LookupTable,
    Property=Property,
    PropList=list,
    AttrList=list,
    Attribute=SimpleNamespace(new=lambda *values: values),
    AttrType=SimpleNamespace(UNDERLINE=1),
    AttrUnderline=SimpleNamespace(SINGLE=1),
    Orientation=SimpleNamespace(HORIZONTAL=0),
    PreeditFocusMode=SimpleNamespace(CLEAR=0, COMMIT=1),
    PropType=SimpleNamespace(TOGGLE=1),
    PropState=IntEnum("PropState", {"UNCHECKED": 0, "CHECKED": 1}),
    ModifierType=IntFlag(
        "ModifierType",
        {
            "SHIFT_MASK": 1,
            "CONTROL_MASK": 1 << 2,
            "MOD1_MASK": 1 << 3,
            "MOD2_MASK": 1 << 4,
            "MOD4_MASK": 1 << 6,
            "SUPER_MASK": 1 << 26,
            "HYPER_MASK": 1 << 27,
            "META_MASK": 1 << 28,
            "RELEASE_MASK": 1 << 30,
        },
    ),
    keyval_name=lambda value: NAMES.get(value, chr(value) if value < 0x100 else None),
    keyval_to_unicode=lambda value: chr(value) if value < 0x100 else "\x00",
)


@pytest.fixture
def gi(monkeypatch):
    """Modules of GObject Introspection that record calls, and no modules that use the real ones."""
    for name in ("desktop.engine", "desktop.menu"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    modules = {"gi": ModuleType("gi"), "gi.repository": ModuleType("gi.repository")}
    modules["gi"].require_version = lambda *_: None
    modules["gi.repository"].IBus = IBUS
    modules["gi.repository"].GLib = SimpleNamespace(timeout_add_seconds=lambda _, call: call())
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    yield IBUS
    for name in ("desktop.engine", "desktop.menu"):
        sys.modules.pop(name, None)


@pytest.fixture
def engine_module(gi):
    return importlib.import_module("desktop.engine")
