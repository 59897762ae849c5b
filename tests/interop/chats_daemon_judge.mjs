// Daemon and simulator together on six chat channels: a message each way, watermarks, own echoes,
// blocks, tokens that end; and the daemon takes what the packages of LINE, Viber and WeChat sign and
// encrypt. CG-37 (chat channels).
//
//   node chats_daemon_judge.mjs POSTERN POSTERND
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import path from 'node:path';
import test from 'node:test';

import {
  accounts, aes_key, app_id, bot_token, end, folder, line_secret, line_token, meta_secret, silent,
  someone, start, tell, viber_token, wechat_token,
} from './chats_world.mjs';

const require = createRequire(new URL('package.json', import.meta.url));
const { validateSignature } = require('@line/bot-sdk');
const MessageValidator = require('viber-bot/lib/message/message-validator.js');
const wecom = require('@wecom/crypto');

const [postern, posternd] = process.argv.slice(2);

/** A port that was free a moment ago: the simulator must know it before the daemon has it. */
async function free_port() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

const daemon_key = 'judge_bootstrap_key_0123456789abcdef0123456789abcdef';

/** A daemon whose providers are a simulator, and whose webhooks that simulator sends. */
async function pair() {
  const port = await free_port();
  const world = await start(
    postern, ['simulate', '--listen', '127.0.0.1:0', '--seed', '9',
              ...accounts((id) => `http://127.0.0.1:${port}/webhooks/${id}`)],
    'pair.log');
  const base = `http://${world.listen}`;
  const account = (id, lines) =>
    `[[account]]\nid = "${id}"\nchannel = "${id}"\nbase_url = "${base}/${id}"\n${lines}\n`;
  const config = path.join(folder, 'postern.toml');
  writeFileSync(config, `allow_inline_secrets = true
[listen]
webhooks = "127.0.0.1:${port}"
api = "127.0.0.1:0"
metrics = "127.0.0.1:0"
[storage]
path = "${folder}/data"
ballast_bytes = "1MiB"
log_segment_bytes = "8MiB"
[api]
bootstrap_key = { env = "POSTERN_BOOTSTRAP_KEY" }
` + [
    account('line', `credentials.channel_secret = "${line_secret}"
credentials.access_token = "${line_token}"`),
    account('viber', `credentials.auth_token = "${viber_token}"`),
    account('telegram', `credentials.bot_token = "${bot_token}"
credentials.secret_token = "judge_secret"`),
    account('wechat', `app_id = "${app_id}"\ncredentials.token = "${wechat_token}"
credentials.app_secret = "judge-app-secret"\ncredentials.encoding_aes_key = "${aes_key}"`),
    account('messenger', `page_id = "400300"\ncredentials.app_secret = "${meta_secret}"
credentials.access_token = "judge-page-token"\ncredentials.verify_token = "v"`),
    account('instagram', `instagram_id = "17840001"\ncredentials.app_secret = "${meta_secret}"
credentials.access_token = "judge-ig-token"\ncredentials.verify_token = "v"`),
  ].join(''), { mode: 0o600 });
  const daemon = await start(posternd, ['--config', config], 'posternd.log',
                             { POSTERN_BOOTSTRAP_KEY: daemon_key });
  return { base, daemon };
}

