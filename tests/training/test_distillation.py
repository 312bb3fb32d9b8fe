import dataclasses
import shutil

import numpy as np
import pytest
import tensorflow as tf

from tests.training.test_trainer import SETTINGS, WORDS, assert_same, counting_text, weights_of
from training import distillation
from training.belonging import begin_or_check
from training.candidates import Candidates, CandidateSampler
from training.configuration import preset
from training.distillation import Lessons, distillation_losses, lessons_for, write_lessons
from training.errors import UserError
from training.lanes import Stream
from training.model import ElmanModel
from training.run import Run
from training.trainer import Trainer, objective
from training.vocabulary import END, Vocabulary

LESSON = min(distillation.WORDS, WORDS)


def teacher_of(seed: int, units: int = 24) -> ElmanModel:
    return ElmanModel(dataclasses.replace(SETTINGS, seed=seed, units=units), WORDS)


def lessons_of(folder, *teachers: ElmanModel, text: Stream | None = None) -> Lessons:
    write_lessons(folder / "lessons", teachers, text or counting_text())
    kind = np.dtype([("words", "<u2", (LESSON,)), ("probabilities", "<f2", (LESSON,))])
    return Lessons(np.memmap(folder / "lessons", kind, mode="r"))


def trainer_of(lessons: Lessons | None = None, **settings) -> Trainer:
    configuration = dataclasses.replace(SETTINGS, **settings)
    return Trainer(configuration, WORDS, counting_text(), lessons)


def expectations(models: list[ElmanModel], ids: np.ndarray) -> np.ndarray:
    """The mean of the models' distributions before each of `ids`, read from the first on."""
    inputs = np.concatenate([[END], ids[:-1]]).astype(np.int32)
    logits = [model.run(inputs, model.zero_state())[0] for model in models]
    return np.mean([tf.nn.softmax(each).numpy() for each in logits], axis=0)


def text_of(tokens: int, documents: int = 2) -> Stream:
    ids = np.random.default_rng(tokens).integers(2, WORDS, tokens).astype(np.uint16)
    return Stream(ids, np.linspace(0, tokens, documents + 1).astype(np.int64))


@pytest.mark.parametrize("tokens", [1, 5, 200])
def test_a_lesson_is_the_most_probable_words_of_the_mean_distribution(
    tmp_path, monkeypatch, tokens
):
    monkeypatch.setattr(distillation, "LANES", 1)
    models, text = [teacher_of(3), teacher_of(4, units=16)], text_of(tokens)
    words, probabilities = lessons_of(tmp_path, *models, text=text).at(np.arange(tokens))
    expected = expectations(models, text.ids)
    np.testing.assert_allclose(
        probabilities, -np.sort(-expected, axis=1)[:, :LESSON], rtol=2e-3, atol=1e-6
    )
    np.testing.assert_allclose(
        np.take_along_axis(expected, words, axis=1), probabilities, rtol=2e-3, atol=1e-6
    )


def test_every_lane_reads_its_piece_of_the_text(tmp_path, monkeypatch):
    monkeypatch.setattr(distillation, "LANES", 3)
    model, text = teacher_of(3), text_of(200)
    words, probabilities = lessons_of(tmp_path, model, text=text).at(np.arange(200))
    # Three lanes of 96 tokens: the last has 8 of the text.
    for first, last in ((0, 96), (96, 192), (192, 200)):
        before = [END] if first == 0 else text.ids[first - 1 : first]
        inputs = np.concatenate([before, text.ids[first : last - 1]]).astype(np.int32)
        expected = tf.nn.softmax(model.run(inputs, model.zero_state())[0]).numpy()
        found = np.take_along_axis(expected, words[first:last], axis=1)
        np.testing.assert_allclose(found, probabilities[first:last], rtol=2e-3, atol=1e-6)


def test_lessons_are_found_by_where_a_token_stands_in_the_text(tmp_path):
    lessons = lessons_of(tmp_path, teacher_of(3))
    words, probabilities = lessons.at(np.array([[7, 3], [0, 399]]))
    assert words.shape == probabilities.shape == (2, 2, LESSON)
    assert words.dtype == np.int32 and probabilities.dtype == np.float32
    np.testing.assert_array_equal(words[0, 1], lessons.at(np.array([3]))[0][0])


