import dataclasses

import pytest

from training.common.errors import UserError
from training.common.files import read_json, write_json
from training.network.configuration import PRESETS, Configuration, preset


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
    with pytest.raises(UserError, match="an unsupported format"):
        Configuration.load(path)


@pytest.mark.parametrize(
    "change", [{"units": "12"}, {"units": None}, {"units": [1]}, {"units": 1.5}, {"seed": True},
               {"learning_rate": "a"}, {"shuffle_documents": "no"}, {"preset": 5}],
)  # fmt: skip
def test_a_file_with_a_value_of_another_type_is_refused(tmp_path, change):
    path = tmp_path / "configuration.json"
    Configuration().save(path)
    write_json(path, {**read_json(path), **change})
    with pytest.raises(UserError, match=rf"configuration\.json: {next(iter(change))} must be "):
        Configuration.load(path)


def test_a_whole_number_is_a_number(tmp_path):
    Configuration(learning_rate=1).save(tmp_path / "configuration.json")
    assert Configuration.load(tmp_path / "configuration.json").learning_rate == 1


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ("unit=3", "did you mean 'units'"),
        ("units=many", "must be a whole number"),
        ("save=1", "unknown setting 'save'"),
        ("preset=best", "choose it with PRESET="),
        ("units", "must be name=value"),
        ("layer_dropout=1.5", "between 0 and 0.95"),
        ("learning_rate=0", "between 1e-12 and 10"),
        ("learning_rate=nan", "learning_rate must be between"),
        ("average_decay=2", "average_decay must be between"),
        ("checkpoint_steps=0", "checkpoint_steps must be between"),
        ("vocabulary_size=2", "between 3 and"),
        ("threads=-1", "threads must be between"),
        ("seed=9007199254740993", "seed must be between"),
        ("shuffle_documents=maybe", "true or false"),
        ("activation=softplus", "one of tanh, relu, relu6, sigmoid, not"),
    ],
)
def test_a_bad_setting_is_refused_in_words(setting, complaint):
    with pytest.raises(UserError, match=complaint):
        Configuration().with_overrides([setting])


def test_every_number_has_a_range():
    numbers = {
        field.name
        for field in dataclasses.fields(Configuration)
        if field.type in ("int", "float", int, float)
    }
    ranges = {
        field.name for field in dataclasses.fields(Configuration) if "range" in field.metadata
    }
    assert numbers == ranges


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


@pytest.mark.parametrize("name", PRESETS)
def test_what_differs_from_a_preset_makes_the_same_settings_again(name):
    changed = preset(name).changed({"seed": 9, "learning_rate": 1e-5, "shuffle_documents": False})
    assert preset(name).beside_preset() == []
    assert preset(name).with_overrides(changed.beside_preset()) == changed


def test_shards_take_one_step_per_call():
    with pytest.raises(UserError, match="steps_per_call must be 1 with several shards"):
        Configuration().with_overrides(["shards=2", "steps_per_call=4"])
