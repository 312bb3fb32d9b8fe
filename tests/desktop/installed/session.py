"""A desktop session to type in, run by the system's Python inside dbus-run-session and xvfb-run.

Starts ibus-daemon, stands in for IBus's panel, and opens a GTK window with an entry, two entries
for passwords, an entry for addresses and a text view. Reads commands from standard input, one JSON
list per line, and answers each with one line of JSON: what the window and the panel show.

    ["keys", "h", "Tab"]      press keys by their X11 names
    ["focus", "password"]     give an entry the focus
    ["click", 1]              click a word of the panel
    ["press", "plain"]        click an entry
    ["menu", "private", true] switch an entry of the menu
    ["clear"]                 empty the entries
    ["wait"]                  only answer
"""

import json
import subprocess
import sys
import time

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("IBus", "1.0")
from gi.repository import GLib, Gtk, IBus  # noqa: E402

SECONDS = 20
QUIET_SECONDS = 0.4


class Panel(IBus.PanelService):
    """What IBus shows beside the text."""

    __gtype_name__ = "TestPanel"

    def __init__(self, bus):
        super().__init__(connection=bus.get_connection(), object_path=IBus.PATH_PANEL)
        self.words, self.labels, self.messages, self.switches = [], [], [], {}

    def do_update_lookup_table(self, table, visible):
        count = table.get_number_of_candidates() if visible else 0
        self.words = [table.get_candidate(place).get_text() for place in range(count)]
        self.labels = [table.get_label(place).get_text() for place in range(count)]

    def do_hide_lookup_table(self):
        self.words, self.labels = [], []

    def do_update_auxiliary_text(self, text, visible):
        if visible:
            self.messages.append(text.get_text())

    def do_register_properties(self, properties):
        self.switches, place = {}, 0
        while each := properties.get(place):
            self.switches[each.get_key()] = each.get_state() == IBus.PropState.CHECKED
            place += 1

    def do_update_property(self, each):
        self.switches[each.get_key()] = each.get_state() == IBus.PropState.CHECKED


class Window(Gtk.Window):
    """The entries, and the text being composed in each."""

    def __init__(self):
        super().__init__(title="Elman test")
        self.entries, self.composed = {}, ""
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=12, margin=24)
        for name in ("plain", "password", "hidden", "mail"):
            self.entries[name] = Gtk.Entry(width_chars=48)
            self.entries[name].connect("preedit-changed", self._compose)
            box.add(self.entries[name])
        self.entries["area"] = Gtk.TextView(height_request=60)
        self.entries["area"].connect("preedit-changed", self._compose)
        box.add(self.entries["area"])
        self.entries["password"].set_visibility(False)
        self.entries["password"].set_input_purpose(Gtk.InputPurpose.PASSWORD)
        self.entries["hidden"].set_visibility(False)
        self.entries["mail"].set_input_purpose(Gtk.InputPurpose.EMAIL)
        self.add(box)

    def _compose(self, _, text):
        self.composed = text

    def text(self, name):
        entry = self.entries[name]
        if name != "area":
            return entry.get_text()
        buffer = entry.get_buffer()
        return buffer.get_text(buffer.get_start_iter(), buffer.get_end_iter(), False)

    def clear(self):
        for name, entry in self.entries.items():
            (entry.get_buffer() if name == "area" else entry).set_text("")


class Session:
    def __init__(self):
        self.daemon = subprocess.Popen(
            ["ibus-daemon", "--verbose", "--cache=none", "--panel=disable", "--config=disable"],
            stdout=subprocess.DEVNULL,
        )
        IBus.init()
        self.bus = self._connected()
        self.panel = Panel(self.bus)
        self.bus.request_name(IBus.SERVICE_PANEL, 0)
        self.window = Window()
        self._focus_window()
        found = [each.get_name() for each in self.bus.list_engines()]
        chosen = self.bus.set_global_engine("elman")
        self.answer(engines=found, chosen=chosen)

    def _connected(self):
        bus = IBus.Bus()
        until(bus.is_connected)
        return bus

    def _focus_window(self):
        mapped = []
        self.window.connect("map-event", lambda *_: mapped.append(True))
        self.window.show_all()
        until(lambda: mapped)
        number = str(self.window.get_window().get_xid())
        subprocess.run(["xdotool", "windowfocus", number], check=True)
        self.window.entries["plain"].grab_focus()
        until(self.window.has_toplevel_focus)

    def carry_out(self, name, *arguments):
        getattr(self, f"do_{name}")(*arguments)
        self.settle()
        self.answer()

    def do_keys(self, *keys):
        for key in keys:
            subprocess.run(["xdotool", "key", "--clearmodifiers", key], check=True)
            self.settle(0.05)

    def do_focus(self, name):
        self.window.entries[name].grab_focus()

    def do_click(self, place):
        self.panel.candidate_clicked(place, 1, 0)

    def do_press(self, name):
        """Click an entry near its left end."""
        entry = self.window.entries[name]
        _, left, top = self.window.get_window().get_origin()
        place = entry.get_allocation()
        where = [str(left + place.x + 15), str(top + place.y + place.height // 2)]
        subprocess.run(["xdotool", "mousemove", *where, "click", "1"], check=True)

    def do_menu(self, name, on):
        self.panel.property_activate(name, int(on))

    def do_clear(self):
        self.window.clear()

    def do_wait(self):
        pass

    def settle(self, seconds=QUIET_SECONDS):
        """Let events be handled until there were none for a while."""
        quiet = time.monotonic()
        while time.monotonic() - quiet < seconds:
            if GLib.MainContext.default().iteration(False):
                quiet = time.monotonic()
            else:
                time.sleep(0.005)

    def answer(self, **more):
        shown = {
            "texts": {name: self.window.text(name) for name in self.window.entries},
            "composed": self.window.composed,
            "words": self.panel.words,
            "labels": self.panel.labels,
            "messages": self.panel.messages,
            "switches": self.panel.switches,
        }
        print(json.dumps({**shown, **more}), flush=True)


def until(condition):
    end = time.monotonic() + SECONDS
    while not condition():
        GLib.MainContext.default().iteration(False)
        time.sleep(0.01)
        if time.monotonic() > end:
            sys.exit(f"{condition} did not come true")


if __name__ == "__main__":
    session = Session()
    for line in sys.stdin:
        session.carry_out(*json.loads(line))
    session.daemon.terminate()
