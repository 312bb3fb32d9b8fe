import pytest

from training.configuration import PRESETS, Configuration, preset
from training.errors import UserError
from training.files import read_json, write_json


def test_a_saved_configuration_is_read_back_as_it_was(tmp_path):
    saved = Configuration(units=123, activation="relu", shuffle_documents=False)
    saved.save(tmp_path / "configuration.json")
    assert Configuration.load(tmp_path / "configuration.json") == saved


def test_an_unknown_preset_is_refused_with_the_closest_name():
    with pytest.raises(UserError, match="did you mean 'keyboard'"):
        preset("keybord")


def test_a_file_of_another_format_is_refused(tmp_path):
    path = tmp_path / "configuration.json"
    Configuration().save(path)
    write_json(path, {**read_json(path), "format": 99})
    with pytest.raises(UserError, match="another format"):
        Configuration.load(path)


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ("unit=3", "did you mean 'units'"),
        ("units=many", "wants a int"),
        ("units", "wants name=value"),
        ("layer_dropout=1.5", r"\[0, 1\)"),
        ("activation=softplus", "tanh, relu or sigmoid"),
        ("learning_rate=0", "above 0"),
    ],
)
def test_a_bad_setting_is_refused_in_words(setting, complaint):
    with pytest.raises(UserError, match=complaint):
        Configuration().with_overrides([setting])


def test_settings_given_as_text_take_the_type_of_their_field():
    changed = Configuration().with_overrides(["units=8", "learning_rate=1e-2", "activation=relu"])
    assert (changed.units, changed.learning_rate, changed.activation) == (8, 0.01, "relu")


@pytest.mark.parametrize("tokens", [1, 8, 500, 45_000, 3_000_000])
def test_lanes_and_chunks_always_fit_the_text(tokens):
    adapted = Configuration().adapted_to(tokens)
    assert 1 <= adapted.lanes * adapted.truncated_bptt_length <= tokens


def test_a_long_text_keeps_the_lanes_and_chunks_of_the_preset():
    assert Configuration().adapted_to(3_000_000) == Configuration()


def test_every_preset_can_be_trained_with():
    for configuration in PRESETS.values():
        assert configuration.checked() is configuration
