// Web chat as the wire sees it: a WebSocket client that is not ours against the real daemon. What
// is acknowledged is there, after a SIGKILL, too, and is there once. AQ-01 AQ-08 RI-01 RI-41.
//
//   node chat_judge.mjs POSTERND
import assert from 'node:assert/strict';
import http from 'node:http';
import test, { after } from 'node:test';

import { RawVisitor, Rig, until } from './rig.mjs';

const rig = await Rig.start(process.argv[2]);
let failed = false;
const judge = (name, body) => test(name, async () => {
  try {
    await body();
  } catch (error) {
    failed = true;
    throw error;
  }
});
after(() => rig.end(!failed));

const answers = {
  name: 'Ana Díaz', email: 'ana@Example.com', phone: '300 123 4567', topic: 'pagos', consent: true,
};
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA' +
  'AABJRU5ErkJggg==', 'base64');

/** A handshake by hand: its status. */
const handshake = (path, headers) => new Promise((resolve, reject) => {
  const request = http.request({ host: '127.0.0.1', port: rig.port, path, headers: {
    Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'AAECAwQFBgcICQoLDA0ODw==', ...headers,
  } });
  request.on('response', (answer) => { answer.resume(); resolve(answer.statusCode); });
  request.on('upgrade', (answer, socket) => { socket.destroy(); resolve(answer.statusCode); });
  request.on('error', reject);
  request.end();
});

judge('only sites of the list open a chat', async () => {
  assert.equal(await handshake('/chat/plain/socket', { Origin: rig.origin }), 101);
  assert.equal(await handshake('/chat/plain/socket', { Origin: 'https://evil.example' }), 403);
  assert.equal(await handshake('/chat/plain/socket', {}), 403);
  assert.equal(await handshake('/chat/nobody/socket', { Origin: rig.origin }), 404);
  assert.equal(await handshake('/chat/plain/other', { Origin: rig.origin }), 404);
  assert.equal((await fetch(rig.url('plain', 'socket'))).status, 426);
});

