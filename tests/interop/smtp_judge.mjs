// npm `smtp-server` as the relay, and dkimpy (Debian's python3-dkim) as the reader: what the daemon
// submits must be SMTP and a signed mail to both. CG-37 (e-mail).
//
//   node smtp_judge.mjs POSTERND
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import test from 'node:test';

import { mail_sender } from './mail_sender.mjs';

const require = createRequire(new URL('package.json', import.meta.url));
const { SMTPServer } = require('smtp-server');

const [posternd] = process.argv.slice(2);
const folder = mkdtempSync(path.join(tmpdir(), 'postern-smtp-'));
const key = 'judge_bootstrap_key_0123456789abcdef0123456789abcdef';
const children = [];

// --- the relay -----------------------------------------------------------------------------------

const file = (name) => path.join(folder, name);
execFileSync('openssl', [
  'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', file('tls.key'), '-out',
  file('tls.crt'), '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost',
], { stdio: 'ignore' });

/** What a waiting test is told of: mails as they come. */
class Mails {
  taken = [];
  waiting = [];
  add(mail) {
    this.taken.push(mail);
    this.waiting = this.waiting.filter((settle) => !settle());
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

const mails = new Mails();
const refused_logins = new Mails();
const refusals = [];  // [address, code, text, how often]
let connections = 0;
let token = 'first-token';

function refusal_of(address) {
  const found = refusals.find((one) => one.address === address && one.left > 0);
  if (!found) return null;
  found.left -= 1;
  return Object.assign(new Error(found.text), { responseCode: found.code });
}

function relay(options = {}) {
  return new SMTPServer({
    key: readFileSync(file('tls.key')),
    cert: readFileSync(file('tls.crt')),
    authMethods: ['PLAIN', 'LOGIN', 'XOAUTH2'],
    onConnect(session, done) {
      connections += 1;
      done();
    },
    onAuth(auth, session, done) {
      const right = auth.method === 'XOAUTH2' ? auth.accessToken === token
                                              : auth.password === 'relay-password';
      if (auth.username === 'judge' && right && session.secure) return done(null, { user: 'judge' });
      refused_logins.add({ username: auth.username, password: auth.password });
      if (auth.method === 'XOAUTH2') return done(null, { data: { status: '401' } });
      return done(Object.assign(new Error('5.7.8 who are you'), { responseCode: 535 }));
    },
    onRcptTo(address, session, done) {
      done(refusal_of(address.address));
    },
    onData(stream, session, done) {
      const parts = [];
      stream.on('data', (part) => parts.push(part));
      stream.on('end', () => {
        mails.add({
          from: session.envelope.mailFrom.address,
          to: session.envelope.rcptTo.map((one) => one.address),
          method: session.transmissionType,
          user: session.user,
          raw: Buffer.concat(parts),
        });
        done(null, '2.0.0 queued as judge');
      });
    },
    ...options,
  });
}

async function listen(server) {
  server.on('error', () => {});  // connections that end are what some tests are about
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server.server.address().port;
}
const submission = relay();
const implicit = relay({ secure: true });
const ports = { submission: await listen(submission), implicit: await listen(implicit) };

let token_requests = 0;
const tokens = http.createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const form = new URLSearchParams(Buffer.concat(parts).toString());
  assert.equal(form.get('grant_type'), 'refresh_token');
  assert.equal(form.get('refresh_token'), 'refresh-me');
  token_requests += 1;
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ access_token: token, expires_in: 3600 }));
});
tokens.listen(0, '127.0.0.1');
await once(tokens, 'listening');

// --- the daemon ----------------------------------------------------------------------------------

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed25519 = generateKeyPairSync('ed25519');
const pem = (pair) => pair.privateKey.export({ type: 'pkcs8', format: 'pem' });
writeFileSync(file('dkim-rsa.pem'), pem(rsa), { mode: 0o600 });
writeFileSync(file('dkim-ed25519.pem'), pem(ed25519), { mode: 0o600 });
const records = {
  's1._domainkey.example.net.':
    `v=DKIM1; k=rsa; p=${rsa.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`,
  's2._domainkey.example.net.': 'v=DKIM1; k=ed25519; p=' +
    ed25519.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64'),
};

