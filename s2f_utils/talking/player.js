// A film with its sound, and beside it a picture of that sound: a cursor runs along, frame by frame if asked.
function render({ model, el }) {
  el.classList.add("s2f-player");
  // How wide the two are follows from how high, so that the button above stays in the window with them; the sound is
  // no wider than the film while its letters can be read. Whether there is room for both is asked of the player, not
  // of the window, since in JupyterLab other things stand beside it.
  el.innerHTML = `
    <style>
      .s2f-player { container-type: inline-size; width: 100%; min-width: 0; }
      .s2f-player [hidden] { display: none !important; }
      .s2f-player .stage { --high: min(70vh, max(240px, 100vh - 350px)); --film: 2; --sound: 1;
        display: grid; gap: 12px 20px; align-items: start; margin: 6px 0 4px; }
      .s2f-player video { display: block; width: min(100%, var(--high) * var(--film)); aspect-ratio: var(--film);
        background: #000; }
      .s2f-player .bar { display: flex; gap: 8px; align-items: center; margin-top: 6px; max-width: 760px; }
      .s2f-player .bar input { flex: 1; min-width: 0; margin: 0; }
      .s2f-player .bar output { font-variant-numeric: tabular-nums; min-width: 17ch; }
      .s2f-player figure { position: relative; margin: 0;
        width: min(100%, var(--high) * var(--sound), max(360px, var(--high) * var(--film))); }
      .s2f-player figure img { display: block; width: 100%; margin: 0; }
      .s2f-player .cursor { position: absolute; top: 0; bottom: 0; width: 2px; background: #d55e00; pointer-events: none; }
      @container (min-width: 760px) {
        .s2f-player .stage { grid-template-columns: minmax(0, calc(var(--high) * var(--film))) minmax(max(288px, 30%), 1fr); }
      }
    </style>
    <div class="stage" hidden>
      <div>
        <video controls playsinline><track kind="captions" srclang="en" label="English"></video>
        <div class="bar">
          <button type="button" aria-label="one frame back">◀</button>
          <input type="range" min="0" step="1" value="0" aria-label="frame">
          <button type="button" aria-label="one frame on">▶</button>
          <output></output>
        </div>
      </div>
      <figure><img alt=""><div class="cursor"></div></figure>
    </div>`;
  const stage = el.querySelector(".stage"), figure = el.querySelector("figure"), picture = el.querySelector("img");
  const video = el.querySelector("video"), cursor = el.querySelector(".cursor"), slider = el.querySelector("input");
  const [back, on] = el.querySelectorAll("button"), said = el.querySelector("output");
  let urls = [];

  const address = (name, type) => {
    const url = URL.createObjectURL(new Blob([model.get(name)], { type }));
    urls.push(url);
    return url;
  };
  const frame = () => Math.floor(video.currentTime * model.get("frame_rate") + 1e-3);
  const show = () => {
    const [left, right] = model.get("span"), seconds = model.get("frames") / model.get("frame_rate");
    cursor.style.left = `${100 * (left + (right - left) * Math.min(1, video.currentTime / seconds))}%`;
    slider.value = frame();
    said.textContent = `${video.currentTime.toFixed(2)} s, frame ${frame()}`;
    if (!video.paused) requestAnimationFrame(show);
  };
  const go = (to) => {
    video.pause();
    // The middle of a frame, so that rounding cannot show its neighbour.
    video.currentTime = (Math.min(Math.max(to, 0), model.get("frames") - 1) + 0.5) / model.get("frame_rate");
  };
  const load = () => {
    urls.forEach(URL.revokeObjectURL);
    urls = [];
    stage.hidden = !(model.get("film")?.byteLength > 0);
    if (stage.hidden) return;
    picture.src = address("picture", "image/png");
    picture.alt = model.get("description");
    video.src = address("film", "video/mp4");
    video.querySelector("track").src = model.get("track");
    slider.max = model.get("frames") - 1;
    video.play().catch(() => {}); // a browser may want a click first
  };
  const shape = (name, width, height) => stage.style.setProperty(name, width / height);
  video.addEventListener("loadedmetadata", () => shape("--film", video.videoWidth, video.videoHeight));
  picture.addEventListener("load", () => shape("--sound", picture.naturalWidth, picture.naturalHeight));
  slider.addEventListener("input", () => go(Number(slider.value)));
  back.addEventListener("click", () => go(frame() - 1));
  on.addEventListener("click", () => go(frame() + 1));
  figure.addEventListener("click", (event) => {
    const [left, right] = model.get("span"), box = figure.getBoundingClientRect();
    go(Math.floor((((event.clientX - box.left) / box.width - left) / (right - left)) * model.get("frames")));
  });
  ["play", "seeked", "timeupdate", "loadeddata"].forEach((name) => video.addEventListener(name, show));
  model.on("change:film", () => {
    // Somebody waits for it: it comes into view, and no farther, so that the button stays.
    const intoView = () => video.parentElement.scrollIntoView({ block: "nearest" });
    video.addEventListener("loadedmetadata", intoView, { once: true });
    load();
  });
  load();
}
export default { render };
