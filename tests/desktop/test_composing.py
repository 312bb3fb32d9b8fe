"""The input method without IBus: what keys insert and show in an imagined text field."""

import pytest

from desktop.actions import Commit, Delete, Key, Show
from desktop.composing import Composer
from desktop.fields import SILENCE, FieldRules
from tests.desktop.fake import FakeHelper

NAMES = {"\b": "BackSpace", "\t": "Tab", "\n": "Return", "\x1b": "Escape", "<": "Left"}


class Field:
    """A text field whose application tells its text, or not."""

    def __init__(self, text="", cursor=None, tells=True):
        self.text, self.tells, self.passed = text, tells, []
        self.cursor = len(text) if cursor is None else cursor
        self.helper = FakeHelper()
        self.composer = Composer(self.helper)
        self.shown = Show()
        self.run(self.composer.enter())
        self.tell()

    def tell(self):
        if self.tells:
            self.composer.tell(self.text, self.cursor, self.cursor)

    def run(self, actions):
        for action in actions:
            match action:
                case Commit(text):
                    self.insert(text)
                case Delete(before, after):
                    assert self.tells, "text is deleted without knowing it"
                    self.text = self.text[: self.cursor - before] + self.text[self.cursor + after :]
                    self.cursor -= before
                case Show():
                    self.shown = action

    def insert(self, text):
        self.text = self.text[: self.cursor] + text + self.text[self.cursor :]
        self.cursor += len(text)

    def press(self, key):
        self.tell()
        handled, actions = self.composer.press(key)
        self.run(actions)
        if not handled:
            self.passed.append(key.name)
            self.get(key)
        return handled

    def get(self, key):
        """What the application does with a key."""
        if key.name == "BackSpace":
            self.text = self.text[: max(0, self.cursor - 1)] + self.text[self.cursor :]
            self.cursor = max(0, self.cursor - 1)
        elif key.name == "Left":
            self.cursor -= 1
        elif key.name == "Return":
            self.insert("\n")
        elif key.character and not key.other and not key.alt:
            self.insert(key.character)
        self.tell()

    def type(self, keys):
        for key in keys:
            name = NAMES.get(key, key)
            self.press(Key(name, "" if key in NAMES else key))
        return self

    def choose(self, place):
        self.run(self.composer.choose(place))
        return self

    @property
    def words(self):
        return list(self.shown.choices)

    def __str__(self):
        return f"{self.text[: self.cursor]}[{self.shown.composed}]{self.text[self.cursor :]}"


@pytest.fixture(params=[True, False], ids=["told", "untold"])
def field(request):
    return Field(tells=request.param)


def test_the_typed_word_is_composed_and_three_words_are_offered(field):
    field.type("h")
    assert (str(field), field.words) == ("[h]", ["how", "hello", "help"])


def test_space_inserts_the_word_as_it_was_typed(field):
    field.type("hi ")
    assert (str(field), field.words) == ("hi []", ["you", "are", "how"])


def test_nothing_is_offered_in_an_untouched_field_so_that_tab_moves_on(field):
    assert field.words == []
    field.type("\t")
    assert field.passed == ["Tab"]


def test_tab_takes_the_first_word_with_a_space(field):
    field.type("he\tare\t")
    assert (str(field), field.passed) == ("hello [area ]", [])


@pytest.mark.parametrize("place", [0, 1, 2])
def test_alt_and_a_digit_take_a_word(field, place):
    field.type("h")
    wanted = field.words[place]
    assert field.press(Key(str(place + 1), str(place + 1), alt=True))
    assert str(field) == f"[{wanted} ]"


def test_alt_and_a_digit_without_that_word_go_to_the_application(field):
    field.type("he")
    assert len(field.words) == 2
    assert not field.press(Key("3", "3", alt=True))
    assert str(field) == "he[]"


def test_a_clicked_word_is_taken(field):
    assert str(field.type("h").choose(2)) == "[help ]"


def test_a_click_on_no_word_changes_nothing(field):
    assert str(field.type("he").choose(2)) == "[he]"


