// The line under the channel's name that says when nobody will answer.

import { byId, el, icon } from "./dom.js";
import { lever } from "./levers.js";

const SAID = { killed: "Rollcall is not running.", starting: "Rollcall is starting…" };

/** Say that the bot is down, and offer to start it; say nothing while it runs. */
export function drawBanner(state, onStatus) {
  const banner = byId("banner");
  banner.hidden = !(state in SAID);
  banner.className = state;
  if (banner.dataset.state === state) return;
  banner.dataset.state = state;
  banner.replaceChildren(...(banner.hidden ? [] : [
    icon("plug"), el("span", {}, SAID[state]), state === "killed" ? lever("Start Rollcall", "bot/running", {}, onStatus) : "",
  ]));
}
