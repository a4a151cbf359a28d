"""The live page in a real browser, whose microphone plays a file."""

import json
import re
import shutil
import socket
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
import pytest
import soundfile
from playwright.sync_api import Page, sync_playwright
from websockets.sync.client import connect

from s2f_utils import FRAME_RATE, files
from s2f_utils.faces import geometry
from s2f_utils.live.stream import Stream
from tests.live.receivers import frames, free_port, osc
from tests.samples.faces import oval_face
from tests.test_browser import CHROMIUM, serve

pytestmark = pytest.mark.slow
PLAYS = ("--use-fake-device-for-media-stream", "--use-file-for-fake-audio-capture={wav}")
NOTES = "window.drawn = []; addEventListener('drawn', event => window.drawn.push(event.detail));"
SPEAKS = 10  # seconds


@pytest.fixture(scope="module")
def live(tmp_path_factory, models, people):
    """The page that `make live` shows, with models that nobody trained: its process and address."""
    with served(tmp_path_factory, models, people) as one:
        yield one


@contextmanager
def served(tmp_path_factory, models: Path, people: Path):
    folder = tmp_path_factory.mktemp("live")
    shutil.copytree(files.ROOT / "notebooks", folder / "notebooks")
    for kind, source in (("models", models), ("features", people)):
        shutil.copytree(source, folder / "data" / kind / "synthetic-tiny")
    arguments = ("--no-browser", "--port={port}", "--Voila.ip=localhost")
    server, address = serve("voila", folder, folder, "notebooks/live.ipynb", *arguments)
    try:
        yield server, address
    finally:
        server.kill()
        server.wait()


