// The microphone's sound goes to Python piece by piece; what comes back moves a face of lines and a picture. Each
// piece says when it was captured and each face when its sound was, so that the delay on the page is a measured one.
// Seconds: a piece is a frame of the network, and ends when a frame can just be heard; see Pieces in Python.
const PIECE = 0.04, FIRST = 0.046;
const WORKLET = `
  registerProcessor("pieces", class extends AudioWorkletProcessor {
    constructor({ processorOptions: { first, seconds } }) {
      super();
      this.length = Math.round(seconds * sampleRate);
      this.start(Math.round(first * sampleRate));
      // Blocks come in bursts, each later than it was captured by another while: the least of them tells when.
      this.least = [Infinity, Infinity];
      this.turn = 0;
    }
    start(length) { this.piece = new Float32Array(length); this.filled = 0; }
    process([channels]) {
      const block = channels[0]?.length ?? 128, end = 1000 * (currentTime + block / sampleRate);
      if (currentTime > this.turn) { this.least = [Infinity, this.least[0]]; this.turn = currentTime + 5; }
      this.least[0] = Math.min(this.least[0], Date.now() - end);
      for (let index = 0; index < block; index++) {
        for (const channel of channels) this.piece[this.filled] += channel[index] / channels.length;
        if (++this.filled < this.piece.length) continue;
        const moment = Math.min(...this.least) + 1000 * (currentTime + (index + 1) / sampleRate);
        this.port.postMessage({ samples: this.piece, moment }, [this.piece.buffer]);
        this.start(this.length);
      }
      return true;
    }
  });`;
const REASONS = {
  NotAllowedError: "The browser was told not to let this page listen; allow it beside the address, then press Speak again.",
  NotFoundError: "No microphone is connected; connect one, then press Speak again.",
  NotReadableError: "Another program holds the microphone; close it, then press Speak again.",
};
const LOST = "The connection to Python is lost; reload the page.";
const HERE = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
const STYLE = `
  .s2f-live { container-type: inline-size; width: 100%; min-width: 0; }
  .s2f-live .bar { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 14px; margin: 4px 2px 8px 90px; min-height: 34px; }
  .s2f-live .bar button { min-width: 110px; }
  .s2f-live [role=alert] { color: var(--jp-error-color1, #b00020); }
  .s2f-live .where { color: var(--jp-ui-font-color2, #555); }
  .s2f-live .outward.unheard { color: var(--jp-error-color1, #b00020); }
  .s2f-live .stage { --side: max(256px, min(100cqw, (100vh - 396px) / 2)); display: grid; gap: 12px; align-items: start;
    justify-content: center; grid-template-columns: minmax(0, var(--side)); }
  .s2f-live figure { position: relative; margin: 0; aspect-ratio: 1; overflow: hidden; border-radius: 4px;
    background: #fff; border: 1px solid var(--jp-border-color2, #ccc); box-sizing: border-box; }
  .s2f-live canvas { display: block; width: 100%; height: 100%; object-fit: contain; }
  .s2f-live figcaption { position: absolute; left: 6px; top: 6px; padding: 1px 6px; border-radius: 9px; color: #222;
    background: rgb(255 255 255 / 85%); font-size: 11px; line-height: 1.5; white-space: nowrap; font-variant-numeric: tabular-nums; }
  .s2f-live figcaption:empty { display: none; }
  .s2f-live .loud { position: absolute; left: 0; bottom: 0; height: 4px; width: 100%; background: #0072b2;
    transform: scaleX(0); transform-origin: left; }
  @container (min-width: 600px) {
    .s2f-live figcaption { font-size: 13px; }
    .s2f-live .stage { --side: max(256px, min(50cqw - 8px, 100vh - 296px)); gap: 16px;
      justify-content: start; grid-template-columns: repeat(2, minmax(0, var(--side))); }
  }`;

// The values of the last two seconds; their middle one is shown, and how many there were.
function recent() {
  let values = [];
  return (value) => {
    const now = performance.now();
    if (value !== undefined) values.push([now, value]);
    values = values.filter(([when]) => now - when < 2000);
    const sorted = values.map(([, one]) => one).sort((a, b) => a - b);
    return { middle: sorted[sorted.length >> 1], count: sorted.length };
  };
}

