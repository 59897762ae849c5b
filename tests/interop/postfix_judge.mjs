// Debian's Postfix as the relay, with its own queue and mailboxes in a folder of the test: what the
// daemon submits arrives as it was meant, and what Postfix says of mail that did not arrive is
// understood. Beyond Postfix stands npm `smtp-server`, which refuses some. CG-37 (e-mail), SC-14.
//
//   node postfix_judge.mjs POSTERND        (Postfix starts as root only)
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync,
  rmSync, watch, writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import test from 'node:test';

import { mail_sender } from './mail_sender.mjs';

const require = createRequire(new URL('package.json', import.meta.url));
const { SMTPServer } = require('smtp-server');

const [posternd] = process.argv.slice(2);
assert.equal(process.getuid(), 0, 'Postfix starts as root only');
const folder = mkdtempSync(path.join(tmpdir(), 'postern-postfix-'));
chmodSync(folder, 0o755);  // its users are others
const file = (name) => path.join(folder, name);
const api_key = 'judge_bootstrap_key_0123456789abcdef0123456789abcdef';

// --- who refuses, beyond Postfix -----------------------------------------------------------------

const refusals = new Map([
  ['gone@beyond.example', { code: 550, text: '5.1.1 no such person', left: 99 }],
  ['full@beyond.example', { code: 552, text: '5.2.2 mailbox full', left: 99 }],
  ['later@beyond.example', { code: 451, text: '4.3.0 come back', left: 2 }],
]);
const beyond_took = [];
const beyond = new SMTPServer({
  disabledCommands: ['AUTH', 'STARTTLS'],
  onRcptTo({ address }, session, done) {
    const refusal = refusals.get(address);
    if (!refusal || refusal.left-- <= 0) return done();
    return done(Object.assign(new Error(refusal.text), { responseCode: refusal.code }));
  },
  onData(stream, session, done) {
    stream.resume();
    stream.on('end', () => {
      beyond_took.push(...session.envelope.rcptTo.map((one) => one.address));
      done();
    });
  },
});
beyond.on('error', () => {});
await new Promise((resolve) => beyond.listen(0, '127.0.0.1', resolve));

// --- Postfix -------------------------------------------------------------------------------------

async function free_port() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
const port = await free_port();
const id_of = (name) => Number(execFileSync('id', ['-u', name]));
const mail_uid = id_of('nobody');
for (const name of ['etc', 'spool', 'data', 'mail']) mkdirSync(file(name));
for (const box of ['ana', 'jose', 'bounces']) {
  for (const part of ['', 'new', 'cur', 'tmp']) {
    mkdirSync(file(`mail/${box}/${part}`), { recursive: true });
    chownSync(file(`mail/${box}/${part}`), mail_uid, mail_uid);
  }
}
chownSync(file('mail'), mail_uid, mail_uid);
chownSync(file('data'), id_of('postfix'), 0);
execFileSync('openssl', [
  'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', file('tls.key'), '-out',
  file('tls.crt'), '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost',
], { stdio: 'ignore' });
writeFileSync(file('boxes'), `ana@example.com ana/
josé@example.com jose/
@bounces.example.net bounces/
`);
writeFileSync(file('transport'), `beyond.example smtp:[127.0.0.1]:${beyond.server.address().port}\n`);
writeFileSync(file('etc/main.cf'), `compatibility_level = 3.6
queue_directory = ${file('spool')}
data_directory = ${file('data')}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = ${file('mail.log')}
maillog_file_prefixes = ${tmpdir()}
myhostname = mx.example.net
mydestination =
inet_interfaces = loopback-only
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_tls_security_level = may
smtpd_tls_cert_file = ${file('tls.crt')}
smtpd_tls_key_file = ${file('tls.key')}
smtp_tls_security_level = none
smtputf8_enable = yes
message_size_limit = 6000000
alias_maps =
alias_database =
virtual_mailbox_domains = example.com, bounces.example.net
virtual_mailbox_maps = texthash:${file('boxes')}
virtual_mailbox_base = ${file('mail')}
virtual_minimum_uid = 1
virtual_uid_maps = static:${mail_uid}
virtual_gid_maps = static:${mail_uid}
relay_domains = beyond.example
transport_maps = texthash:${file('transport')}
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 1s
delay_warning_time = 1s
`);
writeFileSync(file('etc/master.cf'), `127.0.0.1:${port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`);
const postfix = spawn('postfix', ['-c', file('etc'), 'start-fg'], { stdio: 'ignore' });
const log_of_postfix = () => existsSync(file('mail.log')) ? readFileSync(file('mail.log'), 'utf8') : '';

