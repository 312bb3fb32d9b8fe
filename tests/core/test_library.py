"""Compares the C library with a reference in Python, on the real runtime."""

import hashlib
import json
import math
import random
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from export.copies.manifest import TFLITE_FILES
from export.copies.packing import FACTS, SELF_TEST, VOCABULARY, packed, read_packed, seal
from export.copies.tflite_files import Tflite
from export.keyboard.c_library import CORE, litert_folder
from export.keyboard.results import LibraryError
from export.proof.runtimes import StepModel, open_tflite
from tests.core.conftest import WITH_LITERT, Built
from tests.core.reference import Reference
from training.text.rules import fold, is_word, segments
from training.text.vocabulary import END, Vocabulary

POSITIONS = 2000
DAMAGED_FILES = 400
KEYS = 20_000
EDITS = 200
HOSTILE_TEXTS = 10_000
ARGUMENT, FILE, DAMAGED, VERSION, MODEL, SELF_TEST_FAILED, _, TEXT = range(1, 9)


def positions(prepared, count: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """Positions in held-out conversations: the text before a word, and its first 0 to 3 letters."""
    generator = random.Random(seed)
    left = count
    for document in prepared.texts("test"):
        before = ""
        for text in document.texts:
            for word in re.finditer(r"\S+", text):
                yield before + text[: word.start()], word.group()[: generator.randrange(4)]
                left -= 1
                if not left:
                    return
            before += text + "\n"
    raise AssertionError(f"the text is {left} positions short")


def logs(results):
    return [result.log_probability for result in results]


def assert_equal(found, expected):
    """Compare suggestions with those of the reference."""
    assert [(each.id, each.word) for each in found] == [
        (index, word) for index, word, _ in expected
    ]
    assert logs(found) == pytest.approx([log for _, _, log in expected], abs=1e-3)


def repacked(exported: Path, path: Path, entries: list[str], segmentation: str) -> Path:
    """Write the tiny network with other words."""
    content = read_packed(exported / "model.tflite")
    vocabulary = Vocabulary(entries, segmentation)
    facts = {**content.facts, "segmentation": segmentation, "vocabulary_sha256": vocabulary.digest}
    path.write_bytes(packed(content.data, facts, vocabulary, content.self_test))
    return path


def of_segmentation(exported: Path, path: Path, segmentation: str) -> Path:
    """Write the tiny network with words for a segmentation."""
    entries = list(read_packed(exported / "model.tflite").vocabulary.entries)
    if segmentation == "line":
        # Some words in two cases, sorted without case folding.
        entries[-50:] = [entry.upper() for entry in entries[100:150]]
        words = sorted(set(entries[2:]) | {f"zz{n}" for n in range(60)})
        entries = [*entries[:2], *words[: len(entries) - 2]]
    return repacked(exported, path, entries, segmentation)


# -- same results as in Python ---------------------------------------------------------------------


def test_logits_are_those_of_litert_in_python(c_keyboard, exported, prepared):
    ids = [END, *prepared.ids("test")[:300].tolist()]
    model = open_tflite(exported / "model.tflite")
    states, expected = [model.zero_state()], []
    for token in ids:
        logits, state = model.run(np.array([token], np.int32), states[-1])
        states.append(state)
        expected.append(logits[0])
    steps = [c_keyboard.step(*each) for each in zip(ids, states[:-1], strict=True)]
    found, after = zip(*steps, strict=True)
    np.testing.assert_allclose(np.stack(found), np.stack(expected), atol=1e-4)
    np.testing.assert_allclose(np.stack(after), np.stack(states[1:]), atol=1e-4)


def test_a_state_is_carried_from_step_to_step(c_keyboard, prepared):
    ids = np.array([END, *prepared.ids("test")[:100].tolist()], np.int32)
    model = StepModel(c_keyboard.step, *c_keyboard.sizes())
    whole, last = model.run(ids, model.zero_state())
    first, state = model.run(ids[:40], model.zero_state())
    second, same = model.run(ids[40:], state)
    assert np.array_equal(np.concatenate([first, second]), whole)
    assert np.array_equal(same, last) and last.any()


def test_the_same_words_in_the_same_order_on_held_out_text(c_keyboard, keyboard, prepared):
    for context, prefix in positions(prepared, POSITIONS):
        text = context + prefix
        assert_equal(c_keyboard.predict(text, exact=True), keyboard.predict(text))


def test_context_and_prefix_apart_give_the_same_too(c_keyboard, keyboard, prepared):
    for context, prefix in positions(prepared, 300, seed=2):
        expected = keyboard.predict(context, prefix, k=5, punctuation=True)
        assert_equal(
            c_keyboard.predict(context, prefix, k=5, punctuation=True, exact=True), expected
        )


def test_candidates_have_the_same_log_probabilities(c_keyboard, keyboard, prepared, vocabulary):
    generator = random.Random(3)
    extra = ["well-known", "New York", "xyzzy", "xyzzy the", "", "?", "I'm", "THE"]
    for context, _ in positions(prepared, 200, seed=3):
        words = [*generator.choices(vocabulary.entries[2:], k=4), generator.choice(extra)]
        found, expected = c_keyboard.rescore(context, words), keyboard.rescore(context, words)
        assert logs(found) == pytest.approx(logs(expected), abs=1e-3)
        assert [(c.tokens, c.unknown) for c in found] == [(c.tokens, c.unknown) for c in expected]


@pytest.mark.parametrize("segmentation", ["sentence", "line"])
def test_other_segmentations_give_the_same_too(built, exported, prepared, tmp_path, segmentation):
    model = of_segmentation(exported, tmp_path / "model.tflite", segmentation)
    keyboard = Reference(read_packed(model))
    with built.keyboard(model) as c_keyboard:
        for context, prefix in positions(prepared, 300, seed=4):
            found = c_keyboard.predict(context + prefix, k=20, exact=True)
            assert_equal(found, keyboard.predict(context + prefix, k=20))
            folded = [fold(suggestion.word) for suggestion in found]
            assert len(set(folded)) == len(folded)
            words = [prefix + "a", "The and"]
            found_logs = logs(c_keyboard.rescore(context, words))
            assert found_logs == pytest.approx(logs(keyboard.rescore(context, words)), abs=1e-3)


def test_blocked_words_are_the_same_and_can_be_switched_on_again(c_keyboard, keyboard):
    words = "  the \r\nYOU\n\nno-such-word\nI\n"
    assert c_keyboard.block(words) == 3
    keyboard.block(words.splitlines())
    assert_equal(c_keyboard.predict("", k=20, exact=True), keyboard.predict("", k=20))
    everything = keyboard.predict("", k=20, blocklist=False)
    assert_equal(c_keyboard.predict("", k=20, blocklist=False, exact=True), everything)
    assert {"The", "You", "I"} & {word for _, word, _ in everything}
    assert c_keyboard.block("") == 0
    assert_equal(c_keyboard.predict("", k=20, exact=True), everything)


CASES = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "keyboard_cases.json").read_text(encoding="ascii")
)


