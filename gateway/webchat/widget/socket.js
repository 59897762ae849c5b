
// ---- The line: connects, greets, comes back; nothing that was written is lost on the way.
const outbox = {
  /// Oldest first, of all tabs of this visitor: a second telling is known by its name.
  entries() {
    return store.names().filter((name) => name.startsWith("out:"))
      .map((name) => { try { return JSON.parse(store.get(name)); } catch { return null; } })
      .filter((entry) => entry && entry.c).sort((a, b) => a.at - b.at);
  },
  put(entry) { store.set("out:" + entry.c, JSON.stringify(entry)); },
  remove(c) { store.remove("out:" + c); },
};
const keepUnsentMs = 24 * 3600 * 1000;  // longer ago the gateway may not know that it has it

const line = {
  socket: null, attempt: 0, timer: 0, silence: 0, synced: false, stopped: false, waiting: null, pause: 0,

  connect() {
    if (this.socket || this.stopped) return;
    clearTimeout(this.timer);
    if (navigator.onLine === false) {
      this.timer = setTimeout(() => this.connect(), 5000);  // the event may never come
      return;
    }
    const socket = new WebSocket(root.replace(/^http/, "ws") + "socket", "gwchat.v1");
    this.socket = socket;
    socket.onopen = () => this.send({ t: "hello", v: 1, resume: store.get("token") || undefined, after: chat.last,
      locale: navigator.language, page: { url: location.origin + location.pathname, ref: document.referrer } });
    socket.onmessage = (event) => {
      this.listen();
      let frame = null;
      try { frame = JSON.parse(event.data); } catch { return; }
      chat.heard(frame);
    };
    socket.onclose = (event) => { if (this.socket === socket) this.lost(event.code); };
    this.listen();
  },

  /// Half an hour of silence is no sign of life, half a minute is asked about.
  listen() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      this.send({ t: "ping" });
      this.silence = setTimeout(() => { const socket = this.socket; this.lost(0); socket?.close(); }, 10000);
    }, 30000);
  },

  send(frame) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  },

  lost(code) {
    clearTimeout(this.silence);
    this.socket = null;
    this.synced = false;
    this.waiting = null;
    chat.status();
    if (code === 4001 || code === 4003) { this.stopped = true; return; }
    // Full jitter: after a restart not all come in the same second.
    const most = Math.min(30000, 1000 * 2 ** this.attempt++);
    const delay = (this.pause || 0) * (0.5 + Math.random()) + Math.random() * most;
    this.pause = 0;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), delay);
  },

  /// One at a time, in order: the next goes when the last one is known to be kept.
  flush() {
    if (!this.synced || this.waiting || chat.prechat) return;
    for (const entry of outbox.entries()) {
      if (Date.now() - entry.at > keepUnsentMs) { outbox.remove(entry.c); chat.failed(entry.c); continue; }
      this.waiting = entry.c;
      this.send(entry.frame);
      return;
    }
  },

  acked(c) {
    outbox.remove(c);
    if (this.waiting === c) this.waiting = null;
    this.flush();
  },

  later(c, delayMs) {
    setTimeout(() => {
      if (this.waiting === c) this.waiting = null;
      this.flush();
    }, delayMs * (1 + Math.random()));
  },
};
addEventListener("online", () => { line.attempt = 0; if (chat.wanted) line.connect(); });
addEventListener("offline", () => { const socket = line.socket; if (socket) { line.lost(0); socket.close(); } });
