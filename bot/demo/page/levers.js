// Buttons that change the demo itself.

import { post } from "./backend.js";
import { el } from "./dom.js";

/** A button that posts `body` to an endpoint and hands on how the demo stands then; it shows that it waits. */
export function lever(label, path, body, onStatus, set = {}) {
  const node = el("button", { type: "button", class: "button", "data-lever": `${path} ${JSON.stringify(body)}`, ...set }, label);
  node.addEventListener("click", async () => {
    if (node.getAttribute("aria-busy") === "true") return;
    node.classList.add("waiting");
    node.setAttribute("aria-busy", "true");
    const status = await post(path, body);
    node.classList.remove("waiting");
    node.removeAttribute("aria-busy");
    onStatus(status);
  });
  return node;
}

/** Buttons of which one is pressed in: the ways a thing can be. */
export function modes(name, path, all, now, onStatus) {
  return all.map((mode) => lever(mode.label, `${path}/${mode.name}`, {}, onStatus, {
    class: "mode", "data-mode": `${name}/${mode.name}`, "aria-pressed": String(mode.name === now),
  }));
}
