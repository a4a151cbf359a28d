"""JupyterLab, the panel and the report's pages in a real browser."""

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from s2f_utils import files
from s2f_utils.recordings import media

pytestmark = pytest.mark.slow
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
OPTIONS = (
    "--no-sandbox",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-ui-for-media-stream",  # a microphone that beeps, and nobody is asked
    "--use-fake-device-for-media-stream",
)
FILM = "document.querySelector('.s2f-player video')"


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip("there is no chromium here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser) -> Page:
    page = browser.new_page(viewport={"width": 1300, "height": 1000})
    page.set_default_timeout(300_000)
    yield page
    page.close()


def serve(program: str, folder: Path, work: Path, *arguments: str):
    """Start a server on a free port of this machine; return its process and address once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "S2F_WORK": str(work),
        "MATPLOTLIBRC": str(files.ROOT / "matplotlibrc"),
        "JUPYTER_CONFIG_PATH": str(files.ROOT / ".jupyter"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "CORPUS": "synthetic",
        "PROFILE": "tiny",
    }
    command = [str(files.ROOT / ".venv" / "bin" / program), *(one.format(port=port) for one in arguments)]
    with (folder / f"{program}.log").open("w") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    address, end = f"http://127.0.0.1:{port}", time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"{address}/api" if program == "jupyter" else address, timeout=60).close()
            return server, address
        except (urllib.error.URLError, ConnectionError):
            assert time.monotonic() < end and server.poll() is None, (folder / f"{program}.log").read_text()
            time.sleep(0.3)


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory) -> Path:
    """A copy of the notebooks, since running one in JupyterLab writes to it; set to the tiny profile."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(files.ROOT / "notebooks", folder / "notebooks")
    for path in (folder / "notebooks").glob("07*"):
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace('PROFILE = "quick"', 'PROFILE = "tiny"').replace(r"\"quick\"", r"\"tiny\"")
        )
    return folder


@pytest.fixture(scope="module")
def played(tmp_path_factory, tiny_study) -> Path:
    """A copy of the study, since a notebook that runs in JupyterLab writes into its report."""
    return Path(shutil.copytree(tiny_study, tmp_path_factory.mktemp("played") / "study"))


@pytest.fixture(scope="module")
def lab(notebooks, played):
    """JupyterLab as `make lab` starts it: its address."""
    arguments = ("--no-browser", "--allow-root", "--ServerApp.port={port}", "--IdentityProvider.token=")
    places = ("--ServerApp.root_dir=notebooks", "--LabApp.default_url=/lab/tree/README.md")
    server, address = serve("jupyter", notebooks, played, "lab", *arguments, *places)
    yield address
    server.kill()
    server.wait()


def test_lab_opens_on_the_list_of_notebooks(page, lab):
    page.goto(lab)
    page.get_by_role("heading", name="The notebooks").wait_for()
    page.get_by_role("link", name="07 From speech to a face").click()
    page.get_by_role("heading", name="From a voice to a talking face").first.wait_for()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    assert page.get_by_text("official Jupyter news").count() == 0


def test_the_source_opens_as_a_notebook_and_its_pair_follows(page, lab, notebooks):
    page.goto(f"{lab}/lab/tree/panel.py?reset")
    page.locator(".jp-Notebook:visible").get_by_role(
        "heading", name="From a voice to a talking face"
    ).wait_for()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    before = [(notebooks / "notebooks" / f"panel.{ending}").stat().st_mtime_ns for ending in ("py", "ipynb")]
    page.get_by_role("menuitem", name="File", exact=True).click()
    page.get_by_text("Save Python File", exact=True).click()
    end = time.monotonic() + 30
    while True:
        paths = [notebooks / "notebooks" / f"panel.{ending}" for ending in ("py", "ipynb")]
        if all(path.stat().st_mtime_ns > stamp for path, stamp in zip(paths, before, strict=True)):
            break
        assert time.monotonic() < end, "the pair was not saved"
        time.sleep(0.2)
    assert paths[0].read_text() == (files.ROOT / "notebooks" / "panel.py").read_text()


def talk(page: Page) -> list[float]:
    """Press the button and wait for a new film: its length, and where it is a while later."""
    before = page.evaluate(f"{FILM}.src")
    page.get_by_role("button", name="Let it talk").click()
    page.wait_for_function(f"{FILM}.src != '{before}' && {FILM}.readyState >= 3 && {FILM}.currentTime > 0.3")
    return page.evaluate(f"[{FILM}.duration, {FILM}.currentTime, {FILM}.error ? 1 : 0]")


