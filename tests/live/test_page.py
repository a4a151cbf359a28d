"""The page without a browser: what arrives from one is heard, and answered to the view that spoke."""

import json
import socket
import time

import numpy as np
import pytest
import soxr
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from s2f_utils import EMOTIONS
from s2f_utils.live import page
from s2f_utils.live.stream import Stream
from s2f_utils.rigs import arkit
from tests.live.receivers import free_port


@pytest.fixture
def shown(models, people, monkeypatch):
    """The page, and what it sends."""
    one, sent = page.Page(models, people), []
    monkeypatch.setattr(one.stage, "send", lambda content, buffers=(): sent.append((content, buffers)))
    yield one, sent
    if one._session:
        one._session.close()


def say(one: page.Page, kind: str, *buffers: bytes, speaker: str = "me", **facts) -> None:
    content = {"kind": kind, "speaker": speaker, **facts}
    one.stage._handle_custom_msg(content, list(map(memoryview, buffers)))


def speak(one: page.Page, sound: np.ndarray, rate: int, *, speaker: str = "me", start: bool = True) -> None:
    if start:
        say(one, "start", rate=rate, speaker=speaker)
    for first in range(0, len(sound), rate // 25):
        wait(lambda: len(one._session._pieces._waiting) < 6)  # Python hears faster than somebody speaks
        piece = sound[first : first + rate // 25].astype(np.float32)
        say(
            one,
            "piece",
            piece.tobytes(),
            moment=1000 * (first + len(piece)) / rate,
            shown=10**6,
            speaker=speaker,
        )


def wait(reached) -> None:
    end = time.monotonic() + 30
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.02)


def landmarks(sent: list) -> np.ndarray:
    faces = [buffers[0] for content, buffers in sent if content["kind"] == "faces"]
    return np.concatenate([np.frombuffer(one, np.float32).reshape(-1, 68, 2) for one in faces])


def settled(one: page.Page, sent: list) -> None:
    wait(lambda: not one._session._pieces._waiting)
    one._session.close()


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_landmarks_are_those_of_the_whole_sound(shown, model, voice, spoken, rate):
    one, sent = shown
    speak(one, soxr.resample(voice, 48_000, rate), rate)
    settled(one, sent)
    found, motion = landmarks(sent), Stream(model).hear(spoken)
    asked = page.geometry.in_crop(one._face.neutral + motion, 1)
    moved = np.abs(asked - asked[0]).max()
    moments = [moment for content, _ in sent if content["kind"] == "faces" for moment in content["moments"]]
    assert len(asked) - 1 <= len(found) == len(moments) <= len(asked)
    assert np.allclose(moments, 40 * (np.arange(len(found)) + 0.5), atol=0.5)
    assert np.abs(found - asked[: len(found)]).max() < 0.02 * moved
    assert any(content["kind"] == "picture" and buffers[0][:2] == b"\xff\xd8" for content, buffers in sent)
    assert {content["speaker"] for content, _ in sent} == {"me"}


def test_it_shows_who_is_there_at_rest(shown):
    one, _ = shown
    assert list(one.person.options.items()) == [("21, never seen", "21"), ("01", "01")]
    assert one.stage.ready and one.stage.waits == 3 * 40 and one.status.value == ""
    resting = np.frombuffer(one.stage.resting, np.float32).reshape(68, 2)
    assert np.allclose(resting, page.geometry.in_crop(one._face.neutral, 1))
    before = one.stage.picture
    one.person.value = "01"
    wait(lambda: one.stage.picture != before)


def test_dials_turn_while_somebody_speaks(shown, model, voice, spoken):
    one, sent = shown
    half = 48_000
    speak(one, voice[:half], 48_000)
    wait(lambda: not one._session._pieces._waiting)
    time.sleep(0.3)
    one.expression.value, one.intensity.value = EMOTIONS[3], 1.5
    speak(one, voice[half:], 48_000, start=False)
    settled(one, sent)
    usual = page.geometry.in_crop(one._face.neutral + Stream(model).hear(spoken), 1)
    told = Stream(model, emotion=EMOTIONS[3], intensity=1.5).hear(spoken)
    told = page.geometry.in_crop(one._face.neutral + told, 1)
    found = landmarks(sent)
    assert np.abs(found[5] - usual[5]).max() < 1e-3
    assert np.abs(found[-1] - told[len(told) - 1]).max() < 0.02 < np.abs(found[-1] - usual[-1]).max()


def test_who_is_behind_gets_the_newest_face(shown, voice):
    one, sent = shown
    say(one, "start", rate=48_000)
    say(one, "piece", voice[: 48_000 + 9600].tobytes(), moment=1200.0)
    wait(lambda: any(content["kind"] == "faces" for content, _ in sent))
    assert [len(content["moments"]) for content, _ in sent if content["kind"] == "faces"] == [1]


def test_of_two_views_the_one_that_began_last_is_heard(shown, voice):
    one, sent = shown
    speak(one, voice[:48_000], 48_000, speaker="first")
    speak(one, voice[:48_000], 48_000, speaker="second")
    say(one, "piece", voice[:1920].tobytes(), moment=0.0, speaker="first")
    over = [content for content, _ in sent if content["kind"] == "over"]
    assert [content["speaker"] for content in over] == ["first"] and "press Speak again" in over[0][
        "sentence"
    ]
    say(one, "stop", speaker="first")
    assert not one._session.over
    say(one, "stop", speaker="second")
    assert one._session.over


def test_a_photograph_without_a_face_is_said_and_the_face_stays(shown):
    one, _ = shown
    before = one._face
    one.photo.content = b"no picture"
    wait(lambda: "role='alert'" in one.status.value)
    assert one._face is before and one.stage.ready
    one.photo.content = b""
    wait(lambda: one.status.value == "")


def test_models_that_are_not_there_are_said(tmp_path, people):
    one = page.Page(tmp_path, people)
    assert "role='alert'" in one.status.value and "make report" in one.status.value and not one.stage.ready


def test_other_programs_hear_what_the_face_shows(models, people, model, voice, spoken):
    """All of a sentence, at the chosen face; the page says where it goes."""
    port = free_port()
    address = f"ws://127.0.0.1:{port}"
    one = page.Page(models, people, out=address)
    say(one, "here")
    wait(lambda: "no program listens" in one.stage.outward)
    assert address in one.stage.outward and not one.stage.unheard
    with connect(address) as listener:
        wait(lambda: "one program listens" in one.stage.outward)
        speak(one, voice[:48_000], 48_000)
        settled(one, [])
        one._outward.close()
        with pytest.raises(ConnectionClosed):
            rows = []
            while True:
                rows.append(json.loads(listener.recv(timeout=10))["blendshapes"])
    motion = Stream(model).hear(spoken[:16_000])
    wanted = arkit.weights(motion, one._face.neutral)
    found = np.array([list(row.values()) for row in rows[:-1]])
    assert len(motion) - 1 <= len(found) <= len(motion)
    assert np.abs(found - wanted[: len(found)]).max() < 0.02 < np.ptp(wanted, axis=0).max()
    assert not any(rows[-1].values())


def test_an_address_that_is_none_is_said_and_the_face_moves_all_the_same(models, people):
    one = page.Page(models, people, out="talk.mp4")
    say(one, "here")
    assert one.stage.unheard and one.stage.outward.startswith("OUT=talk.mp4: a live face goes out to")
    assert one.stage.ready and one.status.value == ""


def test_of_two_pages_the_later_one_is_heard_and_the_other_says_so(models, people):
    address = f"ws://127.0.0.1:{free_port()}"
    pages = [page.Page(models, people, out=address) for _ in range(2)]
    for one in pages:
        say(one, "here")
        wait(lambda one=one: "no program listens" in one.stage.outward)
    wait(lambda: pages[0].stage.unheard)
    assert pages[0].stage.outward.startswith("Another page tells the face's numbers")
    assert not pages[1].stage.unheard
    for one in pages:
        one._outward.close()


def test_a_script_knows_all_that_is_shared():
    script = str(page.Stage()._esm)
    shared = [name for name in page.Stage.class_trait_names(sync=True) if name in vars(page.Stage)]
    assert len(shared) == 9 and all(f'"{name}"' in script for name in shared)


@pytest.mark.parametrize("address, stays", [("127.0.0.1", True), ("0.0.0.0", False)])
def test_sound_stays_where_the_server_listens_to_this_machine_alone(address, stays, monkeypatch):
    for name in ("SSH_CONNECTION", "SSH_CLIENT", "JUPYTERHUB_API_URL"):
        monkeypatch.delenv(name, raising=False)
    with socket.socket() as server:
        server.bind((address, 0))
        server.listen()
        port = server.getsockname()[1]
        if not stays and not page._own_address():
            pytest.skip("nobody could reach this machine")
        assert page.stays_here(port) is stays
        monkeypatch.setenv("SSH_CONNECTION", "somewhere")
        assert not page.stays_here(port)


def test_where_nobody_listens_nothing_is_promised():
    assert not page.stays_here(0) and not page.stays_here(10**6)
