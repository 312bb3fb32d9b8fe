"""Detecting the segmentation: samples of each kind of text, also in other scripts."""

import textwrap

import pytest

from training.corpora import sample as sample_module
from training.corpora.sample import sampled_lines
from training.corpora.segmentation import decide

LOWER_CASE = """
where did you leave the keys
i think they are on the table
the train was late again this morning
nobody told me about the meeting
we could go to the beach on sunday
she sent me a picture of the new house
it rained all night and the cellar is wet
can you call me when you get home
my brother wants to learn the guitar
there is no milk left in the fridge
they moved to another city last year
i will bring the cake and the candles
"""
SENTENCES = """
The ferry leaves at seven in the morning.
Have you already bought the tickets?
My sister works in a bakery near the station.
We met Dr. Lindqvist at the conference in May.
Don't touch that!
The committee will decide on Thursday.
"I never said so," he replied.
Most of the apples were still green.
He paid 3.50 for a cup of coffee.
The lights went out at once.
Nobody knew where the noise came from.
They have lived here for twenty years.
"""
PROSE = (
    "The harbour was quiet when the last boat came in. Nobody spoke, and nobody had to; the nets "
    "were empty. An old man counted the lamps along the quay, as he did every night. Seven, he "
    "said. There had been nine of them once! The boy who carried the ropes did not look up, "
    "because he had heard it before, and because his hands were cold. Behind the sheds a dog "
    "barked twice. Then the wind turned, and with it came the smell of snow. Would they sail "
    "tomorrow? The skipper shook his head. He lit his pipe, looked at the sky for a long time and "
    "went up the stairs to the house where his wife was waiting with the soup. It was the third "
    "day of the storm. In the kitchen the radio spoke of drifting ice, of closed roads and of a "
    "ship that had not answered since noon. Nobody in the house said anything about the ship. "
)
PARAGRAPHS = "\n".join(
    f"{first} came back late. {second} had waited for an hour, and the tea was cold. Why? "
    f"Nobody wanted to say it. {first} sat down."
    for first in ("Anna", "Ben", "Clara", "David")
    for second in ("Emil", "Frida", "Georg")
)
CHAT = """
Anna: hey are you there
Ben: yes! what's up?
Anna: nothing much, just got home
Ben: same here
Anna: did you see the game last night
Ben: No, I fell asleep :)
Anna: haha
Ben: who won?
Anna: nobody, it was a draw
Ben: boring
Anna: are we still on for tomorrow?
Ben: Sure. I'll bring the drinks
Anna: great!!
"""
# Edgar Allan Poe, The Raven (1845).
VERSE = """
Once upon a midnight dreary, while I pondered, weak and weary,
Over many a quaint and curious volume of forgotten lore—
While I nodded, nearly napping, suddenly there came a tapping,
As of some one gently rapping, rapping at my chamber door.
“’Tis some visitor,” I muttered, “tapping at my chamber door—
Only this and nothing more.”

Ah, distinctly I remember it was in the bleak December;
And each separate dying ember wrought its ghost upon the floor.
Eagerly I wished the morrow;—vainly I had sought to borrow
From my books surcease of sorrow—sorrow for the lost Lenore—
For the rare and radiant maiden whom the angels name Lenore—
Nameless here for evermore.
"""
# William Shakespeare, Julius Caesar.
PLAY = """
ANTONY
Friends, Romans, countrymen, lend me your ears;
I come to bury Caesar, not to praise him.
The evil that men do lives after them;
The good is oft interred with their bones;
So let it be with Caesar. The noble Brutus
Hath told you Caesar was ambitious:
If it were so, it was a grievous fault,
And grievously hath Caesar answer’d it.
Here, under leave of Brutus and the rest—
For Brutus is an honourable man;
So are they all, all honourable men—
Come I to speak in Caesar’s funeral.
He was my friend, faithful and just to me:
But Brutus says he was ambitious;
And Brutus is an honourable man.
"""
TOKENISED = """
the company said it expects higher sales , but it gave no figures .
mr. <unk> declined to comment .
shares rose N cents to $ N a share .
" we are pleased , " said a spokesman .
the board meets again in june ; no date was given .
"""
FRENCH = """
Tu viens avec nous ?
Non merci, je suis fatigué.
Quelle belle journée !
Il faut que je parte.
Vous avez l'heure ?
Attention : la route est glissante !
Ma mère habite à Lyon, pas à Paris.
C'est toi qui as mangé le gâteau ?
On se retrouve à la gare.
Je n'ai rien compris !
Merci pour tout.
"""
HINDI = (
    "सुबह होते ही गाँव के लोग नदी की ओर चल पड़े। रात भर बारिश हुई थी और रास्ता कीचड़ से भरा था। "
    "बूढ़े किसान ने आसमान की तरफ़ देखा और कुछ नहीं कहा। क्या पुल अब भी खड़ा होगा? किसी को पता नहीं था। "
    "बच्चे अपनी माँओं के पीछे चल रहे थे। दूर से घंटी की आवाज़ आई और सब लोग रुक गए। "
)
ARMENIAN = (
    "Առավոտյան գյուղի մարդիկ գնացին դեպի գետը։ Ամբողջ գիշեր անձրև էր եկել, և ճանապարհը ցեխոտ էր։ "
    "Ծեր գյուղացին նայեց երկնքին ու ոչինչ չասաց։ Երեխաները քայլում էին իրենց մայրերի հետևից։ "
)
URDU = (
    "صبح ہوتے ہی گاؤں کے لوگ دریا کی طرف چل پڑے۔ رات بھر بارش ہوئی تھی اور راستہ کیچڑ سے بھرا تھا۔ "
    "بوڑھے کسان نے آسمان کی طرف دیکھا اور کچھ نہیں کہا۔ "
    "کیا پل اب بھی کھڑا ہوگا؟ کسی کو معلوم نہیں تھا۔ "
)
CHINESE = (
    "天刚亮，村里的人就向河边走去。下了一夜的雨，路上全是泥。"
    "老农看了看天，什么也没说。桥还在吗？没有人知道。"
)
CHINESE_LINES = """
你把钥匙放在哪里了
我想在桌子上
今天早上火车又晚点了
没有人告诉我开会的事
星期天我们可以去海边
她给我发了一张新房子的照片
下了一夜的雨地下室湿了
你到家的时候给我打电话
我弟弟想学吉他
冰箱里没有牛奶了
他们去年搬到别的城市了
"""


