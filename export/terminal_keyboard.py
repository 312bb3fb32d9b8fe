"""A keyboard in a terminal: `python -m export.terminal_keyboard`, or `make keyboard`.

Three suggestions are shown above the line being typed. Tab accepts the bold one; Alt-1, Alt-2 and
Alt-3 accept any. Enter sends the line and starts the next; Ctrl-C quits. The share of
keystrokes that the suggestions have saved is shown below the line.

For a word with a slip, the strip shows the word in quotes and its correction. A space or a
punctuation mark makes a certain correction, and Backspace right after that takes it back; then the
word is not corrected again. `--no-correction` corrects nothing.

The keyboard learns from each line that is sent. What it learned is kept in one file in the user's
data folder: `--words` lists it, `--forget` forgets a word, and `--no-learning` learns nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from prompt_toolkit.application import Application, run_in_terminal
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import HSplit, Layout, Window
from prompt_toolkit.layout.controls import BufferControl, FormattedTextControl
from prompt_toolkit.output import Output

from export.keyboard.c_library import build
from export.keyboard.core import CKeyboard
from export.keyboard.correcting import Choice, Correcting, choices
from export.keyboard.keys import TypingCount
from export.keyboard.results import Edit, SpaceKind, Suggestion
from export.keyboard.stored import StoredProfile, open_stored, profile_path
from export.proof.arguments import add_export_arguments, chosen_export
from export.proof.exported import Exported
from training.arguments import Parser
from training.common.errors import UserError, command

SUGGESTIONS = 3
EXAMPLES = """\
  python -m export.terminal_keyboard                       the default model
  python -m export.terminal_keyboard --corpus novel.txt    the model trained on your text
  python -m export.terminal_keyboard --words               list the words that it learned
  python -m export.terminal_keyboard --forget Rajesh       forget a word