const account = (id, port, more) => `
[[account]]
id = "${id}"
channel = "email"
smtp_host = "localhost"
smtp_port = ${port}
smtp_username = "judge"
from = "Acme Señales <avisos@example.net>"
ca_file = "${file('tls.crt')}"
retry = { first = "200ms", factor = 1.0, cap = "200ms", give_up_after = "1m" }
${more}
`;
writeFileSync(file('postern.toml'), `allow_inline_secrets = true
[listen]
webhooks = "127.0.0.1:0"
api = "127.0.0.1:0"
metrics = "127.0.0.1:0"
[storage]
path = "${file('data')}"
[api]
bootstrap_key = { env = "POSTERN_BOOTSTRAP_KEY" }
[alarm]
email_account = "mail"
email_to = ["ops@example.com"]
${account('mail', ports.submission, `
credentials.smtp_password = "relay-password"
credentials.link_secret = "judge-link-secret"
credentials.dkim_key = { file = "${file('dkim-rsa.pem')}" }
credentials.dkim_ed25519_key = { file = "${file('dkim-ed25519.pem')}" }
dkim = { domain = "example.net", selector = "s1", ed25519_selector = "s2" }
bounce_address = "bounce@bounces.example.net"
public_url = "https://gateway.example.net/webhooks/mail"`)}
${account('mail-implicit', ports.implicit, `
smtp_tls = "implicit"
smtp_auth = "login"
attach_limit = 500000
credentials.smtp_password = "relay-password"`)}
${account('mail-wrong', ports.submission, 'credentials.smtp_password = "not-it"')}
${account('mail-oauth', ports.submission, `
oauth_token_url = "http://127.0.0.1:${tokens.address().port}/token"
oauth_client_id = "judge-client"
credentials.oauth_refresh_token = "refresh-me"`)}
`);
const daemon = spawn(posternd, ['--config', file('postern.toml')], {
  env: { ...process.env, POSTERN_BOOTSTRAP_KEY: key },
  stdio: ['ignore', 'pipe', openSync(file('daemon.log'), 'a')],
});
children.push(daemon);
const [line] = await once(readline.createInterface({ input: daemon.stdout }), 'line');
const ready = JSON.parse(line);

const { api, send, until_state } = mail_sender(ready.api, key);
const to = (address) => (mail) => mail.to.includes(address);
/** Header fields by name, unfolded. */
function fields_of(mail) {
  const text = mail.raw.toString('latin1');
  const head = text.slice(0, text.indexOf('\r\n\r\n')).replaceAll(/\r\n[ \t]/g, ' ');
  return Object.fromEntries(head.split('\r\n').map((one) => {
    const colon = one.indexOf(':');
    return [one.slice(0, colon).toLowerCase(), one.slice(colon + 1).trim()];
  }));
}

// --- what the relay sees -------------------------------------------------------------------------

test('a mail arrives over STARTTLS with a login, signed so that another verifier agrees',
     async () => {
  const id = await send('ana@example.com', {
    subject: '¡Mañana vence!', text: 'Señora Ana:\n.\nvence el 15.',
    html: '<p>Señora Ana: vence el 15.</p>',
  }, { category: 'marketing' });
  const [mail] = await mails.until(1, to('ana@example.com'));
  assert.equal((await until_state(id, 'sent')).state, 'sent');
  assert.equal(mail.user, 'judge');
  assert.match(mail.method, /^ESMTPSA$/);
  assert.match(mail.from, /^bounce\+msg_[0-9A-Za-z]{26}\.1\.[0-9a-f]{16}@bounces\.example\.net$/);
  const fields = fields_of(mail);
  assert.equal(fields['message-id'], `<${id}.1@example.net>`);
  assert.equal(fields['list-unsubscribe-post'], 'List-Unsubscribe=One-Click');

  const read = spawnSync('/usr/bin/python3', ['-c', `
import sys, json, dkim, email, email.policy
raw = sys.stdin.buffer.read()
records = json.loads(sys.argv[1])
lookup = lambda name, timeout=5: records[name.decode()].encode()
mail = email.message_from_bytes(raw, policy=email.policy.default)
verdicts = []
for index in range(len(mail.get_all('DKIM-Signature'))):
    verdicts.append(dkim.DKIM(raw).verify(idx=index, dnsfunc=lookup))
changed = dkim.verify(raw.replace(b'vence', b'Vence'), dnsfunc=lookup)
words = lambda kind: mail.get_body((kind,)).get_content().replace('\\r\\n', '\\n')
print(json.dumps({'signatures': verdicts, 'changed': changed, 'subject': mail['Subject'],
  'from': mail['From'], 'text': words('plain'), 'html': words('html'), 'defects': [str(d) for d in mail.defects]}))
`, JSON.stringify(records)], { input: mail.raw });
  assert.equal(read.status, 0, read.stderr.toString());
  assert.deepEqual(JSON.parse(read.stdout.toString()), {
    signatures: [true, true], changed: false, subject: '¡Mañana vence!',
    from: 'Acme Señales <avisos@example.net>', text: 'Señora Ana:\n.\nvence el 15.\n',
    html: '<p>Señora Ana: vence el 15.</p>\n', defects: [],
  });
});

