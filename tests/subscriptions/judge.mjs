// What a company's app sees of its deliveries, judged with the `standardwebhooks` package: every
// request verifies, each contact's events are accepted in order and one at a time, and nothing that
// was taken is missing, although the endpoint fails in every way and the gateway is killed again
// and again. SC-29
//
//   node judge.mjs PROGRAM
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import test from 'node:test';

const require = createRequire(new URL('../interop/package.json', import.meta.url));
const { Webhook } = require('standardwebhooks');

const program = process.argv[2];
const contacts = ['+573001', '+573002', '+573003', '+573004', '+573005'];

/** The gateway as a process: lines in, each answered once it is durable. */
class Gateway {
  async start(folder) {
    this.child = spawn(program, [folder], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.child.stdin.on('error', () => {}); // it was killed while it was told something
    this.waiting = [];
    const lines = readline.createInterface({ input: this.child.stdout });
    lines.on('line', () => this.waiting.shift()?.(true));
    this.ended = once(this.child, 'exit').then((how) => {
      for (const settle of this.waiting.splice(0)) settle(false);
      return how;
    });
    assert.ok(await this.answer(), 'the gateway did not start');
  }
  answer() {
    return new Promise((settle) => this.waiting.push(settle));
  }
  /** True once it is durable; false if the gateway ended first. */
  tell(line) {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return Promise.resolve(false);
    const answered = this.answer();
    this.child.stdin.write(`${line}\n`);
    return answered;
  }
  async kill() {
    this.child.kill('SIGKILL');
    await this.ended;
  }
  async stop() {
    this.child.stdin.write('stop\n');
    const [code] = await this.ended;
    assert.equal(code, 0);
  }
}

/** An app whose endpoint fails each event up to three times, in another way each time. */
class App {
  secrets = [];
  accepted = new Map(contacts.map((c) => [c, []])); // texts, in order, repetitions too
  ids = new Map(); // webhook-id -> body
  problems = [];
  failures = { status: 0, closed: 0, cut: 0, redirect: 0, slow: 0 };
  attempts = new Map();
  working = new Map(); // contact -> requests under way
  waiting = [];
  requests = 0;

  async listen() {
    this.server = http.createServer((request, response) => this.take(request, response));
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.url = `http://127.0.0.1:${this.server.address().port}/hook`;
  }

  async take(request, response) {
    const parts = [];
    try {
      for await (const part of request) parts.push(part);
    } catch {
      return; // the gateway was killed while it sent
    }
    if (request.url !== '/hook') this.problems.push(`a redirect was followed to ${request.url}`);
    const body = Buffer.concat(parts).toString();
    this.requests += 1;
    try {
      for (const secret of this.secrets) new Webhook(secret).verify(body, request.headers);
    } catch (error) {
      this.problems.push(`not verified: ${error.message}`);
    }
    const event = JSON.parse(body);
    const id = request.headers['webhook-id'];
    if (event.id !== id) this.problems.push(`webhook-id ${id} is not the event's`);
    if (this.ids.has(id) && this.ids.get(id) !== body) this.problems.push(`${id} changed`);
    this.ids.set(id, body);
    const contact = event.data.message.from.address;
    const text = event.data.message.content.text;
    const epoch = this.epoch;
    const working = (this.working.get(contact) ?? 0) + 1;
    this.working.set(contact, working);
    if (working > 1) this.problems.push(`two events of ${contact} under way`);
    const attempt = (this.attempts.get(id) ?? 0) + 1;
    this.attempts.set(id, attempt);
    const leave = () => {
      if (epoch === this.epoch) this.working.set(contact, this.working.get(contact) - 1);
    };
    this.behave(Number(text.split('-')[1]), attempt, response, leave, () => {
      leave();
      this.accepted.get(contact).push(text);
      for (const check of [...this.waiting]) check();
    });
  }

  /** Which way to fail depends on the text and the attempt alone. */
  behave(number, attempt, response, leave, accept) {
    const failing = number % 4;
    const way = attempt > failing ? 'accept' : ['status', 'closed', 'cut', 'redirect'][(number + attempt) % 4];
    if (way === 'accept') {
      const end = () => {
        accept();
        response.writeHead(attempt % 2 ? 200 : 204).end();
      };
      if (number % 7 !== 0) return end();
      this.failures.slow += 1;
      return void setTimeout(end, 30);
    }
    this.failures[way] += 1;
    leave();
    if (way === 'status') response.writeHead(500).end('no');
    if (way === 'closed') response.socket.destroy();
    if (way === 'cut') response.socket.end('HTTP/1.1 2');
    if (way === 'redirect') response.writeHead(307, { Location: '/elsewhere' }).end();
  }

