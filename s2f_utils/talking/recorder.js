// A button that records the microphone and hands the sound over, as the browser packs it.
const REASONS = {
  NotAllowedError: "the browser was told not to let this page listen; allow it beside the address, then press again.",
  NotFoundError: "no microphone is connected.",
  NotReadableError: "another program holds the microphone; close it, then press again.",
};
function render({ model, el }) {
  const button = document.createElement("button"), problem = document.createElement("div");
  button.type = "button";
  button.className = "jupyter-button widget-button";
  problem.setAttribute("role", "alert");
  problem.style.color = "#b00020";
  el.append(button, problem);
  let recorder = null;
  const idle = () => { button.textContent = "● Record"; recorder = null; };
  const say = (reason) => { problem.textContent = reason && `No recording: ${reason}`; };
  button.addEventListener("click", async () => {
    if (recorder) return recorder.stop();
    say("");
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const parts = [];
      recorder = new MediaRecorder(stream);
      recorder.ondataavailable = (event) => parts.push(event.data);
      recorder.onstop = async () => {
        stream.getTracks().forEach((track) => track.stop());
        const sound = new Blob(parts), most = model.get("most");
        if (sound.size > most) say(`it has become longer than this page can take (${Math.round(most / 1e6)} MB).`);
        else {
          model.set("sound", new DataView(await sound.arrayBuffer()));
          model.save_changes();
        }
        idle();
      };
      recorder.start();
      button.textContent = "■ Stop";
    } catch (error) {
      say(REASONS[error.name] ?? `the browser refuses (${error.name}).`);
      recorder = null;
    }
  });
  idle();
  if (!navigator.mediaDevices) {
    const port = location.port || 80;
    button.disabled = true;
    problem.style.color = "#555"; // nobody did anything wrong
    say(`a browser lets a page listen only over https or from this computer itself, and this page came from http://${location.host}. ` +
      `Forward its port (ssh -L ${port}:localhost:${port} …) and open http://localhost:${port}.`);
  }
}
export default { render };
