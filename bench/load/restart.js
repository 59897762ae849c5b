// How long a start takes on what is stored, after a kill and after an orderly end. Fills through the
// real daemon at full speed, so ten million messages take minutes.
//   restart.js BUILD_FOLDER SERVERS_FOLDER COUNT[,COUNT]
'use strict';
const fs = require('fs');
const path = require('path');
const { execFileSync } = require('child_process');
const servers = require('./servers');
const { run, memoryOf } = require('./measure');
const { table } = require('./report');

const senders = 100_000;
const mostSigned = 2_000_000;

async function fill(program, server, count) {
  for (let left = count; left > 0;) {
    const some = Math.min(left, mostSigned);
    const found = await run(server, [program, '--to', server.address, '--path', servers.hookPath,
      '--secret', servers.secret, '--connections', '256', '--seconds', '600',
      '--senders', String(senders), '--requests', String(some)]);
    if (found.ok < some) throw new Error(`of ${some} messages ${found.ok} were taken`);
    left -= some;
  }
}

/// The facts of the last `storage_opened` that the daemon wrote, as text.
function opened(folder) {
  const line = fs.readFileSync(path.join(folder, 'log'), 'utf8').split('\n')
    .filter((text) => text.includes(' storage_opened ')).pop();
  return Object.fromEntries([...line.matchAll(/(\w+)=(\S+)/g)].map((found) => found.slice(1)));
}

async function again(server, program, signal) {
  await servers.stop(server, signal);
  const begun = process.hrtime.bigint();
  const next = await servers.restartDaemon(server.folder, program, server.name);
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  return { next, seconds, mib: memoryOf(next), facts: opened(server.folder) };
}

async function measure(build, root, count) {
  const daemon = path.join(build, 'posternd');
  let server = await servers.startDaemon(root, daemon, 'commit');
  const rows = [];
  try {
    await fill(path.join(build, 'webhook_load'), server, count);
    const filled = memoryOf(server);
    for (const [end, signal] of [['a kill', 'SIGKILL'], ['an orderly end', 'SIGTERM']]) {
      const { next, seconds, mib, facts } = await again(server, daemon, signal);
      server = next;
      const disk = execFileSync('du', ['-sm', server.folder]).toString().split('\t')[0];
      console.log(`   ${count} messages, after ${end}: ready in ${seconds.toFixed(2)} s`);
      rows.push([count, end, seconds.toFixed(2), facts.groups_replayed, facts.rows_replayed,
        filled.toFixed(0), mib.toFixed(0), disk]);
    }
  } finally {
    await servers.stop(server);
  }
  return rows;
}

async function main() {
  const [, , build, root, counts] = process.argv;
  const rows = [];
  for (const count of counts.split(',').map(Number)) rows.push(...await measure(build, root, count));
  console.log(`\n${table(['messages stored', 'start after', 'seconds to ready', 'groups replayed',
    'rows replayed', 'MiB when filled', 'MiB when ready', 'MiB on disk'], rows)}\n`);
}

main().catch((error) => {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
});
