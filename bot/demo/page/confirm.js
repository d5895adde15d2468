// The question before a button does something that cannot be undone.

import { byId, el } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";

const NOBODY = { user: (id) => `@${id}`, channel: (id) => `#${id}` };

/** Ask, and return whether the answer was yes. */
export function confirmed(ask) {
  const dialog = byId("confirm");
  const text = ask.text.type === "mrkdwn" ? mrkdwn(ask.text.text, NOBODY, { verbatim: true }) : [ask.text.text];
  dialog.replaceChildren(
    el("form", { method: "dialog" },
      el("h2", {}, ask.title.text),
      el("p", {}, ...text),
      el("div", { class: "answers" },
        el("button", { class: "button", value: "no" }, ask.deny.text),
        el("button", { class: `button ${ask.style === "danger" ? "danger" : "primary"}`, value: "yes" }, ask.confirm.text))),
  );
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
