// Messages that wait: memory while they do, and how long a start takes until it is ready and until the
// first of them leaves. Started by `bench/run --waiting`.
//   waiting.js BUILD_FOLDER SERVERS_FOLDER COUNT[,COUNT]
'use strict';
const fs = require('fs');
const path = require('path');
const { execFileSync } = require('child_process');
const servers = require('./servers');
const sending = require('./sending_servers');
const { run, memoryOf } = require('./measure');
const { table } = require('./report');

const each = 1000;
const recipients = 1_000_000;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function batch() {
  const message = { to: { channel: 'http', address: '57@TO@' }, account: 'held',
    category: 'marketing', content: { type: 'text', text: 'An offer bench-@N@ until Friday.' } };
  const body = JSON.stringify({ messages: Array(each).fill(message) });
  return 'POST /v1/messages/batch HTTP/1.1\r\nHost: bench\r\n' +
    `Authorization: Bearer ${sending.key}\r\nContent-Type: application/json\r\n\r\n${body}`;
}

async function fill(tools, server, count) {
  const file = path.join(tools.root, 'request');
  fs.writeFileSync(file, batch());
  const found = await run(server, [tools.generator, '--to', server.address, '--request', file,
    '--first', '1', '--recipients', String(recipients), '--connections', '4', '--seconds', '3600',
    '--requests', String(count / each)]);
  if (found.ok * each < count) throw new Error(`of ${count} messages ${found.ok * each} were taken`);
  return found;
}

async function firstArrival(sink, count) {
  for (;;) {
    const report = await sending.get(sink.address, `/_sink/report?from=1&to=${count + 1}`);
    if (report.count > 0) return report.first_us;
    await sleep(5);
  }
}

async function measure(tools, count) {
  const port = await servers.freePort();
  let server = await sending.startPostern(tools.root, tools.daemon, port);
  let sink = null;
  try {
    await sending.post(server.address, '/v1/accounts/held/pause', {});
    const filled = await fill(tools, server, count);
    await sleep(2000);
    const mib = memoryOf(server);
    const disk = execFileSync('du', ['-sm', server.folder]).toString().split('\t')[0];
    await servers.stop(server, 'SIGKILL');
    sink = await sending.startSink(path.join(tools.build, 'bench_sink'), tools.root, port, null);
    const begun = process.hrtime.bigint();
    server = await server.again();
    const ready = Number(process.hrtime.bigint() - begun) / 1e9;
    const readyMib = memoryOf(server);
    const resumed = Math.round((performance.timeOrigin + performance.now()) * 1000);
    await sending.post(server.address, '/v1/accounts/held/resume', {});
    const first = (await firstArrival(sink, count)) - resumed;
    await sleep(5000);
    const sendingMib = memoryOf(server);
    console.log(`   ${count} waiting: ${mib.toFixed(0)} MiB, ready in ${ready.toFixed(2)} s`);
    return [count, filled.rate * each, mib.toFixed(0), readyMib.toFixed(0), sendingMib.toFixed(0), disk,
      ready.toFixed(2), (first / 1000).toFixed(1)];
  } finally {
    for (const one of [server, sink]) if (one) await servers.stop(one, 'SIGKILL');
    fs.rmSync(server.folder, { recursive: true, force: true });
  }
}

async function main() {
  const [, , build, root, counts] = process.argv;
  const tools = { build, root, daemon: path.join(build, 'posternd'), generator: path.join(build, 'send_load') };
  const rows = [];
  for (const count of counts.split(',').map(Number)) rows.push(await measure(tools, count));
  console.log(`\n${table(['messages waiting', 'accepted/s', 'MiB when filled', 'MiB when ready again',
    'MiB while they leave', 'MiB on disk', 's from a kill to ready', 'ms from resume to the first'], rows)}\n`);
}

main().catch((error) => {
  console.error(`bench: ${error.stack}`);
  process.exit(1);
});
