// The widget in a real browser, on a site whose policy allows nothing inline: the form, messages,
// a reload, a daemon that is killed in the middle, the network that goes, files, keys, four languages.
// RI-41 AQ-01 AQ-08.
//
//   node chat_browser.mjs POSTERND [FOLDER FOR SCREENSHOTS]
import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import test, { after } from 'node:test';

import { Rig, require, until } from './rig.mjs';

const { chromium } = require('playwright-core');
const [program, pictures] = process.argv.slice(2);
const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
assert.ok(browserPath, 'apt-get install chromium');
if (pictures) mkdirSync(pictures, { recursive: true });

const page = (language, account, extra = '') => `<!doctype html><html lang="${language}">
<head><meta charset="utf-8"><title>Shop</title></head><body><h1>Shop</h1><button id="own">own</button>
<script src="GATEWAY/chat/${account}/widget.js" data-mode="open" ${extra} async></script></body></html>`;
const pages = {};
for (const language of ['en', 'es', 'it', 'pt', 'de']) {
  pages[`/${language}`] = page(language, 'formed');
  pages[`/${language}/plain`] = page(language, 'plain');
}
pages['/dark'] = page('en', 'plain', 'data-theme="dark" data-side="left" data-open data-title="Acme"');
const rig = await Rig.start(program, pages);
const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
let failed = false;
const judge = (name, body) => test(name, { timeout: 120_000 }, async () => {
  const context = await browser.newContext({ colorScheme: 'light', reducedMotion: 'reduce', viewport: { width: 900, height: 720 } });
  try {
    await body(context);
  } catch (error) {
    failed = true;
    throw error;
  } finally {
    await context.close();
  }
});
after(async () => {
  await browser.close();
  await rig.end(!failed);
});

/** A tab with the widget; what the browser complains about fails the test. */
async function open(context, where, { quiet = true } = {}) {
  const tab = await context.newPage();
  tab.complaints = [];
  tab.on('pageerror', (error) => tab.complaints.push(error.message));
  tab.on('console', (line) => {
    if (line.type() === 'error' && !/WebSocket|ERR_|favicon/.test(line.text())) tab.complaints.push(line.text());
  });
  await tab.goto(rig.origin + where);
  await tab.locator('.launcher, .panel').first().waitFor({ state: 'attached' });
  if (quiet) assert.deepEqual(tab.complaints, []);
  return tab;
}
async function shoot(tab, name) {
  if (pictures) await tab.screenshot({ path: path.join(pictures, `${name}.png`) });
}
async function fill(tab, values = {}) {
  await tab.locator('#f-name').fill(values.name ?? 'Ana Díaz');
  await tab.locator('#f-email').fill(values.email ?? 'ana@example.com');
  await tab.locator('#f-phone').fill(values.phone ?? '300 123 4567');
  await tab.locator('#f-topic').selectOption('pagos');
  await tab.locator('#f-consent').check();
  await tab.locator('form.fields button[type=submit]').click();
}
const write = async (tab, text) => {
  await tab.locator('.composer textarea').fill(text);
  await tab.keyboard.press('Enter');
};
const mine = (tab, text) => tab.locator('li.mine', { hasText: text });
const theirs = (tab, text) => tab.locator('li.theirs', { hasText: text });
const sent = (tab, text, word = 'Sent') => mine(tab, text).locator('.meta', { hasText: word }).waitFor();
const visitorOf = (tab) => tab.evaluate(() => {
  const key = Object.keys(localStorage).find((name) => name.endsWith(':token'));
  return localStorage.getItem(key).split('.')[1];
});
const said = async (account, text) =>
  (await rig.received(account)).filter((one) => one.message.content.text === text);