  /** The gateway was killed: what it had under way is nobody's any more. */
  forget() {
    this.epoch = (this.epoch ?? 0) + 1;
    this.working.clear();
  }

  has(contact, text) {
    return this.accepted.get(contact).includes(text);
  }

  async until(what, condition) {
    if (condition()) return;
    let timer;
    await new Promise((resolve, reject) => {
      const check = () => condition() && resolve();
      this.waiting.push(check);
      timer = setTimeout(() => {
        const counts = contacts.map((c) => `${c}: ${new Set(this.accepted.get(c)).size}`);
        reject(new Error(`${what}: not within a minute; accepted ${counts.join(', ')}`));
      }, 60_000);
    });
    clearTimeout(timer);
    this.waiting.length = 0;
  }
}

const secret_of = (fill) => Buffer.alloc(32, fill);
const spelled = (secret) => `whsec_${secret.toString('base64')}`;

/** First acceptances of a contact, in order. */
const firsts = (texts) => [...new Set(texts)];

test('every event is delivered, verified and in order, whatever fails', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'postern-subscriptions-'));
  const app = new App();
  await app.listen();
  const gateway = new Gateway();
  t.after(async () => {
    if (gateway.child.exitCode === null && gateway.child.signalCode === null) await gateway.kill();
    app.server.closeAllConnections();
    app.server.close();
    rmSync(folder, { recursive: true });
  });
  const sent = new Map(contacts.map((c) => [c, []]));
  let up = Promise.resolve();
  /** Told again until it is durable, as a provider does; a redelivery makes no second event. */
  const send = async (contact, number) => {
    const text = `t${contact}-${number}`;
    while (!(await gateway.tell(`message ${contact} ${text}`))) await up;
    sent.get(contact).push(text);
  };
  const accepted = () => [...app.accepted.values()].flat().length;

  await gateway.start(folder);
  const secret = secret_of(0x5a);
  app.secrets = [spelled(secret)];
  assert.ok(await gateway.tell(`subscribe ${app.url} ${secret.toString('hex')}`));

  // Killed three times in the middle of receiving and of delivering.
  const sending = (async () => {
    for (let i = 0; i < 48; i += 1) for (const contact of contacts) await send(contact, i);
  })();
  for (const many of [20, 70, 120]) {
    await app.until('what the kill waits for', () => accepted() >= many);
    let restarted;
    up = new Promise((resolve) => (restarted = resolve));
    await gateway.kill();
    app.forget();
    await gateway.start(folder);
    restarted();
  }
  await sending;
  const missing = () =>
    contacts.flatMap((c) => sent.get(c).filter((text) => !app.accepted.get(c).includes(text)));
  await app.until('all that was taken', () => missing().length === 0);
  for (const contact of contacts) {
    assert.equal(sent.get(contact).length, 48);
    assert.deepEqual(firsts(app.accepted.get(contact)), sent.get(contact));
  }

  // A kill repeats what the cursor did not cover; a contact's repetition is in order, too.
  for (const contact of contacts) {
    const numbers = app.accepted.get(contact).map((text) => Number(text.split('-')[1]));
    const steps_back = numbers.filter((n, i) => i > 0 && n <= numbers[i - 1]).length;
    assert.ok(steps_back <= 3, `${contact}: ${steps_back} steps back in ${numbers}`);
  }

  // While a secret is rotated both verify.
  const next = secret_of(0x3c);
  assert.ok(await gateway.tell(`rotate ${next.toString('hex')}`));
  app.secrets = [spelled(secret), spelled(next)];
  await send(contacts[0], 100);
  await app.until('the event after the rotation', () => app.has(contacts[0], `t${contacts[0]}-100`));

  // A stop tells how far all came: nothing is delivered twice.
  await gateway.stop();
  app.forget();
  const before = accepted();
  await gateway.start(folder);
  await send(contacts[1], 104);
  await app.until('the event after the stop', () => app.has(contacts[1], `t${contacts[1]}-104`));
  assert.equal(accepted(), before + 1);
  await gateway.stop();

  assert.deepEqual(app.problems, []);
  for (const [way, count] of Object.entries(app.failures)) {
    assert.ok(count > 0, `the endpoint never failed by ${way}`);
  }
});
