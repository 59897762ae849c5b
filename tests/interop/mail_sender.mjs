// What the judges of outgoing mail ask of the daemon's API: sends, and what became of them.
import assert from 'node:assert/strict';

/** `base` is the API's address, `key` the owner's. A body that is text or bytes goes as `type`. */
export function mail_sender(base, key) {
  async function api(method, path, body, type = 'application/json') {
    const raw = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
    const answer = await fetch(`http://${base}/v1${path}`, {
      method, headers: { Authorization: `Bearer ${key}`, 'Content-Type': type },
      body: raw ? body : JSON.stringify(body),
    });
    return { status: answer.status, body: await answer.json() };
  }
  /** From the account `mail`; answers the message's id. */
  async function send(address, content, more = {}) {
    const answer = await api('POST', '/messages', {
      to: { channel: 'email', address }, account: 'mail', category: 'transactional',
      content: { type: 'text', text: 'Hola', ...content }, ...more,
    });
    assert.equal(answer.status, 202, JSON.stringify(answer.body));
    return answer.body.id;
  }
  /** Follows the events until one says one of these states of the message. */
  async function until_state(id, ...states) {
    let cursor = '';
    for (;;) {
      const { body } = await api('GET', `/events?wait=30&types=message.status&after=${cursor}`);
      for (const event of body.data) {
        if (event.data.message_id === id && states.includes(event.data.state)) return event.data;
      }
      cursor = body.next_cursor ?? cursor;
    }
  }
  return { api, send, until_state };
}
