// What a team would build first to send: an API that adds to a BullMQ queue on a Redis that syncs every
// write, and a worker that posts to the provider. With receipts the worker notes which job has which
// provider id, and the API notes what became of it.   bullmq_sending.js api|worker REDIS_PORT [SINK_PORT] [receipts]
'use strict';
const http = require('http');
const { Queue, Worker } = require('bullmq');

const [, , role, redisPort, sinkPort, withReceipts] = process.argv;
const connection = { host: '127.0.0.1', port: Number(redisPort), maxRetriesPerRequest: null };
const queueName = 'out';
const concurrency = 64;
const lockMs = 3_000;  // the default of 30 s delays what a killed worker held by as much

function api() {
  const fastify = require('fastify')({ logger: false });
  const queue = new Queue(queueName, { connection });
  fastify.post('/messages', async (request, reply) => {
    const job = await queue.add('send', request.body, { removeOnComplete: true, attempts: 5,
      backoff: { type: 'exponential', delay: 1000 } });
    reply.code(202);
    return { id: job.id };
  });
  fastify.post('/receipts', async (request) => {
    const redis = await queue.client;
    const job = await redis.get(`provider:${request.body.id}`);
    // Before the worker has noted its id: the provider tells it again.
    if (!job) throw Object.assign(new Error('not known yet'), { statusCode: 503 });
    await redis.hset(`message:${job}`, 'state', request.body.status);
    return {};
  });
  fastify.listen({ port: 0, host: '127.0.0.1' }).then(() =>
    console.log(JSON.stringify({ ready: true, port: fastify.server.address().port })));
}

function send(agent, job) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port: Number(sinkPort), path: '/send',
      method: 'POST', agent, headers: { 'Content-Type': 'application/json' } }, (answer) => {
      let text = '';
      answer.on('data', (data) => { text += data; });
      answer.on('end', () => (answer.statusCode === 200 ? resolve(JSON.parse(text).id)
        : reject(new Error('refused'))));
    });
    request.on('error', reject);
    request.end(JSON.stringify(job.data));
  });
}

function worker() {
  const agent = new http.Agent({ keepAlive: true, maxSockets: concurrency });
  const noted = async (job) => {
    const id = await send(agent, job);
    if (!withReceipts) return;
    const redis = await running.client;
    await redis.multi().set(`provider:${id}`, job.id).hset(`message:${job.id}`, 'state', 'sent').exec();
  };
  const running = new Worker(queueName, noted,
    { connection, concurrency, lockDuration: lockMs, stalledInterval: lockMs });
  running.on('error', () => {});
  running.waitUntilReady().then(() => console.log(JSON.stringify({ ready: true })));
}

(role === 'api' ? api : worker)();