def test_the_loss_is_the_cross_entropy_where_every_word_is_known():
    generator = np.random.default_rng(1)
    taught, student = (generator.dirichlet(np.ones(6), 4).astype(np.float32) for _ in range(2))
    losses = distillation_losses(tf.math.log(student), taught, tf.fill([4, 6], True))
    np.testing.assert_allclose(losses, -(taught * np.log(student)).sum(axis=1), rtol=1e-4)


def test_words_that_are_not_known_count_as_any_other():
    taught, student = np.array([[0.5, 0.2, 0.1]], "f4"), np.array([[0.4, 0.3, 0.2]], "f4")
    known = tf.constant([[True, False, True]])
    expected = -(0.5 * np.log(0.4) + 0.1 * np.log(0.2) + 0.4 * np.log(0.4))
    losses = distillation_losses(tf.math.log(student), taught, known)
    np.testing.assert_allclose(losses, [expected], rtol=1e-5)


def test_no_distribution_of_the_student_is_better_than_the_teachers():
    taught, known = np.array([[0.5, 0.3]], "f4"), tf.constant([[True, True]])
    own = float(distillation_losses(tf.math.log(taught), taught, known)[0])
    for other in ([[0.45, 0.3]], [[0.55, 0.3]], [[0.5, 0.25]], [[0.5, 0.35]], [[0.3, 0.5]]):
        assert float(distillation_losses(tf.math.log(other), taught, known)[0]) > own


def test_candidates_leave_a_student_that_agrees_with_its_teacher_where_it_is():
    words, positions, draws = 200, 64, 150
    generator = np.random.default_rng(1)
    counts = (1e5 / np.arange(1, words + 1)).astype(np.int64)
    logits = np.log(counts / counts.sum()) + generator.normal(size=(positions, words))
    expected = tf.nn.softmax(logits.astype(np.float32)).numpy()
    named = np.argsort(-expected, axis=1)[:, :24].astype(np.int32)
    taught = np.take_along_axis(expected, named, axis=1)
    sampler = CandidateSampler(counts, 20, positions, seed=1)
    pull = np.zeros_like(expected)
    for step in range(draws):
        chances = generator.random((positions, 1))
        targets = (expected.cumsum(axis=1) < chances).sum(axis=1).clip(max=words - 1)
        pull += gradient_of_lessons(sampler.draw(targets, step), logits, named, taught)
    # For rare words and for frequent ones; the noise of a sampled sum leaves a little.
    for kind in (slice(0, 20), slice(20, 80), slice(80, words)):
        assert abs(np.mean((pull / draws / expected)[:, kind])) < 0.06


def gradient_of_lessons(drawn: Candidates, logits, named, taught) -> np.ndarray:
    """By the student's logits [positions, vocabulary], where only those of candidates are known."""
    student, targets = tf.constant(logits, tf.float32), tf.constant(drawn.targets)
    correction = tf.constant(drawn.correction)
    with tf.GradientTape() as tape:
        tape.watch(student)
        scores = tf.gather(student, drawn.ids, axis=1) - correction
        lesson = (drawn.positions[named], taught)
        minimised, _ = objective(scores, targets, correction, lesson, share=1.0)
    return tape.gradient(minimised, student).numpy() * len(logits)


@pytest.mark.parametrize("candidates", [0, 20])
def test_a_student_of_its_teacher_alone_comes_to_speak_like_it(tmp_path, candidates):
    settings = {"epochs": 40, "learning_rate": 1e-2, "layer_dropout": 0, "output_dropout": 0}
    teacher = trainer_of(**settings)
    teacher.train(teacher.total_steps, lambda _: None)
    teacher.use_average()
    lessons = lessons_of(tmp_path, teacher.model)
    student = trainer_of(lessons, distillation=1.0, seed=9, candidates=candidates, **settings)
    before = student.validation_loss(counting_text())
    student.train(student.total_steps, lambda _: None)
    assert student.validation_loss(counting_text()) < before / 3


def test_the_loss_of_a_step_is_the_texts_alone(tmp_path):
    alone, taught = [], []
    trainer_of().train(1, lambda progress: alone.append(progress.loss))
    lessons = lessons_of(tmp_path, teacher_of(3))
    trainer_of(lessons).train(1, lambda progress: taught.append(progress.loss))
    assert taught == pytest.approx(alone, rel=1e-6)


