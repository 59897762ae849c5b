// Who is compared in sending: the daemon, Kannel (bearerbox and smsbox) and Fastify + BullMQ + a worker,
// all towards one sink. Each is started again on what it left behind, for the runs that kill them.
'use strict';
const fs = require('fs');
const path = require('path');
const http = require('http');
const servers = require('./servers');

const { freePort, freshFolder, start, readyLine, answers } = servers;
const key = 'pk_bench_0123456789abcdef0123456789abcdef';
const receiptToken = 'bench-receipt-token';
const receiptUser = 'receipts';

/// Accounts of the daemon: `fast` has no limit, `held` is paused, `exact` and `slow` have limits.
function daemonConfig(folder, sink, storage) {
  const account = (id, more) => `
[[account]]
id = "${id}"
channel = "http"
credentials.secret = "${receiptToken}"
${more}
[account.receive]
kind = { pointer = "/type", map = {} }
[account.receive.verify]
type = "header"
header = "X-Sink-Token"
prefix = ""
[account.send]
method = "POST"
url = "http://127.0.0.1:${sink}/send"
body = { id = "{{echo}}", to = "{{to}}", text = "{{text}}" }
id = "/id"
`;
  return `allow_inline_secrets = true
[listen]
webhooks = "127.0.0.1:0"
api = "127.0.0.1:0"
metrics = "127.0.0.1:0"
[storage]
path = "${folder}/data"
sync = true
${storage}
[api]
bootstrap_key = { env = "POSTERN_BOOTSTRAP_KEY" }
requests_per_second = 1000000
${account('fast', '')}
${account('held', '')}
${account('exact', 'rate = { per_second = 1000, burst = 10 }')}
${account('slow', 'rate = { per_second = 100, burst = 1 }')}
`;
}

/// `storage`: more lines of that section.
async function startPostern(root, program, sinkPort, storage = '',
  folder = freshFolder(root, 'postern-sending')) {
  const config = path.join(folder, 'postern.toml');
  fs.writeFileSync(config, daemonConfig(folder, sinkPort, storage), { mode: 0o600 });
  const child = start([program, '--config', config], folder, { POSTERN_BOOTSTRAP_KEY: key });
  const ready = await readyLine(child, 'posternd');
  return { name: 'Postern', folder, address: ready.api, webhooks: ready.webhooks,
    metrics: ready.metrics, children: [child], keeps: true,
    receiptsTo: { address: ready.webhooks, path: '/webhooks/fast' },
    again: () => startPostern(root, program, sinkPort, storage, folder) };
}

function kannelConfig(folder, ports, sinkPort, store) {
  const keep = store ? `store-type = file\nstore-location = "${folder}/store"\n` : '';
  return `group = core
admin-port = ${ports.admin}
admin-password = bench
smsbox-port = ${ports.box}
box-allow-ip = "127.0.0.1"
log-level = 4
dlr-storage = internal
${keep}
group = smsc
smsc = http
smsc-id = sink
system-type = generic
port = ${ports.smsc}
smsc-username = ${receiptUser}
smsc-password = ${receiptUser}
send-url = "http://127.0.0.1:${sinkPort}/send?to=%p&text=%a"
status-success-regex = "id"
generic-foreign-id-regex = "\"(s[0-9]+)\""
max-pending-submits = 128

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = ${ports.send}
global-sender = 100
log-level = 4

group = sendsms-user
username = bench
password = bench
`;
}

async function startKannel(root, sinkPort, store, known) {
  const folder = known ? known.folder : freshFolder(root, store ? 'kannel-file' : 'kannel');
  const ports = known ? known.ports : { admin: await freePort(), box: await freePort(),
    smsc: await freePort(), send: await freePort() };
  const config = path.join(folder, 'kannel.conf');
  fs.writeFileSync(config, kannelConfig(folder, ports, sinkPort, store));
  const bearer = start(['bearerbox', '-v', '4', config], folder);
  bearer.stdout.resume();
  await answers(ports.box, 'bearerbox');
  const sms = start(['smsbox', '-v', '4', config], folder);
  sms.stdout.resume();
  await answers(ports.send, 'smsbox');
  return { name: store ? 'Kannel, file store' : 'Kannel, no store', address: `127.0.0.1:${ports.send}`,
    receiptsTo: { address: `127.0.0.1:${ports.smsc}`,
      path: `/?username=${receiptUser}&password=${receiptUser}&dlr-mid={id}&dlr-mask=1` },
    children: [bearer, sms], folder, ports, again: () => startKannel(root, sinkPort, store, { folder, ports }) };
}

async function startBullmq(root, sinkPort, receipts = false,
  folder = freshFolder(root, 'bullmq-sending')) {
  const port = await freePort();
  const redis = start(['redis-server', '--port', String(port), '--bind', '127.0.0.1', '--dir', folder,
    '--appendonly', 'yes', '--appendfsync', 'always', '--save', ''], folder);
  redis.stdout.resume();
  await answers(port, 'redis-server');
  const program = path.join(__dirname, 'bullmq_sending.js');
  const worker = start(['node', program, 'worker', String(port), String(sinkPort),
    ...(receipts ? ['receipts'] : [])], folder);
  await readyLine(worker, 'worker');
  const api = start(['node', program, 'api', String(port)], folder);
  const ready = await readyLine(api, 'api');
  return { name: 'Fastify + BullMQ + worker', address: `127.0.0.1:${ready.port}`,
    receiptsTo: { address: `127.0.0.1:${ready.port}`, path: '/receipts' },
    children: [api, worker, redis], folder, again: () => startBullmq(root, sinkPort, receipts, folder) };
}

/// `told`: the server that gets receipts, or null for none.
async function startSink(program, root, port, told) {
  const folder = freshFolder(root, 'sink');
  const receipts = told ? ['--receipts', told.receiptsTo.address, '--path', told.receiptsTo.path,
    '--token', receiptToken] : [];
  const child = start([program, '--port', String(port), ...receipts], folder);
  await readyLine(child, 'bench_sink');
  return { name: 'sink', address: `127.0.0.1:${port}`, children: [child] };
}

function get(address, target) {
  return new Promise((resolve, reject) => {
    http.get(`http://${address}${target}`, { agent: false }, (answer) => {
      let body = '';
      answer.on('data', (data) => { body += data; });
      answer.on('end', () => resolve(JSON.parse(body)));
    }).on('error', reject);
  });
}

const agent = new http.Agent({ keepAlive: true });
function post(address, target, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(`http://${address}${target}`, { method: 'POST', agent,
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' } }, (answer) => {
      let text = '';
      answer.on('data', (data) => { text += data; });
      answer.on('end', () => resolve({ status: answer.statusCode, text }));
    });
    request.on('error', reject);
    request.end(JSON.stringify(body));
  });
}

module.exports = { startPostern, startKannel, startBullmq, startSink, get, post, key };
