"""A keyboard in a terminal: `python -m export.terminal_keyboard`, or `make keyboard`.

Three suggestions stand above the line that is typed. Tab takes the first, Alt-1, Alt-2 and Alt-3
take one of them; Enter sends the line and begins the next; Ctrl-C leaves. Below the line stands the
share of keystrokes that the suggestions have saved.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path

from prompt_toolkit.application import Application, run_in_terminal
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import HSplit, Layout, Window
from prompt_toolkit.layout.controls import BufferControl, FormattedTextControl
from prompt_toolkit.output import Output

from export.exported import Exported
from export.keyboard import Keyboard, Suggestion
from export.places import EXPORTED
from training.arguments import Parser, add_run_arguments, chosen_run
from training.errors import UserError, command
from training.text import typed

SUGGESTIONS = 3
EXAMPLES = """\
  python -m export.terminal_keyboard                       the default model
  python -m export.terminal_keyboard --corpus novel.txt    the model of your own text
"""
# Punctuation that is written without a space before it.
CLOSING = ".,;:!?)"


@dataclasses.dataclass
class TypingCount:
    """Keys pressed, as a phone counts them: a capital is two, and so is nothing else."""

    keys: int = 0

    def typed(self, letter: str) -> None:
        """A letter, digit, space or mark was typed."""
        self.keys += 2 if letter.isupper() else 1

    def pressed(self) -> None:
        """Enter, backspace, or a suggestion was taken."""
        self.keys += 1

    def saved(self, characters: int) -> float:
        """`1 - keys / characters`; 0 while there is nothing."""
        return 1 - self.keys / characters if characters else 0.0


class TerminalKeyboard:
    """The text field, its strip, and what has been sent so far."""

    def __init__(
        self, keyboard: Keyboard, terminal_input: Input | None = None, output: Output | None = None
    ):
        self.sent: list[str] = []
        self.count = TypingCount()
        self._keyboard = keyboard
        # The place behind the space that came with a taken word, or -1.
        self._space_brought = -1
        self.line = Buffer(multiline=False, on_text_changed=lambda _: self._predict())
        self.line.on_cursor_position_changed += lambda _: self._predict()
        self.suggestions: list[Suggestion] = []
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
        """Until Ctrl-C, Ctrl-D or the end of input."""
        self.application.run()

    # -- what is typed -----------------------------------------------------------------------------

    def type(self, letter: str) -> None:
        """Insert a letter; a mark swallows the space that a suggestion brought."""
        if self.line.cursor_position == self._space_brought and letter in CLOSING:
            self.line.delete_before_cursor()
        self._space_brought = -1
        self.count.typed(letter)
        self.line.insert_text(letter)

    def take(self, place: int) -> None:
        """Put suggestion number `place` (0 is the first) where the unfinished word stands."""
        if place >= len(self.suggestions):
            return
        word = self.suggestions[place].word
        self.count.pressed()
        self.line.delete_before_cursor(len(self._prefix()))
        self.line.insert_text(f"{word} ")
        self._space_brought = self.line.cursor_position

    def erase(self) -> None:
        """Backspace."""
        self._space_brought = -1
        self.count.pressed()
        self.line.delete_before_cursor()

    def send(self) -> str:
        """End the line; it stays in the context. Returns what was sent."""
        text = self.line.text.rstrip()
        self.count.pressed()
        self.sent.append(text)
        self._space_brought = -1
        self.line.reset()
        self._predict()
        return text

    @property
    def characters(self) -> int:
        """What would have been typed: every character, and one Enter a line."""
        return sum(len(text) + 1 for text in self.sent) + len(self.line.text)

    def _context(self) -> str:
        before = self.line.document.text_before_cursor
        return "".join(f"{text}\n" for text in self.sent) + before

    def _prefix(self) -> str:
        """The unfinished word as it is written, at the end of what stands before the cursor."""
        before = self.line.document.text_before_cursor
        _, prefix = typed(before, self._keyboard.vocabulary.unit)
        # Normalised letters may be fewer than the written ones: count back what makes them.
        for length in range(len(prefix), len(before) + 1):
            end = before[len(before) - length :]
            if typed(end, self._keyboard.vocabulary.unit)[1] == prefix:
                return end
        return prefix

    def _predict(self) -> None:
        self.suggestions = self._keyboard.predict(self._context(), k=SUGGESTIONS)

    # -- what is seen ------------------------------------------------------------------------------

    def _strip(self) -> StyleAndTextTuples:
        shown: StyleAndTextTuples = []
        for place, suggestion in enumerate(self.suggestions):
            style = "bold reverse" if place == 0 else "reverse"
            shown += [(style, f" {suggestion.word} "), ("", f" {place + 1}  ")]
        return shown

    def _status(self) -> str:
        saved = self.count.saved(self.characters)
        return (
            f"{self.count.keys} keys for {self.characters} characters: {saved:.0%} saved"
            "  (Tab: first, Alt-1..3: any, Ctrl-C: leave)"
        )

    def _bindings(self) -> KeyBindings:
        bindings = KeyBindings()
        offered = Condition(lambda: bool(self.suggestions))

        @bindings.add(Keys.Any)
        def _(event: KeyPressEvent) -> None:
            for letter in event.data:
                if letter.isprintable():
                    self.type(letter)

        @bindings.add("tab", filter=offered)
        def _(_: KeyPressEvent) -> None:
            self.take(0)

        for place in range(SUGGESTIONS):

            @bindings.add("escape", str(place + 1))
            def _(_: KeyPressEvent, place: int = place) -> None:
                self.take(place)

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

        return bindings


def main(argv: Sequence[str] | None) -> int:
    """Type with a model; at the end, what it saved."""
    parser = Parser("export.terminal_keyboard", "Type with three suggestions.", EXAMPLES)
    add_run_arguments(parser)
    parser.add_argument("--exported", type=Path, default=EXPORTED, help="folder of exports")
    arguments = parser.parse_args(argv)
    path = arguments.exported / chosen_run(arguments).name / "model.tflite"
    if not path.is_file():
        raise UserError(f"there is no {path}; run `make train` (or `make export`) first")
    if not sys.stdin.isatty():
        raise UserError("the keyboard needs a terminal to type in")
    packed = Exported(path.parent).tflite(path.name)
    terminal = TerminalKeyboard(Keyboard.of(packed, path))
    terminal.run()
    saved = terminal.count.saved(terminal.characters)
    print(f"{terminal.count.keys} keys for {terminal.characters} characters: {saved:.1%} saved")
    return 0


if __name__ == "__main__":
    command(main)