test('mails share a connection', async () => {
  const before = connections;
  for (let i = 0; i < 5; ++i) {
    await until_state(await send(`reuse${i}@example.com`, {}), 'sent');
  }
  assert.ok(connections - before <= 2, `${connections - before} connections for five mails`);
});

test('a person who does not exist fails at once and is suppressed', async () => {
  refusals.push({ address: 'gone@example.com', code: 550, text: '5.1.1 no such user', left: 9 });
  const { error } = await until_state(await send('gone@example.com', {}), 'failed');
  assert.equal(error.code, 'invalid_recipient');
  assert.equal(error.provider_code, '5.1.1');
  const again = await api('POST', '/messages', {
    to: { channel: 'email', address: 'gone@example.com' }, account: 'mail',
    category: 'transactional', content: { type: 'text', text: 'x' },
  });
  assert.equal(again.status, 422);
  assert.ok(['suppressed', 'address_valid'].includes(again.body.code), again.body.code);
});

test('a temporary refusal is tried again', async () => {
  refusals.push({ address: 'later@example.com', code: 450, text: '4.2.0 busy', left: 2 });
  await until_state(await send('later@example.com', {}), 'sent');
  assert.equal(refusals.at(-1).left, 0);
  assert.equal(mails.taken.filter(to('later@example.com')).length, 1);
});

test('a mail arrives over TLS from the first byte, with another login', async () => {
  await until_state(await send('implicit@example.com', {}, { account: 'mail-implicit' }), 'sent');
  const [mail] = await mails.until(1, to('implicit@example.com'));
  assert.equal(mail.from, 'avisos@example.net');
  assert.equal(fields_of(mail).subject, 'Hola');
});

test('a token is fetched once, and again where the relay takes it back', async () => {
  const mail_to = (address) => send(address, {}, { account: 'mail-oauth' });
  await Promise.all((await Promise.all([mail_to('o1@example.com'), mail_to('o2@example.com')]))
    .map((id) => until_state(id, 'sent')));
  assert.equal(token_requests, 1);
  token = 'second-token';
  // Open connections are logged in already: close them, so that the old token is tried.
  for (const connection of submission.connections) connection.close();
  await until_state(await mail_to('o3@example.com'), 'sent');
  assert.equal(token_requests, 2);
});

/** What a check of the account says of its login. */
async function login_of(account) {
  const { body } = await api('POST', `/accounts/${account}/check`, {});
  return body.checks.find((one) => one.check === 'login');
}

test('a check of an account logs in, and sends nothing', async () => {
  const before = mails.taken.length;
  for (const account of ['mail', 'mail-implicit', 'mail-oauth'])
    assert.equal((await login_of(account)).result, 'ok', account);
  assert.equal(mails.taken.length, before);
});

test('a wrong password is the account\'s trouble and tried once', async () => {
  const wrong = (login) => login.password === 'not-it';
  await send('wrong@example.com', {}, { account: 'mail-wrong' });
  await refused_logins.until(1, wrong);
  await send('wrong2@example.com', {}, { account: 'mail-wrong' });
  await until_state(await send('after@example.com', {}), 'sent');
  const login = await login_of('mail-wrong');
  assert.equal(login.result, 'fail');
  assert.match(login.found, /password_refused/);
  assert.equal(refused_logins.taken.filter(wrong).length, 1);
  assert.equal(mails.taken.filter(to('wrong@example.com')).length, 0);
});

