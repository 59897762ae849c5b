
// ---- The window: launcher, panel, composer, and what each frame of the gateway does to them.
const host = make("div", { id: hostId });
const shadow = host.attachShadow({ mode: options.mode === "open" ? "open" : "closed" });
dress(shadow);
for (const name of ["theme", "side"]) if (options[name]) host.dataset[name] = options[name];
if (options.color && CSS.supports("color", options.color)) host.style.setProperty("--accent", options.color);

const ui = {
  badge: make("span", { className: "badge", hidden: true, "aria-hidden": "true" }),
  launcher: make("button", { className: "launcher", type: "button", "aria-label": words.open, "aria-expanded": "false" }, icon("chat")),
  panel: make("section", { className: "panel", role: "dialog", "aria-label": options.title || words.title, hidden: true }),
  close: make("button", { type: "button", "aria-label": words.close, textContent: "✕" }),
  status: make("p", { className: "status", role: "status", hidden: true }),
  log: make("ol", { className: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": words.messages, tabIndex: 0 }),
  typing: make("p", { className: "typing", "aria-live": "polite" }),
  composer: make("form", { className: "composer" }),
  text: make("textarea", { rows: 1, "aria-label": words.write, placeholder: words.write }),
  file: make("input", { type: "file", hidden: true, tabIndex: -1 }),
  attach: make("button", { type: "button", "aria-label": words.attach, title: words.attach }, icon("clip")),
  send: make("button", { className: "send", type: "submit", "aria-label": words.send, title: words.send }, icon("send")),
};
ui.launcher.append(ui.badge);
ui.composer.append(ui.attach, ui.file, ui.text, ui.send);
ui.panel.append(make("header", {}, make("h2", { textContent: options.title || words.title }), ui.close),
  ui.status, ui.log, ui.typing, ui.composer);
shadow.append(ui.launcher, ui.panel);

const chat = {
  wanted: false, opened: false, prechat: false, form: null, formView: null, pendingForm: null,
  caps: { max_text: 4000, max_file: 10485760 }, last: undefined, receipts: { recv: [], read: [] }, receiptTimer: 0,
  typingTimer: 0, typedAt: 0, notice: "", unread: new Set(),

  // -- What the gateway says.
  heard(frame) {
    const take = {
      welcome: () => this.welcome(frame),
      history: () => this.history(frame),
      msg: () => { this.add(frame); this.scroll(); },
      ack: () => { this.change(frame.c, { acked: true, id: frame.id }); line.acked(frame.c); },
      read: () => this.readUpTo(frame.c),
      typing: () => this.showTyping(),
      open: () => this.formTaken(frame),
      renewed: () => store.set("token", frame.resume),
      prechat_error: () => { this.pendingForm = null; this.formView?.refuse(frame.errors); },
      error: () => this.refused(frame),
      reconnect: () => { line.pause = frame.after_ms; },
    }[frame.t];
    if (take) take();
  },
  welcome(frame) {
    line.attempt = 0;
    store.set("token", frame.resume);
    this.caps = frame.caps;
    this.form = frame.form || null;
    this.prechat = frame.state === "prechat";
    if (frame.fresh) {
      for (const known of [messages, answered, this.unread]) known.clear();
      this.receipts = { recv: [], read: [] };
      ui.log.replaceChildren();
      this.last = undefined;
      this.setUnread();
    }
    // What was written and not kept yet stands at the end, also after a reload.
    for (const entry of outbox.entries()) this.add({ t: "msg", from: "visitor", c: entry.c, at: entry.at, ...entry.shown }, true);
    if (this.prechat && this.form) this.showForm(false);
    else if (this.formView && !this.formView.again) this.hideForm();
    if (this.pendingForm) line.send(this.pendingForm);
    this.status();
  },
  history(frame) {
    for (const message of frame.messages) this.add(message);
    if (!frame.done) return;
    line.synced = true;
    this.scroll();
    line.flush();
  },
  refused(frame) {
    if (frame.code === "closed" && this.form) { this.prechat = true; line.waiting = null; this.showForm(false); return; }
    if (!frame.c) return;
    if (this.pendingForm?.c === frame.c) {
      if (frame.retry_after_ms) setTimeout(() => this.pendingForm && line.send(this.pendingForm), frame.retry_after_ms);
      else { this.pendingForm = null; this.formView?.refuse({}); }
      return;
    }
    if (frame.retry_after_ms) { line.later(frame.c, frame.retry_after_ms); return; }
    this.failed(frame.c);
    line.acked(frame.c);
  },

  // -- Messages.
  add(message, unsent = false) {
    const key = keyOf(message);
    if (message.in && message.choice) this.answer(message.in, message.choice);
    if (messages.has(key)) {
      if (!unsent) this.change(message.c, { acked: true, id: message.id, read: message.read, media: message.media });
      if (!unsent && message.c) outbox.remove(message.c);
      return;
    }
    const mine = message.from === "visitor";
    message.acked = mine && !unsent;
    if (mine && !unsent && message.c) outbox.remove(message.c);
    messages.set(key, message);
    message.item = draw(message);
    this.place(message);
    if (mine) return;
    this.last = message.id;
    ui.typing.textContent = "";
    if (!message.received) this.receipt("recv", message.id);
    if (message.read) return;
    this.unread.add(message.id);
    this.setUnread();
    this.see();
  },
  /// Behind all that are older; what was just written stands last.
  place(message) {
    const items = [...messages.values()].filter((other) => other.item && other !== message);
    const next = message.acked || message.from !== "visitor" ? items.find((other) => other.from === "visitor" && !other.acked) : undefined;
    if (next) ui.log.insertBefore(message.item, next.item);
    else ui.log.append(message.item);
  },
  change(c, facts) {
    const message = c && messages.get("c:" + c);
    if (!message) return;
    for (const [name, value] of Object.entries(facts)) if (value !== undefined) message[name] = value;
    message.item.lastChild.replaceWith(drawMeta(message));
  },
  readUpTo(c) {
    for (const [key, message] of messages) {
      if (message.from === "visitor" && message.acked) this.change(message.c, { read: true });
      if (key === "c:" + c) return;
    }
  },
  answer(id, choice) {
    answered.set(id, choice);
    const message = messages.get(id);
    if (message) markAnswered(message.item, choice);
  },
  failed(c) { this.change(c, { failed: true }); },
  sendAgain(message) {
    messages.delete("c:" + message.c);
    message.item.remove();
    this.say(message.frame || { t: "msg", text: message.text }, { text: message.text, media: message.media });
  },
  say(frame, shown) {
    const c = unique();
    const at = Date.now();
    const { c: _, ...rest } = frame;
    const whole = { ...rest, c };
    outbox.put({ c, at, frame: whole, shown });
    this.add({ t: "msg", from: "visitor", c, at, frame: whole, ...shown }, true);
    this.scroll();
    this.want();
    line.flush();
  },
  choose(message, id, title) {
    this.answer(message.id, id);
    this.say({ t: "button", id, title, in: message.id }, { text: title });
  },

  // -- Receipts and reading.
  receipt(kind, id) {
    this.receipts[kind].push(id);
    clearTimeout(this.receiptTimer);
    this.receiptTimer = setTimeout(() => {
      for (const [type, ids] of Object.entries(this.receipts)) {
        while (ids.length > 0) if (!line.send({ t: type, ids: ids.splice(0, 200) })) break;
      }
    }, 150);
  },
  see() {
    if (!this.opened || document.visibilityState !== "visible" || this.formView) return;
    for (const id of this.unread) this.receipt("read", id);
    this.unread.clear();
    this.setUnread();
  },
  setUnread() {
    const count = this.unread.size;
    ui.badge.hidden = count === 0;
    ui.badge.textContent = count > 99 ? "99+" : String(count);
    ui.launcher.setAttribute("aria-label", count ? `${words.open}, ${count} ${words.unread}` : words.open);
  },
  showTyping() {
    ui.typing.textContent = words.typing;
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => { ui.typing.textContent = ""; }, 6000);
  },

  // -- The form.
  showForm(again) {
    if (!this.form || (this.formView && this.formView.again === again)) return;
    this.hideForm();
    let known = {};
    try { known = JSON.parse(sessionStorage.getItem(store.prefix + "form")) || {}; } catch { known = {}; }
    this.formView = makeForm(this.form, known, again, (values) => {
      try { sessionStorage.setItem(store.prefix + "form", JSON.stringify(values)); } catch { /* As it is. */ }
      this.pendingForm = { t: "prechat", c: unique(), fields: values };
      line.send(this.pendingForm);
    });
    this.formView.again = again;
    ui.panel.insertBefore(this.formView.element, ui.composer);
    for (const part of [ui.log, ui.typing, ui.composer]) part.hidden = true;
    if (this.opened) this.formView.focus();
  },
  redoForm() { if (this.form) this.showForm(true); },
  hideForm() {
    if (!this.formView) return;
    this.formView.element.remove();
    this.formView = null;
    for (const part of [ui.log, ui.typing, ui.composer]) part.hidden = false;
    if (this.opened) ui.text.focus();
    this.see();
  },
  formTaken(frame) {
    store.set("token", frame.resume);
    const fields = this.pendingForm?.fields || {};
    this.pendingForm = null;
    this.prechat = false;
    this.hideForm();
    const shown = this.form ? this.form.fields.filter((field) => fields[field.name] && field.type !== "hidden")
      .map((field) => `${field.label || words[field.name] || field.name}: ${fields[field.name] === true ? "✓" : fields[field.name]}`).join("\n") : "";
    if (shown) this.add({ t: "msg", from: "visitor", c: frame.c, at: Date.now(), text: shown, form: true });
    this.scroll();
    line.flush();
  },

  // -- Files.
  async upload(file) {
    if (file.size > this.caps.max_file) return this.tell(words.tooBig);
    this.tell(words.uploading);
    let answer = null;
    try {
      answer = await fetch(`${root}upload?filename=${encodeURIComponent(file.name)}`, {
        method: "POST", body: file, credentials: "omit",
        headers: { authorization: "Bearer " + store.get("token"), "content-type": file.type || "application/octet-stream" } });
    } catch {
      return this.tell(words.offline);
    }
    if (!answer.ok) return this.tell(answer.status === 413 ? words.tooBig : words.badFile);
    const kept = await answer.json();
    this.tell("");
    const kind = /^(image|audio|video)\//.exec(kept.mime)?.[1] || "document";
    const shown = { media: { kind, url: kept.url, mime: kept.mime, filename: kept.filename } };
    return this.say({ t: "msg", file: kept.file }, shown);
  },

  // -- The panel.
  tell(text) { this.notice = text; this.status(); },
  status() {
    const connected = line.socket?.readyState === WebSocket.OPEN;
    const text = line.stopped ? words.blocked : this.notice || (connected || !this.wanted ? "" : navigator.onLine ? words.connecting : words.offline);
    ui.status.hidden = !text;
    ui.status.textContent = text;
  },
  scroll() { ui.log.scrollTop = ui.log.scrollHeight; },
  want() { this.wanted = true; line.connect(); this.status(); },
  show() {
    this.opened = true;
    host.dataset.opened = "";
    ui.panel.hidden = false;
    ui.launcher.hidden = true;
    ui.launcher.setAttribute("aria-expanded", "true");
    this.want();
    if (this.formView) this.formView.focus();
    else ui.text.focus();
    this.scroll();
    this.see();
  },
  hide() {
    this.opened = false;
    delete host.dataset.opened;
    ui.panel.hidden = true;
    ui.launcher.hidden = false;
    ui.launcher.setAttribute("aria-expanded", "false");
    ui.launcher.focus();
  },
  write() {
    const text = ui.text.value.trim();
    if (!text) return;
    if ([...text].length > this.caps.max_text) { this.tell(words.tooLong); return; }
    this.tell("");
    ui.text.value = "";
    ui.text.style.height = "";
    this.say({ t: "msg", text }, { text });
  },
};