/** Looks whenever something changes in the folder, and says what `look` found once it did. */
function until(watched, look) {
  return new Promise((resolve) => {
    const watcher = watch(watched, () => {
      const found = look();
      if (!found) return;
      watcher.close();
      resolve(found);
    });
    watcher.emit('change');
  });
}
const log_says = (pattern) => until(folder, () => log_of_postfix().match(pattern));
await log_says(/daemon started/);

const seen = new Set();
/** The next mail of a mailbox that no test has read, its line ends as they were sent. */
const next_mail = (box) => until(file(`mail/${box}/new`), () => {
  const fresh = readdirSync(file(`mail/${box}/new`)).find((name) => !seen.has(name));
  if (!fresh) return null;
  seen.add(fresh);
  const text = readFileSync(file(`mail/${box}/new/${fresh}`));
  return Buffer.from(text.toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
});

// --- the daemon ----------------------------------------------------------------------------------

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
writeFileSync(file('dkim.pem'), rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }),
              { mode: 0o600 });
const records = {
  's1._domainkey.example.net.':
    `v=DKIM1; k=rsa; p=${rsa.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`,
};
const account = (id, more) => `
[[account]]
id = "${id}"
channel = "email"
smtp_host = "localhost"
smtp_port = ${port}
from = "Acme Señales <avisos@example.net>"
ca_file = "${file('tls.crt')}"
${more}
`;
writeFileSync(file('postern.toml'), `allow_inline_secrets = true
[listen]
webhooks = "127.0.0.1:0"
api = "127.0.0.1:0"
metrics = "127.0.0.1:0"
[storage]
path = "${file('postern')}"
[api]
bootstrap_key = { env = "POSTERN_BOOTSTRAP_KEY" }
[media]
public_url = "https://gateway.example.net"
${account('mail', `
credentials.dkim_key = { file = "${file('dkim.pem')}" }
dkim = { domain = "example.net", selector = "s1" }
credentials.link_secret = "judge-link-secret"
bounce_address = "bounce@bounces.example.net"
inbound = "raw"
credentials.inbound_secret = "judge-token"`)}
${account('mail-unsigned', '')}
`);
const daemon = spawn(posternd, ['--config', file('postern.toml')], {
  env: { ...process.env, POSTERN_BOOTSTRAP_KEY: api_key },
  stdio: ['ignore', 'pipe', openSync(file('daemon.log'), 'a')],
});
const [line] = await once(readline.createInterface({ input: daemon.stdout }), 'line');
const ready = JSON.parse(line);

const { api, send, until_state } = mail_sender(ready.api, api_key);
async function upload(bytes, name) {
  const answer = await api('POST', `/media?filename=${name}`, bytes, 'application/pdf');
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body.id;
}
const pdf_of = (size) => Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(size)]);
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
/** Brings a mail that Postfix sent back, as an operator's own pipe would. */
async function bring(mail, to) {
  const answer = await fetch(`http://${ready.webhooks}/webhooks/mail`, {
    method: 'POST', body: mail,
    headers: { Authorization: 'Bearer judge-token', 'X-Envelope-From': '', 'X-Envelope-To': to },
  });
  assert.equal(answer.status, 200);
}