test('operators are told of it by mail, once, whatever else waits', async () => {
  const about = (mail) => to('ops@example.com')(mail) && mail.raw.includes('mail-wrong');
  const [mail] = await mails.until(1, about);
  const fields = fields_of(mail);
  assert.match(fields.subject, /account_broken \(mail-wrong\)/);
  assert.match(mail.raw.toString(), /What to do: Replace the account's credentials/);
  assert.match(mail.raw.toString(), /Since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\./);
  assert.match(fields['message-id'], /^<alm_[0-9A-Z]{26}@example\.net>$/);
  assert.equal(fields['auto-submitted'], 'auto-generated');
  assert.equal(fields['list-unsubscribe'], undefined);
  assert.ok(fields['dkim-signature']);
  assert.equal(mails.taken.filter(about).length, 1);
  daemon.kill('SIGHUP');  // another courier for alarms; the tests below find everything in order
});

test('a daemon that takes nothing any more tells so by mail', async () => {
  mkdirSync(file('read-only'));
  const now = Date.now() * 1000;
  writeFileSync(file('read-only/log-failures'), `${now}\n${now}\n${now}\n`);
  const text = readFileSync(file('postern.toml'), 'utf8');
  writeFileSync(file('read-only.toml'), text.replace(file('data'), file('read-only')));
  const stopped = spawn(posternd, ['--config', file('read-only.toml')], {
    env: { ...process.env, POSTERN_BOOTSTRAP_KEY: key },
    stdio: ['ignore', 'ignore', openSync(file('read-only.log'), 'a')],
  });
  const [mail] = await mails.until(1, (one) => to('ops@example.com')(one) &&
                                               fields_of(one).subject.includes('read_only'));
  assert.match(mail.raw.toString(), /delete the file log-failures in storage\.path/);
  stopped.kill('SIGTERM');
  assert.deepEqual(await once(stopped, 'exit'), [0, null]);
});

test('an alarm that could not leave by mail is refused with its key', () => {
  const good = readFileSync(file('postern.toml'), 'utf8');
  for (const [from, to_, said] of [
    ['email_account = "mail"', 'email_account = "nobody"', /alarm\.email_account: must be the id/],
    ['email_to = ["ops@example.com"]', 'email_to = ["ops"]', /alarm\.email_to: "ops" must be an/],
    ['email_to = ["ops@example.com"]', '', /alarm\.email_to: must name/],
  ]) {
    writeFileSync(file('bad.toml'), good.replace(from, to_));
    const checked = spawnSync(posternd, ['--check', '--config', file('bad.toml')], {
      env: { ...process.env, POSTERN_BOOTSTRAP_KEY: key },
    });
    assert.notEqual(checked.status, 0);
    assert.match(checked.stdout.toString() + checked.stderr.toString(), said);
  }
});

test('an upload goes along within the mail where nobody could fetch it, up to a limit', async () => {
  const upload = async (size) => {
    const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(size)]);
    const answer = await fetch(`http://${ready.api}/v1/media?filename=factura.pdf`, {
      method: 'POST', body: bytes,
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/pdf' },
    });
    assert.equal(answer.status, 201);
    return { id: (await answer.json()).id, bytes };
  };
  const message = (id) => ({
    to: { channel: 'email', address: 'file@example.com' }, account: 'mail-implicit',
    category: 'transactional',
    content: { type: 'media', kind: 'document', upload: id, caption: 'Su factura' },
  });
  const { id, bytes } = await upload(300_000);
  const taken = await api('POST', '/messages', message(id));
  assert.equal(taken.status, 202, JSON.stringify(taken.body));
  await until_state(taken.body.id, 'sent');
  const [mail] = await mails.until(1, to('file@example.com'));
  const text = mail.raw.toString('latin1');
  const part = text.slice(text.indexOf('filename=factura.pdf'));
  const body = part.slice(part.indexOf('\r\n\r\n') + 4, part.indexOf('\r\n--'));
  assert.ok(Buffer.from(body, 'base64').equals(bytes));

  const refused = await api('POST', '/messages', message((await upload(400_000)).id));
  assert.equal(refused.status, 422);
  assert.equal(refused.body.errors[0].field, 'content.upload');
  assert.equal(refused.body.errors[0].code, 'too_large');
});

test('one click leaves, a look does not', async () => {
  const [mail] = mails.taken.filter(to('ana@example.com'));
  const url = new URL(fields_of(mail)['list-unsubscribe'].slice(1, -1));
  assert.equal(url.origin, 'https://gateway.example.net');
  const local = `http://${ready.webhooks}${url.pathname}${url.search}`;
  const marketing = () => api('POST', '/messages/check', {
    to: { channel: 'email', address: 'ana@example.com' }, account: 'mail', category: 'marketing',
    content: { type: 'text', text: 'x' },
  });
  const page = await fetch(local);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /<button>/);
  assert.equal((await marketing()).body.verdict.decision, 'send');

  const forged = await fetch(`${local.slice(0, -2)}AA`, { method: 'POST', body: 'x=1' });
  assert.equal(forged.status, 401);
  for (let i = 0; i < 2; ++i) {
    const left = await fetch(local, {
      method: 'POST', body: 'List-Unsubscribe=One-Click',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    });
    assert.equal(left.status, 200);
  }
  assert.equal((await marketing()).body.verdict.decision, 'refuse');
});

test.after(async () => {
  for (const child of children) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  for (const server of [submission, implicit]) await new Promise((done) => server.close(done));
  tokens.close();
  rmSync(folder, { recursive: true, force: true });
});
