// The end-to-end comparison: every server is up at once, every row is measured in the same run with
// the same generator. Started by bench/run, which has built and installed everything.
//   suite.js BUILD_FOLDER SECONDS SERVERS_FOLDER RESULT_FILE
'use strict';
const fs = require('fs');
const os = require('os');
const path = require('path');
const servers = require('./servers');
const { run } = require('./measure');
const { report } = require('./report');

const knownSenders = 300_000;  // each writes about ten times in a run, fewer than its ring of ids is long
const openRate = 20_000;
const mostSigned = 2_000_000;  // 64 bytes each

/// What is measured, in order. `of` names servers of `start`; `fresh` is a stream of new senders.
function plan() {
  const rows = [];
  for (const connections of [256, 64]) {
    for (const of of ['nginx', 'fastify', 'commit', 'rocksdb']) rows.push({ of, connections });
    rows.push({ of: 'commit', connections, fresh: true });
  }
  for (const of of ['nginx', 'commit', 'rocksdb']) rows.push({ of, connections: 64, offered: openRate });
  rows.push({ of: 'commit', connections: 64, offered: openRate, fresh: true });
  return rows;
}

/// Requests to sign ahead: what the server could take at most, so that none is sent twice.
function signed(row, seconds) {
  if (row.offered) return Math.ceil(row.offered * seconds * 1.02);
  const perSecond = { fastify: 30_000, nginx: 20_000 }[row.of] || 130_000;
  return Math.min(mostSigned, Math.ceil(perSecond * seconds));
}

let nextFreshSender = 100_000_000;

function generator(program, address, row, seconds) {
  const count = signed(row, seconds);
  const command = [program, '--to', address, '--path', servers.hookPath, '--secret', servers.secret,
    '--connections', String(row.connections), '--seconds', String(seconds), '--requests', String(count)];
  if (row.offered) command.push('--rate', String(row.offered));
  if (row.of === 'nginx') command.push('--wrap');
  if (row.fresh) {
    command.push('--senders', '0', '--first-sender', String(nextFreshSender));
    nextFreshSender += count;
  } else {
    command.push('--senders', String(knownSenders));
  }
  return command;
}

function name(row) {
  const load = row.offered ? `open loop ${row.offered}/s` : 'closed loop';
  return `${load}, ${row.connections} connections${row.fresh ? ', new senders' : ''}`;
}

/// One message from each sender, so that later ones are from known senders.
async function introduce(program, server) {
  const found = await run(server, [program, '--to', server.address, '--senders', String(knownSenders),
    '--requests', String(knownSenders), '--seconds', '30', '--connections', '64']);
  if (found.ok < knownSenders) {
    throw new Error(`${server.name} did not take the first messages`);
  }
}

async function main() {
  const [, , build, secondsText, root, resultFile] = process.argv;
  const seconds = Number(secondsText);
  const program = path.join(build, 'webhook_load');
  const daemon = path.join(build, 'posternd');
  const up = {};
  const found = [];
  const loadBefore = os.loadavg();
  try {
    up.nginx = await servers.startNginx(root);
    up.fastify = await servers.startFastify(root);
    up.commit = await servers.startDaemon(root, daemon, 'commit');
    up.rocksdb = await servers.startDaemon(root, daemon, 'rocksdb');
    for (const log of ['commit', 'rocksdb']) await introduce(program, up[log]);
    for (const row of plan()) {
      const result = await run(up[row.of], generator(program, up[row.of].address, row, seconds));
      console.log(`   ${name(row)}: ${up[row.of].name}: ${result.rate}/s, p99 ${result.p99_us} us`);
      found.push({ ...row, ...result, name: name(row) });
    }
  } finally {
    for (const server of Object.values(up)) await servers.stop(server);
  }
  const text = report(found, { seconds, loadBefore, note: process.env.POSTERN_BENCH_NOTE });
  console.log(`\n${text}`);
  if (resultFile) fs.writeFileSync(resultFile, text);
  if (found.some((row) => row.refused + row.broken > 0)) process.exitCode = 1;
}

main().catch((error) => {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
});
