"""The panel without a browser: it offers who is there, makes a film, and says what is missing."""

import numpy as np
import pytest
import soundfile
from PIL import Image

from s2f_utils import SAMPLE_RATE, StudyError
from s2f_utils.recordings import media, soundtrack
from s2f_utils.studio import making, panel
from s2f_utils.talking import animate, films, options


@pytest.fixture
def shown(models, store) -> panel.Panel:
    return panel.Panel(models, store)


def test_it_offers_people_and_models_that_are_there(shown):
    assert list(shown.person.options.items()) == [("21, never seen", "21"), ("01", "01")]
    assert list(shown.model.options) == ["CNN + RNN"]


@pytest.mark.slow
def test_a_sentence_becomes_a_film_with_its_sound_and_words(shown, tmp_path):
    shown.text.value = "Good <b>morning</b>."
    shown.talk()
    assert "s of speech in" in shown.status.value and not shown.button.disabled
    (tmp_path / "film.mp4").write_bytes(shown.player.film)
    audio = soundtrack.read_audio(tmp_path / "film.mp4")
    spoken = animate.say(shown.text.value)
    assert abs(len(audio) - len(spoken)) < 0.1 * SAMPLE_RATE
    assert shown.player.frames == len(list(media.read_frames(tmp_path / "film.mp4")))
    left, right = shown.player.span
    assert 0 < left < right < 1, "the film begins and ends inside of the picture of its sound"
    (tmp_path / "sound.png").write_bytes(shown.player.picture)
    assert Image.open(tmp_path / "sound.png").width > 300
    assert all(f"talk.{ending}" in shown.downloads.value for ending in ("mp4", "gif", "npz"))


@pytest.mark.slow
def test_a_photograph_becomes_a_film_of_its_own_size(shown, photo, tmp_path):
    """Unless something else is asked for; and who takes the photograph back sees the face that was chosen."""
    wide = Image.new("RGB", (520, 404), "grey")
    wide.paste(Image.open(photo), (60, 2))
    wide.save(tmp_path / "wide.png")
    shown.text.value = "Hello."
    assert shown.view.value == "both"
    shown.photo.content = (tmp_path / "wide.png").read_bytes()
    assert shown.view.value == "photo"
    films_made = {}
    for view in ("photo", "face", "both"):
        shown.view.value = view
        shown.talk()
        (tmp_path / "film.mp4").write_bytes(shown.player.film)
        films_made[view] = np.stack(list(media.read_frames(tmp_path / "film.mp4"))).astype(float)
    sizes = {view: film.shape[2:0:-1] for view, film in films_made.items()}
    assert sizes == {"photo": (520, 404), "face": (256, 256), "both": (512, 256)}
    corner = slice(0, 40), slice(0, 40)  # where nothing moves
    assert np.abs(films_made["photo"][0][corner] - np.asarray(wide, float)[corner]).mean() < 4
    shown.view.value, shown.photo.content = "photo", b""
    assert shown.view.value == "both"


@pytest.mark.parametrize("labelled", [False, True])
@pytest.mark.parametrize("view", ["face", "both"])
def test_what_a_film_shows_and_whether_it_says_so_is_chosen(shown, monkeypatch, view, labelled):
    """The choices of the command line, under names that are words."""
    chosen = []

    def write(result, path, **how):
        chosen.append(how)
        path.write_bytes(b"a film")
        return [path]

    nothing = np.zeros((0, 68, 2))
    result = animate.TalkingFace(np.zeros(0), nothing, nothing, np.zeros((0, 32, 32, 3), np.uint8))
    monkeypatch.setattr(animate, "draw", lambda *given, **more: result)
    monkeypatch.setattr(films, "write", write)
    monkeypatch.setattr(making, "_sound_picture", lambda result: (b"", [0.0, 1.0]))
    names = {"photograph": "photo", "face alone": "face", "landmarks and face": "both"}
    assert dict(shown.view.options) == names and set(names.values()) == set(options.VIEWS)
    assert not shown.labelled.value
    shown.view.value, shown.labelled.value = view, labelled
    shown.talk()
    assert "speech in" in shown.status.value and shown.player.film == b"a film"
    assert all(how["view"] == view and how["labelled"] is labelled for how in chosen)
    assert sorted(ending for how in chosen for ending in how["formats"]) == ["gif", "mp4", "npz"]


