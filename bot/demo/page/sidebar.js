// Channels, the conversation with the bot, and who one is.

import { avatar } from "./messages.js";
import { byId, el, icon } from "./dom.js";

const ABOUT = {
  studio: "Showrooms and configurators",
  platform: "Services and what they run on",
};

/** What this place is, or what is unusual about it. */
function about(channel) {
  if (channel.dm) return "Direct message: type without the slash";
  if (channel.archived) return "Archived: nobody can post here";
  return channel.has_bot ? ABOUT[channel.name] ?? "" : "Rollcall is not in this channel; commands still work";
}

/** Draw the list of places; `go(id)` moves to one. */
export function drawSidebar(room, go) {
  const item = (channel) => el("li", {},
    el("button", {
      type: "button", class: `place-link${room.unread.has(channel.id) ? " unread" : ""}`,
      "aria-current": channel.id === room.here ? "page" : null, "data-channel": channel.name, onclick: () => go(channel.id),
    }, channel.dm ? avatar(room.users.get(room.bot)) : icon(channel.private ? "lock" : "hash"), el("span", {}, channel.name),
    room.unread.has(channel.id) ? el("span", { class: "dot" }, el("span", { class: "unseen" }, "unread")) : null));
  const all = [...room.channels.values()];
  byId("channels").replaceChildren(...all.filter((channel) => !channel.dm).map(item));
  byId("conversations").replaceChildren(...all.filter((channel) => channel.dm).map(item));
}

/** Name the place above the messages. */
export function drawPlace(room) {
  const channel = room.channels.get(room.here);
  byId("place-name").replaceChildren(channel.dm ? avatar(room.users.get(room.bot)) : icon(channel.private ? "lock" : "hash"), channel.name);
  byId("place-about").textContent = about(channel);
  document.title = `${channel.dm ? "" : "#"}${channel.name} · Rollcall demo`;
}

/** Offer the people one can be. */
export function drawViewers(room, become) {
  const select = byId("viewer");
  const people = [...room.users.values()].filter((user) => !user.bot);
  select.replaceChildren(...people.map((user) => el("option", { value: user.id }, user.name)));
  select.value = room.me;
  byId("viewer-zone").textContent = `${room.users.get(room.me).zone} time`;
  select.onchange = () => become(select.value);
}

/** Let the two side columns slide in where there is no room for them. */
export function wireDrawers() {
  const drawers = [["sidebar", "open-sidebar"], ["panel", "open-panel"]];
  const set = (name, open) => {
    for (const [id, opener] of drawers) {
      const shown = id === name && open;
      byId(id).classList.toggle("open", shown);
      byId(opener).setAttribute("aria-expanded", String(shown));
    }
    byId("veil").hidden = !open;
  };
  for (const [id, opener] of drawers) {
    byId(opener).onclick = () => {
      const open = !byId(id).classList.contains("open");
      set(id, open);
      if (open) byId(id).querySelector("button, select")?.focus();
    };
  }
  byId("close-panel").onclick = () => { set("panel", false); byId("open-panel").focus(); };
  byId("veil").onclick = () => set("panel", false);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") set("panel", false); });
  return () => set("sidebar", false);
}
