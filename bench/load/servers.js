// Starts and ends what is compared: nginx, Fastify with Redis, and the daemon on either log. Each in a
// folder of its own under build/bench, so that all write to the same disk.
'use strict';
const { spawn } = require('child_process');
const fs = require('fs');
const net = require('net');
const path = require('path');

const secret = 'bench-app-secret';
const hookPath = '/webhooks/wa-bench';
const readyWithinMs = 60_000;

function freePort() {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function freshFolder(root, name) {
  const folder = path.join(root, name);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  return folder;
}

function start(command, folder, environment = {}) {
  const log = fs.openSync(path.join(folder, 'log'), 'a');
  return spawn(command[0], command.slice(1), {
    stdio: ['ignore', 'pipe', log], env: { ...process.env, ...environment } });
}

/// The first line that the child prints, as JSON.
function readyLine(child, name) {
  return new Promise((resolve, reject) => {
    let text = '';
    const late = setTimeout(() => reject(new Error(`${name} is not ready`)), readyWithinMs);
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}; see its log`)));
    child.stdout.on('data', (data) => {
      text += data;
      if (!text.includes('\n')) return;
      clearTimeout(late);
      resolve(JSON.parse(text.split('\n')[0]));
    });
  });
}

async function answers(port, name) {
  for (const end = Date.now() + readyWithinMs; Date.now() < end;) {
    const open = await new Promise((resolve) => {
      const socket = net.connect(port, '127.0.0.1');
      socket.once('connect', () => { socket.destroy(); resolve(true); });
      socket.once('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${name} does not listen`);
}

async function startNginx(root) {
  const folder = freshFolder(root, 'nginx');
  const port = await freePort();
  const conf = fs.readFileSync(path.join(__dirname, 'nginx.conf'), 'utf8')
    .replaceAll('@FOLDER@', folder).replaceAll('@PORT@', String(port));
  fs.writeFileSync(path.join(folder, 'nginx.conf'), conf);
  const child = start(['nginx', '-p', folder, '-c', path.join(folder, 'nginx.conf')], folder);
  await answers(port, 'nginx');
  return { name: 'nginx static, 1 worker', address: `127.0.0.1:${port}`, children: [child] };
}

async function startFastify(root) {
  const folder = freshFolder(root, 'fastify');
  const port = await freePort();
  const redis = start(['redis-server', '--port', String(port), '--bind', '127.0.0.1', '--dir', folder,
    '--appendonly', 'yes', '--appendfsync', 'always', '--save', ''], folder);
  redis.stdout.resume();
  await answers(port, 'redis-server');
  const node = start(['node', path.join(__dirname, 'fastify_bullmq.js'), String(port), secret], folder);
  const ready = await readyLine(node, 'fastify');
  return { name: 'Fastify + BullMQ + Redis', address: `127.0.0.1:${ready.port}`,
    children: [node, redis] };
}

function daemonConfig(folder, log) {
  return `allow_inline_secrets = true
[listen]
webhooks = "127.0.0.1:0"
api = "127.0.0.1:0"
metrics = "127.0.0.1:0"
[storage]
path = "${folder}/data"
sync = true
contacts_cached = 400000
log = "${log}"
[[account]]
id = "wa-bench"
channel = "whatsapp"
base_url = "http://127.0.0.1:9/whatsapp"
phone_number_id = "106540352242922"
credentials.app_secret = "${secret}"
credentials.access_token = "bench-access-token"
credentials.verify_token = "bench-verify-token"
`;
}

async function startDaemon(root, program, log) {
  const folder = freshFolder(root, `postern-${log}`);
  fs.writeFileSync(path.join(folder, 'postern.toml'), daemonConfig(folder, log), { mode: 0o600 });
  return restartDaemon(folder, program, `Postern, ${log === 'commit' ? 'commit log' : 'RocksDB WAL'}`);
}

/// On what an earlier one has left in `folder`.
async function restartDaemon(folder, program, name) {
  const child = start([program, '--config', path.join(folder, 'postern.toml')], folder);
  const ready = await readyLine(child, name);
  return { name, folder, address: ready.webhooks, metrics: ready.metrics, children: [child] };
}

async function stop(server, signal = 'SIGTERM') {
  for (const child of server.children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.removeAllListeners('exit');  // readyLine's
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await gone;
    clearTimeout(late);
  }
}

module.exports = { startNginx, startFastify, startDaemon, restartDaemon, stop, secret, hookPath,
  freePort, freshFolder, start, readyLine, answers };