judge('the form is checked before the chat begins, and makes the contact', async (context) => {
  const tab = await open(context, '/es');
  await shoot(tab, 'es-light-closed');
  await tab.locator('.launcher').click();
  await tab.locator('form.fields').waitFor();
  assert.equal(await tab.locator('.composer').isVisible(), false);
  await tab.locator('form.fields button[type=submit]').click();
  assert.equal(await tab.locator('#f-name-wrong').innerText(), 'Completa este campo.');
  assert.equal(await tab.locator('#f-name').getAttribute('aria-invalid'), 'true');
  assert.equal(await tab.locator('#f-name').getAttribute('aria-describedby'), 'f-name-wrong');
  assert.equal(await tab.evaluate(() => document.querySelector('#postern-chat-formed').shadowRoot.activeElement.id), 'f-name');
  await tab.locator('#f-email').fill('ana@');
  await tab.locator('form.fields button[type=submit]').click();
  assert.equal(await tab.locator('#f-email-wrong').innerText(), 'Revisa este dato.');
  assert.equal((await rig.received('formed')).length, 0);
  await shoot(tab, 'es-light-form');
  // The browser lets this number pass, the gateway does not: its answer stands at the field.
  await fill(tab, { phone: '000000' });
  await tab.locator('#f-phone-wrong', { hasText: 'Revisa este dato.' }).waitFor();
  await fill(tab);
  await tab.locator('.composer textarea').waitFor();
  const [form] = await until(async () => (await rig.received('formed')).length && rig.received('formed'), 'the form');
  assert.equal(form.message.from.name, 'Ana Díaz');
  assert.equal(form.message.content.details.form.phone, '+573001234567');
  await write(tab, 'Hola');
  await sent(tab, 'Hola', 'Enviado');
  await tab.reload();
  await tab.locator('.launcher').click();
  await sent(tab, 'Hola', 'Enviado');
  assert.equal(await tab.locator('form.fields').count(), 0);

  const id = await rig.send('formed', await visitorOf(tab), {
    type: 'buttons', text: '¿Nos confirmas tus datos?',
    buttons: [{ kind: 'reply', id: 'postern.form', title: 'Corregir mis datos' }],
  });
  await theirs(tab, 'confirmas').getByRole('button', { name: 'Corregir mis datos' }).click();
  await tab.locator('form.fields').waitFor();
  assert.equal(await tab.locator('#f-name').inputValue(), 'Ana Díaz');
  await fill(tab, { name: 'Ana María Díaz' });
  await tab.locator('.composer textarea').waitFor();
  await until(async () => (await rig.received('formed')).some((one) => one.message.from.name === 'Ana María Díaz'), 'the corrected form');
  await rig.untilState(id, 'read');
  assert.deepEqual(tab.complaints, []);
});

judge('buttons, lists, places and cards are drawn, and a tap is an answer', async (context) => {
  const tab = await open(context, '/en/plain');
  await tab.locator('.launcher').click();
  await write(tab, 'hello buttons');
  await sent(tab, 'hello buttons');
  const visitor = await visitorOf(tab);
  await rig.send('plain', visitor, {
    type: 'buttons', text: 'Pay now? See https://example.com/pay.', header: { text: 'Invoice 42' }, footer: 'Thank you',
    buttons: [{ kind: 'reply', id: 'pay', title: 'Pay' }, { kind: 'reply', id: 'later', title: 'Later' },
              { kind: 'url', title: 'Terms', url: 'https://example.com/terms' }],
  });
  await rig.send('plain', visitor, {
    type: 'list', text: 'Choose one', button: 'Ways to pay',
    sections: [{ title: 'Now', rows: [{ id: 'card', title: 'Card', description: 'debit or credit' }] }],
  });
  await rig.send('plain', visitor, { type: 'location', latitude: 4.65, longitude: -74.05, name: 'Office', address: 'Calle 72' });
  await rig.send('plain', visitor, { type: 'contacts', contacts: [{ name: 'Luis', phones: ['+573001112233'], emails: ['luis@example.com'] }] });
  await theirs(tab, 'Luis').waitFor();
  assert.equal(await theirs(tab, 'Pay now?').locator('a', { hasText: 'example.com/pay' }).getAttribute('href'), 'https://example.com/pay');
  await shoot(tab, 'en-light-messages');
  const pay = theirs(tab, 'Pay now?').getByRole('button', { name: 'Pay' });
  await pay.focus();
  await tab.keyboard.press('Enter');
  const [{ message }] = await until(async () => (await said('plain', 'Pay')).length && said('plain', 'Pay'), 'the choice');
  assert.equal(message.content.id, 'pay');
  assert.equal(await pay.getAttribute('aria-pressed'), 'true');
  assert.equal(await theirs(tab, 'Pay now?').getByRole('button', { name: 'Later' }).isDisabled(), true);
  await theirs(tab, 'Choose one').locator('summary').click();
  await theirs(tab, 'Choose one').getByRole('button', { name: /Card/ }).click();
  await until(async () => (await said('plain', 'Card')).length, 'the row');
  await tab.reload();
  await tab.locator('.launcher').click();
  await theirs(tab, 'Pay now?').waitFor();
  assert.equal(await theirs(tab, 'Pay now?').getByRole('button', { name: 'Later' }).isDisabled(), true);
});