def test_a_mark_after_a_taken_word_replaces_its_space(field):
    assert str(field.type("he\t.")) == "hello.[]"


def test_a_space_after_a_taken_word_is_not_doubled(field):
    assert str(field.type("he\t you")) == "hello [you]"


def test_backspace_after_a_taken_word_deletes_its_space(field):
    assert str(field.type("he\t\b")) == "[hello]"


def test_space_takes_a_certain_correction_and_says_so_before(field):
    field.type("becuas")
    assert (field.words, field.shown.certain) == (["because"], True)
    assert str(field.type(" ")) == "[because ]"
    assert str(field.type("you")) == "because [you]"


def test_backspace_takes_a_correction_back_and_it_is_not_made_again(field):
    field.type("teh \b")
    assert (str(field), field.helper.kept) == ("[teh]", ["teh"])
    assert not field.shown.certain
    assert str(field.type(" teh ")) == "teh teh []"


def test_a_later_backspace_does_not_take_a_correction_back(field):
    assert str(field.type("teh a\b\b")) == "the[]"


def test_a_correction_of_two_words_replaces_inserted_text_where_that_is_possible():
    field = Field().type("be cause")
    assert str(field.type(" ")) == "[because ]"
    assert str(field.type("\b")) == "[be cause]"
    untold = Field(tells=False).type("be cause ")
    assert str(untold) == "be cause []"


def test_escape_hides_the_words_and_corrects_nothing_then_tab_moves_on(field):
    field.type("teh\x1b")
    assert (field.words, field.passed) == ([], [])
    assert str(field.type(" ")) == "teh []"
    field.type("h\x1b\t")
    assert (str(field), field.passed) == ("teh h[]", ["Tab"])


def test_shift_and_tab_move_back(field):
    field.type("h")
    assert not field.press(Key("Tab", "", shift=True))
    assert not field.press(Key("ISO_Left_Tab", "", shift=True))
    assert str(field) == "h[]"


@pytest.mark.parametrize(
    "key", [Key("Left"), Key("a", "a", other=True), Key("F1"), Key("dead_acute")]
)
def test_other_keys_insert_the_word_and_go_to_the_application(field, key):
    field.type("hel")
    assert not field.press(key)
    assert field.text == "hel" and field.shown.composed == "" and field.words == []


def test_modifiers_alone_change_nothing(field):
    field.type("hel")
    for name in ("Shift_L", "Control_R", "ISO_Level3_Shift"):
        assert not field.press(Key(name))
    assert str(field) == "[hel]"


def test_enter_inserts_the_word_without_the_space_that_came_with_it(field):
    assert str(field.type("he\t\n")) == "hello\n[]"
    assert field.passed == ["Return"]


def test_marks_inside_a_word_are_part_of_it(field):
    assert str(field.type("don't")) == "[don't]"
    assert str(field.type(" 'tis")) == "don't '[tis]"


def test_without_the_text_a_word_is_only_continued():
    field = Field(tells=False).type("hello \b\b\bp")
    assert (str(field), field.words) == ("hel[p]", [])
    field = Field(tells=False).type("hello \b\b\b\bl")
    assert (str(field), field.words) == ("he[l]", ["hello", "help"])
    assert str(field.type("\t")) == "he[llo ]"


@pytest.mark.parametrize(("tells", "text"), [(True, "on the "), (False, "no the ")])
def test_the_word_before_is_revised_where_the_text_is_known(tells, text):
    field = Field(tells=tells).type("no teh ")
    assert str(field).replace("[", "").replace("]", "") == text
    field.type("\b")
    assert str(field).replace("[", "").replace("]", "") == "no teh"


def test_a_word_that_has_been_inserted_is_replaced_where_the_text_is_known():
    field = Field("say hel").type("p")
    assert str(field) == "say hel[p]"
    field = Field("say he").type("l")
    assert field.words == ["hello", "help"]
    assert str(field.type("\t")) == "say he[llo ]"


