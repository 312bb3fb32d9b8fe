import math
from fractions import Fraction

import numpy as np
import pytest

from training.corpora import Document
from training.data.prepare import prepare
from training.measure.evaluation import BLOCK_TOKENS, evaluate, positions_of, spaces_before
from training.text.rules import fold, is_word, join, segments
from training.text.spelling import SpellingModel
from training.text.vocabulary import END, UNKNOWN, Vocabulary

ENTRIES = """
    , - . ! well known a an and can't car card care careful goodbye hello I say you zebra
""".split()  # noqa: SIM905


def vocabulary_of(entries, segmentation="message"):
    key = fold if segmentation != "line" else str
    return Vocabulary(["</s>", "<unk>", *sorted(entries, key=key)], segmentation)


VOCABULARY = vocabulary_of(ENTRIES)
DOCUMENTS = [
    Document("one", ["You say goodbye, and I say HELLO!", "careful", "a well-known xylophone."]),
    Document("two", ['Can\'t you say "zebra" ?!', "CAR car quux, Quux"]),
]


class Tables:
    """Logits that depend on all inputs so far, so that a lost or stale state changes results."""

    def __init__(self, size, seed=7):
        self.vocabulary_size = size
        # Rounded coarsely, to produce ties.
        steps = np.random.default_rng(seed).integers(0, 6, (size, size))
        self._table = (steps / 2).astype(np.float32)
        self.blocks = []

    def zero_state(self):
        return 0

    def run(self, ids, state):
        assert ids.dtype == np.int32 and ids.ndim == 1
        self.blocks.append(len(ids))
        rows = []
        for token in ids.tolist():
            state = (state * 31 + token + 1) % 1009
            rows.append(np.roll(self._table[token], state))
        return np.stack(rows), state


class Certain:
    """Knows the text: the next token of `ids` gets all of the probability."""

    def __init__(self, ids, size):
        self._ids, self.vocabulary_size = ids, size

    def zero_state(self):
        return 0

    def run(self, ids, state):
        logits = np.zeros((len(ids), self.vocabulary_size), np.float32)
        for row in range(len(ids)):
            logits[row, self._ids[state + row]] = 100.0
        return logits, state + len(ids)


class Uniform:
    """Knows nothing."""

    def __init__(self, size):
        self.vocabulary_size = size

    def zero_state(self):
        return None

    def run(self, ids, state):
        return np.zeros((len(ids), self.vocabulary_size), np.float32), state


def slow_reference(model, documents, vocabulary):
    """A literal implementation of the definitions, with sorted lists and one token at a time."""
    spelling = SpellingModel(fold(entry) for entry in vocabulary.entries[2:])
    nats, spelled, tokens, words, first, third, characters, keys = 0.0, 0.0, 0, 0, 0, 0, 0, 0
    for document in documents:
        state, previous = model.zero_state(), END
        for segment in [
            s for text in document.texts for s in segments(text, vocabulary.segmentation)
        ]:
            text, place, brought = join(segment.tokens), 0, False
            characters += len(text) + 1
            for token in [*segment.tokens, None]:
                target = END if token is None else vocabulary.id_of(token)
                logits, state = model.run(np.array([previous], np.int32), state)
                row = [float(value) for value in logits[0]]
                nats += math.log(math.fsum(math.exp(v) for v in row)) - row[target]
                tokens, previous = tokens + 1, target
                if token is None:
                    keys += 1
                    continue
                if target == UNKNOWN:
                    spelled += spelling.nats(fold(token))
                order = sorted(range(2, len(row)), key=lambda id: (-row[id], id))
                strip = [vocabulary.entry(id) for id in order if is_word(vocabulary.entry(id))]
                space = text[place] == " " and place > 0
                place += space + len(token)
                keys += space and not brought
                brought = False
                if not is_word(token):
                    keys += len(token)
                    continue
                words += 1
                first += fold(token) == fold(strip[0])
                third += fold(token) in map(fold, strip[:3])
                for letters in range(len(token)):
                    start = fold(token[:letters])
                    shown = [entry for entry in strip if fold(entry).startswith(start)][:3]
                    if fold(token) in map(fold, shown):
                        brought = True
                        break
                    keys += 1 + token[letters].isupper()
                keys += brought
            assert place == len(text)
    return nats, tokens, words, first, third, characters, keys, spelled


@pytest.mark.parametrize("seed", range(12))
def test_every_figure_agrees_with_a_slow_reading_of_the_definitions(seed):
    model = Tables(len(VOCABULARY), seed)
    metrics = evaluate(model, DOCUMENTS, VOCABULARY)
    nats, tokens, words, first, third, characters, keys, spelled = slow_reference(
        model, DOCUMENTS, VOCABULARY
    )
    bits = (nats + spelled) / math.log(2)
    assert math.isclose(metrics.perplexity, math.exp(nats / tokens), rel_tol=1e-5)
    assert math.isclose(metrics.bits_per_character, bits / characters, rel_tol=1e-5)
    assert (metrics.tokens, metrics.words, metrics.characters) == (tokens, words, characters)
    assert (metrics.top1, metrics.top3) == (first / words, third / words)
    assert metrics.keys == keys
    assert metrics.keystroke_savings == 1 - keys / characters


def test_a_model_that_knows_nothing_has_the_perplexity_of_its_vocabulary():
    metrics = evaluate(Uniform(len(VOCABULARY)), DOCUMENTS, VOCABULARY)
    assert math.isclose(metrics.perplexity, len(VOCABULARY), rel_tol=1e-6)


