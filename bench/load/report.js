// From measured rows to the page: ratios first, then every row, then the daemon's stages.
'use strict';
const fs = require('fs');
const os = require('os');
const { execFileSync } = require('child_process');

const table = (head, rows) => [head, head.map(() => '---'), ...rows]
  .map((cells) => `| ${cells.join(' | ')} |`).join('\n');
const fixed = (value, digits = 2) => (Number.isFinite(value) ? value.toFixed(digits) : '-');

function saturated(row) {
  if (row.offered) return 'none (fixed rate)';
  const [thread, share] = Object.entries(row.threads)
    .reduce((most, entry) => (entry[1].most > most[1].most ? entry : most));
  const all = row.server_cores + row.generator_cores + row.foreign_cores;
  if (row.generator_cores > 0.9) return 'the generator';
  if (share.most > 0.9) return `the server's thread ${thread}`;
  if (all > 0.92 * os.cpus().length) return 'all cores (the server and the generator share them)';
  return 'neither: the disk or waiting between threads';
}

function measuredRows(found) {
  return table(['load', 'server', 'req/s', 'p50 us', 'p99 us', 'p99.9 us', 'server us/req',
    'server MiB', 'server cores', 'generator cores', 'foreign cores', 'errors', 'saturated'],
  found.map((r) => [r.name, r.server, r.rate, r.p50_us, r.p99_us, r.p999_us, fixed(r.server_us, 1),
    fixed(r.server_mib, 0), fixed(r.server_cores), fixed(r.generator_cores), fixed(r.foreign_cores), r.refused + r.broken,
    saturated(r)]));
}

function pick(found, of, connections, more = {}) {
  return found.find((r) => r.of === of && r.connections === connections && !r.offered === !more.offered &&
    !r.fresh === !more.fresh);
}

function ratioRows(found) {
  const at = (of, connections, more) => pick(found, of, connections, more);
  const rows = [];
  const add = (what, value, hold, holds, digits = 2) =>
    rows.push([what, fixed(value, digits), hold, holds(value) ? 'yes' : '**no**']);
  const atLeast = (bound) => (value) => value >= bound;
  const atMost = (bound) => (value) => value <= bound;
  for (const [c, bound] of [[256, 0.42], [64, 0.42]]) {
    add(`req/s to nginx, ${c}, known senders`, at('commit', c).rate / at('nginx', c).rate,
      `>= ${bound}`, atLeast(bound));
    add(`req/s to nginx, ${c}, new senders`,
      at('commit', c, { fresh: true }).rate / at('nginx', c).rate, '>= 0.33', atLeast(0.33));
    add(`req/s to Fastify + BullMQ, ${c}`, at('commit', c).rate / at('fastify', c).rate, '>= 6',
      atLeast(6));
    add(`req/s, commit log to RocksDB WAL, ${c}`, at('commit', c).rate / at('rocksdb', c).rate,
      '>= 1.2', atLeast(1.2));
    add(`CPU a request to Fastify + BullMQ, ${c}`, at('commit', c).server_us /
      at('fastify', c).server_us, '<= 0.14', atMost(1 / 7));
  }
  add('p99 at saturation to Fastify + BullMQ, 64', at('commit', 64).p99_us / at('fastify', 64).p99_us,
    '<= 0.25', atMost(0.25));
  add('p99 at saturation, 64 connections, ms', at('commit', 64).p99_us / 1000, '<= 4', atMost(4));
  const open = at('commit', 64, { offered: true });
  add('p99 of a durable answer, open loop, ms', open.p99_us / 1000, '<= 4', atMost(4));
  add('p50 of a durable answer, open loop, ms', open.p50_us / 1000, '<= 0.3', atMost(0.3));
  add('rows a message, known sender', stages(at('commit', 256)).rows, '<= 2.2', atMost(2.2));
  add('rows a message, new sender', stages(at('commit', 256, { fresh: true })).rows, '<= 4.2',
    atMost(4.2));
  return table(['figure', 'measured', 'hold', 'holds'], rows);
}