const { base, daemon } = await pair();
const headers = { Authorization: `Bearer ${daemon_key}`, 'Content-Type': 'application/json' };
const api = async (where, body) => {
  const answer = await fetch(`http://${daemon.api}${where}`, {
    method: body ? 'POST' : 'GET', headers, body: body && JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
};

const tell_sim = (where, body) => tell(base + where, body);
const ledger = async (channel) =>
  (await fetch(`${base}/_sim/ledger?channel=${channel}`)).json();

let cursor = 'begin';
const seen = [];
/** Follows the events until one satisfies `wanted`. */
async function event(wanted, what) {
  for (const end = Date.now() + 30_000; ;) {
    const found = seen.find(wanted);
    if (found) return found;
    assert.ok(Date.now() < end, `no event: ${what}\n${JSON.stringify(seen.slice(-3))}`);
    const after = cursor === 'begin' ? '' : `&after=${cursor}`;
    const { body } = await api(`/v1/events?limit=200&wait=5${after}`);
    seen.push(...body.data);
    cursor = body.next_cursor;
  }
}
const reached = (id, state) => event(
  (one) => one.type === 'message.status' && one.data.message_id === id && one.data.state === state,
  `${id} ${state}`);

async function send(account, address, text) {
  const { status, body } = await api('/v1/messages', {
    to: { channel: account, address }, account, category: 'reply',
    content: { type: 'text', text },
  });
  assert.equal(status, 202, JSON.stringify(body));
  return body.id;
}

const people = {
  line: someone, viber: 'am9qbw==', telegram: '900001', wechat: 'oJudge01', messenger: '7001',
  instagram: '8001',
};

for (const [channel, from] of Object.entries(people)) {
  test(`${channel}: a message comes in and the answer goes out`, async () => {
    const text = `¿Abren hoy? ✓ ${channel}`;
    const told = await tell_sim('/_sim/inbound', { account: channel, from, kind: 'text', text });
    assert.equal(told.unexpected, 0, JSON.stringify(told));
    const came = await event((one) => one.type === 'message.received' && one.account === channel,
                             `received on ${channel}`);
    assert.equal(came.data.message.content.text, text);
    assert.equal(came.data.message.from.address, from);
    const id = await send(channel, from, `Sí, a las 8 ✓ ${channel}`);
    await reached(id, 'sent');
    const [entry] = (await ledger(channel)).slice(-1);
    assert.equal(entry.to, from);
    assert.equal(entry.text, `Sí, a las 8 ✓ ${channel}`);
  });
}

test('Messenger: one watermark reads everything before it, and echoes are no events', async () => {
  await tell_sim('/_sim/faults', { accounts: { messenger: { receipt_delivered: 0 } } });
  const first = await send('messenger', '7001', 'one');
  await reached(first, 'sent');
  const second = await send('messenger', '7001', 'two');
  await reached(second, 'sent');
  await tell_sim('/_sim/faults', { accounts: { messenger: { receipt_read: 1 } } });
  const third = await send('messenger', '7001', 'three');
  for (const id of [first, second, third]) await reached(id, 'read');
  const reads = seen.filter((one) => one.type === 'message.status' && one.data.state === 'read');
  assert.equal(new Set(reads.map((one) => one.data.message_id)).size, reads.length);
  assert.equal(seen.filter((one) => one.type === 'message.echoed').length, 0);
});

test('Instagram: what is seen was seen with all before it, and own echoes are no events',
     async () => {
  const first = await send('instagram', '8001', 'one');
  await reached(first, 'sent');
  await tell_sim('/_sim/faults', { accounts: { instagram: { receipt_read: 1 } } });
  const second = await send('instagram', '8001', 'two');
  for (const id of [first, second]) await reached(id, 'read');
  assert.equal(seen.filter((one) => one.type === 'message.echoed').length, 0);
  const by_hand = { account: 'instagram', from: '8001', kind: 'echo', text: 'written by hand' };
  await tell_sim('/_sim/inbound', by_hand);
  await event((one) => one.type === 'message.echoed', 'what somebody else wrote');
});

test('the daemon gets a new token when WeChat ends the old one', async () => {
  await tell_sim('/_sim/faults', { next: [{ fault: 'revoked', channel: 'wechat' }] });
  await reached(await send('wechat', people.wechat, 'after the end'), 'sent');
});

test('who blocks is not written to, until they come back', async () => {
  for (const channel of ['line', 'viber', 'wechat']) {
    const person = { account: channel, from: people[channel] };
    await tell_sim('/_sim/inbound', { ...person, kind: 'opt_out' });
    await event((one) => one.type === 'contact.blocked' && one.account === channel,
                `${channel} blocked`);
    const { status, body } = await api('/v1/messages', {
      to: { channel, address: people[channel] }, account: channel, category: 'reply',
      content: { type: 'text', text: 'x' },
    });
    assert.deepEqual([status, body.code], [422, 'suppressed'], channel);
    await tell_sim('/_sim/inbound', { ...person, kind: 'opt_in' });
    await event((one) => one.type === 'contact.unblocked' && one.account === channel,
                `${channel} unblocked`);
    await reached(await send(channel, people[channel], 'welcome back'), 'sent');
  }
});

test('the daemon takes what the packages sign and encrypt, and nothing else', async () => {
  const post = (account, body, more = {}, query = '') =>
    fetch(`http://${daemon.webhooks}/webhooks/${account}${query}`,
               { method: 'POST', body, headers: more }).then((answer) => answer.status);
  const body = JSON.stringify({ destination: someone, events: [] });
  const mac = createHmac('sha256', line_secret).update(body).digest('base64');
  assert.ok(validateSignature(body, line_secret, mac));
  assert.equal(await post('line', body, { 'X-Line-Signature': mac }), 200);
  assert.equal(await post('line', `${body} `, { 'X-Line-Signature': mac }), 401);

  const event_ = JSON.stringify({ event: 'webhook', timestamp: 1, message_token: 5 });
  const validator = new MessageValidator(silent, viber_token);
  const viber_mac = validator._calculateHmacFromMessage(event_);
  assert.equal(await post('viber', event_, { 'X-Viber-Content-Signature': viber_mac }), 200);
  assert.equal(await post('viber', event_, { 'X-Viber-Content-Signature': '00' }), 401);

  const xml = '<xml><ToUserName><![CDATA[gh_judge]]></ToUserName><FromUserName>' +
    '<![CDATA[oJudge02]]></FromUserName><CreateTime>1767225600</CreateTime><MsgType>' +
    '<![CDATA[text]]></MsgType><Content><![CDATA[你好]]></Content><MsgId>23000000000000777' +
    '</MsgId></xml>';
  const cipher = wecom.encrypt(aes_key, xml, app_id);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const push = (signature) => post(
    'wechat', `<xml><ToUserName>gh_judge</ToUserName><Encrypt>${cipher}</Encrypt></xml>`,
    { 'Content-Type': 'text/xml' },
    `?timestamp=${timestamp}&nonce=n1&encrypt_type=aes&msg_signature=${signature}&signature=` +
      wecom.getSignature(wechat_token, timestamp, 'n1', ''));
  assert.equal(await push(wecom.getSignature(wechat_token, timestamp, 'n1', cipher)), 200);
  assert.equal(await push(wecom.getSignature('another', timestamp, 'n1', cipher)), 401);
  const came = await event((one) => one.type === 'message.received' &&
                           one.data.message.external_id === '23000000000000777', 'the cipher text');
  assert.equal(came.data.message.content.text, '你好');
});

test.after(end);
