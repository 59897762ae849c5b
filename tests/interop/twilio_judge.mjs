// Twilio's own client as the judge: the simulator must be a Twilio to it, and the daemon must take
// exactly what Twilio signs. CG-37 (SMS).
//
//   node twilio_judge.mjs POSTERN POSTERND
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import test from 'node:test';

const require = createRequire(new URL('package.json', import.meta.url));
const twilio = require('twilio');
const RequestClient = twilio.RequestClient;
const { getExpectedTwilioSignature } = require('twilio/lib/webhooks/webhooks');

const [postern, posternd] = process.argv.slice(2);
const sid = `AC${'1f'.repeat(16)}`;
const token = 'judge-auth-token';
const number = '+15005550006';
const folder = mkdtempSync(path.join(tmpdir(), 'postern-twilio-'));
const children = [];

/** A program whose first line of output says, in JSON, where it serves. */
async function start(program, args, log, environment = {}) {
  const child = spawn(program, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', openSync(path.join(folder, log), 'a')],
  });
  children.push(child);
  const lines = readline.createInterface({ input: child.stdout });
  const [line] = await once(lines, 'line');
  return JSON.parse(line);
}

/** Sends to the simulator what is meant for api.twilio.com; everything else is the package's. */
class Redirected extends RequestClient {
  constructor(base) {
    super();
    this.base = base;
  }
  request(options) {
    const uri = options.uri.replace('https://api.twilio.com', this.base);
    assert.notEqual(uri, options.uri, `another address than the API's: ${options.uri}`);
    return super.request({ ...options, uri });
  }
}

/** Takes webhooks and keeps them, until as many have come as somebody waits for. */
class Webhooks {
  taken = [];
  waiting = [];
  async listen() {
    this.server = http.createServer(async (request, response) => {
      const parts = [];
      for await (const part of request) parts.push(part);
      this.taken.push({
        url: request.url,
        signature: request.headers['x-twilio-signature'],
        params: Object.fromEntries(new URLSearchParams(Buffer.concat(parts).toString())),
      });
      response.end();
      this.waiting = this.waiting.filter((settle) => !settle());
    });
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.url = `http://127.0.0.1:${this.server.address().port}`;
  }
  /** Resolves once `count` of them satisfy `wanted`. */
  until(count, wanted) {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.taken.filter(wanted);
        if (found.length < count) return false;
        resolve(found);
        return true;
      };
      if (!look()) this.waiting.push(look);
    });
  }
}

const webhooks = new Webhooks();
await webhooks.listen();
const simulator = await start(
  postern,
  ['simulate', '--listen', '127.0.0.1:0', '--seed', '7', '--account',
   `channel=twilio,id=sms,secret=${token},token=${token},own_id=${sid},own_address=${number},` +
   `url=${webhooks.url}/in,signed_url=${webhooks.url}/in`],
  'simulator.log');
const simulated = `http://${simulator.listen}`;
const client = (password = token) =>
  twilio(sid, password, { httpClient: new Redirected(`${simulated}/twilio`) });

async function tell(path_, body) {
  const answer = await fetch(simulated + path_, { method: 'POST', body: JSON.stringify(body) });
  assert.equal(answer.status, 200, await answer.text());
}
async function ledger() {
  return (await fetch(`${simulated}/_sim/ledger`)).json();
}
const signed = (url, params) => getExpectedTwilioSignature(token, url, params);

// --- the simulator's REST side, judged by the client --------------------------------------------

test('the client sends a message to the simulator and understands its answer', async () => {
  const message = await client().messages.create({
    to: '+573001234567', from: number, body: 'Sí, ¿mañana a las 8? ✓ & más',
    statusCallback: `${webhooks.url}/status?postern=judge`,
  });
  assert.match(message.sid, /^SM[0-9a-f]{32}$/);
  assert.equal(message.status, 'queued');
  assert.equal(message.accountSid, sid);
  assert.equal(message.direction, 'outbound-api');
  assert.equal(message.errorCode, null);
  assert.ok(message.dateCreated instanceof Date && !Number.isNaN(message.dateCreated.getTime()));
  assert.ok(Math.abs(message.dateCreated.getTime() - Date.now()) < 3_600_000);
  const [line] = (await ledger()).filter((one) => one.to.endsWith('573001234567'));
  assert.equal(line.text, 'Sí, ¿mañana a las 8? ✓ & más');
});

test('the client gets the codes of refusals as its own exceptions', async () => {
  await tell('/_sim/faults', {
    recipients: { '+573009990001': 'blocked', '+573009990002': 'unreachable' },
  });
  const send = (to, fields = {}) =>
    client().messages.create({ to, from: number, body: 'x', ...fields });
  const refusals = [
    ['+573009990001', {}, 400, 21610],
    ['+573009990002', {}, 400, 21614],
    ['+573001234567', { from: undefined }, 400, 21603],
    ['+573001234567', { body: undefined }, 400, 21602],
  ];
  for (const [to, fields, status, code] of refusals) {
    await assert.rejects(send(to, fields), (error) => {
      assert.equal(error.constructor.name, 'RestException', `${error.stack}`);
      assert.deepEqual([error.status, error.code], [status, code], to + JSON.stringify(fields));
      assert.ok(error.message.length > 0);
      return true;
    });
  }
});

test('the client is told of a wrong token and of too many requests', async () => {
  const send = (password) =>
    client(password).messages.create({ to: '+573001234567', from: number, body: 'x' });
  await assert.rejects(send('another'), (error) => error.status === 401 && error.code === 20003);
  await tell('/_sim/faults', { next: [{ fault: 'rate_limited', count: 1 }] });
  await assert.rejects(send(token), (error) => error.status === 429 && error.code === 20429);
  assert.match((await send(token)).sid, /^SM/);
});