@pytest.fixture
def asked(shown, monkeypatch) -> dict:
    """What the panel asks of the network and of the one who draws; no film is made."""
    asked = {}

    def predict(net, clips, **dial):
        asked.update(dial)
        return [np.zeros((len(clips[0]["log_mel"]) // 4, 68, 2), np.float32)]

    def draw(audio, motion, person, generator, *, seed):
        raise StudyError(f"drawn with {asked.setdefault('seed', seed)}")

    monkeypatch.setattr(making.cnn_rnn, "predict", predict)
    monkeypatch.setattr(animate, "draw", draw)
    return asked


def test_its_dials_reach_the_network(shown, asked, tmp_path):
    shown.talk()
    assert asked == {"emotion": "", "intensity": 1.0, "seed": 2017}
    asked.clear()
    soundfile.write(tmp_path / "calm.wav", np.sin(np.arange(2 * SAMPLE_RATE)), SAMPLE_RATE)
    shown.expression.value, shown.intensity.value, shown.chance.value = "happy", 1.5, False
    shown.reference.content = (tmp_path / "calm.wav").read_bytes()
    shown.talk()
    ((reference,),) = asked.pop("references")
    assert asked == {"emotion": "happy", "intensity": 1.5, "seed": None}
    assert len(reference["log_mel"]) == 200
    shown.reference.content = (tmp_path / "calm.wav").read_bytes()[:20_000]
    shown.talk()
    assert "tell too little of a voice" in shown.status.value and "role='alert'" in shown.status.value


def test_a_sentence_is_spoken_in_the_expression_or_in_an_emotion_of_its_own(shown):
    shown.text.value = line = "Good morning."
    said = [shown._studio.hear(shown._order()).audio]
    shown.expression.value, shown.intensity.value = "sad", 1.5
    said.append(shown._studio.hear(shown._order()).audio)
    shown.emotion.value = "happy"
    said.append(shown._studio.hear(shown._order()).audio)
    for sound, emotion in zip(said, ("", "sad", "happy"), strict=True):
        wanted = animate.say(line, speaker=shown.voice.value, emotion=emotion, intensity=1.5)
        assert np.array_equal(sound, wanted), emotion
    assert len({len(sound) for sound in said}) == 3


def test_a_network_without_a_dial_says_so(shown, asked):
    shown.model.options = ["lstm_2018"]
    shown.expression.value = "happy"
    shown.talk()
    assert "This network has no dial" in shown.status.value and asked == {}


@pytest.mark.parametrize(
    "source, said",
    [("upload", "There is no recording yet"), ("microphone", "Nothing is recorded yet")],
)
def test_what_is_missing_is_said_in_one_sentence(shown, source, said):
    shown.source.value = source
    shown.talk()
    assert said in shown.status.value and "role='alert'" in shown.status.value
    assert shown.player.film == b"" and not shown.button.disabled


def test_a_photograph_is_shown_only_where_there_is_one(shown, asked):
    shown.view.value = "photo"
    shown.talk()
    assert "There is no photograph yet" in shown.status.value and "role='alert'" in shown.status.value
    assert "VIEW" not in shown.status.value and asked == {}, "it is said before any work is done"


def test_only_what_belongs_to_the_chosen_sound_is_shown(shown):
    parts = {"sentence": shown.text, "upload": shown.upload, "microphone": shown.recorder}
    for name in ("sentence", "microphone", "upload"):
        shown.source.value = name
        assert [one for one, part in parts.items() if part.layout.display != "none"] == [name]


def test_names_are_shown_as_text(shown):
    """What a person typed is no HTML of the page."""
    shown.text.value = "<img src=x>!!"
    shown.recorder.sound = b"no sound at all"
    shown.talk()
    assert "<img" not in shown.status.value and "role='alert'" in shown.status.value