def test_a_model_that_knows_all_types_every_word_with_one_key():
    document = Document("d", ["you say hello, I say goodbye"])
    ids = positions_of(document, VOCABULARY).targets
    metrics = evaluate(Certain(ids, len(VOCABULARY)), [document], VOCABULARY)
    assert math.isclose(metrics.perplexity, 1.0, abs_tol=1e-6)
    assert metrics.top1 == metrics.top3 == 1.0
    # Six words, the comma, the space that the comma removed, and Enter.
    assert metrics.keys == 6 + 1 + 1 + 1
    assert Fraction(metrics.keys, metrics.characters) == Fraction(9, 29)


def test_words_outside_the_vocabulary_are_misses_and_pay_for_their_spelling():
    document = Document("d", ["quux"])
    ids = positions_of(document, VOCABULARY).targets
    metrics = evaluate(Certain(ids, len(VOCABULARY)), [document], VOCABULARY)
    spelling = SpellingModel(fold(entry) for entry in VOCABULARY.entries[2:]).nats("quux")
    assert (metrics.words, metrics.unknown, metrics.top3, metrics.keys) == (1, 1, 0.0, 5)
    assert math.isclose(metrics.bits_per_character, spelling / math.log(2) / 5, rel_tol=1e-6)


def test_documents_are_run_in_blocks_with_the_state_carried():
    long = [Document("long", ["you say hello"] * 200), Document("short", ["I"])]
    model = Tables(len(VOCABULARY))
    metrics = evaluate(model, long, VOCABULARY)
    assert model.blocks == [BLOCK_TOKENS] * 3 + [800 - 3 * BLOCK_TOKENS, 2]
    nats, tokens, *_ = slow_reference(model, long, VOCABULARY)
    assert math.isclose(metrics.perplexity, math.exp(nats / tokens), rel_tol=1e-5)


def test_the_order_of_documents_does_not_matter_to_the_figures():
    one, two = (
        evaluate(Tables(len(VOCABULARY)), documents, VOCABULARY)
        for documents in (DOCUMENTS, DOCUMENTS[::-1])
    )
    assert math.isclose(one.perplexity, two.perplexity, rel_tol=1e-12) and one.keys == two.keys


def test_only_the_first_tokens_count_where_a_maximum_is_given():
    model = Tables(len(VOCABULARY))
    metrics = evaluate(model, DOCUMENTS, VOCABULARY, maximum_tokens=9)
    first = Document("one", DOCUMENTS[0].texts[:1])
    assert metrics == evaluate(Tables(len(VOCABULARY)), [first], VOCABULARY, maximum_tokens=9)
    assert metrics.tokens == 9 and metrics.characters == len("You say goodbye, and I say HELLO!")


def test_a_prepared_text_is_measured_on_its_held_out_part(tmp_path):
    class Chats:
        name, segmentation, licence, recipe = "chats", "message", "none", "1"
        word_list = "none"

        def documents(self, part):
            return iter({"train": [Document("t", ["you say hello"])], "test": DOCUMENTS}[part])

        def held_out(self, part):
            return part == "test"

        def split(self):
            return "as given"

        def sha256(self):
            return "0" * 64

    prepared = prepare(Chats(), 100, 1, tmp_path)
    calls = []
    metrics = evaluate(
        Uniform(len(prepared.vocabulary)),
        prepared,
        prepared.vocabulary,
        progress=lambda *call: calls.append(call),
    )
    assert metrics.tokens == prepared.tokens("test") == calls[-1][0] == calls[-1][1]
    assert metrics.unknown == prepared.counts["test"].unknown


def test_ready_made_tokens_are_parted_by_single_spaces_and_not_folded():
    vocabulary = vocabulary_of(["N", "The", "the", "cat"], "line")
    document = Document("valid", ["The <unk> cat", "N cats"])
    positions = positions_of(document, vocabulary)
    assert positions.targets == [
        *vocabulary.encode(["The"]), UNKNOWN, *vocabulary.encode(["cat"]), END,
        *vocabulary.encode(["N"]), UNKNOWN, END,
    ]  # fmt: skip
    assert sum(positions.characters) == len("The <unk> cat\nN cats\n")
    assert evaluate(Uniform(len(vocabulary)), [document], vocabulary).unknown == 2


def test_spaces_are_where_the_joined_text_has_them():
    tokens = ["well", "-", "known", ",", '"', "yes", '"', ":)"]
    assert join(tokens) == 'well-known, "yes" :)'
    assert spaces_before(tokens, "message") == [False] * 4 + [True, False, False, True]


def test_a_model_of_another_vocabulary_is_refused():
    with pytest.raises(ValueError, match="of the same run"):
        evaluate(Uniform(3), DOCUMENTS, VOCABULARY)


def test_logits_of_a_wrong_shape_are_refused():
    class Wrong(Uniform):
        def run(self, ids, state):
            return np.zeros((1, self.vocabulary_size), np.float32), state

    with pytest.raises(ValueError, match="shape"):
        evaluate(Wrong(len(VOCABULARY)), DOCUMENTS, VOCABULARY)


def test_a_text_without_tokens_is_refused():
    with pytest.raises(ValueError, match="no token"):
        evaluate(Uniform(len(VOCABULARY)), [Document("d", [""])], VOCABULARY)
