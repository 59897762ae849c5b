// The npm `smpp` server as the message centre: what the daemon submits it must decode, what it
// delivers the daemon must take, and its bad days the daemon must survive. CG-37 (SMS).
//
//   node smpp_judge.mjs POSTERND
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import test from 'node:test';

const require = createRequire(new URL('package.json', import.meta.url));
const smpp = require('smpp');

const [posternd] = process.argv.slice(2);
const key = 'judge_bootstrap_key_0123456789abcdef0123456789abcdef';
const folder = mkdtempSync(path.join(tmpdir(), 'postern-smpp-'));
const children = [];

/** Values in the order of their coming; a taker waits for the next one. */
class Queue {
  values = [];
  takers = [];
  put(value) {
    const taker = this.takers.shift();
    if (taker) taker(value);
    else this.values.push(value);
  }
  take() {
    if (this.values.length > 0) return Promise.resolve(this.values.shift());
    return new Promise((resolve) => this.takers.push(resolve));
  }
}

/** A message centre. Every submit_sm waits in `submitted` until the test answers it. */
class Centre {
  binds = new Queue();
  submitted = new Queue();
  sessions = new Set();
  bind_status = 0;
  ids = 0;
  constructor(options = {}) {
    this.server = smpp.createServer(options, (session) => this.take(session));
  }
  take(session) {
    this.sessions.add(session);
    session.on('close', () => this.sessions.delete(session));
    session.on('error', () => {});
    for (const bind of ['bind_transceiver', 'bind_transmitter', 'bind_receiver']) {
      session.on(bind, (pdu) => {
        session.send(pdu.response({ command_status: this.bind_status }));
        if (this.bind_status === 0) this.binds.put({ session, pdu });
      });
    }
    session.on('enquire_link', (pdu) => session.send(pdu.response()));
    session.on('unbind', (pdu) => { session.send(pdu.response()); session.close(); });
    session.on('submit_sm', (pdu) => this.submitted.put({ session, pdu }));
  }
  async listen(port = 0) {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = this.server.address().port;
  }
  /** Takes the next submission and answers it. */
  async accept(fields = {}) {
    const one = await this.submitted.take();
    one.id = fields.message_id ?? `id${++this.ids}`;
    one.session.send(one.pdu.response({ message_id: one.id, ...fields }));
    return one;
  }
}

/** The answer of the other side. */
function deliver(session, fields) {
  return new Promise((resolve) => session.deliver_sm(fields, resolve));
}
function receipt(session, id, stat = 'DELIVRD', to = '573001234567', error = '000') {
  return deliver(session, {
    source_addr_ton: 1, source_addr_npi: 1, source_addr: to, destination_addr: '85432',
    esm_class: 4,
    short_message: `id:${id} sub:001 dlvrd:001 submit date:2601151030 done date:2601151031 ` +
      `stat:${stat} err:${error} text:x`,
  });
}
const text_of = (pdu) => pdu.short_message.message;

const plain = new Centre();
await plain.listen();

const file = (name) => path.join(folder, name);
execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
  '-nodes', '-keyout', file('key.pem'), '-out', file('cert.pem'), '-days', '2', '-subj',
  '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'], { stdio: 'ignore' });
const secure = new Centre({
  key: readFileSync(file('key.pem')), cert: readFileSync(file('cert.pem')),
});
await secure.listen();

writeFileSync(file('postern.toml'), `allow_inline_secrets = true
[listen]
webhooks = "127.0.0.1:0"
api = "127.0.0.1:0"
metrics = "127.0.0.1:0"
[storage]
path = "${folder}/data"
ballast_bytes = "1MiB"
log_segment_bytes = "8MiB"
[api]
bootstrap_key = { env = "POSTERN_BOOTSTRAP_KEY" }
[[account]]
id = "sms"
channel = "smpp"
host = "127.0.0.1"
port = ${plain.port}
system_id = "acme"
source_addr = "85432"
credentials.password = "s3cr3t"
retry = { first = "200ms", factor = 1.0, cap = "1s", give_up_after = "1h" }
[[account]]
id = "sms-tls"
channel = "smpp"
host = "localhost"
port = ${secure.port}
tls = true
ca_file = "${file('cert.pem')}"
system_id = "acme-tls"
bind = "transmitter+receiver"
source_addr = "ACME"
long_messages = "payload"
credentials.password = "s3cr3t"
`, { mode: 0o600 });
const child = spawn(posternd, ['--config', file('postern.toml')], {
  env: { ...process.env, POSTERN_BOOTSTRAP_KEY: key },
  stdio: ['ignore', 'pipe', openSync(file('posternd.log'), 'a')],
});
children.push(child);
const [ready] = await once(readline.createInterface({ input: child.stdout }), 'line');
const daemon = JSON.parse(ready);
const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };

