// A button that records the microphone and hands the sound over, as the browser packs it.
function render({ model, el }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "jupyter-button widget-button";
  let recorder = null;
  const idle = () => { button.textContent = "● Record"; recorder = null; };
  button.addEventListener("click", async () => {
    if (recorder) return recorder.stop();
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const parts = [];
      recorder = new MediaRecorder(stream);
      recorder.ondataavailable = (event) => parts.push(event.data);
      recorder.onstop = async () => {
        stream.getTracks().forEach((track) => track.stop());
        model.set("sound", new DataView(await new Blob(parts).arrayBuffer()));
        model.save_changes();
        idle();
      };
      recorder.start();
      button.textContent = "■ Stop";
    } catch (error) {
      button.textContent = `No microphone (${error.name})`;
      recorder = null;
    }
  });
  idle();
  el.append(button);
}
export default { render };
