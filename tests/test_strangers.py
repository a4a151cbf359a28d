"""Files and names as strangers and broken disks give them: read, or refused in a sentence; nothing else."""

import contextlib
import io
import tempfile
from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from hypothesis import given, settings, strategies as st
from PIL import Image

from s2f_utils import FRAME_RATE, StudyError, features, files
from s2f_utils.recordings import encode, folders, soundtrack
from s2f_utils.sound import speech
from s2f_utils.study import names, params, plan
from s2f_utils.synthetic import portrait
from s2f_utils.talking import animate, options
from tests.samples.sandbox import Sandbox
from tests.samples.sounds import tone

pytestmark = pytest.mark.slow
NOTEBOOKS = plan.read_all(files.ROOT / "notebooks")
EXTREMES = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\1", b"\1\0\0\0")
EXAMPLES = 500  # of each kind: two thousand in all, the same every time
fuzzed = settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None)


def hear(path: Path) -> None:
    """Do what is done with a sound that is to speak."""
    audio = soundtrack.read_audio(path, beside_film=False)
    speech.require_sound(audio, str(path))
    assert np.isfinite(speech.log_mel(audio)).all()


def watch(path: Path) -> None:
    """Do what is done with a film to learn from."""
    found = features.clip_features(path)
    assert len(found["log_mel"]) == 4 * len(found["motion"]) and np.isfinite(found["landmarks"]).all()


def look(path: Path) -> None:
    """Do what is done with a photograph."""
    person = animate.person_in(path, size=64)
    assert person.picture.shape == (64, 64, 3)


@pytest.fixture(scope="module")
def sandbox():
    sandbox = Sandbox()
    yield sandbox
    sandbox.close()


@cache
def wav(form: str) -> bytes:
    stream = io.BytesIO()
    subtype = {"WAV": "PCM_16", "W64": "FLOAT", "AIFF": "PCM_24", "AU": "ULAW"}.get(form)
    sound = np.stack([tone(200, 0.5), tone(300, 0.5)], axis=-1)
    soundfile.write(stream, sound, 22_050, format=form, subtype=subtype)
    return stream.getvalue()


@cache
def film(form: str) -> bytes:
    """Sixteen pictures of a face of the embedded corpus, with sound, in one container or another."""
    face = portrait.portrait_of(2, size=160)
    pictures = (np.roll(face, shift, axis=1) for shift in range(16))
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder, "film.mp4"), Path(folder, f"film.{form}")
        encode.write_video(written[0], pictures, fps=FRAME_RATE, audio=tone(200, 16 / FRAME_RATE))
        if form != "mp4":
            with av.open(written[0]) as source, av.open(written[1], "w") as target:
                streams = [target.add_stream_from_template(stream) for stream in source.streams]
                for packet in (packet for packet in source.demux() if packet.dts is not None):
                    packet.stream = streams[packet.stream_index]
                    target.mux(packet)
        return written[1].read_bytes()


@cache
def photo(form: str) -> bytes:
    stream = io.BytesIO()
    picture = Image.fromarray(portrait.portrait_of(2, size=160))
    notes = picture.getexif()
    notes[0x0112], notes[0x010F], notes[0x829A] = 6, "a camera", 0.01
    picture.save(stream, form, exif=notes)
    return stream.getvalue()


@st.composite
def damaged(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> bytes:
    """Overwrite bytes, often in the head, where sizes stand; cut out or double a part; or cut off the end."""
    content = bytearray(draw(whole))
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(("bytes", "extreme", "extreme", "cut", "double", "end")))
        span = (
            draw(st.sampled_from((64, 512, len(content)))) if kind in ("bytes", "extreme") else len(content)
        )
        at = draw(st.integers(0, max(0, min(span, len(content)) - 1)))
        length = draw(st.integers(1, 8))
        if kind == "bytes":
            content[at : at + length] = draw(st.binary(min_size=length, max_size=length))
        elif kind == "extreme":  # as a size or a rate: none, the largest, the smallest
            content[at : at + 4] = draw(st.sampled_from(EXTREMES))
        elif kind == "cut":
            del content[at : at + length]
        elif kind == "double":
            content[at:at] = content[at : at + 32 * length]
        else:
            del content[at:]
    return bytes(content)


KINDS = {
    "sound.wav": (hear, wav, ("WAV", "FLAC", "OGG", "MP3", "AIFF", "W64", "AU", "CAF")),
    "film.mp4": (watch, film, ("mp4", "mkv", "ts", "ts")),
    "photo.jpg": (look, photo, ("JPEG", "JPEG", "PNG", "WEBP", "TIFF")),
}


@pytest.mark.parametrize(("name", "kind"), KINDS.items(), ids=KINDS)
def test_files(name, kind, sandbox, tmp_path):
    """Whole or damaged, whatever their ending says."""
    path, (use, make, forms) = tmp_path / name, kind

    @fuzzed
    @given(damaged(st.sampled_from(forms).map(make)))
    def read(content: bytes) -> None:
        path.write_bytes(content)
        assert not (problem := sandbox.problem(use, path)), problem

    read()


AWKWARD = "$`'\"%#=&|<>*?[]{}~!-\\\n\t\u202e\udce9"
LETTERS = st.characters(exclude_characters="/\0", exclude_categories=["Cs"]) | st.sampled_from(AWKWARD)
WORDS = st.text(LETTERS, max_size=80) | st.text(LETTERS, min_size=1, max_size=4).map(lambda part: part * 100)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """An empty folder to stand in, with what passes for models."""
    folder = tmp_path_factory.mktemp("names")
    for name in ("cnn_rnn.keras", "dcgan.keras"):
        (folder / name).touch()
    with contextlib.chdir(folder):
        yield folder


@fuzzed
@given(word=WORDS)
def test_names(word, place):
    """As a recording, a text, what is written, a choice, a parameter; and as a name in a report."""
    for asked in (
        [f"--wav={word}"],
        [f"--text={word}"],
        ["--text=a", f"--out=out/{word}.csv"],
        [f"--view={word}"],
    ):
        with contextlib.suppress(StudyError):
            options.read([*asked, "--formats=csv", "--models=."])
    for text in (f"EPOCHS={word}", f"TEXT={word}", word):
        with contextlib.suppress(StudyError):
            params.read(params.split(text), NOTEBOOKS)
    (clip_id,) = folders.names_apart([Path("/data", f"a{word}.mp4")], Path("/data"))
    assert clip_id.isprintable() and len(clip_id.encode()) < 200
    assert not {"<", "$", "`"} & set(names.plain(word))