def test_a_typed_sentence_becomes_a_film_that_plays(page, lab, tmp_path):
    page.goto(f"{lab}/lab/tree/07_speech_to_face.ipynb?reset")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    page.get_by_role("button", name="Let it talk").wait_for()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.get_by_label("Sentence").fill("Seven sentences are enough.")
    seconds, at, broken = talk(page)
    assert 1 < seconds < 5 and at > 0 and not broken
    page.evaluate(f"{FILM}.textTracks[0].mode = 'showing'")
    page.wait_for_function(f"{FILM}.textTracks[0].cues?.[0]?.text == 'Seven sentences are enough.'")
    for _ in range(3):
        page.get_by_role("button", name="one frame back").click()
    page.wait_for_timeout(1000)  # the film has gone there, and says so
    frame = int(page.locator(".s2f-player output").inner_text().split()[-1])
    assert frame == int(page.get_by_label("frame", exact=True).input_value())
    page.get_by_role("button", name="one frame on").click()
    page.wait_for_function(f"Math.floor({FILM}.currentTime * 25) == {frame + 1}")
    with page.expect_download() as caught:
        page.get_by_role("link", name="mp4").click()
    caught.value.save_as(tmp_path / "talk.mp4")
    assert len(list(media.read_frames(tmp_path / "talk.mp4"))) == pytest.approx(25 * seconds, abs=2)
    with page.expect_download() as caught:
        page.get_by_role("link", name="npz").click()
    caught.value.save_as(tmp_path / "talk.npz")
    assert np.load(tmp_path / "talk.npz", allow_pickle=False)["landmarks"].shape[1:] == (68, 2)
    assert page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.error']").count() == 0


@pytest.fixture(scope="module")
def panel(notebooks, played):
    """The page that `make page` shows: its address."""
    arguments = ("--profile=tiny", "--no-browser", "--port={port}")
    server, address = serve("python", notebooks, played, "-m", "s2f_utils", "page", *arguments)
    yield address
    server.kill()
    server.wait()


def test_the_panel_is_a_page_of_its_own(page, panel, clips, tmp_path):
    """A recording, a photograph, the microphone, another network; and one sentence for what cannot be."""
    page.goto(panel)
    page.get_by_role("button", name="upload").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Recording").click()
    chooser.value.set_files(clips / "grid" / "s1" / "bbal7s.mpg")
    page.get_by_text("bbal7s.mpg").wait_for()
    seconds, at, broken = talk(page)
    assert seconds == pytest.approx(3, abs=0.1) and at > 0 and not broken
    page.get_by_role("button", name="microphone").click()
    page.get_by_role("button", name="● Record").click()
    page.wait_for_timeout(1500)
    page.get_by_role("button", name="■ Stop").click()
    page.get_by_role("button", name="● Record").wait_for()
    picture = next(media.read_frames(clips / "grid" / "s4" / "bgbu2a.mpg"))
    Image.fromarray(picture).save(tmp_path / "face.jpg")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Photograph").click()
    chooser.value.set_files(tmp_path / "face.jpg")
    page.get_by_text("face.jpg").wait_for()
    page.get_by_role("button", name="More").press("Enter")
    page.get_by_label("Model").select_option(label="network of 2017")
    page.get_by_label("Film", exact=True).select_option(label="face alone")
    page.wait_for_timeout(500)
    seconds, _, broken = talk(page)
    assert 1 < seconds < 2.9 and not broken
    assert page.evaluate(f"[{FILM}.videoWidth, {FILM}.videoHeight]") == [256, 256]
    page.get_by_role("button", name="sentence").click()
    page.get_by_label("Sentence").fill("...")
    page.get_by_role("button", name="Let it talk").click()
    page.locator("p[role=alert]", has_text="at least one word").wait_for()


def box(page: Page, thing: str) -> dict[str, float]:
    """Measure where something of the page lies in the window."""
    return page.evaluate(f"(({thing}).getBoundingClientRect()).toJSON()")


