"""A sound becomes a film of the right length with its sound in it; who cannot speak is refused."""

import numpy as np
import pytest
from PIL import Image

from s2f_utils import StudyError
from s2f_utils.faces import geometry, rest, tracking
from s2f_utils.recordings import encode, media, soundtrack
from s2f_utils.synthetic import portrait, unfilmed, voice
from s2f_utils.talking import animate, films
from tests.samples.faces import MODEL_SIZE, mean_face, paint


def test_a_line_of_text_is_spoken():
    short, long = animate.say("Good morning."), animate.say("Good morning to all of you out there.")
    assert 0.5 < len(short) / 16_000 < len(long) / 16_000 < 6
    assert np.abs(short).max() > 0.05 and np.abs(short[-1600:]).max() < 0.01
    for nothing in ("", "  ", "?!"):
        with pytest.raises(StudyError, match="nothing to say"):
            animate.say(nothing)


def person() -> animate.Person:
    neutral = mean_face()
    points = geometry.in_crop(neutral, MODEL_SIZE)
    return animate.Person(paint(points, (200, 150, 120), MODEL_SIZE), points, neutral)


def test_chance_moves_what_a_film_shows_and_no_table(models, tmp_path):
    """Landmarks and motion are as predicted, with a seed and without."""
    from s2f_utils.models import dcgan, training

    (net, _), generator = training.load(models, "cnn_rnn"), dcgan.load(models)
    audio = animate.say("Good morning.")
    plain = animate.animate(audio, person(), net, generator)
    alive, again, other = (animate.animate(audio, person(), net, generator, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(plain.landmarks, person().neutral + plain.motion)
    assert np.array_equal(plain.shown, plain.landmarks)
    for talk in (alive, other):
        assert np.array_equal(talk.motion, plain.motion) and np.array_equal(talk.landmarks, plain.landmarks)
        assert np.abs(talk.shown - plain.shown).max() > 0.01
        assert not np.array_equal(talk.pictures, plain.pictures)
    assert np.array_equal(alive.pictures, again.pictures) and not np.array_equal(alive.shown, other.shown)
    for name, talk in (("plain", plain), ("alive", alive)):
        films.write(talk, tmp_path / name, formats=("csv", "npz"))
    assert (tmp_path / "plain.csv").read_text() == (tmp_path / "alive.csv").read_text()
    with np.load(tmp_path / "alive.npz") as arrays:
        assert np.array_equal(arrays["landmarks"], plain.landmarks)


def test_the_dials_reach_the_network(monkeypatch):
    """Expression, its strength, and another recording of the voice, heard as the first one is."""
    asked = {}

    def predict(model, clips, **dial):
        asked.update(dial, heard=clips)
        return [np.zeros((len(clips[0]["log_mel"]) // 4, 68, 2), np.float32)]

    monkeypatch.setattr("s2f_utils.models.cnn_rnn.predict", predict)
    sound, calm = np.sin(np.arange(16_000) / 10), np.sin(np.arange(32_000) / 10)
    animate.animate(sound, person(), None)
    assert (asked["references"], asked["emotion"], asked["intensity"]) == (None, "", 1.0)
    animate.animate(sound, person(), None, voice=calm, emotion="happy", intensity=1.5)
    assert (asked["emotion"], asked["intensity"]) == ("happy", 1.5)
    ((reference,),) = asked["references"]
    for clip, columns in ((asked["heard"][0], 100), (reference, 200)):
        assert clip["log_mel"].shape == (columns, 40)
        assert clip["loudness"].shape == clip["pitch"].shape == clip["voicing"].shape == (columns,)


@pytest.mark.parametrize(
    ("emotion", "intensity", "strength"),
    [("happy", 0, 1), ("happy", 1.0, 1), ("happy", 1.1, 2), ("angry", 2, 2), ("neutral", 1.0, 1)],
)
def test_the_voice_delivers_the_emotion(emotion, intensity, strength):
    """Weakly up to an intensity of 1, strongly above: the same samples, but for rate and level."""
    text = "Good morning."
    said = animate.say(text, speaker=30, emotion=emotion, intensity=intensity)
    delivery = voice.delivery_of(30, text, emotion, strength)
    audio, rate, _ = voice.speak(text, speaker=30, delivery=delivery)
    assert len(said) / 16_000 == pytest.approx(len(audio) / rate + 0.2, abs=1e-3), (
        "it ends in a short silence"
    )
    wanted = soundtrack.resample(audio, rate, 16_000)
    assert np.corrcoef(said[: len(wanted)], wanted)[0, 1] > 0.99


def test_without_an_emotion_no_intensity_is_heard():
    plain, strong = (animate.say("Good morning.", intensity=intensity) for intensity in (1.0, 2.0))
    assert np.array_equal(plain, strong)


def test_whoever_speaks_and_however_comes_at_a_usual_level():
    """Anger is 24 dB louder than neutral speech, and nothing of that is to be in a film."""
    for speaker, emotion in ((1, ""), (2, "angry"), (31, "calm")):
        said = animate.say("Good morning to all of you.", speaker=speaker, emotion=emotion, intensity=2)
        assert np.percentile(np.abs(said), 99.5) == pytest.approx(0.35, abs=1e-3)
        assert 0.35 < np.abs(said).max() <= 1


def test_people_never_seen_come_first(tmp_path):
    rows = ("a1,a,train,True", "a2,a,validation,True", "b1,b,test,False", "b2,b,test,True", "c1,c,test,True")
    (tmp_path / "clips.csv").write_text("\n".join(["clip_id,speaker,split,usable", *rows]))
    assert list(animate.people(tmp_path)["clip_id"]) == ["b2", "c1", "a1"]


def test_a_photograph_gives_a_person(clips, tmp_path):
    frame = next(media.read_frames(clips / "grid" / "s1" / "bbal7s.mpg"))
    Image.fromarray(frame).rotate(10).save(tmp_path / "photo of é.png")
    person = animate.person_in(tmp_path / "photo of é.png", size=64)
    assert person.picture.shape == (64, 64, 3) and person.landmarks.shape == (68, 2)
    left, right = person.landmarks[36], person.landmarks[45]
    assert abs(left[1] - right[1]) < 1.5 and right[0] - left[0] == pytest.approx(0.4 * 64, abs=1.5)


@pytest.mark.slow
def test_who_speaks_in_a_photograph_has_closed_lips_at_rest(photo, tmp_path):
    """The same person with the mouth open and shut, by what embedded voices' faces taught."""
    voices = unfilmed.utterances(clips_per_speaker=3, speakers=range(101, 141), seed=3)
    learned = rest.learn(voices)
    Image.fromarray(portrait.portrait_of(2, size=400, phoneme="ɑ")).save(tmp_path / "wide.png")
    shut, wide = (
        animate.person_in(path, size=64, learned=learned) for path in (photo, tmp_path / "wide.png")
    )
    assert geometry.opening(wide.landmarks) > 0.4 * 64 * 0.1, "the picture still shows the open mouth"
    assert geometry.opening(wide.neutral) < 0.03 and geometry.opening(shut.neutral) < 0.03
    assert np.abs(wide.neutral - shut.neutral).mean() < 0.03


def test_pictures_without_a_face_are_refused(tmp_path):
    Image.new("RGB", (100, 100)).save(tmp_path / "black.png")
    (tmp_path / "text.jpg").write_text("not a picture")
    for name, words in (("black.png", "no face"), ("text.jpg", "no picture"), ("absent.png", "no picture")):
        with pytest.raises(StudyError, match=words):
            animate.person_in(tmp_path / name, size=64)


def test_of_a_video_the_closest_lips_are_taken(photo, tmp_path):
    wide = portrait.portrait_of(2, size=400, phoneme="ɑ")
    with Image.open(photo) as image:
        frames = [wide] * 5 + [np.asarray(image)] * 5 + [wide] * 5
    encode.write_video(tmp_path / "face.mp4", frames)
    Image.fromarray(wide).save(tmp_path / "wide.png")
    openings = [
        geometry.opening(animate.person_in(path, size=64).neutral)
        for path in (photo, tmp_path / "face.mp4", tmp_path / "wide.png")
    ]
    assert abs(openings[1] - openings[0]) < 0.02 and openings[2] - openings[1] > 0.05


def test_a_face_that_is_too_small_or_cut_off_is_refused(photo, tmp_path):
    with Image.open(photo) as image:
        whole = image.convert("RGB")
    around = Image.new("RGB", (900, 700), "grey")
    around.paste(whole.resize((120, 120), Image.Resampling.LANCZOS), (400, 300))
    around.save(tmp_path / "small.png")
    points = tracking.find(np.asarray(whole))
    chin, mouth = points[8, 1], points[48:68, 1].max()
    whole.crop((0, 0, whole.width, round(mouth + 0.2 * (chin - mouth)))).save(tmp_path / "cut.png")
    for name, words in (("small", "pixels wide; choose"), ("cut", "cut off at the edge")):
        with pytest.raises(StudyError, match=words):
            animate.person_in(tmp_path / f"{name}.png", size=64)


def test_who_does_not_move_is_the_photograph(photo):
    """To the last grey level, if the face is at rest; and a mouth that opens changes nothing above."""
    person = animate.person_in(photo, size=64)
    motion = np.zeros((2, 68, 2), np.float32)
    motion[1, 55:60, 1] = motion[1, 65:68, 1] = 0.1
    still, moved = animate.draw(np.zeros(1280), motion, person, None).photograph
    assert np.array_equal(still, person.photo.picture)
    rows = np.flatnonzero((moved != still).any(axis=(1, 2)))
    assert len(rows) and rows.min() > person.photo.place(person.neutral[30])[1]
