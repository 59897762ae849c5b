// The packages that companies use for LINE, Viber, Telegram and WeChat as judges: the simulator must
// be the provider to their clients and sign and encrypt for their validators. CG-37 (chat channels).
//
//   node chats_judge.mjs POSTERN
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { createRequire } from 'node:module';
import test from 'node:test';

import {
  accounts, aes_key, app_id, bot_token, end, line_secret, line_token, silent, someone, start, tell,
  viber_token, wechat_token,
} from './chats_world.mjs';

const require = createRequire(new URL('package.json', import.meta.url));
const { HTTPFetchError, messagingApi, validateSignature } = require('@line/bot-sdk');
const { Bot, GrammyError } = require('grammy');
const ViberClient = require('viber-bot/lib/viber-client.js');
const MessageValidator = require('viber-bot/lib/message/message-validator.js');
const wecom = require('@wecom/crypto');

const [postern] = process.argv.slice(2);

/** Takes webhooks and keeps them. */
class Webhooks {
  taken = [];
  async listen() {
    this.server = http.createServer(async (request, response) => {
      const parts = [];
      for await (const part of request) parts.push(part);
      this.taken.push({
        url: new URL(request.url, 'http://gateway.example'), headers: request.headers,
        body: Buffer.concat(parts),
      });
      response.end();
      this.server.emit('taken');
    });
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.url = `http://127.0.0.1:${this.server.address().port}`;
  }
  of(account) {
    return this.taken.filter((one) => one.url.pathname === `/${account}`);
  }
  async until(account, count) {
    while (this.of(account).length < count) await once(this.server, 'taken');
  }
}

const webhooks = new Webhooks();
await webhooks.listen();

const simulator = await start(
  postern, ['simulate', '--listen', '127.0.0.1:0', '--seed', '7',
            ...accounts((id) => `${webhooks.url}/${id}`)],
  'simulator.log');
const simulated = `http://${simulator.listen}`;

const tell_sim = (where, body) => tell(simulated + where, body);
async function ledger(channel) {
  return (await fetch(`${simulated}/_sim/ledger?channel=${channel}`)).json();
}
async function inbound(account, kinds) {
  const before = webhooks.of(account).length;
  for (const kind of kinds) await tell_sim('/_sim/inbound', { account, kind, text: '¡Olé! ✓ <&"]]>' });
  const taken = webhooks.of(account).slice(before);
  assert.equal(taken.length, kinds.length);
  return taken;
}

// --- LINE ----------------------------------------------------------------------------------------

/** What is meant for api.line.me goes to the simulator; everything else is the package's. */
const real_fetch = globalThis.fetch;
globalThis.fetch = (url, options) => {
  const text = String(url);
  const ours = text.replace('https://api.line.me', `${simulated}/line`);
  return real_fetch(ours, options);
};
const line = new messagingApi.MessagingApiClient({ channelAccessToken: line_token });

test('LINE: the client pushes, and a retry key is accepted once', async () => {
  const key = randomUUID();
  const push = () =>
    line.pushMessageWithHttpInfo({ to: someone, messages: [{ type: 'text', text: 'こんにちは' }] },
                                 key);
  const first = await push();
  assert.match(first.body.sentMessages[0].id, /^[0-9]+$/);
  await assert.rejects(push(), (error) => {
    assert.ok(error instanceof HTTPFetchError, `${error.stack}`);
    assert.equal(error.status, 409);
    assert.ok(error.headers.get('x-line-accepted-request-id'));
    assert.deepEqual(JSON.parse(error.body).sentMessages[0].id, first.body.sentMessages[0].id);
    return true;
  });
  const lines = await ledger('line');
  assert.equal(lines.length, 1);
  assert.equal(lines[0].text, 'こんにちは');
});

test('LINE: the client reads refusals', async () => {
  const send = (messages, to = someone) => line.pushMessage({ to, messages });
  const refused = (promise, status, part) => assert.rejects(promise, (error) => {
    assert.equal(error.status, status);
    assert.match(error.body, part);
    return true;
  });
  await refused(send([{ type: 'text', text: '' }]), 400, /messages\[0\]\.text/);
  await refused(send([{ type: 'text', text: 'x' }], 'nobody'), 400, /'to'/);
  await tell_sim('/_sim/faults', { next: [{ fault: 'rate_limited' }, { fault: 'unreachable' }] });
  await refused(send([{ type: 'text', text: 'x' }]), 429, /rate limit/);
  await refused(send([{ type: 'text', text: 'x' }]), 400, /Failed to send messages/);
  const stranger = new messagingApi.MessagingApiClient({ channelAccessToken: 'another' });
  await refused(stranger.pushMessage({ to: someone, messages: [{ type: 'text', text: 'x' }] }), 401,
                /Authentication failed/);
});

test('LINE: the validator accepts what the simulator delivers', async () => {
  for (const one of await inbound('line', ['text', 'image', 'location', 'button', 'opt_out'])) {
    const signature = one.headers['x-line-signature'];
    assert.ok(validateSignature(one.body, line_secret, signature));
    assert.ok(!validateSignature(one.body, 'another', signature));
    assert.ok(!validateSignature(Buffer.concat([one.body, Buffer.from(' ')]), line_secret,
                                 signature));
  }
});