judge('nothing is lost and nothing comes twice when the daemon is killed', async (context) => {
  const tab = await open(context, '/en/plain');
  await tab.locator('.launcher').click();
  await write(tab, 'before the kill');
  await sent(tab, 'before the kill');
  const visitor = await visitorOf(tab);
  await rig.kill();
  await tab.locator('.status', { hasText: 'Connecting' }).waitFor();
  for (const text of ['during one', 'during two', 'during three']) await write(tab, text);
  await tab.reload();
  await rig.boot();
  // The page came from the site, the widget's program from the daemon: once that is back.
  await tab.goto(`${rig.origin}/en/plain`);
  await tab.locator('.launcher').click();
  for (const text of ['before the kill', 'during one', 'during two', 'during three']) {
    await sent(tab, text);
    assert.equal(await mine(tab, text).count(), 1, text);
    assert.equal((await said('plain', text)).length, 1, text);
  }
  const order = (await rig.received('plain')).map((one) => one.message.content.text).filter((text) => text.startsWith('during'));
  assert.deepEqual(order, ['during one', 'during two', 'during three']);

  // And without a reload: it comes back by itself.
  await write(tab, 'again before');
  await sent(tab, 'again before');
  await rig.kill();
  await write(tab, 'again during');
  await rig.boot();
  await sent(tab, 'again during');
  assert.equal((await said('plain', 'again during')).length, 1);
  const id = await rig.send('plain', visitor, { type: 'text', text: 'welcome back' });
  await theirs(tab, 'welcome back').waitFor();
  assert.equal(await theirs(tab, 'welcome back').count(), 1);
  await rig.untilState(id, 'read');
});

judge('what is written without a network is sent when it comes back', async (context) => {
  const tab = await open(context, '/en/plain');
  await tab.locator('.launcher').click();
  await write(tab, 'online');
  await sent(tab, 'online');
  const visitor = await visitorOf(tab);
  await context.setOffline(true);
  await tab.locator('.status', { hasText: 'No connection' }).waitFor();
  await write(tab, 'written offline');
  const missed = await rig.send('plain', visitor, { type: 'text', text: 'missed' });
  await rig.untilState(missed, 'sent');
  await context.setOffline(false);
  await sent(tab, 'written offline');
  await theirs(tab, 'missed').waitFor();
  assert.equal(await theirs(tab, 'missed').count(), 1);
  assert.equal((await said('plain', 'written offline')).length, 1);
});

judge('two tabs are one visitor, and unread messages are counted and announced', async (context) => {
  const one = await open(context, '/en/plain');
  await one.locator('.launcher').click();
  await write(one, 'from one tab');
  await sent(one, 'from one tab');
  const two = await open(context, '/en/plain');
  const visitor = await visitorOf(two);
  await one.close();
  const id = await rig.send('plain', visitor, { type: 'text', text: 'are you there?' });
  await two.locator('.badge', { hasText: '1' }).waitFor();
  assert.match(await two.locator('.launcher').getAttribute('aria-label'), /1 unread/);
  await rig.untilState(id, 'delivered');
  await two.locator('.launcher').click();
  await rig.untilState(id, 'read');
  assert.equal(await mine(two, 'from one tab').count(), 1);
  const log = two.locator('[role=log]');
  assert.equal(await log.getAttribute('aria-live'), 'polite');
});

judge('a visitor whose token has ended begins anew, with nothing unread', async (context) => {
  const tab = await open(context, '/en/plain');
  await tab.locator('.launcher').click();
  await write(tab, 'of before');
  await sent(tab, 'of before');
  await tab.keyboard.press('Escape');
  await rig.send('plain', await visitorOf(tab), { type: 'text', text: 'for who was here before' });
  await tab.locator('.badge', { hasText: '1' }).waitFor();
  await context.setOffline(true);
  await tab.evaluate(() => {
    for (const name of Object.keys(localStorage)) if (name.endsWith(':token')) localStorage.setItem(name, 'ended');
  });
  await context.setOffline(false);
  await tab.locator('.badge').waitFor({ state: 'hidden' });
  assert.doesNotMatch(await tab.locator('.launcher').getAttribute('aria-label'), /unread/);
  await tab.locator('.launcher').click();
  assert.equal(await tab.locator('li.mine, li.theirs').count(), 0);
});