@pytest.fixture(scope="module")
def opened(tmp_path_factory, voice):
    """Open the page in a browser whose microphone plays a voice, and shut the browser of the last one."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium here")
    wav = tmp_path_factory.mktemp("voice") / "voice.wav"
    soundfile.write(wav, voice, 48_000, subtype="FLOAT")
    started = []
    with sync_playwright() as playwright:

        def opened(address: str, *options: str, script: str = NOTES) -> Page:
            plays = [option.format(wav=wav) for option in PLAYS]
            options = ["--no-sandbox", *plays, *options]
            if started:
                started.pop().close()
            started.append(playwright.chromium.launch(executable_path=CHROMIUM, args=options))
            page = started[-1].new_page(viewport={"width": 1280, "height": 800})
            page.set_default_timeout(300_000)
            page.add_init_script(script)
            page.goto(address)
            page.get_by_role("button", name="Speak").wait_for()
            return page

        yield opened
        for browser in started:
            browser.close()


@pytest.fixture(scope="module")
def page(live, opened) -> Page:
    """The page that may listen: tests follow each other on it, since its kernel takes long to start."""
    page = opened(live[1], "--use-fake-ui-for-media-stream")
    ready(page)
    return page


def ready(page: Page) -> None:
    page.wait_for_function("!document.querySelector('.s2f-live button').disabled")


def speak(page: Page) -> None:
    page.evaluate("window.drawn = []")
    page.get_by_role("button", name="Speak").click()
    page.wait_for_function("window.drawn.length > 20")


def picture_of(page: Page, number: int) -> str:
    return page.evaluate(f"document.querySelectorAll('.s2f-live canvas')[{number}].toDataURL()")


def test_a_face_moves_with_the_voice(live, page, model, spoken):
    """As the network says of the same sound; how much later is written beside it."""
    page.get_by_text("No sound leaves this machine").wait_for()
    page.wait_for_timeout(500)
    resting = picture_of(page, 0), picture_of(page, 1)
    page.get_by_role("button", name="Speak").click()
    page.wait_for_timeout(1000 * SPEAKS)
    delay, rate = page.locator(".s2f-live figcaption").all_inner_texts()
    milliseconds = int(re.fullmatch(r"(\d+) ms, of which the network waits 120", delay)[1])
    assert re.fullmatch(r"\d+ ms, \d+ pictures a second", rate)
    rows = page.evaluate("window.drawn")
    faces, pictures = ([row for row in rows if ("opening" in row) is lines] for lines in (True, False))
    assert len(faces) > 5 * SPEAKS and len(pictures) > SPEAKS
    # Never sooner than the network can know it, and what is written is what was measured.
    assert min(row["delay"] for row in faces) > 120 + 42.5 - 20
    late = np.median([row["delay"] for row in faces[-40:]])
    assert milliseconds == pytest.approx(late, abs=0.3 * late)
    whole = geometry.opening(Stream(model).hear(np.tile(spoken, 4)) + oval_face())
    assert follows(faces, whole) > 0.9
    page.get_by_role("button", name="Stop").click()
    page.wait_for_timeout(1500)
    assert (picture_of(page, 0), picture_of(page, 1)) == resting
    assert page.locator(".s2f-live figcaption").all_inner_texts() == ["", ""]
    assert page.locator(".s2f-live [role=alert]").inner_text() == ""


def follows(faces: list[dict], whole: np.ndarray) -> float:
    """Correlate what was drawn with what the network says, at the shift that fits: where the file begins."""
    moments = np.array([row["moment"] for row in faces])
    frames = np.round((moments - moments[0]) * FRAME_RATE / 1000).astype(int)
    drawn = np.array([row["opening"] for row in faces])
    return max(
        np.corrcoef(drawn, whole[frames + shift])[0, 1] for shift in range(len(whole) - int(frames[-1]))
    )


def test_both_windows_show_all_of_it(page):
    """The faces are large and seen at once, wide or narrow; nothing is cut off."""
    speak(page)
    for width, height in ((1280, 800), (480, 900)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(700)
        lines, picture = (one.bounding_box() for one in page.locator(".s2f-live figure").all())
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        for one in (lines, picture):
            assert 254 <= one["width"] == pytest.approx(one["height"], abs=1)
            assert 0 <= one["x"] and one["x"] + one["width"] <= width and one["y"] + one["height"] <= height
        assert (lines["y"] == picture["y"]) is (width > 900)
        assert page.locator(".s2f-live canvas").first.evaluate("canvas => canvas.width") >= 256
    page.get_by_role("button", name="Stop").click()


def test_a_kernel_that_is_gone_is_said(live, page):
    """And the page that is loaded again speaks again."""
    speak(page)
    for child in psutil.Process(live[0].pid).children(recursive=True):
        child.kill()  # the only kernel, and what keeps its resources
    page.locator("[role=alert]", has_text="The connection to Python is lost; reload the page.").wait_for()
    page.reload()
    page.get_by_role("button", name="Speak").wait_for()
    ready(page)
    speak(page)


def test_who_refuses_the_microphone_is_told_what_to_do(live, opened):
    page = opened(live[1], script="navigator.permissions")  # and nobody says yes
    ready(page)
    page.get_by_role("button", name="Speak").click()
    page.locator("[role=alert]", has_text="allow it beside the address, then press Speak again").wait_for()
    assert page.get_by_role("button", name="Speak").is_enabled()


def test_an_avatar_follows_the_voice(tmp_path_factory, models, people, opened, monkeypatch):
    """In another program, 25 times a second, until nobody speaks; the page says which one."""
    port = free_port(socket.SOCK_DGRAM)
    monkeypatch.setenv("OUT", f"osc://127.0.0.1:{port}")
    with served(tmp_path_factory, models, people) as (_, address):
        page = opened(address, "--use-fake-ui-for-media-stream")
        ready(page)
        page.get_by_text(f"Nobody hears osc://127.0.0.1:{port} yet").wait_for()
        page.get_by_text("No sound leaves this machine").wait_for()
        with osc(port) as heard:
            page.get_by_text(f"The face's numbers, and no sound, go to osc://127.0.0.1:{port}.").wait_for()
            speak(page)
            before, start = len(frames(heard)), time.monotonic()
            page.wait_for_timeout(6000)
            rate = (len(frames(heard)) - before) / (time.monotonic() - start)
            drawn = page.evaluate("window.drawn")
            page.get_by_role("button", name="Stop").click()
            page.wait_for_timeout(1500)
            found = frames(heard)
    assert rate == pytest.approx(FRAME_RATE, rel=0.15)
    assert np.ptp([one["JawOpen"] for one in found]) > 0.01 and not found[-1]["JawOpen"]
    assert len([row for row in drawn if "opening" in row]) > 50


def test_a_page_that_is_loaded_again_gets_its_port_back(
    tmp_path_factory, models, people, opened, monkeypatch
):
    """Its kernel may still be there; of two pages the one that was opened last is heard."""
    port = free_port()
    monkeypatch.setenv("OUT", f"ws://127.0.0.1:{port}")
    with served(tmp_path_factory, models, people) as (_, address):
        first = opened(address, "--use-fake-ui-for-media-stream")
        first.get_by_text(f"are told at ws://127.0.0.1:{port}; no program listens.").wait_for()
        first.reload()
        first.get_by_text("no program listens.").wait_for()
        second = first.context.browser.new_page()
        second.set_default_timeout(300_000)
        second.add_init_script(NOTES)
        second.goto(address)
        second.get_by_text("no program listens.").wait_for()
        first.get_by_text("Another page tells the face's numbers").wait_for()
        with connect(f"ws://127.0.0.1:{port}") as listener:
            second.get_by_text("one program listens.").wait_for()
            ready(second)
            speak(second)
            values = [json.loads(listener.recv(timeout=10))["blendshapes"]["jawOpen"] for _ in range(50)]
            second.get_by_role("button", name="Stop").click()
    assert np.ptp(values) > 0.01


def test_a_page_from_afar_may_not_listen_and_says_why(live, opened):
    page = opened(live[1], script="Object.defineProperty(navigator, 'mediaDevices', { value: undefined });")
    page.get_by_text("only over https or from this computer itself").wait_for()
    assert page.get_by_role("button", name="Speak").is_disabled()