def wrapped(prose, width=68, times=3):
    return textwrap.fill(prose * times, width)


def wrapped_chinese(prose, width=30):
    return "\n".join(textwrap.wrap(prose * 10, width))


def a_sentence_a_line(prose, ends, times=3):
    for end in ends:
        prose = prose.replace(end + " ", end + "\n")
    return prose * times


KINDS = {
    "lower-case lines without punctuation": (LOWER_CASE, "message"),
    "the same with a full stop each": (LOWER_CASE.strip().replace("\n", ".\n"), "message"),
    "sentences without full stops": (LOWER_CASE.title(), "message"),
    "one sentence per line": (SENTENCES, "message"),
    "French spaces before marks": (FRENCH, "message"),
    "chat with names": (CHAT, "message"),
    "chat without names": (CHAT.replace("Anna: ", "").replace("Ben: ", ""), "message"),
    "lower-case chat": (CHAT.lower(), "message"),
    "prose on one line": (PROSE * 3, "sentence"),
    "hard-wrapped prose": (wrapped(PROSE), "sentence"),
    "narrow columns": (wrapped(PROSE, 40), "sentence"),
    "hard-wrapped prose without capitals": (wrapped(PROSE.lower()), "sentence"),
    "a paragraph a line": (PARAGRAPHS, "sentence"),
    "paragraphs between blank lines": (PARAGRAPHS.replace("\n", "\n\n"), "sentence"),
    "the same behind a table of contents": (
        "Fog\nSnow\nThe Quay\n" * 4 + "\n" + PARAGRAPHS.replace("\n", "\n\n") * 5,
        "sentence",
    ),
    "verse": (VERSE, "sentence"),
    "a play": (PLAY, "sentence"),
    "tokens": (TOKENISED * 3, "line"),
    "tokens with abbreviations": (TOKENISED.replace("<unk>", "smith of acme inc.") * 3, "line"),
    "spaces before question marks only": (LOWER_CASE.strip().replace("\n", " ?\n"), "message"),
    "a few lines": (LOWER_CASE[:200], "sentence"),
    "nothing": ("", "sentence"),
    "Hindi prose, wrapped": (wrapped(HINDI, 70), "sentence"),
    "Hindi paragraphs": ((HINDI + "\n") * 12, "sentence"),
    "Hindi sentences": (a_sentence_a_line(HINDI, "।?"), "message"),
    "Armenian prose, wrapped": (wrapped(ARMENIAN, 70), "sentence"),
    "Urdu prose, wrapped": (wrapped(URDU, 70), "sentence"),
    "Urdu sentences": (a_sentence_a_line(URDU, "۔؟"), "message"),
    "Chinese prose, wrapped": (wrapped_chinese(CHINESE), "sentence"),
    "Chinese paragraphs": ((CHINESE + "\n") * 12, "sentence"),
    "Chinese lines": (CHINESE_LINES, "message"),
}