"""


class TerminalKeyboard:
    """The text field, its suggestions, and the lines sent so far."""

    def __init__(
        self,
        keyboard: CKeyboard,
        terminal_input: Input | None = None,
        output: Output | None = None,
        stored: StoredProfile | None = None,
        corrects: bool = True,
    ):
        self.sent: list[str] = []
        self.count = TypingCount()
        self._keyboard = keyboard
        self._stored = stored
        self._notice = ""
        keyboard.use(stored and stored.profile)
        # The space after the word just accepted, until the cursor moves.
        self._space: SpaceKind | None = None
        self._length = 0
        self.line = Buffer(multiline=False, on_text_changed=lambda _: self._changed())
        self.line.on_cursor_position_changed += lambda _: self._moved()
        self.suggestions: list[Suggestion] = []
        self.corrections: list[Choice] = []
        self._correcting = Correcting(keyboard, self._keep) if corrects else None
        self._slip = None
        self.application: Application[None] = Application(
            layout=Layout(
                HSplit(
                    [
                        Window(FormattedTextControl(self._strip), height=1),
                        Window(BufferControl(self.line), height=1),
                        Window(FormattedTextControl(self._status), height=1, style="fg:ansigray"),
                    ]
                )
            ),
            key_bindings=self._bindings(),
            input=terminal_input,
            output=output,
        )
        self._predict()

    def run(self) -> None:
        """Run until Ctrl-C, Ctrl-D or the end of input."""
        self.application.run()

    # -- typing ------------------------------------------------------------------------------------

    def type(self, letter: str) -> None:
        """Insert a letter, which may replace the space added by a suggestion, or correct a word."""
        self.count.typed(letter)
        before = self.line.document.text_before_cursor
        found = None
        if self._space is not None:
            found = self._keyboard.react(before, self._space, letter)
            if found:
                return self._edit(found)
        if self._correcting:
            found = self._correcting.finish(self._slip, before, letter)
        edit = found or Edit(0, 0, letter)
        start = len(before) - edit.before
        if self._correcting:
            self._correcting.typed(start, start + len(edit.text))
        self._edit(edit)

    def take(self, place: int) -> None:
        """Replace the unfinished word with what the strip offers at `place`, counted from 0."""
        if place >= len(self.corrections or self.suggestions):
            return
        self.count.pressed()
        context, after = self._context(), self.line.document.text_after_cursor
        self._edit(self._keyboard.take(context, after, self._placed(context, place)))

    def _placed(self, context: str, place: int) -> Edit:
        if not self.corrections:
            return self._keyboard.place(context, self.suggestions[place].word)
        text, replaces, is_literal = self.corrections[place]
        if is_literal and self._correcting:
            self._correcting.leave(text)
        return Edit(replaces, 0, f"{text} ")

    def erase(self) -> None:
        """Delete the character before the cursor, or take a correction back."""
        self.count.pressed()
        before = self.line.document.text_before_cursor
        edit = self._correcting.take_back(before) if self._correcting else None
        if self._correcting and edit is None:
            self._correcting.erased(max(0, len(before) - 1))
        self._edit(edit or Edit(1, 0, ""))

    def paste(self, text: str) -> None:
        """Insert pasted text as one line."""
        self.line.insert_text(" ".join(text.splitlines()))

    def send(self) -> str:
        """Send the line, learn from it, keep it as context, and return it."""
        text = self.line.text.rstrip()
        self.count.pressed()
        self.sent.append(text)
        self._learn(text)
        self._space, self._length = None, 0
        if self._correcting:
            self._correcting.interrupted(0)
        self.line.reset()
        self._predict()
        return text

    def _learn(self, text: str) -> None:
        try:
            if self._stored:
                self._stored.learn(text)
        except UserError as error:
            self._notice = f"no learning: {error}"

    def _keep(self, word: str) -> None:
        try:
            if self._stored:
                self._stored.keep(word)
        except UserError as error:
            self._notice = f"no learning: {error}"

    @property
    def characters(self) -> int:
        """Characters that were not pasted, and one Enter for each line sent."""
        written = sum(len(text) + 1 for text in self.sent) + len(self.line.text)
        return max(0, written - self.count.foreign)

    def _context(self) -> str:
        before = self.line.document.text_before_cursor
        return "".join(f"{text}\n" for text in self.sent) + before

    def _edit(self, edit: Edit) -> None:
        """Change the text around the cursor in one edit, without counting keys."""
        document = self.line.document
        before, after = document.text_before_cursor, document.text_after_cursor
        left = before[: max(0, len(before) - edit.before)] + edit.text
        self._length = len(left) + len(after) - edit.after
        self.line.document = Document(left + after[edit.after :], len(left) - edit.back)
        self._space = edit.space

    def _changed(self) -> None:
        """Count an editing key or a paste, recognised by its unexpected change in length."""
        if len(self.line.text) != self._length:
            self.count.changed(self._length, len(self.line.text))
            self._length = len(self.line.text)
            if self._correcting:
                self._correcting.interrupted(self.line.cursor_position)
        self._moved()

    def _moved(self) -> None:
        self._space = None
        self._predict()

    def _predict(self) -> None:
        context, document = self._context(), self.line.document
        self.suggestions = self._keyboard.predict(context, k=SUGGESTIONS)
        if not self._correcting:
            return
        before, after = document.text_before_cursor, document.text_after_cursor
        self._slip = self._correcting.slip(context, before, after)
        self.corrections = choices(self._slip, self.suggestions) if self._slip else []

    # -- display -----------------------------------------------------------------------------------

    def _strip(self) -> StyleAndTextTuples:
        shown: StyleAndTextTuples = []
        for place, word in enumerate(self.shown):
            style = "bold reverse" if place == self._first else "reverse"
            shown += [(style, f" {word} "), ("", f" {place + 1}  ")]
        return shown

    @property
    def shown(self) -> list[str]:
        """The words in the strip; a word as it was typed is in quotes."""
        if not self.corrections:
            return [suggestion.word for suggestion in self.suggestions]
        return [f"“{text}”" if is_literal else text for text, _, is_literal in self.corrections]

    @property
    def _first(self) -> int:
        """The place of the word that Tab accepts."""
        return 1 if self.corrections else 0

    def _status(self) -> str:
        saved = self.count.saved(self.characters)
        return self._notice or (
            f"{self.count.keys} keys for {self.characters} characters: {saved:.0%} saved"
            "  (Tab: the bold word, Alt-1..3: any, Ctrl-C: quit)"
        )

    def _bindings(self) -> KeyBindings:
        bindings = KeyBindings()
        self._bind_text(bindings)
        self._bind_suggestions(bindings)
        self._bind_line(bindings)
        return bindings

    def _bind_text(self, bindings: KeyBindings) -> None:
        """Bind typed and pasted characters."""

        @bindings.add(Keys.Any)
        def _(event: KeyPressEvent) -> None:
            for letter in event.data:
                if letter.isprintable():
                    self.type(letter)

        @bindings.add(Keys.BracketedPaste)
        def _(event: KeyPressEvent) -> None:
            self.paste(event.data)

    def _bind_suggestions(self, bindings: KeyBindings) -> None:
        """Bind Tab to the bold word, and Alt with a digit to any."""

        @bindings.add("tab", filter=Condition(lambda: bool(self.shown)))
        def _(_: KeyPressEvent) -> None:
            self.take(self._first)

        for place in range(SUGGESTIONS):

            @bindings.add("escape", str(place + 1))
            def _(_: KeyPressEvent, place: int = place) -> None:
                self.take(place)

    def _bind_line(self, bindings: KeyBindings) -> None:
        """Bind the keys that edit the line, send it and quit."""

        @bindings.add("backspace")
        def _(_: KeyPressEvent) -> None:
            self.erase()

        @bindings.add("enter")
        def _(_: KeyPressEvent) -> None:
            text = self.send()
            run_in_terminal(lambda: print(text))

        @bindings.add("left")
        def _(_: KeyPressEvent) -> None:
            self.line.cursor_left()

        @bindings.add("right")
        def _(_: KeyPressEvent) -> None:
            self.line.cursor_right()

        @bindings.add("c-c")
        @bindings.add("c-d")
        def _(event: KeyPressEvent) -> None:
            event.app.exit()


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = Parser("export.terminal_keyboard", "Type with three suggestions.", EXAMPLES)
    add_export_arguments(parser)
    parser.add_argument(
        "--profile", type=Path, help="file of what was learned (default: in your data folder)"
    )
    parser.add_argument(
        "--no-learning", action="store_true", help="suggest what was learned, but learn nothing"
    )
    parser.add_argument("--no-correction", action="store_true", help="do not correct typing errors")
    parser.add_argument("--words", action="store_true", help="list the learned words and exit")
    parser.add_argument("--forget", metavar="WORD", help="forget a word and exit")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None) -> int:
    """Run the keyboard, then print the share of keystrokes saved; or manage what was learned."""
    arguments = _arguments(argv)
    exported = chosen_export(arguments)
    profile = arguments.profile or profile_path(exported.name)
    if arguments.forget is not None:
        _forget(profile, arguments.forget)
    elif arguments.words:
        _list_words(profile)
    else:
        learns, corrects = not arguments.no_learning, not arguments.no_correction
        _type(exported / "model.tflite", profile, learns, corrects)
    return 0


def _forget(profile: Path, word: str) -> None:
    with StoredProfile(build(), profile) as stored:
        stored.forget(word)
    print(f"{word} is forgotten, and will not be learned again")


def _list_words(profile: Path) -> None:
    """Print the words and how often each was typed, the latest first."""
    with StoredProfile(build(), profile) as stored:
        words = sorted(stored.profile.words(), key=lambda word: word.last, reverse=True)
    for word in words:
        print(f"{word.count:6} {word.word}")
    print(f"{len(words)} words in {profile}")


def _type(path: Path, profile: Path, learns: bool, corrects: bool) -> None:
    if not path.is_file():
        raise UserError(f"{path} does not exist; run `make train` (or `make export`) first")
    if sys.stdin is None or not sys.stdin.isatty():
        raise UserError("the keyboard needs a terminal; run it without redirected input")
    Exported(path.parent).tflite(path.name)
    library = build()
    with CKeyboard(library, path) as keyboard:
        stored = open_stored(library, profile, learns)
        terminal = TerminalKeyboard(keyboard, stored=stored, corrects=corrects)
        terminal.run()
        keyboard.use(None)
        if stored:
            stored.profile.close()
    saved = terminal.count.saved(terminal.characters)
    print(f"{terminal.count.keys} keys for {terminal.characters} characters: {saved:.1%} saved")


if __name__ == "__main__":
    command(main)