@pytest.fixture
def shared_model(exported, tmp_path) -> Path:
    """The tiny network with the words of the shared cases, padded with other words."""
    words = list(CASES["entries"])
    size = read_packed(exported / "model.tflite").facts["vocabulary_size"]
    words += [f"zzz{n:05}" for n in range(size - len(words))]
    special, others = words[:2], sorted(words[2:], key=fold)
    return repacked(exported, tmp_path / "shared.tflite", special + others, "message")


def word_of(token: str) -> str:
    return fold(token).replace("'", "") if is_word(token) else fold(token)


def test_plain_letters_find_the_words_that_the_shared_cases_say(built, shared_model):
    twin = Reference(read_packed(shared_model))
    words = twin.vocabulary
    with built.keyboard(shared_model) as c_keyboard:
        for prefix, completions in CASES["completions"]:
            # A word that is typed in full is not suggested.
            left = [
                e for e in completions if words.suggestion(words.id_of(e), prefix, False) != prefix
            ]
            expected = sorted(set(map(word_of, left)))
            for context in ("", "is ", "elle a "):
                found = c_keyboard.predict(context, prefix, k=64, punctuation=True, exact=True)
                assert_equal(found, twin.predict(context, prefix, k=64, punctuation=True))
                shown = [word_of(suggestion.word) for suggestion in found]
                assert sorted(shown) == expected


