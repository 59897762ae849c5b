// From measured figures of sending to the page that bench/results keeps.
'use strict';
const os = require('os');
const { execFileSync } = require('child_process');
const { table, saturated, stages } = require('./report');

const fixed = (value, digits = 2) => (Number.isFinite(value) ? value.toFixed(digits) : '-');
const share = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];

function figures(result) {
  const rows = [];
  const add = (what, value, hold, holds, digits = 2) =>
    rows.push([what, fixed(value, digits), hold, holds ? 'yes' : '**no**']);
  const accept = (of) => result.accept.find((row) => row.of === of);
  const fan = (name) => result.fan.find((row) => row.name === name);
  const one = accept('postern').rate / accept('nginx').rate;
  add('accepted/s to nginx, 256 connections', one, '>= 0.25', one >= 0.25);
  const many = accept('batch').rate * accept('batch').each;
  add('accepted/s in batches of 1,000', many, '>= 30000', many >= 30_000, 0);
  for (const [receipts, tail] of [['receipts off', ''], ['receipts on', ', receipts on']]) {
    const row = fan(`Postern, ${receipts}`);
    const peer = (name) => result.fan.find((r) => r.name === name + tail);
    const kannel = peer('Kannel, file store');
    const bull = peer('Fastify + BullMQ + worker');
    if (!row || !kannel || !bull) continue;
    const to = (value, name, hold, least) => add(`${receipts}: ${name}`, value, hold,
      least ? value >= least : value <= 0.5);
    to(row.delivered / kannel.delivered, 'delivered/s to Kannel, file store', '>= 2', 2);
    to(row.delivered / bull.delivered, 'delivered/s to Fastify + BullMQ + worker', '>= 6', 6);
    to(row.cpu_us / kannel.cpu_us, 'CPU a message to Kannel', '<= 0.5', 0);
  }
  const { limiter } = result;
  const off = Number((limiter.measured / limiter.configured).toFixed(4));
  add(`limiter at 1,000/s for ${limiter.seconds} s: share of it at the sink`, off, '0.995 to 1', off >= 0.995 && off <= 1,
    4);
  add('limiter: fullest 100 ms / 1 s at the sink', limiter.fullest[100], `1 s: ${limiter.fullest[1000]}`,
    limiter.fullest[100] <= 110 && limiter.fullest[1000] <= 1010, 0);
  add('due time to first byte, idle: p50 us', share(result.due, 0.5), '', true, 0);
  add('due time to first byte, idle: p99 us', share(result.due, 0.99), '', true, 0);
  const reply = share(result.replies, 0.99) / 1000;
  add('a reply during a campaign at 100/s: p99 ms', reply, '<= 20', reply <= 20);
  return table(['figure', 'measured', 'hold', 'holds'], rows);
}

function acceptRows(result) {
  return table(['load', 'server', 'req/s', 'messages/s', 'p50 us', 'p99 us', 'p99.9 us', 'server us a message',
    'generator cores', 'errors', 'saturated'], result.accept.map((r) => [r.name, r.server, r.rate,
    r.rate * r.each, r.p50_us, r.p99_us, r.p999_us, fixed(r.server_us / r.each, 1), fixed(r.generator_cores),
    r.refused + r.broken, saturated(r)]));
}

function fanRows(result) {
  return table(['server', 'accepted/s', 'accepted', 'delivered/s', 'delivered', 'receipts taken', 'twice', 'accept p99 us',
    'CPU us a message', 'saturated'], result.fan.map((r) => [r.name, r.rate, r.ok, fixed(r.delivered, 0),
    r.unique, r.told, r.duplicates, r.p99_us, fixed(r.cpu_us, 1), saturated(r)]));
}

function killRows(result) {
  return table(['server', 'accepted', 'delivered', 'lost', 'twice', 'said to be unknown'],
    result.kills.map((r) => [r.name, r.accepted, r.unique, r.lost, r.duplicates, r.unknown]));
}

function stageRows(result) {
  const rows = [...result.accept, ...result.fan].filter((r) => r.metrics).map((r) => {
    const s = stages(r);
    const per = (value) => fixed(value, 1);
    return [r.name, fixed(s.rows), fixed(s.bytes, 0), per(s.group), fixed(s.commitMean, 0), per(s.io),
      per(s.core), per(s.read), per(s.log), per(s.encode), per(s.applier), per(s.background), per(s.all)];
  });
  return table(['row', 'rows a command', 'bytes', 'group', 'commit us', 'io', 'core', 'prefetch', 'log',
    'of it encode', 'applier', 'RocksDB', 'all'], rows);
}

function sendingReport(result, note) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: __dirname });
  return `# Sending, ${new Date().toISOString().slice(0, 16)}Z, tree ${String(commit).trim()}

${os.cpus().length} cores, Linux ${os.release()}, ${result.seconds} s a row. Servers, generator and sink share the
cores. Stages are CPU us a command of the core (a message is accepted, dispatched, answered: three or more).${note ? `\n\n**${note}**` : ''}

## Figures

${figures(result)}

## Acceptance (API to 202 with the verdict, durable; the account is paused)

${acceptRows(result)}

## Fan-out to a sink

${fanRows(result)}

## Killed with SIGKILL while sending, and started again

${killRows(result)}

## Stages of the daemon

${stageRows(result)}
`;
}

module.exports = { sendingReport };
