from tests.commands import one_line, run_command


def test_it_names_every_place_and_the_next_command(tmp_path):
    for folder in ("runs/mine", "exported/mine", "web/dist/mine"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "exported/mine/model.tflite").write_bytes(bytes(2_300_000))
    result = run_command("export.summary", "--run", "mine", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "for a phone, 2.3 MB" in result.stdout
    assert result.stdout.splitlines()[-1] == "Next: make demo RUN=mine"


def test_before_training_it_says_what_to_do(tmp_path):
    assert "make train" in one_line(run_command("export.summary", "--run", "mine", cwd=tmp_path))
