// A button that hands over a file; one that the connection cannot carry is named before anything is sent.
function render({ model, el }) {
  const button = document.createElement("button"), input = document.createElement("input");
  const name = document.createElement("span"), problem = document.createElement("div");
  button.type = "button";
  button.className = "jupyter-button widget-button";
  button.textContent = model.get("description");
  input.type = "file";
  input.accept = model.get("accept");
  input.hidden = true;
  name.style.marginLeft = ".5rem";
  problem.setAttribute("role", "alert");
  problem.style.color = "#b00020";
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
    name.textContent = file.name;
  });
  el.append(button, input, name, problem);
}
export default { render };
