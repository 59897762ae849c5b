// Vonage's own package for tokens as the judge: what we sign it must accept and find what it would
// have written itself; what is signed as Vonage signs webhooks we must take, and nothing else.
//
// Then of the simulator: it must believe the package's tokens, and sign for its verification.
//
//   node vonage_judge.mjs VONAGE_PEER POSTERN
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import test from 'node:test';

import { end, folder, start, tell } from './chats_world.mjs';

const require = createRequire(new URL('package.json', import.meta.url));
const { tokenGenerate, verifySignature } = require('@vonage/jwt');
const jsonwebtoken = createRequire(require.resolve('@vonage/jwt'))('jsonwebtoken');

const [program, postern] = process.argv.slice(2);
const application = randomUUID();
const seconds = Math.floor(Date.now() / 1000);
const pem = { type: 'pkcs8', format: 'pem' };
const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048, privateKeyEncoding: pem, publicKeyEncoding: { type: 'spki', format: 'pem' },
});

function peer(words, input) {
  const { status, stdout, stderr } = spawnSync(program, words, { input, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout.trim();
}

function sent(echo, at = seconds, key = keys.privateKey) {
  const header = peer(['send', application, echo, `${at}`], key);
  assert.match(header, /^Bearer [\w-]+\.[\w-]+\.[\w-]+$/);
  return header.slice('Bearer '.length);
}

test('the package accepts the token of a request', () => {
  assert.equal(verifySignature(sent('msg_1.1'), keys.publicKey), true);
  const other = generateKeyPairSync('rsa', {
    modulusLength: 2048, privateKeyEncoding: pem, publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  assert.equal(verifySignature(sent('msg_1.1'), other.publicKey), false);
  assert.equal(verifySignature(sent('msg_1.1', seconds - 901), keys.publicKey), false, 'it expires');
});

test('it says what the package would have said', () => {
  const read = (token) => jsonwebtoken.decode(token, { complete: true });
  const ours = read(sent('msg_1.1'));
  const theirs = read(tokenGenerate(application, keys.privateKey));
  assert.deepEqual(ours.header, theirs.header);
  assert.deepEqual(Object.keys(ours.payload).sort(), Object.keys(theirs.payload).sort());
  assert.equal(ours.payload.application_id, application);
  assert.equal(ours.payload.iat, seconds);
  assert.equal(ours.payload.exp - ours.payload.iat, theirs.payload.exp - theirs.payload.iat);
  assert.match(ours.payload.jti, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.notEqual(read(sent('msg_1.2')).payload.jti, ours.payload.jti);
});

test('a key of the older PEM will do', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  assert.equal(verifySignature(sent('msg_1.1', seconds, privateKey), publicKey), true);
});

const secret = 'vonage-signature-secret-0123456789abcdef';
const body = JSON.stringify({ message_uuid: randomUUID(), text: 'señor 👋' });

function signed(claims = {}, options = {}, key = secret) {
  const payload_hash = createHash('sha256').update(body).digest('hex');
  const payload = {
    iat: seconds, jti: randomUUID(), iss: 'Vonage', payload_hash, api_key: 'abcd1234',
    application_id: application, ...claims,
  };
  return jsonwebtoken.sign(payload, key, { algorithm: 'HS256', ...options });
}

const judged = (token) => peer(['verify', secret, `${seconds}`, token], body);

test('we take a webhook that the package takes', () => {
  const token = signed();
  assert.equal(verifySignature(token, secret), true);
  assert.equal(judged(token), 'valid');
});

test('we take none that it would not, nor one of another body, sender or time', () => {
  const forged = signed({}, {}, `${secret}x`);
  assert.equal(verifySignature(forged, secret), false);
  for (const token of [
    forged,
    signed({}, { algorithm: 'HS512' }),
    signed({}, { algorithm: 'none' }, ''),
    signed({ payload_hash: '0'.repeat(64) }),
    signed({ iss: 'Somebody' }),
    signed({ iat: seconds - 86401 }),
    signed({ iat: seconds + 301 }),
    sent('msg_1.1'),
  ]) assert.notEqual(judged(token), 'valid', token);
});

// --- the simulator -------------------------------------------------------------------------------

const taken = [];
const gateway = http.createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  response.end();
  taken.push({ headers: request.headers, body: Buffer.concat(parts) });
  gateway.emit('taken');
});
gateway.listen(0, '127.0.0.1');
await once(gateway, 'listening');
async function webhook(number) {
  while (taken.length < number) await once(gateway, 'taken');
  return taken[number - 1];
}

const public_key = path.join(folder, 'application.pub');
writeFileSync(public_key, keys.publicKey);
const simulator = await start(postern, ['simulate', '--listen', '127.0.0.1:0', '--account',
  `channel=vonage,id=app,secret=${secret},own_id=abcd1234,own_address=14155550100,` +
  `application=${application},public_key=${public_key},` +
  `url=http://127.0.0.1:${gateway.address().port}/app`], 'simulator.log');

async function post(token, more = {}) {
  const answer = await fetch(`http://${simulator.listen}/vonage/v1/messages`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ channel: 'whatsapp', message_type: 'text', to: '573001112233',
                           from: '14155550100', text: '¡Olé!', client_ref: 'att_1', ...more }),
  });
  return { status: answer.status, body: await answer.json() };
}

function judge(one) {
  const token = one.headers.authorization.slice('Bearer '.length);
  assert.equal(verifySignature(token, secret), true);
  assert.equal(verifySignature(token, `${secret}x`), false);
  const claims = jsonwebtoken.decode(token);
  assert.equal(claims.payload_hash, createHash('sha256').update(one.body).digest('hex'));
  assert.deepEqual([claims.iss, claims.application_id], ['Vonage', application]);
  return JSON.parse(one.body);
}

test('the simulator believes the package\'s token of that application, and no other', async () => {
  const other = generateKeyPairSync('rsa', {
    modulusLength: 2048, privateKeyEncoding: pem, publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const token = (key) => tokenGenerate(application, key);
  assert.equal((await post(token(other.privateKey))).status, 401);
  const over = { application_id: application, jti: randomUUID(), iat: seconds - 1000,
                 exp: seconds - 100 };
  const spent = jsonwebtoken.sign(over, keys.privateKey, { algorithm: 'RS256' });
  assert.equal((await post(spent)).status, 401);
  assert.equal((await post(token(keys.privateKey), { to: '+573001112233' })).status, 422);
  const { status, body: answer } = await post(token(keys.privateKey));
  assert.equal(status, 202);
  const first = judge(await webhook(1));
  const second = judge(await webhook(2));
  assert.deepEqual([first.status, second.status], ['submitted', 'delivered']);
  assert.equal(first.message_uuid, answer.message_uuid);
  assert.equal(second.client_ref, 'att_1');
});

test('the package takes a message that the simulator brings', async () => {
  await tell(`http://${simulator.listen}/_sim/inbound`, { account: 'app', text: 'señor 👋' });
  const message = judge(await webhook(3));
  assert.deepEqual([message.message_type, message.text], ['text', 'señor 👋']);
});

test.after(() => {
  gateway.closeAllConnections();
  gateway.close();
  end();
});
