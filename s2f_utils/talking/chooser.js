// A button that hands over a file, and one that takes it back; a file that the connection cannot carry is named
// before anything is sent.
function render({ model, el }) {
  const button = document.createElement("button"), input = document.createElement("input");
  const name = document.createElement("span"), problem = document.createElement("div");
  const away = document.createElement("button"), line = document.createElement("div");
  button.type = away.type = "button";
  button.className = away.className = "jupyter-button widget-button";
  away.textContent = "×";
  button.style.width = away.style.width = "auto";
  button.style.minWidth = "110px";
  const shown = (file) => {
    name.textContent = file;
    away.setAttribute("aria-label", `without ${file}`);
    away.style.display = file ? "" : "none";
  };
  shown("");
  button.textContent = model.get("description");
  input.type = "file";
  input.accept = model.get("accept");
  input.hidden = true;
  line.style.cssText = "display: flex; flex-wrap: wrap; align-items: center; gap: 0 6px; margin: 2px";
  name.style.overflowWrap = "anywhere";
  problem.setAttribute("role", "alert");
  problem.style.color = "var(--jp-error-color1, #b00020)";
  const inMB = (bytes) => (bytes / 1e6).toLocaleString("en", { maximumFractionDigits: 1 });
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    input.value = ""; // the same file may be chosen again
    const most = model.get("most");
    problem.textContent = file.size <= most ? "" :
      `${file.name} has ${inMB(file.size)} MB, and this page can take ${inMB(most)} MB; make it smaller, or let “make animate” read it.`;
    if (file.size > most) return;
    model.set("content", new DataView(await file.arrayBuffer()));
    model.save_changes();
    shown(file.name);
  });
  away.addEventListener("click", () => {
    model.set("content", new DataView(new ArrayBuffer(0)));
    model.save_changes();
    shown("");
    button.focus(); // a keyboard goes on from here
  });
  line.append(button, input, name, away);
  el.append(line, problem);
}
export default { render };