/** A header that Postfix wrote, in UTF-8 where the address is. */
const field = (mail, name) => mail.toString().match(new RegExp(`^${name}: (.*)\\r$`, 'm'))[1];

/** What others read in a mail: Python's parser and dkimpy. */
function read(raw) {
  const done = spawnSync('/usr/bin/python3', ['-c', `
import sys, json, hashlib, dkim, email, email.policy
raw = sys.stdin.buffer.read()
records = json.loads(sys.argv[1])
mail = email.message_from_bytes(raw, policy=email.policy.default)
files = [{'name': part.get_filename(), 'type': part.get_content_type(),
          'sha256': hashlib.sha256(part.get_payload(decode=True)).hexdigest()}
         for part in mail.iter_attachments()]
print(json.dumps({
  'dkim': dkim.verify(raw, dnsfunc=lambda name, timeout=5: records[name.decode()].encode()),
  'subject': mail['Subject'], 'from': mail['From'], 'return_path': mail['Return-Path'],
  'encoding': mail['Content-Transfer-Encoding'],
  'text': mail.get_body(('plain',)).get_content().replace('\\r\\n', '\\n'), 'files': files,
  'defects': [str(d) for part in mail.walk() for d in part.defects]}))
`, JSON.stringify(records)], { input: raw, maxBuffer: 1 << 26 });
  assert.equal(done.status, 0, done.stderr.toString());
  return JSON.parse(done.stdout.toString());
}

// --- what arrives --------------------------------------------------------------------------------

test('a signed mail arrives in a mailbox, and its signature holds there', async () => {
  const id = await send('ana@example.com', { subject: '¡Mañana vence!', text: 'Señora Ana:\n.\nhoy' });
  await until_state(id, 'sent');
  const mail = read(await next_mail('ana'));
  assert.deepEqual({ ...mail, return_path: mail.return_path.startsWith(`<bounce+${id}.1.`) }, {
    dkim: true, subject: '¡Mañana vence!', from: 'Acme Señales <avisos@example.net>',
    return_path: true, encoding: 'quoted-printable', text: 'Señora Ana:\n.\nhoy\n',
    files: [], defects: [],
  });
});

test('a mail goes as 8 bits to an address that is not ASCII', async () => {
  await until_state(await send('josé@example.com', { text: 'Señor José' },
                               { account: 'mail-unsigned' }), 'sent');
  const raw = await next_mail('jose');
  assert.equal(field(raw, 'Delivered-To'), 'josé@example.com');
  const mail = read(raw);
  assert.equal(mail.encoding, '8bit');
  assert.equal(mail.text, 'Señor José\n');
});

test('an upload arrives within the mail, byte by byte and signed', async () => {
  const bytes = pdf_of(3 << 20);
  const id = await upload(bytes, 'factura%20a%C3%B1o%202026.pdf');
  await until_state(await send('ana@example.com', {
    type: 'media', kind: 'document', upload: id, text: undefined, caption: 'Su factura',
  }), 'sent');
  const mail = read(await next_mail('ana'));
  assert.equal(mail.dkim, true);
  assert.equal(mail.text, 'Su factura\n');
  assert.deepEqual(mail.files, [{
    name: 'factura año 2026.pdf', type: 'application/pdf', sha256: sha256(bytes),
  }]);
  assert.deepEqual(mail.defects, []);
});

test('an upload beyond the SIZE of Postfix goes as a link', async () => {
  const id = await upload(pdf_of(5 << 20), 'larga.pdf');
  await until_state(await send('ana@example.com', {
    type: 'media', kind: 'document', upload: id, text: undefined, caption: 'Su factura',
  }), 'sent');
  const mail = read(await next_mail('ana'));
  assert.deepEqual(mail.files, []);
  assert.match(mail.text, /^Su factura\n\nlarga\.pdf: https:\/\/gateway\.example\.net\/media\/\S+\/larga\.pdf\n$/);
});

// --- what does not -------------------------------------------------------------------------------