def decided(folder, text):
    (folder / "text.txt").write_text(text, encoding="utf-8")
    return decide(sampled_lines([folder / "text.txt"]))[0]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_text_gets_its_segmentation(tmp_path, kind):
    text, segmentation = KINDS[kind]
    assert decided(tmp_path, text) == segmentation


@pytest.mark.parametrize("kind", KINDS)
def test_line_ends_of_windows_and_tabs_decide_nothing(tmp_path, kind):
    text, segmentation = KINDS[kind]
    (tmp_path / "text.txt").write_bytes(text.replace("\n", "\t\r\n\t").encode())
    assert decide(sampled_lines([tmp_path / "text.txt"]))[0] == segmentation


# -- the sample ----------------------------------------------------------------------------------


def sample_of(folder, *texts):
    paths = [folder / f"{number}.txt" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)
    return [(line.text, line.following) for line in sampled_lines(paths)]


def test_a_line_end_before_a_blank_line_or_at_the_end_of_a_file_has_no_next_line(tmp_path):
    assert sample_of(tmp_path, "\na\nb\n \nc\n", "d") == [
        ("a", "b"), ("b", None), ("c", None), ("d", None),
    ]  # fmt: skip


def test_a_large_text_is_sampled_evenly(tmp_path, monkeypatch):
    monkeypatch.setattr(sample_module, "MOST_LINES", 100)
    found = sample_of(tmp_path, *("".join(f"{file} {n}\n" for n in range(1000)) for file in "ab"))
    assert 50 <= len(found) <= 100
    numbers = [int(text.split()[1]) + 1000 * (text[0] == "b") for text, _ in found]
    assert len({after - before for before, after in zip(numbers, numbers[1:], strict=False)}) == 1
    assert numbers[-1] > 1900


def test_every_file_of_many_is_looked_at_but_not_read_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(sample_module, "MOST_CHARACTERS", 100)
    monkeypatch.setattr(sample_module, "LEAST_CHARACTERS", 10)
    found = sample_of(tmp_path, *("line\n" * 1000 for _ in range(20)))
    assert 20 <= len(found) <= 80


def test_very_long_lines_are_shortened(tmp_path):
    found = sample_of(tmp_path, "start " + "middle " * 100_000 + "end.\nnext")
    assert len(found[0][0]) < 5_000
    assert found[0][0].startswith("start") and found[0][0].endswith("end.")
