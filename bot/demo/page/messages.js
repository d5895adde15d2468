// One message as nodes.

import { draw } from "./blocks.js";
import { clockTime } from "./dates.js";
import { el, icon } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { preview } from "./tables.js";

const AVATARS = ["a", "b", "c", "d"];

/** A coloured square with initials; the bot has its mark. */
export function avatar(user) {
  if (user.bot) return el("span", { class: `avatar ${user.handle === "slackbot" ? "slackbot" : "bot"}`, "aria-hidden": "true" }, icon("roll"));
  const initials = user.name.split(" ").map((word) => word[0]).join("").slice(0, 2);
  const kind = AVATARS[[...user.id].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % AVATARS.length];
  return el("span", { class: `avatar ${kind}`, "aria-hidden": "true" }, initials);
}

const moment = (message) => new Date(Number(message.ts.split(".")[0]) * 1000);

/** Draw a message with its replies. `acts` holds what its buttons do: `press`, `reply`. */
export function messageNode(message, room, acts) {
  const user = room.users.get(message.user) ?? { id: message.user, name: message.user, handle: message.user };
  if (message.typed) return typedNode(message);
  const kind = ["message", message.private && "private", message.alarm && "alarm"].filter(Boolean).join(" ");
  const replies = room.replies(message.ts);
  return el("li", { class: kind, "data-ts": message.ts },
    avatar(user),
    el("div", { class: "content" },
      message.broadcast ? el("p", { class: "whisper" }, "Answer in a thread, also sent to the channel") : null,
      message.private ? el("p", { class: "whisper" }, icon("eye"), "Only visible to you") : null,
      head(user, message),
      body(message, room, acts),
      message.alarm ? el("p", { class: "trouble" }, "This message would have notified the whole channel.") : null,
      el("p", { class: "heard", hidden: true }),
      replies.length ? el("ol", { class: "replies" }, ...replies.map((reply) => messageNode(reply, room, acts))) : null),
    tools(message, acts));
}

/** A command that was typed: one line, for the one who typed it. */
function typedNode(message) {
  return el("li", { class: "message typed", "data-ts": message.ts },
    el("span", {}, "You typed "), el("code", { class: "command" }, message.text), el("time", {}, clockTime(moment(message))));
}

function head(user, message) {
  const at = moment(message);
  return el("p", { class: "head" },
    el("strong", {}, user.name),
    user.bot ? el("span", { class: "badge" }, "App") : null,
    el("time", { datetime: at.toISOString() }, clockTime(at)),
    message.edited ? el("span", { class: "edited" }, "(edited)") : null);
}

function body(message, room, acts) {
  const use = (block) => (element, value) => acts.press(message, block, element, value);
  const contents = message.blocks.length
    ? draw(message.blocks, room.names, use)
    : message.text ? [el("div", { class: "text" }, ...mrkdwn(message.text, room.names))] : [];
  return el("div", { class: "blocks" }, ...contents, ...message.files.map((file) => fileNode(file, room.me)));
}

function fileNode(file, viewer) {
  const size = file.size < 1024 ? `${file.size} bytes` : `${(file.size / 1024).toFixed(1)} kB`;
  return el("div", { class: "file" },
    el("a", { href: `/_demo/files/${encodeURIComponent(file.id)}?viewer=${encodeURIComponent(viewer)}`, download: file.name },
      icon("file"), el("span", {}, el("strong", {}, file.title), el("small", {}, `${file.name} · ${size}`)), el("span", { class: "button" }, "Download")),
    preview(file.preview));
}

function tools(message, acts) {
  const hear = el("button", { type: "button", class: "icon-button", "aria-expanded": "false", "aria-label": "What a screen reader hears", title: "What a screen reader hears" }, icon("ear"));
  hear.addEventListener("click", () => {
    const heard = hear.closest(".message").querySelector(":scope > .content > .heard");
    heard.replaceChildren(el("b", {}, "What a screen reader hears: "), message.text || "nothing");
    heard.hidden = !heard.hidden;
    hear.setAttribute("aria-expanded", String(!heard.hidden));
  });
  const reply = message.private || message.thread_ts ? null
    : el("button", { type: "button", class: "icon-button", "aria-label": "Reply in thread", title: "Reply in thread", onclick: () => acts.reply(message) }, icon("reply"));
  return el("div", { class: "message-tools" }, hear, reply);
}