def test_the_film_comes_first_and_beside_its_sound(page, panel, photo, tmp_path):
    """The film is the photograph's size and shape; it and the button are seen at once, on any window."""
    page.set_viewport_size({"width": 1280, "height": 800})
    wide = Image.new("RGB", (720, 404), "grey")
    wide.paste(Image.open(photo), (160, 2))
    wide.save(tmp_path / "wide.png")
    page.goto(panel)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Photograph").click()
    chooser.value.set_files(tmp_path / "wide.png")
    page.get_by_role("button", name="without wide.png").wait_for()
    assert page.locator(".s2f-player figure").is_hidden() and page.locator(".s2f-player video").is_hidden()
    talk(page)
    assert page.evaluate(f"[{FILM}.videoWidth, {FILM}.videoHeight]") == [720, 404]
    button = "[...document.querySelectorAll('button')].find(one => one.textContent == 'Let it talk')"
    parts = {"film": FILM, "sound": "document.querySelector('.s2f-player figure')", "button": button}
    parts["bar"] = "document.querySelector('.s2f-player .bar')"
    for width, height in ((1280, 800), (1600, 1000), (480, 900)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(500)
        film, sound, button, bar = (box(page, thing) for thing in parts.values())
        assert film["width"] / film["height"] == pytest.approx(720 / 404, rel=0.01)
        assert film["height"] <= 0.7 * height + 1
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert width < 900 or film["width"] * film["height"] > sound["width"] * sound["height"]
        for seen in (film, button, bar):
            assert 0 <= seen["left"] < seen["right"] <= width
            assert 0 <= seen["top"] < seen["bottom"] <= height
        if width > 900:
            assert film["right"] <= sound["left"] and sound["right"] <= width
            assert abs(film["top"] - sound["top"]) < 2
        else:
            assert film["bottom"] <= sound["top"] and bar["bottom"] <= sound["top"]
            assert film["width"] > 0.9 * (width - 40) and sound["left"] == film["left"]


def test_a_film_comes_into_view_and_a_click_into_its_sound_goes_to_that_moment(page, panel):
    page.set_viewport_size({"width": 480, "height": 500})  # the controls take all of it
    page.goto(panel)
    page.get_by_role("button", name="Let it talk").wait_for()
    seconds, _, _ = talk(page)
    film, bar = box(page, FILM), box(page, "document.querySelector('.s2f-player .bar')")
    assert 0 <= film["top"] < film["bottom"] <= bar["top"] < bar["bottom"] <= 501  # rounded
    picture = page.locator(".s2f-player figure")
    for share in (0.75, 0.5):
        size = picture.bounding_box()
        picture.click(position={"x": share * size["width"], "y": size["height"] / 2})
        page.wait_for_function(f"{FILM}.paused && !{FILM}.seeking")
        page.wait_for_timeout(300)
        cursor = page.locator(".s2f-player .cursor").bounding_box()
        assert cursor["x"] - size["x"] == pytest.approx(share * size["width"], abs=0.03 * size["width"])
        assert 0 < page.evaluate(f"{FILM}.currentTime") < seconds
    frame = int(page.locator(".s2f-player output").inner_text().split()[-1])
    page.get_by_label("frame", exact=True).press("ArrowRight")
    page.wait_for_function(f"Math.floor({FILM}.currentTime * 25) == {frame + 1}")


def test_a_photograph_can_be_taken_back(page, panel, photo):
    """Then the face of the list speaks again, beside its landmarks."""
    page.goto(panel)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Photograph").click()
    chooser.value.set_files(photo)
    page.wait_for_function("[...document.querySelectorAll('select')].some(one => one.value == 'photograph')")
    page.get_by_role("button", name="without a face.png").press("Enter")
    page.wait_for_function("![...document.querySelectorAll('select')].some(one => one.value == 'photograph')")
    assert page.get_by_text("a face.png").count() == 0
    talk(page)
    assert page.evaluate(f"[{FILM}.videoWidth, {FILM}.videoHeight]") == [512, 256]
    page.get_by_label("Film", exact=True).select_option(label="photograph")
    page.get_by_role("button", name="Let it talk").click()
    page.locator("p[role=alert]", has_text="There is no photograph yet").wait_for()


def test_a_file_that_the_connection_cannot_carry_is_named_before_it_is_sent(page, panel, clips, tmp_path):
    """The connection stays: the next, smaller file is taken."""
    page.goto(panel)
    page.get_by_role("button", name="upload").click()
    page.get_by_role("button", name="Recording").wait_for()
    page.wait_for_timeout(1000)  # what was clicked is on its way
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(len(frame))))
    with (tmp_path / "long.wav").open("wb") as stream:
        stream.truncate(12_345_678)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Recording").click()
    chooser.value.set_files(tmp_path / "long.wav")
    said = page.locator("[role=alert]", has_text="long.wav")
    said.wait_for()
    assert "has 12.3 MB, and this page can take 10 MB" in said.inner_text() and not sent
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Recording").click()
    chooser.value.set_files(clips / "grid" / "s1" / "bbal7s.mpg")
    page.get_by_text("bbal7s.mpg").wait_for()
    assert page.get_by_text("12.3 MB").count() == 0


def test_a_page_that_may_not_listen_says_why(browser, panel):
    """As on the address of another computer, where browsers give a page no microphone at all."""
    page = browser.new_page()
    page.add_init_script("Object.defineProperty(navigator, 'mediaDevices', { value: undefined });")
    page.set_default_timeout(300_000)
    page.goto(panel)
    page.get_by_role("button", name="microphone").click()
    page.get_by_text("only over https or from this computer itself").wait_for(timeout=300_000)
    assert page.get_by_role("button", name="● Record").is_disabled()
    page.close()


def test_the_report_opens_from_its_file(page, tiny_study):
    """Without a server or a network; every film plays, and says in captions what is spoken in it."""
    run = tiny_study / "reports" / "synthetic-tiny"
    asked, failed = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.goto((run / "index.html").as_uri())
    films = page.locator("video")
    assert films.count() >= 1
    for index in range(films.count()):
        films.nth(index).evaluate("film => { film.muted = true; return film.play(); }")
        assert films.nth(index).evaluate("film => film.duration") > 0.5
        films.nth(index).evaluate("film => { film.textTracks[0].mode = 'showing'; }")
        page.wait_for_function(f"document.querySelectorAll('track')[{index}].readyState == 2")  # loaded
        said = films.nth(index).evaluate("film => Array.from(film.textTracks[0].cues, cue => cue.text)")
        assert said == ["[no sound]"] or (len(said) == 1 and said[0].endswith((".", "?")))
    assert asked and all(url.startswith(("file:", "data:", "blob:")) for url in asked)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "too wide for a phone"
