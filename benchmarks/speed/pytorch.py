"""PyTorch's trainer in the speed comparison: `torch.nn.RNN` of the same size, in typical code.

    <python with torch> -m benchmarks.speed.pytorch <task folder> [--candidates]

It is a fixed baseline: it remains an `nn.RNN` if the cell of Elman's network changes.

It reads the same chunks in the same order, with the same learning rates, clipping, dropout rates
and initial output bias. Its softmax is over the whole vocabulary or, with `--candidates`, over the
candidates that Elman's trainer draws.
"""

import math
import sys
from pathlib import Path

import numpy as np
import torch  # pyright: ignore[reportMissingImports]
from torch import nn  # pyright: ignore[reportMissingImports]
from torch.nn import functional  # pyright: ignore[reportMissingImports]

from benchmarks.speed.race import Task, race, tell
from training.data.candidates import CandidateSampler
from training.data.lanes import LaneReader, padded_batches
from training.network.configuration import Configuration
from training.network.schedule import learning_rate

VALIDATION_LANES = 32
VALIDATION_CHUNK = 32


class RecurrentNetwork(nn.Module):
    """Embedding, `nn.RNN`, projection, and a softmax tied to the embedding."""

    def __init__(self, configuration: Configuration, counts: np.ndarray):
        super().__init__()
        self.embedding = nn.Embedding(len(counts), configuration.embedding_size)
        nn.init.normal_(self.embedding.weight, std=0.05)
        self.rnn = nn.RNN(
            configuration.embedding_size,
            configuration.units,
            configuration.layers,
            nonlinearity=configuration.activation,
            dropout=configuration.layer_dropout,
            batch_first=True,
        )
        self.dropout = nn.Dropout(configuration.output_dropout)
        self.projection = nn.Linear(configuration.units, configuration.embedding_size, bias=False)
        share = (counts + 0.5) / (counts + 0.5).sum()
        self.output_bias = nn.Parameter(torch.tensor(np.log(share), dtype=torch.float32))

    def forward(
        self, ids: torch.Tensor, state: torch.Tensor | None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Features [positions, embedding size] of ids [lanes, length], and the next state."""
        outputs, state = self.rnn(self.embedding(ids), state)
        features = self.projection(self.dropout(outputs))
        return features.reshape(-1, features.shape[-1]), state

    def logits(self, features: torch.Tensor) -> torch.Tensor:
        """Logits [positions, vocabulary]."""
        return functional.linear(features, self.embedding.weight, self.output_bias)


class PyTorch:
    """Trains `RecurrentNetwork` with AdamW and truncated back-propagation through time."""

    def __init__(self, task: Task, *, with_candidates: bool):
        configuration = task.configuration
        torch.manual_seed(configuration.seed)
        torch.set_num_threads(configuration.threads)
        self.task, self.configuration = task, configuration
        self.reader = LaneReader(
            task.train,
            configuration.lanes,
            configuration.truncated_bptt_length,
            seed=configuration.seed,
            shuffle=configuration.shuffle_documents,
        )
        self.total_steps = max(
            configuration.epochs * self.reader.steps_per_epoch, configuration.minimum_steps
        )
        counts = task.train.counts(task.vocabulary_size)
        tokens = configuration.lanes * configuration.truncated_bptt_length
        self.sampler = None
        if with_candidates:
            self.sampler = CandidateSampler(
                counts, configuration.candidates, tokens, configuration.seed
            )
        self.network = RecurrentNetwork(configuration, counts)
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), weight_decay=configuration.weight_decay
        )
        self.state: torch.Tensor | None = None

    def train(self, first: int, last: int) -> None:
        """Take the steps `first` to `last` (exclusive)."""
        self.network.train()
        for step in range(first, last):
            if step % self.reader.steps_per_epoch == 0:
                self.state = None
            self._step(step)

    def _step(self, step: int) -> None:
        inputs, targets = self.reader.chunk(step)
        rate = learning_rate(
            step,
            self.total_steps,
            peak=self.configuration.learning_rate,
            warmup_steps=self.configuration.warmup_steps,
            final_share=self.configuration.final_learning_rate_share,
        )
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        features, state = self.network(torch.from_numpy(inputs).long(), self.state)
        self.state = state.detach()
        loss = self._loss(features, targets, step)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), self.configuration.gradient_clip)
        self.optimizer.step()

    def _loss(self, features: torch.Tensor, targets: np.ndarray, step: int) -> torch.Tensor:
        if self.sampler is None:
            answers = torch.from_numpy(targets.reshape(-1)).long()
            return functional.cross_entropy(self.network.logits(features), answers)
        drawn = self.sampler.draw(targets, step)
        ids = torch.from_numpy(drawn.ids).long()
        answers = torch.from_numpy(drawn.targets.reshape(-1)).long()
        correction = torch.from_numpy(drawn.correction)
        bias = self.network.output_bias[ids] - correction
        logits = functional.linear(features, self.network.embedding.weight[ids], bias)
        losses = functional.cross_entropy(logits, answers, reduction="none")
        own = correction[answers]
        surplus = torch.exp(-losses) * (1 - torch.exp(own))
        return (losses - own + torch.log1p(-surplus)).mean()

    @torch.no_grad()
    def validation_nats(self) -> float:
        """Nats per token on held-out text, with a zero state at the start of each document."""
        self.network.eval()
        nats = tokens = 0.0
        limit = self.configuration.validation_tokens
        batches = padded_batches(self.task.valid, VALIDATION_LANES, VALIDATION_CHUNK, limit)
        for inputs, targets, weights in batches:
            state = None
            for first in range(0, inputs.shape[1], VALIDATION_CHUNK):
                part = slice(first, first + VALIDATION_CHUNK)
                ids = torch.from_numpy(inputs[:, part]).long()
                features, state = self.network(ids, state)
                answers = torch.from_numpy(targets[:, part].reshape(-1)).long()
                losses = functional.cross_entropy(
                    self.network.logits(features), answers, reduction="none"
                )
                nats += float((losses * torch.from_numpy(weights[:, part].reshape(-1))).sum())
            tokens += float(weights.sum())
        return nats / tokens if tokens else math.inf


def main() -> None:
    """Train to the goal and report the progress."""
    task = Task.load(Path(sys.argv[1]))
    contestant = PyTorch(task, with_candidates="--candidates" in sys.argv[2:])
    tell(race(task, contestant, contestant.total_steps))


if __name__ == "__main__":
    main()