/// The daemon's own figures over one row, a message.
function stages(row) {
  const delta = (name) => row.metrics.after[name] - (row.metrics.before[name] || 0);
  const messages = delta('postern_core_commands_total');
  const groups = delta('postern_commit_seconds_count');
  const cpu = (name) => ((row.threads[name] || { cores: 0 }).cores * row.seconds * 1e6) / messages;
  const sum = (test) => Object.keys(row.threads).filter((n) => test.test(n))
    .reduce((total, n) => total + cpu(n), 0);
  const buckets = Object.keys(row.metrics.after).filter((n) => n.startsWith('postern_commit_seconds_bucket'));
  const atShare = (share) => {
    const name = buckets.find((n) => delta(n) >= share * groups) || buckets.at(-1);
    return Number(/le="([^"]+)"/.exec(name)[1]) * 1e6;
  };
  return {
    rows: delta('postern_commit_rows_total') / messages,
    bytes: delta('postern_commit_bytes_total') / messages,
    group: messages / groups,
    commitMean: (delta('postern_commit_seconds_sum') * 1e6) / groups,
    commitP50: atShare(0.5),
    commitP99: atShare(0.99),
    commitMax: atShare(1),
    diskShare: delta('postern_commit_seconds_sum') / row.seconds,
    coreBusy: (delta('postern_core_busy_seconds_total') * 1e6) / messages,
    encode: (delta('postern_commit_encode_seconds_total') * 1e6) / messages,
    prefetch: delta('postern_core_prefetch_rows_total') / messages,
    io: sum(/^io-/), core: cpu('core'), read: cpu('prefetch'), log: cpu('log'),
    applier: cpu('applier'), background: sum(/^rocksdb/), all: sum(/./),
  };
}

function stageRows(found) {
  const rows = found.filter((r) => r.metrics).map((r) => {
    const s = stages(r);
    return [`${r.name}: ${r.server}`, fixed(s.rows), fixed(s.bytes, 0), fixed(s.prefetch),
      fixed(s.group, 1), `${fixed(s.commitMean, 0)} / <=${s.commitP50} / <=${s.commitP99} / <=${s.commitMax}`,
      fixed(s.diskShare), fixed(s.io, 1), fixed(s.core, 1), fixed(s.read, 1), fixed(s.log, 1),
      fixed(s.encode, 1), fixed(s.applier, 1), fixed(s.background, 1), fixed(s.all, 1)];
  });
  return table(['row', 'rows', 'bytes', 'rows read', 'group', 'commit us: mean / p50 / p99 / max',
    'share of time in commits', 'io', 'core', 'prefetch', 'log', 'of it encode', 'applier', 'RocksDB',
    'all'], rows);
}

function report(found, { seconds, loadBefore, note }) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: __dirname });
  const model = /model name\s*: (.*)/.exec(fs.readFileSync('/proc/cpuinfo', 'utf8'));
  const foreign = Math.max(...found.map((r) => r.foreign_cores));
  const built = process.env.POSTERN_BENCH_BUILT ? 'built in this run' : 'built before this run';
  return `# ${new Date().toISOString().slice(0, 16)}Z, tree ${String(commit).trim()}, programs ${built}

${os.cpus().length} cores (${model ? model[1] : 'unknown'}), Linux ${os.release()}, ${seconds} s a row, \
load average before the run ${fixed(loadBefore[0])}, most foreign CPU in a row ${fixed(foreign)} cores.
${found[0].body_bytes}-byte bodies, every request signed and unique (nginx: repeated). Servers and
generator share the cores; nothing is pinned.${note ? `\n\n**${note}**` : ''}

## Ratios

${ratioRows(found)}

## Rows

${measuredRows(found)}

## Stages of the daemon: CPU us a message by thread, and what /metrics says

${stageRows(found)}
`;
}

module.exports = { report, table, saturated, stages };