// --- Viber ---------------------------------------------------------------------------------------

test('Viber: the client sends and understands every status', async () => {
  const client = (token) => new ViberClient(
    silent, { name: 'Depot', avatar: 'https://a.example/b.png', authToken: token },
    `${simulated}/viber/pa`, ['delivered']);
  const sent = await client(viber_token).sendMessage('dGVzdA==', 'text',
                                                     { type: 'text', text: 'Sí ✓' });
  assert.equal(sent.status, 0);
  assert.ok(sent.message_token > 2 ** 53);
  await webhooks.until('viber', 1);  // its receipt, which is not to stand among what follows
  assert.equal((await client(viber_token).getAccountInfo()).status, 0);
  await assert.rejects(client('another').getAccountInfo(), (error) => error.status === 2);
  await tell_sim('/_sim/faults', { next: [{ fault: 'rate_limited' }, { fault: 'blocked' }] });
  for (const status of [12, 6]) {
    await assert.rejects(
      client(viber_token).sendMessage('dGVzdA==', 'text', { type: 'text', text: 'x' }),
      (error) => error.status === status);
  }
});

test('Viber: the validator accepts what the simulator delivers', async () => {
  const validator = new MessageValidator(silent, viber_token);
  for (const one of await inbound('viber', ['text', 'image', 'contacts', 'status', 'opt_out'])) {
    const signature = one.headers['x-viber-content-signature'];
    assert.ok(validator.validateMessage(signature, one.body));
    assert.ok(!validator.validateMessage(signature, Buffer.concat([one.body, Buffer.from('x')])));
  }
});

// --- Telegram ------------------------------------------------------------------------------------

test('Telegram: grammY sends, and gets refusals as its own errors', async () => {
  const bot = new Bot(bot_token, { client: { apiRoot: `${simulated}/telegram` } });
  const me = await bot.api.getMe();
  assert.equal(me.is_bot, true);
  const message = await bot.api.sendMessage(900_001, '<b>hi</b> ✓', {
    parse_mode: 'HTML',
    reply_markup: { inline_keyboard: [[{ text: 'Yes', callback_data: 'y' }]] },
  });
  assert.equal(message.chat.id, 900_001);
  assert.ok(Number.isInteger(message.message_id) && Number.isInteger(message.date));
  await tell_sim('/_sim/faults', { next: [{ fault: 'rate_limited' }, { fault: 'blocked' }] });
  const refused = (code, more) => assert.rejects(bot.api.sendMessage(900_001, 'x'), (error) => {
    assert.ok(error instanceof GrammyError, `${error.stack}`);
    assert.equal(error.error_code, code);
    return more(error);
  });
  await refused(429, (error) => error.parameters.retry_after >= 1);
  await refused(403, (error) => /blocked by the user/.test(error.description));
  await assert.rejects(bot.api.sendMessage(900_001, ''), (error) => error.error_code === 400);
});

test('Telegram: grammY polls, and what it has not confirmed comes again', async () => {
  const bot = new Bot(bot_token, { client: { apiRoot: `${simulated}/telegram` } });
  await assert.rejects(bot.api.getUpdates(), (error) => error.error_code === 409);
  assert.equal(await bot.api.deleteWebhook(), true);
  const before = webhooks.of('telegram').length;
  const answer = await fetch(`${simulated}/_sim/inbound`, { method: 'POST', body: JSON.stringify(
    { account: 'telegram', from: '77', text: '¡Olé! ✓', wait: false }) });
  assert.equal(answer.status, 202);
  const poll = (offset) => bot.api.getUpdates({ timeout: 20, offset, allowed_updates: [] });
  const [update] = await poll();
  assert.equal(update.message.text, '¡Olé! ✓');
  assert.deepEqual(await poll(), [update]);
  assert.deepEqual(await bot.api.getUpdates({ offset: update.update_id + 1 }), []);
  assert.deepEqual(await bot.api.getUpdates(), []);
  assert.equal(webhooks.of('telegram').length, before);
});

// --- WeChat --------------------------------------------------------------------------------------

const inner_xml = (one) => {
  const encrypted = /<Encrypt><!\[CDATA\[(.*?)\]\]><\/Encrypt>/.exec(one.body.toString())[1];
  const query = one.url.searchParams;
  assert.equal(wecom.getSignature(wechat_token, query.get('timestamp'), query.get('nonce'),
                                  encrypted), query.get('msg_signature'));
  const { message, id } = wecom.decrypt(aes_key, encrypted);
  assert.equal(id, app_id);
  return message;
};

test('WeChat: the package decrypts what the simulator encrypts', async () => {
  const [text, image, leave] = await inbound('wechat', ['text', 'image', 'opt_out']);
  assert.match(inner_xml(text), /<Content><!\[CDATA\[¡Olé! ✓ <&"\]\]\]\]><!\[CDATA\[>\]\]>/);
  assert.match(inner_xml(image), /<MediaId><!\[CDATA\[9\d+1\]\]><\/MediaId>/);
  assert.match(inner_xml(leave), /unsubscribe/);
});

test.after(() => {
  webhooks.server.close();
  end();
});
