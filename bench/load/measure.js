// One measured run of the generator against one server: rate and latency from the generator, CPU of
// every process and thread from /proc, the daemon's own figures from /metrics.
'use strict';
const { spawn, execFileSync } = require('child_process');
const fs = require('fs');
const http = require('http');

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK']));

function statTimes(file) {
  try {
    const fields = fs.readFileSync(file, 'utf8').split(') ').pop().split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  } catch { return 0; }
}

function family(pid) {
  const pids = [pid];
  let threads = [];
  try { threads = fs.readdirSync(`/proc/${pid}/task`); } catch { return []; }
  for (const thread of threads) {
    let children = '';
    try { children = fs.readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim(); } catch { continue; }
    for (const child of children.split(' ').filter(Boolean)) pids.push(...family(Number(child)));
  }
  return pids;
}

/// Threads come and go while they are read.
function threadsOf(pid) {
  const found = [];
  try {
    for (const thread of fs.readdirSync(`/proc/${pid}/task`))
      found.push([fs.readFileSync(`/proc/${pid}/task/${thread}/comm`, 'utf8').trim(), thread]);
  } catch { /* gone meanwhile */ }
  return found;
}

/// CPU seconds so far: of all processes, and by thread (name and id).
function cpuOf(server) {
  const out = { total: 0, threads: {} };
  for (const pid of server.children.flatMap((child) => family(child.pid))) {
    out.total += statTimes(`/proc/${pid}/stat`);
    for (const [name, thread] of threadsOf(pid)) out.threads[`${name}/${thread}`] = statTimes(`/proc/${pid}/task/${thread}/stat`);
  }
  return out;
}

/// Resident memory of all its processes, in MiB.
function memoryOf(server) {
  const kib = (pid) => {
    try {
      return Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
    } catch { return 0; }
  };
  return server.children.flatMap((child) => family(child.pid))
    .reduce((total, pid) => total + kib(pid), 0) / 1024;
}

function machineBusy() {
  const fields = fs.readFileSync('/proc/stat', 'utf8').split('\n')[0].trim().split(/\s+/).slice(1)
    .map(Number);
  return (fields[0] + fields[1] + fields[2] + fields[5] + fields[6]) / ticksPerSecond;
}

/// Every sample of the page by its full name; null for servers without one, or killed meanwhile.
async function metricsOf(server) {
  if (!server.metrics || server.children.some((child) => child.signalCode)) return null;
  const text = await new Promise((resolve, reject) => {
    http.get(`http://${server.metrics}/metrics`, { agent: false }, (answer) => {
      let body = '';
      answer.on('data', (data) => { body += data; });
      answer.on('end', () => resolve(body));
    }).on('error', reject);
  });
  const samples = {};
  for (const line of text.split('\n')) {
    if (line && line[0] !== '#') samples[line.slice(0, line.lastIndexOf(' '))] = Number(line.split(' ').pop());
  }
  return samples;
}

function threadShares(before, after, seconds) {
  const byName = {};
  for (const [key, cpu] of Object.entries(after.threads)) {
    const cores = (cpu - (before.threads[key] || 0)) / seconds;
    const name = key.split('/')[0];
    byName[name] = byName[name] || { cores: 0, most: 0, count: 0 };
    byName[name].cores += cores;
    byName[name].most = Math.max(byName[name].most, cores);
    byName[name].count += 1;
  }
  return byName;
}

/// `generator`: its program and arguments. Answers what it printed and what was seen meanwhile.
async function run(server, generator) {
  const metricsBefore = await metricsOf(server);
  const child = spawn(generator[0], generator.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
  let before = null;
  let out = '';
  let errors = '';
  child.stdout.on('data', (data) => { out += data; });
  child.stderr.on('data', (data) => {
    errors += data;
    if (!before && errors.includes('signed')) before = { cpu: cpuOf(server), busy: machineBusy() };
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  const after = { cpu: cpuOf(server), busy: machineBusy() };
  if (code !== 0 || !before) throw new Error(`${generator.join(' ')}: ${errors}`);
  const load = JSON.parse(out);
  const cpu = after.cpu.total - before.cpu.total;
  return {
    ...load,
    server: server.name,
    server_cores: cpu / load.seconds,
    server_mib: memoryOf(server),
    server_us: (cpu * 1e6) / Math.max(1, load.ok),
    foreign_cores: Math.max(0, (after.busy - before.busy - cpu) / load.seconds - load.generator_cores),
    threads: threadShares(before.cpu, after.cpu, load.seconds),
    metrics: metricsBefore && { before: metricsBefore, after: await metricsOf(server) },
  };
}

module.exports = { run, memoryOf, cpuOf };
