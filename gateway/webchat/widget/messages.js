
// ---- Messages: what was said, each once, in order; and how each is drawn.
const messages = new Map();  // by key: "c:…" for the visitor's own, the id for the others'
const answered = new Map();  // id of a message with buttons -> what was tapped
const keyOf = (message) => (message.from === "visitor" && message.c ? "c:" + message.c : message.id);

/// Words with links that can be followed; never markup.
const linked = (text) => {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g)) {
    parts.push(text.slice(end, match.index));
    parts.push(make("a", { href: safeUrl(match[0]), target: "_blank", rel: "noopener noreferrer nofollow", textContent: match[0] }));
    end = match.index + match[0].length;
  }
  return [...parts, text.slice(end)];
};

const drawMedia = (media) => {
  const url = media.url ? safeUrl(media.url) : "";
  const name = media.filename || words.file;
  if (!url) return make("span", { textContent: name });
  const link = (...children) => make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...children);
  if (media.kind === "image" || media.kind === "sticker")
    return link(make("img", { src: url, alt: media.filename || words.image, loading: "lazy" }));
  if (media.kind === "video") return make("video", { src: url, controls: true, preload: "metadata" });
  if (media.kind === "audio" || media.kind === "voice") return make("audio", { src: url, controls: true, preload: "metadata" });
  return link(name);
};

const drawPlace = (place) => {
  const at = `${place.latitude},${place.longitude}`;
  const url = `https://www.openstreetmap.org/?mlat=${place.latitude}&mlon=${place.longitude}&zoom=16`;
  const name = [place.name, place.address].filter(Boolean).join(", ") || `${words.place} ${at}`;
  return make("a", { href: url, target: "_blank", rel: "noopener noreferrer", textContent: name });
};

const drawCard = (card) => {
  const lines = make("span", {}, make("strong", { textContent: card.name }));
  if (card.organization) lines.append(make("small", { textContent: card.organization }));
  for (const phone of card.phones) lines.append(make("a", { href: "tel:" + encodeURIComponent(phone), textContent: phone }), " ");
  for (const mail of card.emails) lines.append(make("a", { href: "mailto:" + encodeURIComponent(mail), textContent: mail }), " ");
  return lines;
};

const choiceButton = (message, id, title, description) => {
  const button = make("button", { type: "button", textContent: title });
  if (description) button.append(make("small", { textContent: description }));
  button.dataset.choice = id;
  button.addEventListener("click", () => {
    if (id === "postern.form") return chat.redoForm();
    if (answered.has(message.id)) return undefined;
    return chat.choose(message, id, title);
  });
  return button;
};

const drawButtons = (message) => {
  const group = make("div", { className: "choices", role: "group", "aria-label": words.options });
  for (const button of message.buttons) {
    if (button.kind === "url" && safeUrl(button.url)) {
      group.append(make("a", { href: safeUrl(button.url), target: "_blank", rel: "noopener noreferrer", textContent: button.title }));
    } else if (button.kind === "phone") {
      group.append(make("a", { href: "tel:" + encodeURIComponent(button.phone || ""), textContent: button.title }));
    } else if (button.kind === "reply") {
      group.append(choiceButton(message, button.id, button.title));
    }
  }
  return group;
};

const drawList = (message) => {
  const rows = make("div", { className: "rows" });
  for (const section of message.sections) {
    if (section.title) rows.append(make("h4", { textContent: section.title }));
    for (const row of section.rows) rows.append(choiceButton(message, row.id, row.title, row.description));
  }
  return make("details", {}, make("summary", { textContent: message.button || words.options }), rows);
};

/// What was tapped stays marked, and nothing else of that message can be tapped any more.
const markAnswered = (item, chosen) => {
  for (const button of item.querySelectorAll("[data-choice]")) {
    if (button.dataset.choice === "postern.form") continue;
    button.disabled = true;
    button.setAttribute("aria-pressed", String(button.dataset.choice === chosen));
  }
};

const stateOf = (message) => {
  if (message.from !== "visitor") return "";
  if (message.failed) return words.failed;
  if (!message.acked) return words.sending;
  return message.read ? words.seen : words.sent;
};

const drawMeta = (message) => {
  const meta = make("span", { className: "meta" });
  const state = stateOf(message);
  meta.append(clock.format(new Date(message.at)) + (state ? " · " + state : ""));
  if (message.failed) {
    const again = make("button", { type: "button", textContent: words.retry });
    again.addEventListener("click", () => chat.sendAgain(message));
    meta.append(" ", again);
  }
  return meta;
};

/// The list entry of a message: drawn once, its last line again when its state changes.
const draw = (message) => {
  const mine = message.from === "visitor";
  const bubble = make("div", { className: "bubble" }, make("span", { className: "hear", textContent: (mine ? words.you : words.agent) + ": " }));
  if (message.header) bubble.append(make("strong", { textContent: message.header }));
  if (message.media) bubble.append(drawMedia(message.media));
  if (message.text) bubble.append(...linked(message.form ? words.details + "\n" + message.text : message.text));
  if (message.place) bubble.append(drawPlace(message.place));
  for (const card of message.contacts || []) bubble.append(drawCard(card));
  if (message.footer) bubble.append(make("small", { textContent: message.footer }));
  const item = make("li", { className: mine ? "mine" : "theirs" }, bubble);
  if (message.id) item.dataset.id = message.id;
  if (message.buttons) item.append(drawButtons(message));
  if (message.sections) item.append(drawList(message));
  item.append(drawMeta(message));
  if (answered.has(message.id)) markAnswered(item, answered.get(message.id));
  return item;
};