def test_a_word_around_the_cursor_is_replaced():
    field = Field("say hxx you", cursor=5).type("e\t")
    assert str(field) == "say [hello ]you"


def test_the_middle_of_a_word_is_not_corrected():
    field = Field("xx", cursor=0).type("teh")
    assert not field.shown.certain


def test_the_text_of_the_application_is_the_context():
    field = Field("I know ").type("h")
    assert field.helper.contexts[-1] == "I know h"


def test_without_it_the_inserted_text_is_the_context_until_the_cursor_moves():
    field = Field(tells=False).type("hi h")
    assert field.helper.contexts[-1] == "hi h"
    field.type("<h")
    assert field.helper.contexts[-1] == "h"


def test_a_field_that_allows_nothing_gets_every_key(field):
    field.run(field.composer.set_rules(SILENCE))
    field.type("teh .\t\n")
    assert field.text == "teh .\n" and field.words == [] and field.helper.contexts == []
    field.run(field.composer.leave())
    assert field.helper.learned == []


def test_a_field_that_turns_silent_keeps_the_word_and_learns_nothing(field):
    field.type("hello you")
    field.run(field.composer.set_rules(SILENCE))
    assert field.text == "hello you"
    field.run(field.composer.leave())
    assert field.helper.learned == []


def test_a_field_without_correction_still_offers_words(field):
    field.run(field.composer.set_rules(FieldRules(corrects=False)))
    field.type("h")
    assert field.words
    assert str(field.type("\bteh ")) == "teh []"


def test_a_field_without_learning_learns_and_keeps_nothing(field):
    field.run(field.composer.set_rules(FieldRules(learns=False)))
    field.type("teh \b hello.\n")
    assert (field.helper.learned, field.helper.kept) == ([], [])


# -- learning ------------------------------------------------------------------------------------


def test_a_line_is_learned_when_it_is_sent(field):
    field.type("see Rajesh\n")
    assert field.helper.learned == ["see Rajesh"]
    field.type("\n")
    assert field.helper.learned == ["see Rajesh"]


def test_a_sentence_is_learned_at_its_end(field):
    field.type("see Rajesh. ")
    assert field.helper.learned == ["see Rajesh."]
    field.type("you\n")
    assert field.helper.learned == ["see Rajesh.", "you"]


def test_a_text_is_learned_when_the_focus_moves_with_the_word_being_composed(field):
    field.type("see Rajesh")
    field.run(field.composer.leave())
    assert field.helper.learned == ["see Rajesh"]


def test_taken_words_and_corrections_are_learned(field):
    field.type("he\tteh you\n")
    assert field.helper.learned == ["hello the you"]


def test_deleted_characters_are_not_learned(field):
    field.type("see Rajax \b\b\besh\n")
    assert field.helper.learned == ["see Rajesh"]


def test_text_that_is_no_longer_in_the_field_is_not_learned():
    field = Field().type("my secret ")
    field.press(Key("a", "a", other=True))
    field.text, field.cursor = "", 0
    field.type("hello\n")
    assert field.helper.learned == ["hello"]


def test_text_that_was_there_before_is_not_learned():
    field = Field("Somebody else wrote this. ").type("you\n")
    assert field.helper.learned == ["you"]


def test_part_of_a_word_is_not_learned():
    field = Field("Rajsh", cursor=3).type("e\n")
    assert field.helper.learned == []


@pytest.mark.parametrize("move", ["leave", "reset"])
def test_an_application_may_tell_of_the_word_before_the_focus_moves(move):
    field = Field("say ").type("hel")
    field.insert("hel")
    field.tell()
    field.run(getattr(field.composer, move)())
    field.tell()
    assert str(field) == "say hel[]"
    field.type(" you\n")
    assert [word for text in field.helper.learned for word in text.split()] == ["hel", "you"]


def test_a_click_elsewhere_ends_the_word_that_the_application_has_inserted(field):
    field.type("hel")
    field.insert("hel")
    field.run(field.composer.reset())
    assert str(field) == "hel[]"
    field.type(" you\n")
    assert field.helper.learned == ["hel", "you"]