// A face in sizes of its picture, (68, 2), as lines; the open mouth is filled.
function drawLines(canvas, points, lines) {
  const side = Math.max(256, Math.round(canvas.clientWidth * devicePixelRatio)), pen = canvas.getContext("2d");
  if (canvas.width != side) canvas.width = canvas.height = side;
  pen.clearRect(0, 0, side, side);
  pen.lineWidth = Math.max(1.5, side / 160);
  pen.lineJoin = pen.lineCap = "round";
  pen.strokeStyle = "rgb(20, 60, 90)";
  pen.fillStyle = "rgb(138, 158, 173)";
  for (const { points: numbers, closed, filled } of lines) {
    pen.beginPath();
    for (const number of numbers) pen.lineTo(side * points[2 * number], side * points[2 * number + 1]);
    if (closed) pen.closePath();
    if (filled) pen.fill();
    pen.stroke();
  }
}

async function drawPicture(canvas, bytes) {
  const picture = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
  if (canvas.width != picture.width || canvas.height != picture.height) [canvas.width, canvas.height] = [picture.width, picture.height];
  canvas.parentElement.style.aspectRatio = Math.max(1, picture.width / picture.height); // a tall one has bars beside it
  canvas.getContext("2d").drawImage(picture, 0, 0);
  picture.close();
}

const floats = (view) => new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));

