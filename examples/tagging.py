"""Train a part-of-speech tagger: `python -m examples.tagging corpus.txt`.

Each line of the text is a sentence of `word/tag` pairs, such as `I/nn eat/v apple/nn`. The network
is the language model's, `ElmanModel`, up to its features; a layer that scores tags replaces the
softmax over words. A tag often depends on the next word, which the state does not contain yet, so
the tag of a word is read off after one more token:

    input     </s>    I      eat    apple   </s>
    target            </s>   nn     v       nn

Training works as in `training/network/trainer.py`: shuffled sentences in parallel lanes, with the
state, but not the gradient, carried from chunk to chunk.

Source of the task: Brants, "TnT: a statistical part-of-speech tagger", 2000, which also guesses the
tags of unknown words from their endings.
"""

from __future__ import annotations

import argparse
import dataclasses
import math
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from training.common.display import ProgressDisplay, say, table
from training.common.errors import UserError, command
from training.common.files import read_lines
from training.common.options import Parser
from training.common.quiet import load_tensorflow
from training.data.lanes import LaneReader, Stream
from training.network.configuration import Configuration
from training.network.schedule import learning_rate

SETTINGS = Configuration(
    minimum_count=3,
    embedding_size=128,
    units=128,
    layers=1,
    lanes=32,
    truncated_bptt_length=32,
    epochs=6,
    learning_rate=3e-3,
    embedding_dropout=0.1,
    layer_dropout=0.3,
    output_dropout=0.3,
)
BOUNDARY = "</s>"
"""Stands between sentences, both as a word and as its tag."""
ENDING_LETTERS = (3, 2, 1, 0)
LEAST_SENTENCES = 20
TEST_EVERY = 10
ROWS = 64

EXAMPLES = """\
  python -m examples.tagging brown.txt                      tags as they are in the file
  python -m examples.tagging brown.txt --tags examples/brown_tags.txt
  python -m examples.tagging brown.txt --tag "time flies like an arrow ."
  python -m examples.tagging brown.txt --set units=256 --set epochs=10
"""

Sentence = tuple[list[str], list[str]]
"""Words, and as many tags."""


# -- the text --------------------------------------------------------------------------------------


def read_sentences(path: Path, tag_names: dict[str, str]) -> list[Sentence]:
    """Read the lines of a file that are not blank, with tags replaced as in `tag_names`."""
    sentences = []
    for number, line in enumerate(read_lines(path), start=1):
        pairs = [(pair, *pair.rpartition("/")) for pair in line.split()]
        for pair, word, _, tag in pairs:
            if not (word and tag):
                raise UserError(f"{path}, line {number}: {pair!r} is not word/tag; correct it")
        if pairs:
            _, words, _, tags = zip(*pairs, strict=True)
            sentences.append((list(words), [renamed(tag, tag_names) for tag in tags]))
    if len(sentences) < LEAST_SENTENCES:
        raise UserError(
            f"{path} has {len(sentences)} sentences; tagging needs at least {LEAST_SENTENCES}"
        )
    return sentences


def read_tag_names(path: Path) -> dict[str, str]:
    """Read lines of `beginning name`: tags that begin like this get this name."""
    rows = [line.split() for line in read_lines(path) if line.strip()]
    for row in rows:
        if len(row) != 2:
            raise UserError(f"{path}: {' '.join(row)!r} is not a beginning of tags and a name")
    return {beginning: name for beginning, name in rows}


def renamed(tag: str, tag_names: dict[str, str]) -> str:
    """Return the name for the longest beginning of `tag` that has one, or the tag itself."""
    beginnings = (tag[:length] for length in range(len(tag), 0, -1))
    return next((tag_names[part] for part in beginnings if part in tag_names), tag)


# -- words and tags as ids -------------------------------------------------------------------------


class Words:
    """The ids of words. Rare and unknown words share the ids of their form and ending.

    Args:
      sentences: The training text.
      minimum_count: Number of times a word must occur to get its own id. Likewise, an ending must
        occur in this many rare words.
    """

    def __init__(self, sentences: Iterable[Sentence], minimum_count: int):
        self.counts = Counter(word for words, _ in sentences for word in words)
        rare = [word for word, count in self.counts.items() if count < minimum_count]
        endings = Counter(ending for word in rare for ending in endings_of(word))
        # A word that is written like the boundary shares its id.
        common = (word for word, count in self.counts.items() if count >= minimum_count)
        entries = [word for word in common if word != BOUNDARY]
        kept = [ending for ending, count in endings.items() if count >= minimum_count]
        self.ids = {entry: id for id, entry in enumerate([BOUNDARY, *entries, *kept, None])}

    def __len__(self) -> int:
        return len(self.ids)

    def id_of(self, word: str) -> int:
        """Return the id of the word itself, or else of its longest ending that has one."""
        entries = (word, word.lower(), *endings_of(word), None)
        return next(self.ids[entry] for entry in entries if entry in self.ids)