async function is_suppressed(address) {
  const answer = await api('POST', '/messages', {
    to: { channel: 'email', address }, account: 'mail', category: 'transactional',
    content: { type: 'text', text: 'x' },
  });
  assert.equal(answer.status, 422);
  assert.ok(['suppressed', 'address_valid'].includes(answer.body.code), answer.body.code);
}

test('an address that Postfix does not know fails at once and is suppressed', async () => {
  const { error } = await until_state(await send('nobody@example.com', {}), 'failed');
  assert.equal(error.code, 'invalid_recipient');
  assert.equal(error.provider_code, '5.1.1');
  await is_suppressed('nobody@example.com');
});

test('a bounce that Postfix writes later fails the message and suppresses the address', async () => {
  const id = await send('gone@beyond.example', {});
  await until_state(id, 'sent');
  const bounce = await next_mail('bounces');
  const delivered_to = field(bounce, 'Delivered-To');
  assert.ok(delivered_to.startsWith(`bounce+${id}.1.`), delivered_to);
  await bring(bounce, delivered_to);
  const { error } = await until_state(id, 'failed');
  assert.equal(error.code, 'invalid_recipient');
  assert.equal(error.provider_code, '5.1.1');
  await is_suppressed('gone@beyond.example');
});

test('a bounce for a reason that may pass leaves the message waiting for its next try', async () => {
  const id = await send('full@beyond.example', {});
  await until_state(id, 'sent');
  const bounce = await next_mail('bounces');
  assert.match(bounce.toString('latin1'), /^Action: failed\r$/m);
  const delivered_to = field(bounce, 'Delivered-To');
  await bring(bounce, delivered_to);
  const { error, possible_duplicate } = await until_state(id, 'waiting');
  assert.equal(error.code, 'soft_bounce');
  assert.equal(error.provider_code, '5.2.2');
  assert.equal(possible_duplicate, false);  // Postfix names the person: it did not arrive
  await bring(bounce, delivered_to);  // told twice: once more, no more
  const { body } = await api('GET', `/messages/${id}/why`);
  assert.equal(body.state, 'waiting');
  const told = body.data.filter(({ cause }) => cause === 'bounce');
  assert.equal(told.length, 1);
  assert.match(told[0].text, /^Attempt 1 came back, for a reason that may pass \(transient, soft_bounce,/);
  assert.match(told[0].text, /code 5\.2\.2: mailbox_full: .*\. It is looked at again at /);
  const hours = (Date.parse(told[0].until) - Date.now()) / 3_600_000;
  assert.ok(hours > 5.9 && hours < 6.1, told[0].until);
});

test('a warning that a mail is delayed fails nothing', async () => {
  const id = await send('later@beyond.example', {});
  await until_state(id, 'sent');
  const warning = await next_mail('bounces');
  assert.match(warning.toString('latin1'), /^Action: delayed\r$/m);
  await bring(warning, field(warning, 'Delivered-To'));
  const { body } = await api('GET', `/messages/${id}`);
  assert.equal(body.state, 'sent');
  await log_says(/to=<later@beyond\.example>.* status=sent/);
  assert.ok(beyond_took.includes('later@beyond.example'));
});

test('all of it went over TLS, in chunks', async () => {
  daemon.kill('SIGTERM');
  await once(daemon, 'exit');
  const [, what] = await log_says(/disconnect from localhost\[127\.0\.0\.1\] (ehlo=\d.* bdat=.*)/);
  assert.match(what, /starttls=1/);
  assert.doesNotMatch(log_of_postfix(), / data=|improper command pipelining/);
});

test.after(async () => {
  if (daemon.exitCode === null) {
    daemon.kill('SIGTERM');
    await once(daemon, 'exit');
  }
  spawnSync('postfix', ['-c', file('etc'), 'stop']);
  if (postfix.exitCode === null) await once(postfix, 'exit');
  await new Promise((done) => beyond.close(done));
  rmSync(folder, { recursive: true, force: true });
});