// Opens the microphone; `hear` is told of each piece, `end` when it is taken away. Returns how to shut it, and its rate.
async function listen(hear, end) {
  const sound = { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  const microphone = await navigator.mediaDevices.getUserMedia({ audio: sound });
  const context = new AudioContext({ latencyHint: "interactive" });
  const shut = () => {
    microphone.getTracks().forEach((track) => track.stop());
    context.close().catch(() => {});
  };
  try {
    const address = URL.createObjectURL(new Blob([WORKLET], { type: "text/javascript" }));
    await context.audioWorklet.addModule(address).finally(() => URL.revokeObjectURL(address));
    const node = new AudioWorkletNode(context, "pieces", { numberOfOutputs: 0, processorOptions: { first: FIRST, seconds: PIECE } });
    // What the device itself needs until it hands samples over, where the browser knows.
    const [track] = microphone.getAudioTracks(), before = 1000 * (track.getSettings().latency || 0);
    node.port.onmessage = ({ data: { samples, moment } }) => hear(samples, moment - before);
    track.onended = end;
    context.createMediaStreamSource(microphone).connect(node);
    await context.resume();
  } catch (problem) {
    shut();
    throw problem;
  }
  return { shut, rate: context.sampleRate };
}

function render({ model, el }) {
  el.classList.add("s2f-live");
  el.innerHTML = `<style>${STYLE}</style>
    <div class="bar"><button type="button" class="jupyter-button widget-button mod-primary">Speak</button>
      <span role="alert"></span><span class="where"></span><span class="outward" role="status"></span></div>
    <div class="stage">
      <figure><canvas role="img" aria-label="A face of lines that moves with your voice"></canvas><figcaption></figcaption><div class="loud"></div></figure>
      <figure><canvas role="img" aria-label="The chosen face, which moves with your voice"></canvas><figcaption></figcaption></figure>
    </div>`;
  const button = el.querySelector("button"), problem = el.querySelector("[role=alert]");
  const [lines, picture] = el.querySelectorAll("canvas"), [delay, rate] = el.querySelectorAll("figcaption");
  const loud = el.querySelector(".loud"), where = el.querySelector(".where"), outward = el.querySelector(".outward");
  const speaker = `${Math.random()}`; // this view of the page
  let microphone = null, speaking = false, shown = 0, face = null, sent = 0, unanswered = 0; // since when
  let ofLines = recent(), ofPicture = recent();

  const tell = (kind, facts = {}, buffers = []) => model.send({ kind, speaker, ...facts }, undefined, buffers);
  const stop = (sentence = "") => {
    if (speaking) try { tell("stop"); } catch { /* nobody is there to hear it */ }
    microphone?.shut();
    [microphone, speaking] = [null, false];
    button.textContent = "Speak";
    problem.textContent = sentence;
    loud.style.transform = "scaleX(0)";
    delay.textContent = rate.textContent = "";
    rest();
  };
  const rest = () => {
    if (speaking) return;
    face = null;
    if (model.get("resting")?.byteLength) drawLines(lines, floats(model.get("resting")), model.get("lines"));
    if (model.get("picture")?.byteLength) drawPicture(picture, model.get("picture"));
  };
  const hear = (samples, moment) => {
    if (!speaking) return;
    const level = Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
    loud.style.transform = `scaleX(${Math.min(1, Math.max(0, 1 + Math.log10(level + 1e-6) / 2.5)).toFixed(3)})`;
    const now = performance.now();
    if (now - sent > 1000) unanswered = now; // a machine that slept, or the beginning
    if (now - unanswered > 3000) return stop(LOST);
    sent = now;
    try {
      tell("piece", { moment, shown }, [samples.buffer]);
    } catch {
      stop(LOST);
    }
  };
  const start = async () => {
    [speaking, shown, sent, ofLines, ofPicture] = [true, 0, 0, recent(), recent()];
    button.textContent = "Stop";
    problem.textContent = "";
    try {
      const opened = await listen(hear, () => stop("The microphone was taken away; connect it, then press Speak again."));
      if (!speaking) return opened.shut(); // stopped while the browser asked
      microphone = opened;
      tell("start", { rate: opened.rate });
    } catch (error) {
      speaking = false;
      stop(REASONS[error.name] ?? `The microphone cannot be used (${error.name}: ${error.message}).`);
    }
  };
  const drawn = (canvas, moment, facts) => {
    const late = Date.now() - moment;
    canvas.dispatchEvent(new CustomEvent("drawn", { bubbles: true, detail: { moment, delay: late, ...facts } }));
    return late;
  };
  const drawFace = () => {
    if (!face || !speaking) return;
    const { points, moment, spent } = face;
    face = null;
    drawLines(lines, points, model.get("lines"));
    ofLines(drawn(lines, moment, { spent, opening: Math.hypot(points[124] - points[132], points[125] - points[133]) }));
  };
  const showPicture = async ({ number, moment, spent }, bytes) => {
    await drawPicture(picture, bytes);
    shown = number;
    if (speaking) ofPicture(drawn(picture, moment, { spent }));
    else rest();
  };
  model.on("msg:custom", (message, buffers) => {
    if (message.speaker != speaker || !speaking) return;
    unanswered = performance.now();
    if (message.kind == "over") stop(message.sentence);
    if (message.kind == "picture") showPicture(message, buffers[0]);
    if (message.kind != "faces" || !message.moments.length) return;
    const waiting = face, points = floats(buffers[0]);
    face = { points: points.slice(-136), moment: message.moments.at(-1), spent: message.spent };
    if (!waiting) requestAnimationFrame(drawFace);
  });
  const clock = setInterval(() => {
    if (!el.isConnected && microphone) return stop(); // taken off the page
    if (!speaking) return;
    const [one, other] = [ofLines(), ofPicture()], tens = (value) => 10 * Math.round(value / 10);
    if (one.count) delay.textContent = `${tens(one.middle)} ms, of which the network waits ${Math.round(model.get("waits"))}`;
    if (other.count) rate.textContent = `${tens(other.middle)} ms, ${Math.round(other.count / 2)} pictures a second`;
  }, 500);

  button.addEventListener("click", () => (speaking ? stop() : start()));
  const say = () => {
    button.disabled = !model.get("ready") || !navigator.mediaDevices;
    where.textContent = HERE && model.get("home") ? "No sound leaves this machine, and none is kept."
      : "The sound goes to the computer that this page comes from; none is kept.";
  };
  const sayOutward = () => {
    outward.textContent = model.get("outward");
    outward.classList.toggle("unheard", model.get("unheard"));
  };
  ["change:outward", "change:unheard"].forEach((name) => model.on(name, sayOutward));
  sayOutward();
  tell("here");
  ["change:resting", "change:picture"].forEach((name) => model.on(name, rest));
  ["change:ready", "change:home"].forEach((name) => model.on(name, say));
  say();
  if (!navigator.mediaDevices) {
    const port = location.port || 80;
    where.textContent = `A browser lets a page listen only over https or from this computer itself, and this page came from ` +
      `http://${location.host}. Forward its port (ssh -L ${port}:localhost:${port} …) and open http://localhost:${port}.`;
  } else if (HERE) {
    model.set("port", Number(location.port || 80));
    model.save_changes();
  }
  new ResizeObserver(rest).observe(lines);
  rest();
  return () => {
    clearInterval(clock);
    stop();
  };
}
export default { render };