def test_words_that_differ_in_an_apostrophe_share_a_place(built, shared_model):
    twin = Reference(read_packed(shared_model))
    with built.keyboard(shared_model) as c_keyboard:
        for k in range(1, 60):
            found = c_keyboard.predict("we ", k=k, punctuation=True, exact=True)
            assert_equal(found, twin.predict("we ", k=k, punctuation=True))
            shown = [word_of(suggestion.word) for suggestion in found]
            assert len(set(shown)) == len(shown)


def test_unknown_words_are_charged_for_their_spelling(built, shared_model):
    twin, words = Reference(read_packed(shared_model)), [word for word, _ in CASES["spelling"]]
    words += ["qx-qx", "\u4e16 zzq", "\U0001f600", "x" * 200]
    with built.keyboard(shared_model) as c_keyboard:
        found, expected = c_keyboard.rescore("we ", words), twin.rescore("we ", words)
        assert logs(found) == pytest.approx(logs(expected), abs=1e-3)
        assert [(c.tokens, c.unknown) for c in found] == [(c.tokens, c.unknown) for c in expected]


# -- sessions --------------------------------------------------------------------------------------


WORDS = ["the ", "I'm ", "well-known, ", "Ok. ", "h", "é", "👩\u200d🦰 ", "...", "a" * 40 + " "]
WORDS += ["well-", "www.a", "a@b", ":", "U.", "T. ", "\u0301", "\u0338", "\u200d", "\xad", "\x00"]
LINE_ENDS = ["\n", "\r\n", "\r", "ok.\n", "\n\n", "\n \n", "e\u0301\n", "\n\u0301", ":\n)", "a-\n"]
LINE_ENDS += ["U.\nS.", "-\nb", "\u2028", "a@b\n.com ", "www.\na.b ", "👩\u200d\n🦰"]


def written_on(text: str, generator: random.Random) -> str:
    words = generator.choices([*WORDS, *LINE_ENDS], k=generator.choice([1, 1, 1, 1, 2, 30, 400]))
    return text + "".join(words)


def edited(text: str, generator: random.Random) -> str:
    """A text field after a random action: keys, a paste, Backspace, a jump, a replacement."""
    place = generator.randrange(len(text) + 1)
    line = max(text.rfind("\n"), 0)
    actions = [written_on(text, generator)] * 8
    actions += [text[:-1], text[:-1], text[:-2], text[:place], text[:line], text[: line + 1]]
    actions += [text[:place] + written_on("", generator) + text[place:]]
    actions += [text[:place] + "x" + text[place + 1 :], text[:place] + text[place + 1 :]]
    actions += [text.replace("a", "o", 1), text.replace("\n", " ", 1), text[place:]]
    actions += [written_on("", generator)] * (generator.random() < 0.2)
    return generator.choice(actions)


@pytest.mark.parametrize("segmentation", ["message", "sentence", "line"])
@pytest.mark.parametrize("limits", [(0, 0), (64, 1024), (4096, 9), (40, 6), (700, 200)])
def test_a_session_gives_what_a_fresh_one_gives(built, exported, tmp_path, limits, segmentation):
    generator, model = (
        random.Random(5),
        of_segmentation(exported, tmp_path / "model.tflite", segmentation),
    )
    text, twin = "Well, how are you?\n" * 215, Reference(read_packed(model))
    with built.keyboard(model) as used, built.keyboard(model) as fresh:
        used.session(*limits)
        for _ in range(EDITS):
            text = edited(text, generator)
            fresh.session(*limits)
            found = used.predict(text, k=5, exact=True)
            assert found == fresh.predict(text, k=5, exact=True)
            assert used.context_ids(text) == fresh.context_ids(text)
            if generator.random() < 0.2:
                if limits == (0, 0) and len(text) < 1000:
                    assert_equal(found, twin.predict(text, k=5))
                words = ["New York", "the"]
                assert used.rescore(text, words) == fresh.rescore(text, words)


