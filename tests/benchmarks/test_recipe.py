import json

import pytest

from benchmarks import recipe
from training.common.errors import UserError
from training.network.configuration import preset


@pytest.fixture
def log(tmp_path, monkeypatch):
    monkeypatch.setattr(recipe, "LOG", tmp_path / "runs" / "recipe.jsonl")
    return recipe.LOG


def record(variant: str, perplexity: float, corpus: str = "texts/chats") -> dict:
    return {
        "variant": variant,
        "corpus": corpus,
        "preset": "tiny",
        "epochs": 2,
        "parameters": 12_345,
        "tokens_a_second": 20_000,
        "minutes": 1.5,
        "validation_perplexity": [perplexity + 5, perplexity],
    }


def test_the_best_variant_stands_first_with_the_text_it_was_measured_on(log, monkeypatch):
    log.parent.mkdir()
    records = [record("lanes=8", 80.0), record("lanes=9", 70.0, corpus="novel.txt")]
    log.write_text("".join(json.dumps(each) + "\n" for each in records))
    shown = []
    monkeypatch.setattr(recipe, "table", lambda title, columns, rows: shown.extend(rows))
    recipe.main(["--show"])
    assert [(row[0], row[1], row[-1]) for row in shown] == [
        ("lanes=9", "novel.txt", 70.0),
        ("lanes=8", "chats", 80.0),
    ]


def test_a_line_that_was_cut_is_named_before_any_training(log):
    log.parent.mkdir()
    line = json.dumps(record("lanes=8", 80.0))
    log.write_text(f"{line}\n{line[:30]}")
    for arguments in (["--show"], ["--preset", "tiny", ""]):
        with pytest.raises(UserError, match=r"line 2 of .*recipe.jsonl is damaged; delete it"):
            recipe.main(arguments)


def test_a_variant_with_a_setting_that_does_not_exist_is_refused_before_any_training(log):
    with pytest.raises(UserError, match="did you mean 'units'"):
        recipe.main(["--preset", "tiny", "", "unit=8"])
    assert not log.exists()


def test_variants_with_other_threads_are_refused_before_any_training(log):
    with pytest.raises(UserError, match="variants differ in `threads`"):
        recipe.main(["--preset", "tiny", "threads=1", "threads=2"])
    assert not log.exists()


@pytest.mark.parametrize(("shards", "trainer"), [(1, "Trainer"), (2, "ShardedTrainer")])
def test_what_is_measured_is_a_whole_schedule(prepared, shards, trainer):
    settings = {"units": 8, "embedding_size": 8, "epochs": 1, "shards": shards}
    seen = []
    measured = recipe.measured(preset("tiny").changed(settings), prepared, seen.append)
    assert len(measured["validation_perplexity"]) == -(-seen[0].step // steps_an_epoch(prepared))
    assert 1 < measured["validation_perplexity"][-1] < 2_000
    assert type(seen[0]).__name__ == trainer


def test_the_text_has_the_limits_of_the_variant(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("so it is\n\nas it was\n\n" * 400)
    whole, limited = (
        recipe.prepared_text("a.txt", preset("tiny").changed({"held_out_tokens": limit}))
        for limit in (10_000, 20)
    )
    assert limited.tokens("valid") < whole.tokens("valid")


def steps_an_epoch(prepared) -> int:
    configuration = preset("tiny").adapted_to(prepared.tokens("train"))
    lane_tokens = prepared.tokens("train") // configuration.lanes
    return lane_tokens // configuration.truncated_bptt_length
