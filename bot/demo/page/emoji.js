// The emoji that bots use most, by Slack's names.

const TABLE = {
  white_check_mark: "✅", heavy_check_mark: "✔️", ballot_box_with_check: "☑️", x: "❌", warning: "⚠️", no_entry: "⛔️",
  no_entry_sign: "🚫", rotating_light: "🚨", information_source: "ℹ️", question: "❓", grey_question: "❔", exclamation: "❗",
  red_circle: "🔴", large_orange_circle: "🟠", large_yellow_circle: "🟡", large_green_circle: "🟢",
  large_blue_circle: "🔵", large_purple_circle: "🟣", white_circle: "⚪️", black_circle: "⚫️", large_brown_circle: "🟤",
  large_green_square: "🟩", large_red_square: "🟥", large_yellow_square: "🟨", black_large_square: "⬛️", white_large_square: "⬜️",
  hourglass: "⌛️", hourglass_flowing_sand: "⏳", stopwatch: "⏱️", alarm_clock: "⏰", clock3: "🕒", calendar: "📆", date: "📅",
  zzz: "💤", moon: "🌔", crescent_moon: "🌙", sleeping: "😴", ghost: "👻", wave: "👋", eyes: "👀", eye: "👁️", bust_in_silhouette: "👤",
  busts_in_silhouette: "👥", lock: "🔒", unlock: "🔓", key: "🔑", mag: "🔍", mag_right: "🔎", bulb: "💡", pushpin: "📌", round_pushpin: "📍",
  bar_chart: "📊", chart_with_upwards_trend: "📈", chart_with_downwards_trend: "📉", clipboard: "📋", page_facing_up: "📄",
  file_folder: "📁", open_file_folder: "📂", card_index_dividers: "🗂️", file_cabinet: "🗄️", package: "📦", wastebasket: "🗑️", inbox_tray: "📥",
  outbox_tray: "📤", link: "🔗", gear: "⚙️", wrench: "🔧", hammer_and_wrench: "🛠️", bell: "🔔", no_bell: "🔕", tada: "🎉", sparkles: "✨",
  rocket: "🚀", fire: "🔥", star: "⭐️", zap: "⚡️", seedling: "🌱", new: "🆕", free: "🆓", arrow_up: "⬆️", arrow_down: "⬇️", arrow_left: "⬅️",
  arrow_right: "➡️", arrows_counterclockwise: "🔄", leftwards_arrow_with_hook: "↩️", pencil: "📝", pencil2: "✏️", memo: "📝", label: "🏷️",
  credit_card: "💳", moneybag: "💰", traffic_light: "🚦", construction: "🚧", octagonal_sign: "🛑", pause_button: "⏸️", double_vertical_bar: "⏸️",
  arrow_forward: "▶️", black_square_for_stop: "⏹️", video_game: "🎮", movie_camera: "🎥", desktop_computer: "🖥️", satellite_antenna: "📡",
  globe_with_meridians: "🌐", house: "🏠", robot_face: "🤖", thumbsup: "👍", "+1": "👍", thumbsdown: "👎", "-1": "👎", smile: "😄", slightly_smiling_face: "🙂",
  books: "📚", book: "📖", speech_balloon: "💬", raised_hand: "✋", electric_plug: "🔌", broken_heart: "💔", heart: "❤️", dart: "🎯",
};

/** The emoji of a name, or the name between colons if there is none here. */
export function emoji(name) {
  return Object.hasOwn(TABLE, name) ? TABLE[name] : `:${name}:`;
}

/** Replace `:name:` by emoji in plain text. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => (Object.hasOwn(TABLE, name) ? TABLE[name] : whole));
}