@pytest.mark.parametrize("text_bytes", [0, 32])
def test_a_session_names_the_byte_that_is_wrong_and_goes_on(c_keyboard, text_bytes):
    generator, text = random.Random(7), ""
    c_keyboard.session(text_bytes)
    for _ in range(100):
        text = edited(text, generator)
        data, place = text.encode(), generator.randrange(len(text) + 1)
        at = len(text[:place].encode())
        with pytest.raises(LibraryError, match=f"not UTF-8 at byte {at}$"):
            c_keyboard.predict(data[:at] + b"\xff" + data[at:], exact=True)
        after_error = c_keyboard.predict(text, exact=True)
        c_keyboard.session(text_bytes)
        assert after_error == c_keyboard.predict(text, exact=True)


def test_letters_cost_no_step_a_word_one_and_a_change_what_follows_it(c_keyboard):
    def steps(text: str) -> int:
        before = c_keyboard.steps()
        c_keyboard.predict(text, exact=True)
        return c_keyboard.steps() - before

    assert steps("we are the ") == 4
    assert [steps("we are the w"), steps("we are the wo"), steps("we are the w")] == [0, 0, 0]
    assert steps("we are the world ") == 1
    assert steps("we are the ") == 0, "returning to a recent position must not cost a step"
    assert steps("we are the world ") == 0
    assert steps("we are ") == 1, "returning to an older position costs one step"
    assert steps("we are the world today ") == 1
    assert steps("we were the world today ") == 4
    assert steps("") == 1


def test_the_context_is_the_ids_of_the_text(c_keyboard, vocabulary):
    text = "Hello there!\nhow are you? xyzzy\n\nfine"
    expected = [END]
    for tokens, complete in segments(text, "message"):
        expected += vocabulary.encode(tokens) + ([END] if complete else [])
    assert c_keyboard.context_ids(text) == expected


def test_a_text_that_is_not_utf_8_is_an_error_and_the_next_one_is_served(c_keyboard, keyboard):
    long = b"a " * 5000
    for bad in (b"\xff", b"hello \xc3", b"\xed\xa0\x80", long + b"\x80 b", b"\x80" + long):
        with pytest.raises(LibraryError, match="not UTF-8") as refused:
            c_keyboard.predict(bad, exact=True)
        assert refused.value.status == TEXT
        with pytest.raises(LibraryError, match="not UTF-8"):
            c_keyboard.predict(b"", b"th" + bad[-1:] + b"\xc3", exact=True)
    assert_equal(c_keyboard.predict("how are ", exact=True), keyboard.predict("how are "))


def test_hostile_texts_are_served_or_refused_and_never_crash(checked, exported):
    checked("hostile", exported / "model.tflite", HOSTILE_TEXTS)


def test_a_candidate_without_tokens_is_impossible(c_keyboard):
    assert [c.log_probability for c in c_keyboard.rescore("", ["", " "])] == [-math.inf] * 2


# -- files -----------------------------------------------------------------------------------------


def refusal(built: Built, path: Path, data: bytes) -> LibraryError:
    path.write_bytes(data)
    with pytest.raises(LibraryError) as refused, built.keyboard(path):
        pass
    assert str(refused.value).startswith(f"{path.name}: ")
    return refused.value


def resealed(exported: Path, name: str, change) -> bytes:
    model = Tflite.read(exported / "model.tflite")
    model.set_metadata(name, change(model.metadata(name)))
    return seal(model.packed())


