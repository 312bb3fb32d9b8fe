"""The learning-rate schedule, a pure function of the step."""

import math


def learning_rate(
    step: int, total_steps: int, *, peak: float, warmup_steps: int, final_share: float
) -> float:
    """Return the learning rate: linear warm-up to `peak`, then cosine decay.

    The rate decays to `peak * final_share` at `total_steps`. The warm-up takes at most a tenth of
    the run, so that a short run still learns.

    Source: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017.
    """
    warmup = min(warmup_steps, total_steps // 10)
    if step < warmup:
        return peak * (step + 1) / warmup
    progress = min(1.0, (step - warmup) / max(1, total_steps - warmup))
    return peak * (final_share + (1 - final_share) * 0.5 * (1 + math.cos(math.pi * progress)))