// --- what the simulator signs, judged by the validator ------------------------------------------

function expect_signed(webhook) {
  const url = webhooks.url + webhook.url;
  assert.ok(twilio.validateRequest(token, webhook.signature, url, webhook.params),
            `not signed as Twilio signs: ${JSON.stringify(webhook)}`);
  assert.ok(!twilio.validateRequest('another', webhook.signature, url, webhook.params));
  assert.ok(!twilio.validateRequest(token, webhook.signature, `${url}x`, webhook.params));
  const changed = { ...webhook.params, Body: 'no' };
  assert.ok(!twilio.validateRequest(token, webhook.signature, url, changed));
}

test('the validator accepts the receipts that follow a send', async () => {
  const { sid: message } = await client().messages.create({
    to: '+573001110000', from: number, body: 'with receipts',
    statusCallback: `${webhooks.url}/status?postern=a.1`,
  });
  const receipts = await webhooks.until(2, (one) => one.params.MessageSid === message);
  assert.deepEqual(receipts.map((one) => one.params.MessageStatus), ['sent', 'delivered']);
  for (const receipt of receipts) {
    assert.equal(receipt.url, '/status?postern=a.1');
    expect_signed(receipt);
  }
});

test('the validator accepts the messages that the simulator delivers', async () => {
  const before = webhooks.taken.length;
  for (const kind of ['text', 'image', 'status', 'opt_out']) {
    const text = '¡Olé! ✓ =&+%';
    await tell('/_sim/inbound', { account: 'sms', kind, from: '573001234567', text });
  }
  const taken = webhooks.taken.slice(before);
  assert.equal(taken.length, 4);
  taken.forEach(expect_signed);
  assert.equal(taken[0].params.Body, '¡Olé! ✓ =&+%');
});

// --- the daemon, told by the client's signatures ------------------------------------------------

test('the daemon takes what the client signs, and nothing else', async () => {
  const public_url = 'https://gateway.example.com/webhooks/sms';
  const key = 'judge_bootstrap_key_0123456789abcdef0123456789abcdef';
  const config = path.join(folder, 'postern.toml');
  writeFileSync(config, `allow_inline_secrets = true
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
channel = "twilio"
account_sid = "${sid}"
from = "${number}"
public_url = "${public_url}"
credentials.auth_token = "${token}"
`, { mode: 0o600 });
  const daemon = await start(posternd, ['--config', config], 'posternd.log',
                             { POSTERN_BOOTSTRAP_KEY: key });
  const post = async (params, { signature, query = '' } = {}) => {
    const answer = await fetch(`http://${daemon.webhooks}/webhooks/sms${query}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8',
        'X-Twilio-Signature': signature ?? signed(public_url + query, params),
      },
      body: new URLSearchParams(params).toString(),
    });
    return answer.status;
  };
  const form = (n, fields = {}) => ({
    ToCountry: 'CO', SmsMessageSid: `SM${String(n).padStart(32, '0')}`, NumMedia: '0',
    SmsSid: `SM${String(n).padStart(32, '0')}`, MessageSid: `SM${String(n).padStart(32, '0')}`,
    AccountSid: sid, From: '+573001234567', To: number, NumSegments: '1', ApiVersion: '2010-04-01',
    Body: `message ${n}`, ...fields,
  });
  const good = [
    form(1),
    form(2, { Body: '¿Abren hoy? ✓ 😀' }),
    form(3, { Body: '  spaces, + plus, %2B percent, "quotes" & ampersand = equals\n' }),
    form(4, { Body: '' }),
    form(5, {
      NumMedia: '1', MediaContentType0: 'image/jpeg',
      MediaUrl0: 'https://api.twilio.com/m/ME1?a=1&b=2',
    }),
    form(6, { FromCity: '', FromState: '', FromZip: '', ProfileName: 'Ana María Ñ' }),
    form(7, { aLowerCaseName: 'x', ZZZ: 'y', _underscore: 'z' }),
    form(8, { Body: 'x'.repeat(1600) }),
  ];
  for (const params of good) assert.equal(await post(params), 200, params.MessageSid);

  const receipt = {
    MessageStatus: 'delivered', SmsStatus: 'delivered', To: '+573001234567', From: number,
    ApiVersion: '2010-04-01', AccountSid: sid, SmsSid: `SM${'a'.repeat(32)}`,
    MessageSid: `SM${'a'.repeat(32)}`,
  };
  assert.equal(await post(receipt, { query: '?postern=a.1' }), 200);

  const forged = form(100);
  for (const signature of [
    signed(public_url, form(101)), signed(`${public_url}/other`, forged),
    signed(public_url, forged).toLowerCase(), '',
    getExpectedTwilioSignature('another', public_url, forged),
  ]) {
    assert.equal(await post(forged, { signature }), 401);
  }
  const signature = signed(`${public_url}?postern=a.1`, receipt);
  assert.equal(await post(receipt, { query: '?postern=a.2', signature }), 401);

  const answer = await fetch(`http://${daemon.api}/v1/events?types=message.received&limit=100`,
                             { headers: { Authorization: `Bearer ${key}` } });
  const events = (await answer.json()).data.map((event) => event.data.message);
  assert.deepEqual(events.map((message) => message.external_id).sort(),
                   good.map((params) => params.MessageSid).sort());
  const text_of = (n) =>
    events.find((message) => message.external_id === form(n).MessageSid).content.text;
  assert.equal(text_of(2), good[1].Body);
  assert.equal(text_of(3), good[2].Body);
  assert.equal(text_of(8), good[7].Body);
});

test.after(() => {
  for (const child of children) child.kill('SIGKILL');
  webhooks.server.close();
  if (process.exitCode) console.log(`kept for a look: ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
});
