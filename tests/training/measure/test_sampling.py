import subprocess
import sys

import numpy as np
import pytest

from training import generate as command
from training.common.errors import UserError
from training.measure import sampling
from training.measure.sampling import OPTIONS, SamplingOptions, generate
from training.network.configuration import Configuration
from training.network.model import ElmanModel
from training.text.vocabulary import END, UNKNOWN

WORDS = 12


@pytest.fixture(scope="module")
def model() -> ElmanModel:
    """A network with random weights for which `<unk>` is the most likely word."""
    model = ElmanModel(Configuration(units=8, embedding_size=8, lanes=1), WORDS)
    generator = np.random.default_rng(2)
    for variable in model.trainable_variables:
        variable.assign(generator.normal(scale=0.5, size=variable.shape))
    model.output_bias.assign(np.eye(WORDS)[UNKNOWN] * 20)
    return model


def draw(model, **options) -> list[int]:
    return generate(model, [3, 4], 40, SamplingOptions(**options))


def test_the_unknown_word_never_comes_up(model):
    assert UNKNOWN not in draw(model, temperature=1.0, top_k=0, top_p=1.0)
    assert UNKNOWN not in draw(model, temperature=0)


def test_the_same_seed_gives_the_same_text(model):
    assert draw(model, seed=5) == draw(model, seed=5) != draw(model, seed=6)


def test_temperature_zero_takes_the_likeliest_word_each_time(model):
    ids = [0, 3, 4]
    for drawn in draw(model, temperature=0):
        logits, _ = model.run(np.array(ids, np.int32), model.zero_state())
        logits[-1, UNKNOWN] = -np.inf
        assert drawn == int(logits[-1].argmax())
        ids.append(drawn)


def test_top_k_of_one_is_greedy(model):
    assert draw(model, top_k=1, temperature=1.0) == draw(model, temperature=0)


@pytest.mark.parametrize("temperature", [5e-324, 1e-38, 9e-4])
def test_a_temperature_near_zero_is_zero(model, temperature):
    assert draw(model, temperature=temperature) == draw(model, temperature=0)


@pytest.mark.parametrize(
    "options",
    [
        {"temperature": 1e-3},
        {"temperature": 100, "top_k": 0, "top_p": 1},
        {"top_p": 5e-324},
        {"top_k": 10**30},
        {"seed": 2**53 - 1},
    ],
)
def test_the_extremes_of_each_range_give_words(model, options):
    ids = draw(model, **SamplingOptions(**options).checked().__dict__)
    assert sum(drawn != END for drawn in ids) == 40 and UNKNOWN not in ids


def test_the_length_counts_no_ends_and_a_longer_text_begins_alike(model):
    options = SamplingOptions(seed=3)
    short, long = (generate(model, [3, 4], length, options) for length in (10, 40))
    assert END in long and short == long[: len(short)]
    assert [sum(drawn != END for drawn in ids) for ids in (short, long)] == [10, 40]
    assert END not in (short[-1], long[-1])


def test_a_model_that_only_ends_stops(model):
    ending = ElmanModel(model.configuration, WORDS)
    ending.output_bias.assign(np.eye(WORDS)[END] * 100)
    assert generate(ending, [], 5, SamplingOptions()) == [END] * 10


@pytest.mark.parametrize(("length", "counts"), [(5, [10]), (40, [58, 80])])
def test_no_draw_is_repeated(model, monkeypatch, length, counts):
    drawn: list[int] = []

    def ends(_model, _prompt, count, _options):
        drawn.append(count)
        return [END] * count

    monkeypatch.setattr(sampling, "_drawn", ends)
    generate(model, [], length, SamplingOptions())
    assert drawn == counts


@pytest.mark.parametrize(
    "options",
    [
        {"temperature": -1},
        {"temperature": -1e-300},
        {"temperature": 101},
        {"top_p": float("nan")},
        {"temperature": float("nan")},
        {"temperature": float("inf")},
        {"top_k": -1},
        {"top_p": 0},
        {"top_p": 1.5},
        {"seed": 2**63},
    ],
)
def test_options_outside_their_range_are_refused(options):
    with pytest.raises(UserError, match="must"):
        SamplingOptions(**options).checked()


def test_settings_come_from_the_variables_that_make_exports(monkeypatch):
    for option in OPTIONS.values():
        monkeypatch.delenv(option.variable, raising=False)
    assert SamplingOptions.from_environment() == SamplingOptions()
    monkeypatch.setenv("TOP_K", "7")
    monkeypatch.setenv("TEMPERATURE", "0.5")
    assert SamplingOptions.from_environment() == SamplingOptions(temperature=0.5, top_k=7)
    monkeypatch.setenv("TOP_P", "2")
    with pytest.raises(UserError, match=r"TOP_P \(--top-p\) must be a number above 0"):
        SamplingOptions.from_environment()


def test_an_option_is_preferred_to_a_variable_of_make(monkeypatch):
    monkeypatch.setenv("SEED", "5")
    monkeypatch.setenv("TOP_K", "7")
    parser = command._parser()
    chosen = command.chosen_sampling(parser.parse_args(["--environment", "--seed", "6"]))
    assert (chosen.seed, chosen.top_k) == (6, 7)
    assert command.chosen_sampling(parser.parse_args([])) == SamplingOptions()


def test_every_setting_is_an_option_with_its_default_in_the_help():
    text = " ".join(command._parser().format_help().split())
    for name, option in OPTIONS.items():
        assert option.flag in text
        assert f"(default: {getattr(SamplingOptions(), name)})" in text


def test_settings_are_known_before_anything_is_installed():
    code = (
        "import sys, training.measure.sampling; "
        "print({'numpy', 'keras_hub', 'tensorflow'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "set()\n"