def endings_of(word: str) -> list[tuple[str, str]]:
    """Return a word's form (digits, capital or other) with its last letters, longest first."""
    form = "digits" if any(map(str.isdigit, word)) else "capital" if word[0].isupper() else "other"
    return [(form, word[len(word) - count :].lower()) for count in ENDING_LETTERS]


@dataclasses.dataclass(frozen=True)
class Encoded:
    """Sentences as ids, each followed by the boundary; position 0 is a boundary, too.

    Args:
      words: Word ids, int32 [positions].
      targets: The tag to predict at each position, that of the word before, int32 [positions].
      stream: The positions themselves, divided into sentences.
    """

    words: np.ndarray
    targets: np.ndarray
    stream: Stream

    @classmethod
    def of(cls, sentences: Sequence[Sentence], words: Words, tag_ids: dict[str, int]) -> Encoded:
        """Encode sentences. A tag that does not occur in the training text becomes the boundary."""
        ids, targets, starts = [0], [0], [0]
        for sentence, tags in sentences:
            ids += [*map(words.id_of, sentence), 0]
            targets += [0, *(tag_ids.get(tag, 0) for tag in tags)]
            starts.append(len(ids) - 1)
        positions = np.arange(1, len(ids), dtype=np.int32)
        stream = Stream(positions, np.array(starts, np.int64))
        return cls(np.array(ids, np.int32), np.array(targets, np.int32), stream)


# -- the network -----------------------------------------------------------------------------------


