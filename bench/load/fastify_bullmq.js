// What a team would build first: verify the signature over the raw body, parse, add to a BullMQ queue
// on a Redis that syncs every write, then answer 200.
'use strict';
const crypto = require('crypto');
const { Queue } = require('bullmq');
const fastify = require('fastify')({ logger: false });

const [, , redisPort, secret] = process.argv;
const queue = new Queue('in', { connection: { host: '127.0.0.1', port: Number(redisPort) } });

fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
  done(null, body));

fastify.post('/webhooks/:account', async (request, reply) => {
  const named = Buffer.from((request.headers['x-hub-signature-256'] || '').slice(7), 'hex');
  const made = crypto.createHmac('sha256', secret).update(request.body).digest();
  if (named.length !== made.length || !crypto.timingSafeEqual(named, made)) {
    reply.code(401);
    return {};
  }
  await queue.add('whatsapp', JSON.parse(request.body), { removeOnComplete: true });
  return { status: 'ok' };
});

fastify.listen({ port: 0, host: '127.0.0.1' }).then(() =>
  console.log(JSON.stringify({ ready: true, port: fastify.server.address().port })));