judge('the widget is small, plain and cached', async () => {
  const answer = await fetch(rig.url('plain', 'widget.js'));
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type'), /^text\/javascript/);
  const { gzipSync } = await import('node:zlib');
  const script = Buffer.from(await answer.arrayBuffer());
  assert.ok(gzipSync(script).length < 40 * 1024, `${gzipSync(script).length} bytes`);
  assert.doesNotMatch(script.toString(), /innerHTML|eval\(|new Function|document\.write/);
  const again = await fetch(rig.url('plain', 'widget.js'), {
    headers: { 'If-None-Match': answer.headers.get('etag') },
  });
  assert.equal(again.status, 304);
});

judge('what a visitor says is kept once, whoever repeats it', async () => {
  const visitor = await rig.visit('plain');
  const { resume } = await visitor.welcome();
  visitor.say({ t: 'msg', c: 'one', text: 'Hola, ¿hay alguien?' });
  const { id } = await visitor.acked('one');
  assert.match(id, /^msg_/);
  visitor.say({ t: 'msg', c: 'one', text: 'Hola, ¿hay alguien?' });
  await until(() => visitor.frames.filter((frame) => frame.t === 'ack').length === 2, 'second ack');
  const other = await rig.visit('plain', { resume });
  other.say({ t: 'msg', c: 'one', text: 'Hola, ¿hay alguien?' });
  await other.acked('one');

  const said = (await rig.received('plain')).filter((one) => one.message.external_id.endsWith('.one'));
  assert.equal(said.length, 1);
  const [{ message }] = said;
  assert.equal(message.content.text, 'Hola, ¿hay alguien?');
  assert.equal(message.from.address, await visitor.id());
  const created = await rig.events('contact.created');
  assert.equal(created.length, 1);
  const past = await other.past();
  assert.deepEqual(past.map((one) => [one.c, one.text]), [['one', 'Hola, ¿hay alguien?']]);
  visitor.close();
  other.close();
});

judge('a message reaches every window at once, and receipts move its state up', async () => {
  const first = await rig.visit('plain');
  const { resume } = await first.welcome();
  const second = await rig.visit('plain', { resume });
  await second.past();
  first.say({ t: 'msg', c: 'hello', text: 'Buenas' });
  await first.acked('hello');
  await second.hear((frame) => frame.t === 'msg' && frame.c === 'hello', 'the other window');

  const id = await rig.send('plain', await first.id(), {
    type: 'buttons', text: '¿Pagar ahora?',
    buttons: [{ kind: 'reply', id: 'pay', title: 'Pagar' }, { kind: 'reply', id: 'no', title: 'No' }],
  });
  for (const window of [first, second]) {
    const frame = await window.hear((one) => one.t === 'msg' && one.id === id);
    assert.deepEqual(frame.buttons.map((button) => button.id), ['pay', 'no']);
  }
  await rig.untilState(id, 'sent');
  first.say({ t: 'recv', ids: [id] });
  await rig.untilState(id, 'delivered');
  second.say({ t: 'read', ids: [id] });
  await rig.untilState(id, 'read');

  second.say({ t: 'button', c: 'tap', id: 'pay', title: 'Pagar', in: id });
  await second.acked('tap');
  const [{ message }] = (await rig.received('plain')).filter((one) =>
    one.message.external_id.endsWith('.tap'));
  assert.deepEqual([message.content.type, message.content.id, message.content.title],
                   ['choice', 'pay', 'Pagar']);
  first.close();
  second.close();
});

judge('another visitor cannot acknowledge, nor hear, what is not his', async () => {
  const owner = await rig.visit('plain');
  owner.say({ t: 'msg', c: 'mine', text: 'para mí' });
  await owner.acked('mine');
  const id = await rig.send('plain', await owner.id(), { type: 'text', text: 'secreto' });
  await owner.hear((frame) => frame.id === id);
  await rig.untilState(id, 'sent');
  const stranger = await rig.visit('plain', { resume: `plain.${await owner.id()}.0.9999999999.AAAAAAAAAAAAAAAAAAAAAA` });
  const welcome = await stranger.welcome();
  assert.equal(welcome.fresh, true);
  assert.notEqual(await stranger.id(), await owner.id());
  assert.deepEqual(await stranger.past(), []);
  stranger.say({ t: 'read', ids: [id] });
  // Behind it in the same order: once this is kept, the other was taken or refused.
  stranger.say({ t: 'msg', c: 'after', text: 'x' });
  await stranger.acked('after');
  assert.equal(await rig.state(id), 'sent');
  owner.close();
  stranger.close();
});

judge('the form comes first, is checked, and makes the contact', async () => {
  const visitor = await rig.visit('formed');
  const welcome = await visitor.welcome();
  assert.equal(welcome.state, 'prechat');
  assert.deepEqual(welcome.form.fields.map((field) => field.name),
                   ['name', 'email', 'phone', 'topic', 'consent']);
  visitor.say({ t: 'msg', c: 'early', text: 'sin formulario' });
  await visitor.hear((frame) => frame.t === 'error' && frame.code === 'closed' && frame.c === 'early');
  visitor.say({ t: 'prechat', c: 'f1', fields: { ...answers, email: 'ana@', consent: false } });
  const refused = await visitor.hear((frame) => frame.t === 'prechat_error');
  assert.deepEqual(refused.errors, { email: 'invalid', consent: 'required' });

  visitor.say({ t: 'prechat', c: 'f2', fields: answers });
  const { resume } = await visitor.hear((frame) => frame.t === 'open');
  visitor.say({ t: 'msg', c: 'early', text: 'sin formulario' });
  await visitor.acked('early');
  const [form] = await rig.received('formed');
  assert.deepEqual(form.message.content.details.form, {
    name: 'Ana Díaz', email: 'ana@example.com', phone: '+573001234567', topic: 'pagos', consent: 'true',
  });
  assert.equal(form.message.content.details.consents[0].text_id, 'privacy-v3');
  assert.equal(form.message.from.name, 'Ana Díaz');
  const contact = await rig.api('GET', `/v1/contacts/${form.message.contact ?? form.contact}`);
  if (contact.status === 200) assert.equal(contact.body.name.display, 'Ana Díaz');

  const back = await rig.visit('formed', { resume });
  assert.equal((await back.welcome()).state, 'open');
  back.close();
  visitor.close();
});

judge('an agent asks for the form again', async () => {
  const visitor = await rig.visit('formed');
  visitor.say({ t: 'prechat', c: 'g1', fields: { ...answers, name: 'Anna' } });
  await visitor.hear((frame) => frame.t === 'open');
  const id = await rig.send('formed', await visitor.id(), {
    type: 'buttons', text: '¿Nos confirmas tus datos?',
    buttons: [{ kind: 'reply', id: 'postern.form', title: 'Corregir' }],
  });
  const asked = await visitor.hear((frame) => frame.id === id);
  assert.equal(asked.buttons[0].id, 'postern.form');
  visitor.say({ t: 'prechat', c: 'g2', fields: answers });
  await visitor.acked('g2');
  const forms = (await rig.received('formed')).filter((one) => one.message.from.address === asked.to ||
    one.message.external_id.endsWith('.g2'));
  assert.equal(forms.at(-1).message.content.details.form.name, 'Ana Díaz');
  visitor.close();
});

judge('typing and read marks of an agent reach the window, a visitor who types is a sign', async () => {
  const visitor = await rig.visit('plain');
  visitor.say({ t: 'typing', on: true });
  visitor.say({ t: 'msg', c: 't1', text: 'espera' });
  await visitor.acked('t1');
  const [{ message }] = (await rig.received('plain')).filter((one) =>
    one.message.external_id.endsWith('.t1'));
  const conversation = message.conversation;
  assert.ok(conversation, JSON.stringify(message));
  const typing = await rig.api('POST', `/v1/conversations/${conversation}/typing`, {});
  assert.equal(typing.status, 200, JSON.stringify(typing.body));
  await visitor.hear((frame) => frame.t === 'typing');
  await until(async () => (await rig.api('POST', `/v1/conversations/${conversation}/read`, {})).status === 200,
              'a read mark is let through');
  const read = await visitor.hear((frame) => frame.t === 'read');
  assert.equal(read.c, 't1');
  visitor.say({ t: 'typing', on: true });
  visitor.say({ t: 'msg', c: 't2', text: 'ya' });
  await visitor.acked('t2');
  const { body } = await rig.api('GET', '/v1/events?limit=1000');
  const signs = body.data.filter((event) => JSON.stringify(event).includes('"typing"'));
  assert.equal(signs.length, 1, 'the first came of somebody unknown, the second counts');
  visitor.close();
});

judge('a file goes up with the visitor\'s token and no other', async () => {
  const visitor = await rig.visit('plain');
  const { resume } = await visitor.welcome();
  const upload = (token, body, type, origin = rig.origin) =>
    fetch(`${rig.url('plain', 'upload')}?filename=punto.png`, {
      method: 'POST', body, headers: { Authorization: `Bearer ${token}`, 'Content-Type': type, Origin: origin },
    });
  assert.equal((await upload('nothing', png, 'image/png')).status, 401);
  assert.equal((await upload(resume, png, 'image/png', 'https://evil.example')).status, 403);
  const asked = await fetch(rig.url('plain', 'upload'), { method: 'OPTIONS', headers: { Origin: rig.origin } });
  assert.equal(asked.status, 204);
  assert.equal(asked.headers.get('access-control-allow-origin'), rig.origin);
  const answer = await upload(resume, png, 'image/png');
  assert.equal(answer.status, 201);
  const file = await answer.json();
  visitor.say({ t: 'msg', c: 'pic', file: file.file, text: 'un punto' });
  await visitor.acked('pic');
  const other = await rig.visit('plain');
  other.say({ t: 'msg', c: 'stolen', file: file.file });
  await other.hear((frame) => frame.t === 'error' && frame.c === 'stolen');

  const [{ message }] = (await rig.received('plain')).filter((one) =>
    one.message.external_id.endsWith('.pic'));
  const [attachment] = message.attachments;
  assert.deepEqual([attachment.kind, attachment.mime, attachment.filename],
                   ['image', 'image/png', 'punto.png']);
  const bytes = await fetch(`http://${rig.ready.api}${attachment.url}`, {
    headers: { Authorization: 'Bearer webchat_bootstrap_key_0123456789abcdef0123456789abcdef' },
  });
  assert.equal(bytes.status, 200);
  assert.ok(Buffer.from(await bytes.arrayBuffer()).equals(png));
  const shown = await fetch(new URL(file.url, `http://127.0.0.1:${rig.port}`));
  assert.ok(Buffer.from(await shown.arrayBuffer()).equals(png));
  const page = await upload(resume, '<html><script>1</script></html>', 'text/html');
  assert.equal(page.status, 415);
  visitor.close();
  other.close();
});

judge('an agent\'s upload is shown from the gateway\'s own port', async () => {
  const visitor = await rig.visit('plain');
  visitor.say({ t: 'msg', c: 'want', text: 'foto' });
  await visitor.acked('want');
  const up = await rig.api('POST', '/v1/media?filename=a.png', png, { 'Content-Type': 'image/png' });
  assert.equal(up.status, 201, JSON.stringify(up.body));
  const id = await rig.send('plain', await visitor.id(), { type: 'media', kind: 'image', upload: up.body.id });
  const frame = await visitor.hear((one) => one.id === id);
  assert.match(frame.media.url, /^\/media\//);
  const shown = await fetch(`http://127.0.0.1:${rig.port}${frame.media.url}`);
  assert.ok(Buffer.from(await shown.arrayBuffer()).equals(png));
  visitor.close();
});

judge('nonsense and floods end a window, and nothing else', async () => {
  const quiet = await rig.visit('plain');
  await quiet.welcome();
  const noisy = new RawVisitor(rig, 'plain');
  await noisy.opened;
  noisy.say({ t: 'msg', c: 'x', text: 'before hello' });
  assert.equal(await noisy.closed, 1008);
  const flood = await rig.visit('plain');
  await flood.welcome();
  for (let i = 0; i < 200; ++i) flood.say({ t: 'ping' });
  assert.equal(await flood.closed, 4029);
  const talker = await rig.visit('plain', {}, { patient: false });
  for (let i = 0; i < 25; ++i) talker.say({ t: 'msg', c: `m${i}`, text: 'x' });
  const slower = await talker.hear((frame) => frame.t === 'error' && frame.code === 'rate');
  assert.ok(slower.retry_after_ms > 0);
  quiet.say('{"t":"nothing"}');
  await quiet.hear((frame) => frame.t === 'error' && frame.code === 'bad_frame');
  quiet.say({ t: 'ping' });
  await quiet.hear((frame) => frame.t === 'pong');
  quiet.close();
  talker.close();
});

judge('after a SIGKILL everything that was acknowledged is there once', async () => {
  const before = await rig.visit('plain');
  const { resume } = await before.welcome();
  const address = await before.id();
  for (const c of ['k1', 'k2', 'k3']) {
    before.say({ t: 'msg', c, text: c });
    await before.acked(c);
  }
  const seen = await rig.send('plain', address, { type: 'text', text: 'visto' });
  await before.hear((frame) => frame.id === seen);
  before.say({ t: 'msg', c: 'k4', text: 'k4' });  // whether it is kept, nobody knows yet
  before.close();
  await before.closed;
  const missed = await rig.send('plain', address, { type: 'text', text: 'no visto' });
  await rig.untilState(missed, 'sent');
  await rig.restart();

  const back = await rig.visit('plain', { resume, after: seen });
  assert.equal((await back.welcome()).fresh, false);
  const past = await back.past();
  assert.equal(past.filter((one) => one.id === seen).length, 1);
  assert.equal(past.filter((one) => one.id === missed).length, 1);
  back.say({ t: 'msg', c: 'k4', text: 'k4' });
  await back.acked('k4');
  for (const c of ['k1', 'k2', 'k3', 'k4']) {
    const said = (await rig.received('plain')).filter((one) => one.message.external_id.endsWith(`.${c}`));
    assert.equal(said.length, 1, c);
  }
  back.say({ t: 'read', ids: [missed] });
  await rig.untilState(missed, 'read');
  back.close();
});

judge('a message that waits for its time is not shown before', async () => {
  const visitor = await rig.visit('plain');
  const { resume } = await visitor.welcome();
  visitor.say({ t: 'msg', c: 'w', text: 'mañana' });
  await visitor.acked('w');
  const later = new Date(Date.now() + 3_600_000).toISOString();
  const waiting = await rig.send('plain', await visitor.id(), { type: 'text', text: 'luego' }, { send_at: later });
  const now = await rig.send('plain', await visitor.id(), { type: 'text', text: 'ya' });
  await visitor.hear((frame) => frame.id === now);
  const back = await rig.visit('plain', { resume });
  const past = await back.past();
  assert.ok(past.some((one) => one.id === now));
  assert.ok(!past.some((one) => one.id === waiting));
  visitor.close();
  back.close();
});

judge('secrets rotate without losing visitors', async () => {
  const visitor = await rig.visit('plain');
  const { resume } = await visitor.welcome();
  const address = await visitor.id();
  visitor.close();
  rig.secrets = ['the-next-visitor-secret-000000002', ...rig.secrets];
  await rig.restart();
  const back = await rig.visit('plain', { resume });
  assert.equal(await back.id(), address);
  const renewed = (await back.welcome()).resume;
  back.close();
  rig.secrets = rig.secrets.slice(0, 1);
  await rig.restart();
  const later = await rig.visit('plain', { resume: renewed });
  assert.equal(await later.id(), address);
  const old = await rig.visit('plain', { resume });
  assert.notEqual(await old.id(), address);
  later.close();
  old.close();
});

judge('a stop says good-bye to open windows', async () => {
  const visitor = await rig.visit('plain');
  await visitor.welcome();
  const stopped = rig.stop();
  await visitor.hear((frame) => frame.t === 'reconnect' && frame.after_ms > 0);
  assert.equal(await visitor.closed, 1012);
  assert.equal(await stopped, 0);
});
