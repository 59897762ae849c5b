// The npm `smpp` client as the judge of the simulated message centre: it binds, submits and is
// delivered to, and must understand every answer, refusal and receipt. CG-37 (SMS).
//
//   node smpp_centre_judge.mjs POSTERN
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import test from 'node:test';

import { end, start, tell } from './chats_world.mjs';

const require = createRequire(new URL('package.json', import.meta.url));
const smpp = require('smpp');

const [postern] = process.argv.slice(2);
const simulator = await start(postern, ['simulate', '--listen', '127.0.0.1:0', '--seed', '3',
  '--account', 'channel=smpp,id=centre,own_id=acme,token=s3cr3t,own_address=85432'],
  'simulator.log');
const tell_sim = (where, body) => tell(`http://${simulator.listen}/_sim/${where}`, body);
const open = new Set();

async function connect() {
  const session = smpp.connect({ url: `smpp://${simulator.smpp}` });
  open.add(session);
  session.on('close', () => open.delete(session));
  session.on('error', () => {});
  await once(session, 'connect');
  return session;
}
/** A request of the client's and its answer. */
function ask(session, command, fields = {}) {
  return new Promise((resolve) => session[command](fields, resolve));
}
async function bound(command = 'bind_transceiver') {
  const session = await connect();
  const { command_status } = await ask(session, command, { system_id: 'acme', password: 's3cr3t' });
  assert.equal(command_status, 0);
  return session;
}
async function delivered(session) {
  const [pdu] = await once(session, 'deliver_sm');
  session.send(pdu.response());
  return pdu;
}
// The centre delivers over whichever bind it has: none is left for the next test.
test.afterEach(async () => {
  for (const session of [...open]) {
    session.unbind();
    await once(session, 'close');
  }
});
const good = {
  source_addr: 'ACME', source_addr_ton: 5, destination_addr: '573001112233', dest_addr_ton: 1,
  dest_addr_npi: 1, registered_delivery: 1, data_coding: 0, short_message: 'ñ {€}',
};

test('a bind needs the password, and is one', async () => {
  const session = await connect();
  const bind = (password) => ask(session, 'bind_transceiver', { system_id: 'acme', password });
  assert.equal((await ask(session, 'submit_sm', good)).command_status, smpp.ESME_RINVBNDSTS);
  assert.equal((await bind('wrong')).command_status, smpp.ESME_RINVPASWD);
  assert.equal((await bind('s3cr3t')).command_status, 0);
  assert.equal((await bind('s3cr3t')).command_status, smpp.ESME_RALYBND);
  assert.equal((await ask(session, 'enquire_link')).command_status, 0);
  assert.equal((await ask(session, 'unbind')).command_status, 0);
  await once(session, 'close');
});

test('a submission is taken, and its receipt names it in words and in parameters', async () => {
  const session = await bound();
  const receipt = delivered(session);
  const { command_status, message_id } = await ask(session, 'submit_sm', good);
  assert.equal(command_status, 0);
  const pdu = await receipt;
  assert.equal(pdu.esm_class & smpp.ESM_CLASS.MC_DELIVERY_RECEIPT, 4);
  assert.equal(pdu.receipted_message_id, message_id);
  assert.equal(pdu.message_state, smpp.MESSAGE_STATE.DELIVERED);
  assert.match(pdu.short_message.message,
               new RegExp(`^id:${message_id} sub:001 dlvrd:001 submit date:[0-9]{10} ` +
                          'done date:[0-9]{10} stat:DELIVRD err:000 text:'));
  const lines = await (await fetch(`http://${simulator.listen}/_sim/ledger`)).json();
  assert.deepEqual(lines.map((one) => [one.to, one.text]), [['+573001112233', 'ñ {€}']]);
});

test('what SMPP forbids is refused with its own status', async () => {
  const session = await bound();
  const status = async (fields) =>
    (await ask(session, 'submit_sm', { ...good, ...fields })).command_status;
  assert.equal(await status({ destination_addr: '+573001112233' }), smpp.ESME_RINVDSTADR);
  assert.equal(await status({ destination_addr: 'ACME', dest_addr_ton: 5 }),
               smpp.ESME_RINVDSTTON);
  assert.equal(await status({ source_addr: 'TwelveLetter' }), smpp.ESME_RINVSRCADR);
  assert.equal(await status({ esm_class: 0x40 }), smpp.ESME_RINVESMCLASS);
  const receiver = await bound('bind_receiver');
  assert.equal((await ask(receiver, 'submit_sm', good)).command_status, smpp.ESME_RINVBNDSTS);
  await tell_sim('faults', { next: [{ fault: 'rate_limited' }, { fault: 'unavailable' }] });
  assert.equal(await status(), smpp.ESME_RTHROTTLED);
  assert.equal(await status(), smpp.ESME_RMSGQFUL);
});

test('the centre unbinds after a submission, and spells ids in decimal', async () => {
  const [session, other] = [await bound(), await bound('bind_receiver')];
  await tell_sim('faults', { unbind: 1, receipt_form: 3 });
  const unbinding = once(session, 'unbind');
  const receipt = once(other, 'deliver_sm');
  const { message_id } = await ask(session, 'submit_sm', good);
  const [pdu] = await unbinding;
  session.send(pdu.response());
  await once(session, 'close');
  const [told] = await receipt;
  assert.equal(told.receipted_message_id, undefined);
  assert.match(told.short_message.message, new RegExp(`^id:${BigInt(`0x${message_id}`)} `));
  other.send(told.response());
  await tell_sim('faults', { unbind: 0, receipt_form: 0 });
});

test('a long text comes as a whole', async () => {
  const session = await bound('bind_receiver');
  const text = '¡Olé! ✓ '.repeat(30);
  const message = delivered(session);
  await tell_sim('inbound', { account: 'centre', from: '573001112233', text });
  const pdu = await message;
  assert.equal(pdu.message_payload.message ?? pdu.message_payload, text);
  assert.equal(pdu.source_addr, '573001112233');
});

test.after(end);