def test_without_a_share_of_the_loss_teachers_change_nothing(tmp_path):
    lessons = lessons_of(tmp_path, teacher_of(3))
    alone, taught = trainer_of(), trainer_of(lessons, distillation=0.0)
    for each in (alone, taught):
        each.train(each.total_steps, lambda _: None)
    theirs = weights_of(taught)
    for name, array in weights_of(alone).items():
        # Another graph may sum in another order.
        np.testing.assert_allclose(theirs[name], array, rtol=1e-3, atol=1e-5, err_msg=name)


def test_training_with_a_teacher_is_resumed_exactly(tmp_path):
    lessons = lessons_of(tmp_path, teacher_of(3))
    whole = trainer_of(lessons)
    whole.train(whole.total_steps, lambda _: None)
    first = trainer_of(lessons)
    first.train(7, lambda _: None)
    second = trainer_of(lessons)
    second.restore(first.checkpoint({}))
    second.train(second.total_steps, lambda _: None)
    assert_same(weights_of(whole), weights_of(second))


def copied(prepared, folder):
    """The prepared text in a folder of its own: lessons are kept beside it."""
    return dataclasses.replace(
        prepared, folder=shutil.copytree(prepared.folder, folder / prepared.folder.name)
    )


def test_lessons_are_made_once_and_read_from_then_on(trained, prepared, tmp_path, monkeypatch):
    text = copied(prepared, tmp_path)
    configuration = preset("tiny").changed({"teachers": f"{trained.folder},{trained.folder}"})
    places = np.arange(0, text.tokens("train"), 997)
    words, probabilities = lessons_for(configuration, text).at(places)
    assert (np.diff(probabilities) <= 0).all()
    assert (probabilities.sum(axis=1) <= 1.01).all() and (probabilities.sum(axis=1) > 0.1).all()
    monkeypatch.delattr(distillation, "write_lessons")
    again = lessons_for(configuration, text).at(places)
    np.testing.assert_array_equal(again[0], words)
    assert lessons_for(preset("tiny"), text) is None


def test_damaged_lessons_are_made_anew(trained, prepared, tmp_path):
    text = copied(prepared, tmp_path)
    configuration = preset("tiny").changed({"teachers": str(trained.folder)})
    lessons_for(configuration, text)
    (kept,) = tmp_path.glob("*-lessons-*/lessons")
    whole = kept.read_bytes()
    kept.write_bytes(whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])
    lessons_for(configuration, text)
    assert kept.read_bytes() == whole


def test_a_teacher_of_another_vocabulary_is_refused(trained, prepared):
    smaller = Vocabulary(prepared.vocabulary.entries[:-1], prepared.unit)
    other = dataclasses.replace(prepared, vocabulary=smaller)
    with pytest.raises(UserError, match="another vocabulary"):
        lessons_for(preset("tiny").changed({"teachers": str(trained.folder)}), other)


def test_a_teacher_that_does_not_exist_is_refused(prepared, tmp_path):
    with pytest.raises(UserError, match="not trained to its end"):
        lessons_for(preset("tiny").changed({"teachers": str(tmp_path / "none")}), prepared)


def test_a_teacher_that_is_still_learning_is_refused(trained, prepared, tmp_path):
    teacher = Run(shutil.copytree(trained.folder, tmp_path / "teacher"))
    teacher.update_information(finished=False)
    with pytest.raises(UserError, match="not trained to its end"):
        lessons_for(preset("tiny").changed({"teachers": f" {teacher.folder}, "}), prepared)


def test_a_run_whose_teacher_was_trained_anew_is_not_taken_up(trained, prepared, tmp_path):
    teacher = Run(shutil.copytree(trained.folder, tmp_path / "teacher"))
    configuration = preset("tiny").changed({"teachers": str(teacher.folder)})
    run = Run(tmp_path / "student")
    begin_or_check(run, configuration, prepared)
    begin_or_check(run, configuration, prepared)
    teacher.save_weights({name: array + 1 for name, array in teacher.weights().items()})
    with pytest.raises(UserError, match="teachers that have changed"):
        begin_or_check(run, configuration, prepared)