class Tagger:
    """The language model's network with a layer that scores tags.

    Args:
      configuration: Settings, with lanes that the text can fill.
      words: Words with their ids.
      tags: Names of the tags; the first one is the boundary.
    """

    def __init__(self, configuration: Configuration, words: Words, tags: Sequence[str]):
        import keras
        import tensorflow as tf

        from training.network.model import ElmanModel
        from training.network.optimizer import adamw

        self.configuration, self.words, self.tags = configuration, words, tags
        self.network = ElmanModel(configuration, len(words))
        self.scores = keras.layers.Dense(len(tags), name="tag_scores")
        self.scores.build((None, configuration.embedding_size))
        # The tagger has no use for the bias of each word.
        unused = self.network.output_bias
        network = [weight for weight in self.network.trainable_variables if weight is not unused]
        self.weights = [*network, *self.scores.trainable_variables]
        self.optimizer = adamw(configuration, self.weights)
        self._train_on = tf.function(self._train_on, reduce_retracing=True)
        self._best = tf.function(self._best, reduce_retracing=True)

    def train(self, text: Encoded) -> None:
        """Train on every chunk of every epoch."""
        settings = self.configuration
        reader = LaneReader(
            text.stream, settings.lanes, settings.truncated_bptt_length,
            seed=settings.seed, shuffle=True,
        )  # fmt: skip
        total = max(settings.epochs * reader.steps_per_epoch, settings.minimum_steps)
        with ProgressDisplay("training", total, "steps") as progress:
            for step in range(total):
                if step % reader.steps_per_epoch == 0:
                    self.network.reset_state()
                self.optimizer.learning_rate = self._rate(step, total)
                positions, _ = reader.chunk(step)
                words, targets = text.words[positions], text.targets[positions]
                loss = float(self._train_on(np.int64(step), words, targets))
                if not math.isfinite(loss):
                    raise UserError(f"the loss became {loss}; try --set with a lower learning_rate")
                progress.update(step + 1, f"loss {loss:.3f}")

    def _rate(self, step: int, total: int) -> float:
        settings = self.configuration
        return learning_rate(
            step, total, peak=settings.learning_rate, warmup_steps=settings.warmup_steps,
            final_share=settings.final_learning_rate_share,
        )  # fmt: skip

    def _train_on(self, step, words, targets):
        """Take one step on a chunk, int32 [lanes, length] each, and return the loss."""
        import tensorflow as tf

        from training.network.model import draw_masks

        settings = self.configuration
        masks = draw_masks(settings, len(self.words), settings.lanes, step)
        with tf.GradientTape() as tape:
            features, state = self.network.forward(words, self.network.carried_state(), masks)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(targets, self.scores(features))
            loss = tf.reduce_mean(losses)
        gradients = tape.gradient(loss, [weight.value for weight in self.weights])
        gradients, _ = tf.clip_by_global_norm(
            [tf.convert_to_tensor(gradient) for gradient in gradients], settings.gradient_clip
        )
        self.optimizer.apply(gradients, self.weights)
        self.network.carry(state)
        return loss

    def tag(self, sentences: Sequence[Sequence[str]]) -> list[list[str]]:
        """Return the most probable tag of each word of each sentence."""
        order = sorted(range(len(sentences)), key=lambda index: len(sentences[index]))
        tagged: list[list[str]] = [[] for _ in sentences]
        for first in range(0, len(order), ROWS):
            batch = order[first : first + ROWS]
            best = self._best_of([sentences[index] for index in batch])
            for row, index in zip(best, batch, strict=True):
                # The tag of a word is that of the position after it, and </s> comes first.
                tagged[index] = [self.tags[int(tag)] for tag in row[2 : len(sentences[index]) + 2]]
        return tagged

    def _best_of(self, sentences: Sequence[Sequence[str]]) -> np.ndarray:
        """Return the best tag at each position, int [sentences, positions]."""
        length = self.configuration.truncated_bptt_length
        longest = max(map(len, sentences)) + 2
        ids = np.zeros((len(sentences), -(-longest // length) * length), np.int32)
        for row, sentence in enumerate(sentences):
            ids[row, 1 : len(sentence) + 1] = [self.words.id_of(word) for word in sentence]
        best, state = [], self.network.zero_state(len(sentences))
        for first in range(0, ids.shape[1], length):
            tags, state = self._best(ids[:, first : first + length], state)
            best.append(tags.numpy())
        return np.concatenate(best, axis=1)

    def _best(self, words, state):
        import tensorflow as tf

        features, state = self.network.forward(words, state)
        # Every word has a tag; only the boundary has the first one.
        return tf.argmax(self.scores(features)[..., 1:], axis=-1) + 1, state


# -- the measurement -------------------------------------------------------------------------------


def most_frequent_tags(
    sentences: Sequence[Sentence], words: Words, text: Sequence[Sentence]
) -> list[list[str]]:
    """Return the most frequent tag of each word's id in `sentences`, as if it had no context."""
    counts: dict[int, Counter[str]] = {}
    for sentence, tags in sentences:
        for word, tag in zip(sentence, tags, strict=True):
            counts.setdefault(words.id_of(word), Counter())[tag] += 1
    overall = sum(counts.values(), Counter())
    best = {id: tags.most_common(1)[0][0] for id, tags in counts.items()}
    usual = overall.most_common(1)[0][0]
    return [[best.get(words.id_of(word), usual) for word in sentence] for sentence, _ in text]


def accuracies(
    tagged: Sequence[Sequence[str]], text: Sequence[Sentence], words: Words
) -> dict[str, str]:
    """Return the share of correct tags: of all words, known ones and unknown ones."""
    right, total = Counter[str](), Counter[str]()
    for guesses, (sentence, tags) in zip(tagged, text, strict=True):
        for guess, word, tag in zip(guesses, sentence, tags, strict=True):
            kind = "known words" if word in words.counts else "unknown words"
            for group in ("all words", kind):
                total[group] += 1
                right[group] += guess == tag
    groups = ("all words", "known words", "unknown words")
    return {name: f"{right[name] / total[name]:.2%}" if total[name] else "-" for name in groups}


def main(argv: Sequence[str] | None) -> int:
    """Train on nine of every ten sentences, and measure on the tenth."""
    arguments = arguments_of(argv)
    settings = SETTINGS.with_overrides(arguments.set)
    tag_names = read_tag_names(arguments.tags) if arguments.tags else {}
    sentences = read_sentences(arguments.corpus, tag_names)
    test = sentences[TEST_EVERY - 1 :: TEST_EVERY]
    training = [pair for index, pair in enumerate(sentences, start=1) if index % TEST_EVERY]
    load_tensorflow(settings.threads)
    tagger = trained(training, settings)
    report(tagger, training, test)
    for sentence in arguments.tag:
        words = sentence.split()
        pairs = zip(words, tagger.tag([words])[0], strict=True)
        say(" ".join(f"{word}/{tag}" for word, tag in pairs))
    return 0


def arguments_of(argv: Sequence[str] | None) -> argparse.Namespace:
    """Parse the command line."""
    parser = Parser("examples.tagging", "Train a part-of-speech tagger.", EXAMPLES)
    parser.add_argument("corpus", type=Path, help="a file with one sentence of word/tag per line")
    parser.add_argument(
        "--tags",
        type=Path,
        help="a file that renames tags by how they begin; each line is `beginning name`",
    )
    parser.add_argument("--tag", action="append", default=[], help="a sentence to tag")
    parser.add_argument("--set", action="append", default=[], help="a setting, such as units=256")
    return parser.parse_args(argv)


def trained(sentences: Sequence[Sentence], settings: Configuration) -> Tagger:
    """Return a tagger trained on `sentences`."""
    words = Words(sentences, settings.minimum_count)
    tags = [BOUNDARY, *sorted({tag for _, tags in sentences for tag in tags})]
    say(f"{len(sentences):,} sentences, {len(words):,} words and endings, {len(tags) - 1} tags")
    text = Encoded.of(sentences, words, {tag: id for id, tag in enumerate(tags)})
    tagger, begun = Tagger(settings.adapted_to(len(text.stream)), words, tags), time.monotonic()
    tagger.train(text)
    say(f"trained in {time.monotonic() - begun:.0f} s")
    return tagger


def report(tagger: Tagger, training: Sequence[Sentence], test: Sequence[Sentence]) -> None:
    """Print the accuracy of the tagger beside that of the most frequent tags."""
    words = tagger.words
    baseline = accuracies(most_frequent_tags(training, words, test), test, words)
    network = accuracies(tagger.tag([sentence for sentence, _ in test]), test, words)
    rows = [(group, baseline[group], network[group]) for group in network]
    table(f"accuracy on {len(test):,} sentences", ["", "most frequent tag", "network"], rows)


if __name__ == "__main__":
    command(main)
