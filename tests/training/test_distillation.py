import dataclasses
import shutil

import numpy as np
import pytest
import tensorflow as tf

from tests.training.test_trainer import SETTINGS, WORDS, assert_same, counting_text, weights_of
from training.belonging import begin_or_check
from training.configuration import preset
from training.distillation import Teachers, load_teachers
from training.errors import UserError
from training.model import ElmanModel
from training.run import Run
from training.trainer import Trainer


def teacher_of(seed: int, units: int = 24) -> ElmanModel:
    return ElmanModel(dataclasses.replace(SETTINGS, seed=seed, units=units), WORDS)


def trainer_of(*teachers: ElmanModel, **settings) -> Trainer:
    configuration = dataclasses.replace(SETTINGS, **settings)
    return Trainer(configuration, WORDS, counting_text(), teachers)


def test_the_teachers_say_the_mean_of_their_distributions():
    models = [teacher_of(3), teacher_of(4, units=16)]
    inputs = tf.constant(np.arange(8).reshape(2, 4), tf.int32)
    mean = Teachers(models, 2).distribution(inputs, ElmanModel.logits).numpy()
    expected = [
        tf.nn.softmax(model.logits(model.forward(inputs, tf.constant(model.zero_state(2)))[0]))
        for model in models
    ]
    np.testing.assert_allclose(
        mean, np.mean(expected, axis=0).reshape(8, WORDS), rtol=1e-5, atol=1e-7
    )


def test_two_chunks_give_what_one_of_both_gives():
    model = teacher_of(3)
    inputs = tf.constant(np.arange(8).reshape(1, 8), tf.int32)
    whole = Teachers([model], 1).distribution(inputs, ElmanModel.logits).numpy()
    teachers = Teachers([model], 1)
    parts = [teachers.distribution(part, ElmanModel.logits) for part in tf.split(inputs, 2, axis=1)]
    np.testing.assert_allclose(np.concatenate(parts), whole, rtol=1e-5, atol=1e-7)
    teachers.reset_state()
    assert not teachers.states[0].numpy().any()


def test_a_student_of_its_teacher_alone_comes_to_speak_like_it():
    teacher = trainer_of(epochs=40, learning_rate=1e-2, layer_dropout=0, output_dropout=0)
    teacher.train(teacher.total_steps, lambda _: None)
    teacher.use_average()
    settings = {"epochs": 40, "learning_rate": 1e-2, "layer_dropout": 0, "output_dropout": 0}
    student = trainer_of(teacher.model, distillation=1.0, seed=9, **settings)
    before = student.validation_loss(counting_text())
    student.train(student.total_steps, lambda _: None)
    assert student.validation_loss(counting_text()) < before / 3


def test_without_a_share_of_the_loss_teachers_change_nothing():
    alone, taught = trainer_of(), trainer_of(teacher_of(3), distillation=0.0)
    for each in (alone, taught):
        each.train(each.total_steps, lambda _: None)
    theirs = weights_of(taught)
    for name, array in weights_of(alone).items():
        # Another graph may sum in another order.
        np.testing.assert_allclose(theirs[name], array, rtol=1e-3, atol=1e-5, err_msg=name)


def test_training_with_a_teacher_is_resumed_exactly():
    whole = trainer_of(teacher_of(3))
    whole.train(whole.total_steps, lambda _: None)
    first = trainer_of(teacher_of(3))
    first.train(7, lambda _: None)
    second = trainer_of(teacher_of(3))
    second.restore(first.checkpoint({}))
    second.train(second.total_steps, lambda _: None)
    assert_same(weights_of(whole), weights_of(second))


def test_teachers_are_loaded_from_their_runs(trained):
    configuration = preset("tiny").changed({"teachers": f"{trained.folder},{trained.folder}"})
    models = load_teachers(configuration, trained.vocabulary.digest)
    assert [model.vocabulary_size for model in models] == [len(trained.vocabulary)] * 2
    assert load_teachers(preset("tiny"), "any") == []


def test_a_teacher_of_another_vocabulary_is_refused(trained):
    with pytest.raises(UserError, match="another vocabulary"):
        load_teachers(preset("tiny").changed({"teachers": str(trained.folder)}), "other")


def test_a_teacher_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(UserError, match="no trained model"):
        load_teachers(preset("tiny").changed({"teachers": str(tmp_path / "none")}), "any")


def test_a_run_whose_teacher_was_trained_anew_is_not_taken_up(trained, prepared, tmp_path):
    teacher = Run(shutil.copytree(trained.folder, tmp_path / "teacher"))
    configuration = preset("tiny").changed({"teachers": str(teacher.folder)})
    run = Run(tmp_path / "student")
    begin_or_check(run, configuration, prepared)
    begin_or_check(run, configuration, prepared)
    teacher.save_weights({name: array + 1 for name, array in teacher.weights().items()})
    with pytest.raises(UserError, match="teachers that have changed"):
        begin_or_check(run, configuration, prepared)
