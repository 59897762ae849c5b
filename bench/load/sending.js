// Sending, end to end, beside its peers in one run. Started by `bench/run --sending`.
//   sending.js BUILD_FOLDER SECONDS SERVERS_FOLDER RESULT_FILE
'use strict';
const fs = require('fs');
const path = require('path');
const servers = require('./servers');
const sending = require('./sending_servers');
const { run, cpuOf } = require('./measure');
const { sendingReport } = require('./sending_report');

const recipients = 100_000;
const roomy = 'contacts_cached = 200000';  // all of them stay in memory, as in the peers'
const connections = 64;
const drainMs = 60_000;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const nowUs = () => Math.round((performance.timeOrigin + performance.now()) * 1000);

let next = 1;  // numbers of messages, never used twice in a run
const text = 'Your order bench-@N@ is on its way and will arrive tomorrow between 9 and 12.';

function request(kind, server, account = 'fast', batch = 0) {
  const json = (body, target, more = '') => `POST ${target} HTTP/1.1\r\nHost: bench\r\n${more}` +
    `Content-Type: application/json\r\n\r\n${body}`;
  const bearer = `Authorization: Bearer ${sending.key}\r\n`;
  if (kind === 'kannel') {
    const words = encodeURIComponent(text).replace('%40N%40', '@N@');
    return `GET /cgi-bin/sendsms?username=bench&password=bench&to=%2B57@TO@&text=${words} HTTP/1.1\r\n` +
      'Host: bench\r\n\r\n';
  }
  if (kind === 'bullmq') return json(JSON.stringify({ to: '57@TO@', text }), '/messages');
  if (kind === 'kannel receipts') {
    return request('kannel', server).replace(' HTTP/1.1', `&dlr-mask=1&dlr-url=${encodeURIComponent(
      `http://${server.sink}/_sink/told`)} HTTP/1.1`);
  }
  const message = { to: { channel: 'http', address: '57@TO@' }, account, category: 'transactional',
    content: { type: 'text', text } };
  if (batch === 0) return json(JSON.stringify(message), '/v1/messages', bearer);
  return json(JSON.stringify({ messages: Array(batch).fill(message) }), '/v1/messages/batch', bearer);
}

/// Feeds `server` and answers what the generator saw, with the numbers it used.
async function feed(tools, server, textOf, options) {
  const file = path.join(tools.root, 'request');
  fs.writeFileSync(file, textOf);
  const from = next;
  const each = options.each || 1;
  const command = [tools.generator, '--to', server.address, '--request', file, '--first', String(from),
    '--recipients', String(recipients), '--connections', String(options.connections || connections),
    '--seconds', String(options.seconds), '--requests', String(options.requests)];
  if (options.wrap) command.push('--wrap');
  const found = await run(server, command);
  next = from + options.requests * each;
  return { ...found, from, to: from + found.sent * each, each };
}

/// Until the sink has as many as were accepted, or nothing has come for `quietMs`.
async function drained(sink, fed, quietMs = 8000) {
  const end = Date.now() + drainMs + quietMs;
  let report = null;
  for (let last = -1, since = Date.now(); Date.now() < end;) {
    report = await sending.get(sink.address, `/_sink/report?from=${fed.from}&to=${fed.to}`);
    if (report.unique >= fed.ok * fed.each) break;
    if (report.unique !== last) { last = report.unique; since = Date.now(); }
    if (Date.now() - since > quietMs) break;
    await sleep(100);
  }
  return report;
}

async function acceptance(tools, up) {
  const rows = [];
  await feed(tools, up.postern, request('postern', up.postern), { seconds: 30, requests: recipients });
  await sending.post(up.postern.address, '/v1/accounts/held/pause', {});
  const nginx = await feed(tools, up.nginx, request('postern', up.nginx, 'held'),
    { seconds: tools.seconds, requests: 100_000, connections: 256, wrap: true });
  rows.push({ ...nginx, name: 'one a request, 256 connections', of: 'nginx' });
  const single = await feed(tools, up.postern, request('postern', up.postern, 'held'),
    { seconds: tools.seconds, requests: 60_000 * tools.seconds, connections: 256 });
  rows.push({ ...single, name: 'one a request, 256 connections', of: 'postern' });
  const batch = await feed(tools, up.postern, request('postern', up.postern, 'held', 1000),
    { seconds: tools.seconds, requests: 150 * tools.seconds, connections: 4, each: 1000 });
  rows.push({ ...batch, name: 'batches of 1,000, 4 connections', of: 'batch' });
  return rows;
}

/// Until every receipt has been taken and, by Kannel, passed on; or nothing has come for 8 s.
async function receiptsTaken(sink, count, toldToo) {
  let seen = null;
  for (let last = -1, since = Date.now(); ;) {
    seen = await sending.get(sink.address, '/_sink/receipts');
    const done = toldToo ? Math.min(seen.answered, seen.told) : seen.answered;
    if (done >= count) break;
    if (done !== last) { last = done; since = Date.now(); }
    if (Date.now() - since > 8000) break;
    await sleep(100);
  }
  return seen;
}

/// Every recipient gets a message first: peers keep no contacts, and what makes one is no fan-out.
async function introduce(tools, sink, server, receipts = false) {
  await drained(sink, await feed(tools, server, request('postern', server),
    { seconds: 30, requests: recipients }));
  if (receipts) await receiptsTaken(sink, recipients, false);
}

async function fanOut(tools, sink, server, kind, name, receipts = false) {
  const first = receipts ? (await receiptsTaken(sink, 0, false)).answered : 0;
  const before = cpuOf(server).total;
  const fed = await feed(tools, server, request(kind, server),
    { seconds: tools.seconds, requests: 60_000 * tools.seconds });
  const report = await drained(sink, fed);
  let last = report.last_us;
  let told = 0;
  if (receipts) {
    const taken = await receiptsTaken(sink, first + report.unique, kind === 'kannel receipts');
    last = Math.max(last, taken.last_us);
    told = taken.answered - first;
  }
  const cpu = cpuOf(server).total - before;
  const seconds = (last - report.first_us) / 1e6;
  console.log(`   ${name}: ${Math.round(report.unique / seconds)}/s delivered`);
  return { ...fed, name, kind, told, unique: report.unique, duplicates: report.duplicates,
    delivered: report.unique / seconds, cpu_us: (cpu * 1e6) / Math.max(1, report.unique) };
}

/// Everything of `server` is killed while it works, and started again.
async function killed(tools, sink, server, kind) {
  const from = next;
  const fed = feed(tools, server, request(kind, server), { seconds: 6, requests: 300_000 });
  // The generator writes its requests first, which takes it as long as it takes.
  const begun = async () => (await sending.get(sink.address, `/_sink/report?from=${from}&to=${from + 1000}`)).unique > 0;
  while (!await begun()) await sleep(50);
  await sleep(2000);
  await servers.stop(server, 'SIGKILL');
  const seen = await fed;
  const again = await server.again();
  // What is unknown waits a minute for evidence before its category decides.
  const report = await drained(sink, seen, server.keeps ? 70_000 : 12_000);
  const unknown = server.keeps ? await unknownOf(again) : '-';
  return { name: server.name, accepted: seen.ok, unique: report.unique, duplicates: report.duplicates,
    lost: Math.max(0, seen.ok - report.unique), unknown, again };
}

/// How many messages the daemon itself says are unknown; 200 means that many or more.
async function unknownOf(server) {
  const answer = await fetch(`http://${server.address}/v1/messages?state=unknown&limit=200`,
    { headers: { Authorization: `Bearer ${sending.key}` } });
  return (await answer.json()).data?.length ?? 0;
}

async function limiter(tools, up, sink, seconds) {
  const count = 1000 * (seconds + 4);
  const batches = Math.ceil(count / 1000);
  const fed = await feed(tools, up.postern, request('postern', up.postern, 'exact', 1000),
    { seconds: 60, requests: batches, connections: 2, each: 1000 });
  await sleep((seconds + 6) * 1000);
  const times = (await sending.get(sink.address, `/_sink/times?from=${fed.from}&to=${fed.to}`))
    .filter((at) => at !== null).sort((a, b) => a - b);
  const report = await sending.get(sink.address, `/_sink/report?from=${fed.from}&to=${fed.to}`);
  // Steps between arrivals, of which there is one less than arrivals: the burst is over by then.
  const steady = times.slice(500).filter((at) => at <= times[500] + seconds * 1e6);
  const measured = ((steady.length - 1) * 1e6) / (steady.at(-1) - steady[0]);
  return { configured: 1000, seconds, measured, fullest: report.fullest };
}

async function dueTimes(up, sink) {
  const count = 200;
  const first = next;
  next += count;
  const due = [];
  for (let i = 0; i < count; ++i) {
    const at = Math.ceil(Date.now() + 1500 + (i % 20) * 37);
    due.push(at * 1000);
    const number = String(first + i).padStart(10, '0');
    await sending.post(up.postern.address, '/v1/messages', { to: { channel: 'http',
      address: `58${number}` }, account: 'fast', category: 'transactional',
    send_at: new Date(at).toISOString(), content: { type: 'text', text: `due bench-${number}` } });
  }
  await sleep(3000);
  const times = await sending.get(sink.address, `/_sink/times?from=${first}&to=${first + count}`);
  return times.map((at, i) => at - due[i]).sort((a, b) => a - b);
}

async function replies(tools, up, sink) {
  await feed(tools, up.postern, request('postern', up.postern, 'slow', 1000),
    { seconds: 60, requests: 10, connections: 1, each: 1000 });
  const count = 200;
  const first = next;
  next += count;
  const sent = [];
  for (let i = 0; i < count; ++i) {
    const number = String(first + i).padStart(10, '0');
    sent.push(nowUs());
    await sending.post(up.postern.address, '/v1/messages', { to: { channel: 'http',
      address: `59${number}` }, account: 'slow', category: 'reply',
    content: { type: 'text', text: `reply bench-${number}` } });
    await sleep(50 + Math.random() * 30);
  }
  await sleep(1000);
  const times = await sending.get(sink.address, `/_sink/times?from=${first}&to=${first + count}`);
  return times.map((at, i) => (at === null ? Infinity : at - sent[i])).sort((a, b) => a - b);
}

async function main() {
  const [, , build, secondsText, root, resultFile] = process.argv;
  const tools = { root, seconds: Number(secondsText), generator: path.join(build, 'send_load') };
  const daemon = path.join(build, 'posternd');
  const sinkPort = await servers.freePort();
  const up = {};
  const result = { seconds: tools.seconds, fan: [], kills: [] };
  let sink = null;
  try {
    up.nginx = await servers.startNginx(root);
    up.postern = await sending.startPostern(root, daemon, sinkPort, roomy);
    sink = await sending.startSink(path.join(build, 'bench_sink'), root, sinkPort, null);
    result.accept = await acceptance(tools, up);
    // Millions wait now; the peers begin empty, so does it.
    await servers.stop(up.postern);
    up.postern = await sending.startPostern(root, daemon, sinkPort, roomy);
    await introduce(tools, sink, up.postern);
    result.fan.push(await fanOut(tools, sink, up.postern, 'postern', 'Postern, receipts off'));
    up.kannel = await sending.startKannel(root, sinkPort, true);
    result.fan.push(await fanOut(tools, sink, up.kannel, 'kannel', up.kannel.name));
    up.bullmq = await sending.startBullmq(root, sinkPort);
    result.fan.push(await fanOut(tools, sink, up.bullmq, 'bullmq', up.bullmq.name));
    result.due = await dueTimes(up, sink);
    console.log('   due times, the limiter, replies under a campaign');
    result.limiter = await limiter(tools, up, sink, Math.min(60, tools.seconds * 3));
    result.replies = await replies(tools, up, sink);
    await servers.stop(up.kannel);
    delete up.kannel;
    for (const [name, kind] of [['postern', 'postern'], ['kannel', 'kannel'], ['bullmq', 'bullmq']]) {
      if (name === 'kannel') up.kannel = await sending.startKannel(root, sinkPort, false);
      const row = await killed(tools, sink, up[name], kind);
      up[name] = row.again;
      console.log(`   killed, ${row.name}: ${row.accepted} accepted, ${row.lost} lost, ${row.duplicates} twice`);
      result.kills.push(row);
    }
    for (const name of ['postern', 'kannel', 'bullmq']) {
      await servers.stop(up[name]);
      delete up[name];
    }
    const withReceipts = [
      ['postern', 'Postern, receipts on', () => sending.startPostern(root, daemon, sinkPort, roomy)],
      ['kannel receipts', 'Kannel, file store, receipts on', () => sending.startKannel(root, sinkPort, true)],
      ['bullmq', 'Fastify + BullMQ + worker, receipts on', () => sending.startBullmq(root, sinkPort, true)],
    ];
    for (const [kind, name, startOne] of withReceipts) {
      up.told = await startOne();
      up.told.sink = `127.0.0.1:${sinkPort}`;
      await servers.stop(sink);
      sink = await sending.startSink(path.join(build, 'bench_sink'), root, sinkPort, up.told);
      if (kind === 'postern') await introduce(tools, sink, up.told, true);
      result.fan.push(await fanOut(tools, sink, up.told, kind, name, true));
      await servers.stop(up.told);
    }
  } finally {
    for (const server of [...Object.values(up), sink]) if (server) await servers.stop(server);
  }
  const page = sendingReport(result, process.env.POSTERN_BENCH_NOTE);
  console.log(`\n${page}`);
  if (resultFile) fs.writeFileSync(resultFile, page);
}

main().catch((error) => {
  console.error(`bench: ${error.stack}`);
  process.exit(1);
});
