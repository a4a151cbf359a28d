// A film with its sound, and above it the same time line: a cursor that runs along, frame by frame if asked.
function render({ model, el }) {
  el.classList.add("s2f-player");
  el.innerHTML = `
    <style>
      .s2f-player [hidden] { display: none !important; }
      .s2f-player figure { position: relative; margin: 0 0 .5rem; max-width: 760px; }
      .s2f-player figure img { display: block; width: 100%; }
      .s2f-player .cursor { position: absolute; top: 0; bottom: 0; width: 2px; background: #d55e00; pointer-events: none; }
      .s2f-player video { display: block; width: 100%; max-width: 760px; max-height: 380px; }
      .s2f-player .bar { display: flex; gap: .5rem; align-items: center; margin-top: .5rem; max-width: 760px; }
      .s2f-player .bar input { flex: 1; }
      .s2f-player .bar output { font-variant-numeric: tabular-nums; min-width: 11ch; }
    </style>
    <figure hidden><img alt=""><div class="cursor"></div></figure>
    <video controls playsinline hidden><track kind="captions" srclang="en" label="English"></video>
    <div class="bar" hidden>
      <button type="button" aria-label="one frame back">◀</button>
      <input type="range" min="0" step="1" value="0" aria-label="frame">
      <button type="button" aria-label="one frame on">▶</button>
      <output></output>
    </div>`;
  const figure = el.querySelector("figure"), picture = el.querySelector("img"), cursor = el.querySelector(".cursor");
  const video = el.querySelector("video"), bar = el.querySelector(".bar"), slider = el.querySelector("input");
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
    const there = model.get("film")?.byteLength > 0;
    figure.hidden = video.hidden = bar.hidden = !there;
    if (!there) return;
    picture.src = address("picture", "image/png");
    picture.alt = model.get("description");
    video.src = address("film", "video/mp4");
    video.querySelector("track").src = model.get("track");
    slider.max = model.get("frames") - 1;
    video.play().catch(() => {}); // a browser may want a click first
  };
  slider.addEventListener("input", () => go(Number(slider.value)));
  back.addEventListener("click", () => go(frame() - 1));
  on.addEventListener("click", () => go(frame() + 1));
  figure.addEventListener("click", (event) => {
    const [left, right] = model.get("span"), box = figure.getBoundingClientRect();
    go(Math.floor((((event.clientX - box.left) / box.width - left) / (right - left)) * model.get("frames")));
  });
  ["play", "seeked", "timeupdate", "loadeddata"].forEach((name) => video.addEventListener(name, show));
  model.on("change:film", load);
  load();
}
export default { render };
