from benchmarks.common.made import command_line


def test_the_command_is_told_as_it_was_given():
    words = ["--run", "tiny", "--part", "valid", "--keep", "--", "a b.txt", "*.txt"]
    expected = "python -m benchmarks --run tiny --part valid --keep -- 'a b.txt' '*.txt'"
    assert command_line("benchmarks", words) == expected


def test_of_paths_only_the_name_is_told():
    words = ["--runs", "/home/me/runs/", "--exported=../mine/exported", "texts/novel.txt"]
    expected = "python -m benchmarks --runs runs --exported=exported novel.txt"
    assert command_line("benchmarks", words) == expected


def test_of_several_places_each_has_its_name_and_its_weight(tmp_path):
    (tmp_path / "my texts").mkdir()
    words = ["--corpus", "chats/:3 'my own/novel.txt'", "news/:2", str(tmp_path / "my texts")]
    expected = "python -m benchmarks --corpus 'chats:3 novel.txt' news:2 'my texts'"
    assert command_line("benchmarks", words) == expected


def test_without_arguments_those_of_the_process_are_told(monkeypatch):
    monkeypatch.setattr("sys.argv", ["/somewhere/__main__.py", "--tokens", "5"])
    assert command_line("benchmarks.quantisation", None).endswith("quantisation --tokens 5")
