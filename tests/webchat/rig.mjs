// The real daemon with two web chats, a web site of another origin, the API as an agent uses it,
// and visitors that speak raw frames. For chat_judge.mjs and chat_browser.mjs.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';

export const require = createRequire(new URL('../interop/package.json', import.meta.url));
const WebSocket = require('ws');

const key = 'webchat_bootstrap_key_0123456789abcdef0123456789abcdef';
const patience = 20_000;

/** Resolves with what `look` finds; asks again while it finds nothing. */
export async function until(look, what) {
  const end = Date.now() + patience;
  for (;;) {
    const found = await look();
    if (found) return found;
    assert.ok(Date.now() < end, `never came: ${what}`);
    await new Promise((wake) => { setTimeout(wake, 30); });
  }
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

export class Rig {
  /** `pages`: path -> HTML of the web site. */
  static async start(program, pages = {}) {
    const rig = new Rig();
    rig.program = program;
    rig.folder = mkdtempSync(path.join(tmpdir(), 'postern-chat-'));
    rig.pages = pages;
    rig.site = http.createServer((request, response) => rig.serve(request, response));
    rig.site.listen(0, '127.0.0.1');
    await once(rig.site, 'listening');
    rig.origin = `http://127.0.0.1:${rig.site.address().port}`;
    // Kept over restarts: a widget knows one address only.
    rig.port = await freePort();
    rig.secrets = ['visitor-secret-of-this-test-0001'];
    await rig.boot();
    return rig;
  }

  serve(request, response) {
    const page = this.pages[new URL(request.url, this.origin).pathname];
    if (page === undefined) {
      response.writeHead(404).end();
      return;
    }
    const gateway = `http://127.0.0.1:${this.port}`;
    response.writeHead(200, {
      'Content-Type': 'text/html; charset=utf-8',
      // As strict as a site may be: nothing inline, nothing from elsewhere but the gateway.
      'Content-Security-Policy': `default-src 'none'; script-src ${gateway}; img-src ${gateway}; ` +
        `media-src ${gateway}; connect-src ${gateway} ws://127.0.0.1:${this.port}`,
    }).end(page.replaceAll('GATEWAY', gateway));
  }

  config() {
    const secrets = JSON.stringify(this.secrets);
    return `allow_inline_secrets = true
[listen]
webhooks = "127.0.0.1:${this.port}"
api = "127.0.0.1:0"
metrics = "127.0.0.1:0"
[storage]
path = "${this.folder}/data"
ballast_bytes = "1MiB"
log_segment_bytes = "8MiB"
[api]
bootstrap_key = { env = "POSTERN_BOOTSTRAP_KEY" }
[[account]]
id = "plain"
channel = "webchat"
credentials.visitor_secret = ${secrets}
origins = ["${this.origin}"]
[[account]]
id = "formed"
channel = "webchat"
credentials.visitor_secret = ${secrets}
origins = ["${this.origin}"]
form = [
  { name = "name", type = "text", required = true },
  { name = "email", type = "email", required = true },
  { name = "phone", type = "tel", country = "CO" },
  { name = "topic", type = "select", options = ["pagos", "soporte"], label = "Tema" },
  { name = "consent", type = "checkbox", required = true, label = "Acepto", text_id = "privacy-v3" },
]
`;
  }

  async boot() {
    const file = path.join(this.folder, 'postern.toml');
    writeFileSync(file, this.config(), { mode: 0o600 });
    const log = path.join(this.folder, 'posternd.log');
    this.daemon = spawn(this.program, ['--config', file], {
      env: { ...process.env, POSTERN_BOOTSTRAP_KEY: key },
      stdio: ['ignore', 'pipe', openSync(log, 'a')],
    });
    const lines = readline.createInterface({ input: this.daemon.stdout });
    const [line] = await Promise.race([
      once(lines, 'line'),
      once(this.daemon, 'exit').then(([code]) => assert.fail(`exit ${code}: see ${log}`)),
    ]);
    this.ready = JSON.parse(line);
  }

  /** SIGKILL: nothing is said, nothing is flushed. */
  async kill() {
    const gone = once(this.daemon, 'exit');
    this.daemon.kill('SIGKILL');
    await gone;
  }
  async restart() {
    await this.kill();
    await this.boot();
  }
  async stop() {
    const gone = once(this.daemon, 'exit');
    this.daemon.kill('SIGTERM');
    const [code] = await gone;
    return code;
  }
  async end(passed) {
    if (this.daemon.exitCode === null && this.daemon.signalCode === null) await this.kill();
    this.site.close();
    this.site.closeAllConnections();
    if (passed) rmSync(this.folder, { recursive: true, force: true });
    else console.error(`left for a look: ${this.folder}`);
  }

  // --- as an agent's application does ------------------------------------------------------------

  async api(method, target, body, headers = {}) {
    const answer = await fetch(`http://${this.ready.api}${target}`, {
      method,
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', ...headers },
      body: body === undefined || body instanceof Uint8Array ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : {} };
  }
  async events(type) {
    const { body } = await this.api('GET', `/v1/events?limit=1000&types=${type}`);
    return body.data;
  }
  /** Of what visitors said, in order. */
  async received(account) {
    const events = await this.events('message.received');
    return events.filter((event) => event.account === account).map((event) => event.data);
  }
  async send(account, address, content, more = {}) {
    const to = { channel: 'webchat', address };
    const sent = await this.api('POST', '/v1/messages', {
      to, account, category: 'reply', content, ...more,
    });
    assert.equal(sent.status, 202, JSON.stringify(sent.body));
    return sent.body.id;
  }
  async state(id) {
    return (await this.api('GET', `/v1/messages/${id}`)).body.state;
  }
  untilState(id, state) {
    return until(async () => (await this.state(id)) === state, `${id} ${state}`);
  }

  // --- as a browser does -------------------------------------------------------------------------

  url(account, what, scheme = 'http') {
    return `${scheme}://127.0.0.1:${this.port}/chat/${account}/${what}`;
  }
  async visit(account, hello = {}, options = {}) {
    const visitor = new RawVisitor(this, account, options);
    await visitor.opened;
    visitor.say({ t: 'hello', v: 1, locale: 'es-CO', page: { url: `${this.origin}/x` }, ...hello });
    return visitor;
  }
}

/** One WebSocket, and every frame that came over it. */
export class RawVisitor {
  /** `patient`: says again, later, what it was asked to say later, as the widget does. */
  constructor(rig, account, { origin = rig.origin, patient = true } = {}) {
    this.frames = [];
    this.told = new Map();
    this.socket = new WebSocket(rig.url(account, 'socket', 'ws'), 'gwchat.v1', { origin });
    this.socket.on('message', (data) => {
      const frame = JSON.parse(data);
      this.frames.push(frame);
      if (!patient || frame.t !== 'error' || !frame.retry_after_ms || !this.told.has(frame.c)) return;
      setTimeout(() => this.say(this.told.get(frame.c)), frame.retry_after_ms);
    });
    this.opened = once(this.socket, 'open');
    this.closed = once(this.socket, 'close').then(([code]) => code);
    this.socket.on('error', () => {});
  }
  say(frame) {
    if (frame.c) this.told.set(frame.c, frame);
    if (this.socket.readyState !== WebSocket.OPEN) return;
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }
  hear(wanted, what) {
    return until(() => this.frames.find(wanted), what ?? String(wanted));
  }
  welcome() {
    return this.hear((frame) => frame.t === 'welcome');
  }
  /** Everything that was said before, as the history told it. */
  async past() {
    await this.hear((frame) => frame.t === 'history' && frame.done);
    return this.frames.filter((frame) => frame.t === 'history').flatMap((frame) => frame.messages);
  }
  acked(c) {
    return this.hear((frame) => frame.t === 'ack' && frame.c === c, `ack of ${c}`);
  }
  /** Of the token: who the gateway thinks this is. */
  async id() {
    return (await this.welcome()).resume.split('.')[1];
  }
  close() {
    this.socket.close();
  }
}