async function call(method, target, body) {
  const answer = await fetch(`http://${daemon.api}${target}`,
    { method, headers, body: body && JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
}
async function send(text, { account = 'sms', to = '+573001234567', ...more } = {}) {
  const { status, body } = await call('POST', '/v1/messages', {
    to: { channel: 'smpp', address: to }, account, category: 'transactional',
    content: { type: 'text', text }, ...more,
  });
  assert.equal(status, 202, JSON.stringify(body));
  return body.id ?? body.message.id;
}

/** Follows the events from the beginning; each test takes what it waits for. */
let cursor = '';
const seen = [];
async function event(wanted) {
  for (;;) {
    const at = seen.findIndex(wanted);
    if (at >= 0) return seen.splice(at, 1)[0];
    const { body } = await call('GET', `/v1/events?limit=100&wait=20&after=${cursor}`);
    cursor = body.next_cursor ?? cursor;
    seen.push(...body.data);
  }
}
const state = (id, wanted) => event((one) => one.type === 'message.status' &&
  one.data.message_id === id && one.data.state === wanted);
const received = (text) => event((one) => one.type === 'message.received' &&
  one.data.message.content.text === text);

let bound;  // the plain account's session

test('the daemon binds as its configuration says', async () => {
  const { session, pdu } = await plain.binds.take();
  bound = session;
  assert.equal(pdu.command, 'bind_transceiver');
  assert.equal(pdu.system_id, 'acme');
  assert.equal(pdu.password, 's3cr3t');
  assert.equal(pdu.interface_version, 0x34);
});

test('a message is submitted, its receipt delivers it', async () => {
  const id = await send('¿Qué? {€} ñ');
  const { pdu } = await plain.accept({ message_id: '12AB' });
  assert.equal(text_of(pdu), '¿Qué? {€} ñ');
  assert.equal(pdu.destination_addr, '573001234567');
  assert.deepEqual([pdu.dest_addr_ton, pdu.dest_addr_npi], [1, 1]);
  assert.equal(pdu.source_addr, '85432');
  assert.equal(pdu.registered_delivery & 3, 1);
  assert.equal(pdu.data_coding, 0);
  assert.equal((await state(id, 'sent')).data.external_id, '12AB');
  // The receipt spells the id in decimal, with zeros before it.
  assert.equal((await receipt(bound, '0000004779')).command_status, 0);
  assert.equal((await state(id, 'delivered')).data.external_id, '12AB');
});

test('what GSM-7 lacks goes out as UCS-2', async () => {
  const id = await send('Привет, así 😀');
  const { pdu } = await plain.accept();
  assert.equal(pdu.data_coding, 8);
  assert.equal(text_of(pdu), 'Привет, así 😀');
  await state(id, 'sent');
});

test('a long text goes out in parts and is delivered when all of them are', async () => {
  const text = 'abcdefghij'.repeat(40);
  const id = await send(text);
  const parts = [await plain.accept(), await plain.accept(), await plain.accept()];
  const udh = parts.map(({ pdu }) => Buffer.concat([].concat(pdu.short_message.udh)));
  assert.deepEqual(udh.map((one) => one.at(-1)), [1, 2, 3]);
  assert.ok(udh.every((one) => one.at(-2) === 3 && one.at(-3) === udh[0].at(-3)));
  assert.ok(parts.every(({ pdu }) => (pdu.esm_class & 0x40) !== 0));
  assert.equal(parts.map(({ pdu }) => text_of(pdu)).join(''), text);
  assert.equal((await state(id, 'sent')).data.external_id, parts[0].id);
  for (const part of [parts[2], parts[0], parts[1]]) await receipt(bound, part.id);
  await state(id, 'delivered');
});

test('a failed receipt carries the code of the centre', async () => {
  const id = await send('to nobody');
  const { id: external } = await plain.accept();
  await state(id, 'sent');
  await receipt(bound, external, 'UNDELIV', '573001234567', '045');
  const failed = await state(id, 'failed');
  assert.equal(failed.data.error.provider_code, '045');
});

test('a refusal for good fails the message', async () => {
  const id = await send('to a wrong number', { to: '+573009990001' });
  await plain.accept({ command_status: 0x0b });
  const failed = await state(id, 'failed');
  assert.equal(failed.data.error.code, 'invalid_recipient');
  assert.equal(failed.data.error.provider_code, '0x0000000b');
});

test('too fast is no failure: the message goes out later', async () => {
  const id = await send('slowly');
  await plain.accept({ command_status: 0x58 });
  const { pdu } = await plain.accept();
  assert.equal(text_of(pdu), 'slowly');
  assert.equal((await state(id, 'sent')).data.state, 'sent');
});

test('what a person writes comes in, in every alphabet', async () => {
  const from = { source_addr_ton: 1, source_addr_npi: 1, source_addr: '573007654321',
    destination_addr: '85432' };
  for (const [data_coding, text] of [[0, 'Hola ñ {€}'], [1, 'ascii'], [3, 'año ¿sí?'],
    [8, 'Привет 😀']]) {
    const answer = await deliver(bound, { ...from, data_coding, short_message: text });
    assert.equal(answer.command_status, 0);
    const { data } = await received(text);
    assert.equal(data.message.from.address, '+573007654321');
    assert.ok(data.message.external_id.length > 0);
  }
});

test('the same words twice are two messages', async () => {
  const from = { source_addr_ton: 1, source_addr_npi: 1, source_addr: '573007654321',
    destination_addr: '85432' };
  for (let i = 0; i < 2; ++i) await deliver(bound, { ...from, short_message: 'ok ok' });
  const first = await received('ok ok');
  const second = await received('ok ok');
  assert.notEqual(first.data.message.external_id, second.data.message.external_id);
});

// Kannel's drive_smpp gives each message the same parameter, other centres count something else.
test('a name that all messages share makes no message a repetition', async () => {
  for (const name of ['receipted_message_id', '0']) {
    for (const text of ['una', 'otra', 'tercera']) {
      await deliver(bound, { source_addr: '573007770009', destination_addr: '85432',
        receipted_message_id: name, short_message: `${text} ${name.length}` });
    }
    for (const text of ['una', 'otra', 'tercera']) await received(`${text} ${name.length}`);
  }
  const twice = { source_addr: '573007770009', destination_addr: '85432',
    receipted_message_id: 'mo-77', short_message: 'se repite' };
  await deliver(bound, twice);
  await deliver(bound, twice);
  await deliver(bound, { ...twice, short_message: 'la siguiente', receipted_message_id: 'mo-78' });
  await received('se repite');
  await received('la siguiente');
  const again = (one) => one.type === 'message.received' &&
    one.data.message.content.text === 'se repite';
  assert.equal(seen.filter(again).length, 0, 'the same name and words come once');
});

test('parts of a long text come in together, in any order and by every reference', async () => {
  const from = { source_addr_ton: 1, source_addr_npi: 1, source_addr: '573007654321',
    destination_addr: '85432', data_coding: 0 };
  const udh8 = (n) => ({ ...from, esm_class: 0x40,
    short_message: { udh: Buffer.from([5, 0, 3, 7, 3, n]), message: `u8-${n} ` } });
  const udh16 = (n) => ({ ...from, esm_class: 0x40,
    short_message: { udh: Buffer.from([6, 8, 4, 1, 7, 3, n]), message: `u16-${n} ` } });
  const sar = (n) => ({ ...from, short_message: `sar-${n} `, sar_msg_ref_num: 77,
    sar_total_segments: 3, sar_segment_seqnum: n });
  for (const way of [udh8, udh16, sar]) {
    const answers = await Promise.all([3, 1, 2].map((n) => deliver(bound, way(n))));
    assert.ok(answers.every((one) => one.command_status === 0));
  }
  await received('u8-1 u8-2 u8-3 ');
  await received('u16-1 u16-2 u16-3 ');
  await received('sar-1 sar-2 sar-3 ');
  // One after another, each only after the answer to the one before.
  for (const n of [2, 3, 1]) assert.equal((await deliver(bound, udh8(n))).command_status, 0);
  await received('u8-1 u8-2 u8-3 ');
  const long = 'payload '.repeat(100);
  await deliver(bound, { ...from, message_payload: { message: long } });
  await received(long);
});

test('nonsense does not end the bind', async () => {
  const raw = [
    '0000001400007777000000000000006300000000',   // no such command
    '00000012000000050000000000000064ffff',       // a delivery without its fields
    '00000010800000040000000000000ffe',           // an answer to nothing
    '00000010800000000000000300000000',           // generic_nack
  ];
  for (const pdu of raw) bound.socket.write(Buffer.from(pdu, 'hex'));
  const from = { source_addr_ton: 1, source_addr_npi: 1, source_addr: '573007654321',
    destination_addr: '85432' };
  assert.equal((await deliver(bound, { ...from, short_message: 'still there' })).command_status, 0);
  await received('still there');
  assert.ok(plain.sessions.has(bound));
  const { body } = await call('GET', '/v1/quarantine?limit=10');
  assert.equal(body.data.length, 1);
});

test('over TLS, with a pair of binds, a long text is one payload', async () => {
  const binds = [await secure.binds.take(), await secure.binds.take()];
  const kinds = binds.map(({ pdu }) => pdu.command).sort();
  assert.deepEqual(kinds, ['bind_receiver', 'bind_transmitter']);
  const text = 'z'.repeat(500);
  const id = await send(text, { account: 'sms-tls' });
  const { pdu, session, id: external } = await secure.accept();
  assert.equal(pdu.message_payload.message, text);
  assert.deepEqual([pdu.source_addr_ton, pdu.source_addr], [5, 'ACME']);
  const transmitter = binds.find((one) => one.pdu.command === 'bind_transmitter').session;
  const receiver = binds.find((one) => one.pdu.command === 'bind_receiver').session;
  assert.equal(session, transmitter);
  await state(id, 'sent');
  await deliver(receiver, {
    source_addr: '573001234567', destination_addr: 'ACME', esm_class: 4,
    short_message: '', receipted_message_id: external, message_state: 2,
  });
  await state(id, 'delivered');
});

test('the account says whether it is connected', async () => {
  const { body } = await call('GET', '/v1/accounts');
  const text = JSON.stringify(body.data.find((one) => one.id === 'sms' || one.name === 'sms'));
  assert.match(text, /"up"/, text);
  const metrics = await (await fetch(`http://${daemon.metrics}/metrics`)).text();
  assert.match(metrics, /line.*account="sms".* 1\n/, metrics.split('\n')
    .filter((one) => one.includes('line')).join('\n'));
});

test('a connection that breaks leaves what was submitted unknown, and the daemon comes back',
  async () => {
    const id = await send('into the void', { category: 'marketing' });
    const { session } = await plain.submitted.take();
    session.socket.destroy();
    const unknown = await state(id, 'unknown');
    assert.equal(unknown.data.state, 'unknown');
    bound = (await plain.binds.take()).session;
    // Who is waited for is not written to; another person is.
    const next = await send('after the storm', { to: '+573001112222' });
    const { pdu } = await plain.accept();
    assert.equal(text_of(pdu), 'after the storm');
    await state(next, 'sent');
  });

test('what is sent while the centre is away waits for it', async () => {
  const port = plain.port;
  plain.server.close();
  bound.socket.destroy();
  await once(bound, 'close');
  const id = await send('patience', { to: '+573001113333' });
  const back = new Centre();
  await back.listen(port);
  bound = (await back.binds.take()).session;
  const { pdu } = await back.accept();
  assert.equal(text_of(pdu), 'patience');
  await state(id, 'sent');
  plain.server = back.server;
});

test('there is no webhook', async () => {
  const answer = await fetch(`http://${daemon.webhooks}/webhooks/sms`, { method: 'POST' });
  assert.equal(answer.status, 401);
});

test('a reference that comes round begins another message', async () => {
  const part = (n, message) => deliver(bound, { source_addr_ton: 1, source_addr_npi: 1,
    source_addr: '573007654321', destination_addr: '85432', esm_class: 0x40,
    short_message: { udh: Buffer.from([5, 0, 3, 99, 2, n]), message } });
  for (const [n, text] of [[1, 'lost '], [1, 'new '], [2, 'words']])
    assert.equal((await part(n, text)).command_status, 0);
  await received('lost […]');
  await received('new words');
});

test('the daemon says goodbye, and takes nothing once it has', async () => {
  const from = { source_addr_ton: 1, source_addr_npi: 1, source_addr: '573007654321',
    destination_addr: '85432' };
  const part = (reference) => ({ ...from, esm_class: 0x40,
    short_message: { udh: Buffer.from([5, 0, 3, reference, 2, 1]), message: 'half' } });
  assert.equal((await deliver(bound, part(1))).command_status, 0);
  bound.removeAllListeners('unbind');
  const unbound = once(bound, 'unbind');
  child.kill('SIGTERM');
  const [pdu] = await unbound;
  const refused = await Promise.all([deliver(bound, part(2)),
    deliver(bound, { ...from, short_message: 'too late' })]);
  assert.deepEqual(refused.map((one) => one.command_status), [0x64, 0x64]);
  bound.send(pdu.response());
  bound.close();
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
});

test.after(() => {
  for (const one of children) one.kill('SIGKILL');
  for (const centre of [plain, secure]) {
    for (const session of centre.sessions) session.socket.destroy();
    centre.server.close();
  }
  if (process.exitCode) console.log(`kept for a look: ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
  setImmediate(() => process.exit());
});