def test_damaged_files_are_refused_with_the_reason(checked, exported):
    checked("damage", exported / "model.tflite", DAMAGED_FILES)


def test_offsets_that_lead_anywhere_never_leave_the_file(checked, exported):
    checked("offsets", exported / "model.tflite", 2000)


@pytest.mark.parametrize(
    ("old", "new", "status", "complaint"),
    [
        (b"format 2\n", b"format 3\n", VERSION, "format is 3, but this library reads 2"),
        (b"rules_version 2\n", b"rules_version 7\n", VERSION, "rules_version is 7"),
        (b"segmentation message", b"segmentation novel", MODEL, "segmentation"),
        (b"units ", b"unity ", MODEL, "lack units"),
        (b"layers ", b"layers 1", MODEL, "tensor"),
        (b"vocabulary_size ", b"vocabulary_size 1", MODEL, "entries"),
        (b"vocabulary_size ", b"vocabulary_size x", MODEL, "not a number"),
        (b"inputs ", b"inputs no ", MODEL, "position"),
        (b"vocabulary_sha256 ", b"vocabulary_sha256 0", MODEL, "does not match"),
    ],
)
def test_facts_that_are_not_right_are_refused(
    built, exported, tmp_path, old, new, status, complaint
):
    def change(facts: bytes) -> bytes:
        assert old in facts
        return facts.replace(old, new, 1)

    error = refusal(built, tmp_path / "m.tflite", resealed(exported, FACTS, change))
    assert error.status == status and complaint in str(error)


def test_the_vocabulary_of_another_model_is_refused(built, exported, tmp_path):
    def change(entries: bytes) -> bytes:
        first, *rest = entries.rsplit(b"\n", 2)
        return first + b"\nzzzz\n"

    error = refusal(built, tmp_path / "m.tflite", resealed(exported, VOCABULARY, change))
    assert error.status == MODEL and "vocabulary does not match" in str(error)


def test_a_vocabulary_out_of_order_is_refused(built, exported, tmp_path):
    content = read_packed(exported / "model.tflite")
    entries = list(content.vocabulary.entries)
    entries[5], entries[6] = entries[6], entries[5]
    text = ("\n".join(entries) + "\n").encode()
    facts = {**content.facts, "vocabulary_sha256": hashlib.sha256(text).hexdigest()}
    content_bytes = packed(content.data, facts, content.vocabulary, content.self_test)
    model = Tflite.of(content_bytes)
    model.set_metadata(VOCABULARY, text)
    error = refusal(built, tmp_path / "m.tflite", seal(model.packed()))
    assert error.status == MODEL and "out of order" in str(error)


def test_another_network_with_the_same_shape_fails_the_self_test(built, exported, tmp_path):
    model = Tflite.read(exported / "model.tflite")
    buffers = [b for b in model.model.buffers if b.data is not None]
    largest = max(buffers, key=lambda buffer: len(buffer.data))
    largest.data = np.roll(np.asarray(largest.data, np.uint8), 4097)
    error = refusal(built, tmp_path / "m.tflite", seal(model.packed()))
    assert error.status == SELF_TEST_FAILED and "self-test at step" in str(error)


@pytest.mark.parametrize("cut", [4, 11, 60])
def test_a_self_test_that_is_cut_is_refused(built, exported, tmp_path, cut):
    data = resealed(exported, SELF_TEST, lambda test: test[:-cut] if cut < 60 else test[:cut])
    assert "self-test is truncated" in str(refusal(built, tmp_path / "m.tflite", data))


def test_a_file_for_no_keyboard_is_refused(built, exported, tmp_path):
    bare = (exported / "model.tflite").read_bytes()[:-40]
    assert "no digest" in str(refusal(built, tmp_path / "m.tflite", bare))
    assert "not a TensorFlow Lite" in str(refusal(built, tmp_path / "m.tflite", b"<html>" * 99))
    model = Tflite.of(bare)
    model.model.metadata = []
    lost = seal(model.packed())
    assert "does not contain elman.facts" in str(refusal(built, tmp_path / "m.tflite", lost))