judge('a file goes up, comes back, and reaches the agent', async (context) => {
  const tab = await open(context, '/en/plain');
  await tab.locator('.launcher').click();
  await write(tab, 'a picture follows');
  await sent(tab, 'a picture follows');
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  await tab.locator('input[type=file]').setInputFiles({ name: 'dot.png', mimeType: 'image/png', buffer: png });
  const picture = tab.locator('li.mine img[alt="dot.png"]');
  await picture.waitFor();
  await until(() => picture.evaluate((image) => image.complete && image.naturalWidth === 1), 'the picture is drawn');
  const [{ message }] = await until(async () => {
    const found = (await rig.received('plain')).filter((one) => one.message.attachments?.some((file) => file.filename === 'dot.png'));
    return found.length && found;
  }, 'the attachment');
  assert.equal(message.attachments[0].kind, 'image');
  assert.deepEqual(tab.complaints, []);
  await tab.locator('input[type=file]').setInputFiles({ name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<html></html>') });
  await tab.locator('.status', { hasText: 'cannot be sent' }).waitFor();
});

judge('it is used with keys alone, and leaves the page as it was', async (context) => {
  const tab = await open(context, '/en/plain');
  await tab.locator('#own').focus();
  await tab.keyboard.press('Tab');
  await tab.keyboard.press('Enter');
  await tab.keyboard.type('only keys');
  await tab.keyboard.press('Shift+Enter');
  await tab.keyboard.type('second line');
  await tab.keyboard.press('Enter');
  await sent(tab, 'only keys');
  assert.equal((await said('plain', 'only keys\nsecond line')).length, 1);
  await tab.keyboard.press('Escape');
  await tab.locator('.panel').waitFor({ state: 'hidden' });
  const focused = () => tab.evaluate(() => document.activeElement.shadowRoot?.activeElement?.className);
  assert.equal(await focused(), 'launcher');
  assert.equal(await tab.evaluate(() => document.querySelectorAll('style, [style]').length), 0);
});

judge('it speaks four languages, and English where it must', async (context) => {
  const words = { en: 'Write a message', es: 'Escribe un mensaje', it: 'Scrivi un messaggio', pt: 'Escreva uma mensagem', de: 'Write a message' };
  for (const [language, text] of Object.entries(words)) {
    const tab = await open(context, `/${language}/plain`);
    await tab.locator('.launcher').click();
    assert.equal(await tab.locator('.composer textarea').getAttribute('placeholder'), text);
    await tab.close();
  }
});

judge('it follows light and dark, and what the page says about it', async () => {
  const dark = await browser.newContext({ colorScheme: 'dark', reducedMotion: 'reduce', viewport: { width: 390, height: 720 } });
  const tab = await open(dark, '/en/plain');
  await tab.locator('.launcher').click();
  await write(tab, 'good evening');
  await sent(tab, 'good evening');
  await rig.send('plain', await visitorOf(tab), {
    type: 'buttons', text: 'How can I help?', buttons: [{ kind: 'reply', id: 'a', title: 'Payments' }, { kind: 'reply', id: 'b', title: 'Support' }],
  });
  await theirs(tab, 'How can I help?').waitFor();
  const back = (where) => where.locator('.panel').evaluate((panel) => getComputedStyle(panel).backgroundColor);
  assert.equal(await back(tab), 'rgb(22, 24, 29)');
  await shoot(tab, 'en-dark-phone');
  await tab.goto(`${rig.origin}/es`);
  await tab.locator('.launcher').click();
  await tab.locator('form.fields').waitFor();
  await shoot(tab, 'es-dark-form');
  await dark.close();
  const light = await browser.newContext({ colorScheme: 'light', reducedMotion: 'reduce', viewport: { width: 900, height: 720 } });
  const told = await open(light, '/dark');
  await told.locator('.panel').waitFor();
  assert.equal(await back(told), 'rgb(22, 24, 29)');
  assert.equal(await told.locator('.panel').getAttribute('aria-label'), 'Acme');
  assert.ok((await told.locator('.panel').boundingBox()).x < 100);
  await shoot(told, 'en-dark-told');
  await light.close();
});
