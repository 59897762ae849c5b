// Vonage's own package for tokens as the judge: what we sign it must accept and find what it would
// have written itself; what is signed as Vonage signs webhooks we must take, and nothing else.
//
//   node vonage_judge.mjs VONAGE_PEER
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import test from 'node:test';

const require = createRequire(new URL('package.json', import.meta.url));
const { tokenGenerate, verifySignature } = require('@vonage/jwt');
const jsonwebtoken = createRequire(require.resolve('@vonage/jwt'))('jsonwebtoken');

const [program] = process.argv.slice(2);
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