def test_the_float_file_works_too(built, exported):
    path = exported / "model-float32.tflite"
    with built.keyboard(path) as c_keyboard:
        assert_equal(
            c_keyboard.predict("how are ", exact=True),
            Reference(read_packed(path)).predict("how are "),
        )


# -- from C only -----------------------------------------------------------------------------------


def test_a_call_during_another_one_is_refused_at_once(checked, exported):
    checked("busy", exported / "model.tflite")


def test_a_session_stays_as_it_is_if_a_profile_is_busy(checked, exported):
    checked("profiles", exported / "model.tflite")


def test_every_kernel_of_this_processor_gives_the_same_sums(checked, exported):
    assert checked("kernels", exported / "model.tflite").endswith("plain C\n")


def test_a_network_of_the_host_s_own_gives_the_same_words(checked, exported):
    checked("host", exported / "model.tflite")


@pytest.mark.parametrize("name", TFLITE_FILES)
def test_a_state_is_the_same_with_and_without_logits(checked, exported, name):
    checked("steps", exported / name)


@WITH_LITERT
def test_a_litert_of_another_version_or_that_fails_is_refused_in_words(checked, exported):
    checked("runtime", exported / "model.tflite")


def test_threads_get_the_right_words_or_are_told_to_wait(checked, exported):
    checked("threads", exported / "model.tflite")


def test_wrong_arguments_are_refused_and_facts_are_told(checked, exported):
    facts = read_packed(exported / "model.tflite").facts
    assert checked("arguments", exported / "model.tflite").startswith(f"{facts['name']} ")


@pytest.mark.parametrize(("segmentation", "kept"), [("message", 1), ("sentence", 0), ("line", 1)])
def test_lines_that_were_read_are_not_read_again(checked, exported, tmp_path, segmentation, kept):
    checked("lines", of_segmentation(exported, tmp_path / "model.tflite", segmentation), kept)


def test_keys_take_no_memory(checked, exported, prepared, tmp_path, long, monkeypatch):
    # The sanitizer's quarantine of memory that LiteRT frees would count as growth.
    options = "quarantine_size_mb=0:thread_local_quarantine_size_kb=0"
    monkeypatch.setenv("ASAN_OPTIONS", options)
    document = next(iter(prepared.texts("test")))
    (tmp_path / "text").write_text("\n".join(document.texts))
    model = exported / "model.tflite"
    keys = 1_000_000 if long else KEYS
    assert " 0 allocations" in checked("growth", model, tmp_path / "text", keys)


def test_sha256_is_the_standard_s_at_every_length(checked, tmp_path):
    data = random.Random(6).randbytes(300)
    (tmp_path / "data").write_bytes(data)
    expected = [hashlib.sha256(data[:length]).hexdigest() for length in range(301)]
    assert checked("sha256", tmp_path / "data").split() == expected


@pytest.mark.rivals
@pytest.mark.parametrize("litert", [False, True])
def test_the_cmake_project_builds_too(exported, keyboard, tmp_path, litert):
    configure = ["cmake", "-S", CORE, "-B", tmp_path]
    configure += [f"-DELMAN_LITERT={litert_folder()}"] if litert else []
    for command in (configure, ["cmake", "--build", tmp_path, "--target", "example"]):
        subprocess.run(command, check=True, capture_output=True)
    assert_example(tmp_path / "example", exported, keyboard)


def test_the_example_prints_suggestions(built, exported, keyboard):
    assert_example(built.folder / "example", exported, keyboard)


def assert_example(program: Path, exported: Path, keyboard: Reference) -> None:
    command = [program, exported / "model.tflite", "how are y"]
    ran = subprocess.run(command, capture_output=True, text=True)
    expected = [word for _, word, _ in keyboard.predict("how are y")]
    assert [line.split()[0] for line in ran.stdout.splitlines()] == expected
