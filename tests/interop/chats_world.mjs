// What the two judges of chat channels share: nobody's credentials, the simulator's accounts, and
// programs that are started and ended.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';

export const line_secret = 'judge-channel-secret';
export const line_token = 'judge-line-token';
export const viber_token = '4453b6ac12345678-e02c5f12174805f9-aaec63c5a1b2c3d4';
export const bot_token = '7000001:judge-bot-token';
export const wechat_token = 'judgeWechatToken';
export const aes_key = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY';
export const app_id = 'wx0000000000000001';
export const meta_secret = 'judge-app-secret';
export const someone = `U${'4af4980629'.repeat(3)}ab`;
export const silent = { debug() {}, info() {}, warn() {}, error() {} };
export const folder = mkdtempSync(path.join(tmpdir(), 'postern-chats-'));

const children = [];

/** A program whose first line of output says, in JSON, where it serves. */
export async function start(program, args, log, environment = {}) {
  const child = spawn(program, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', openSync(path.join(folder, log), 'a')],
  });
  children.push(child);
  const lines = readline.createInterface({ input: child.stdout });
  const [line] = await once(lines, 'line');
  return JSON.parse(line);
}

/** The accounts of the simulator; `to(id)` says where each one's webhooks go. */
export function accounts(to) {
  return [
    `channel=line,id=line,secret=${line_secret},token=${line_token},url=${to('line')}`,
    `channel=viber,id=viber,secret=${viber_token},url=${to('viber')}`,
    `channel=telegram,id=telegram,secret=judge_secret,own_id=7000001,token=${bot_token},` +
      `url=${to('telegram')}`,
    `channel=wechat,id=wechat,secret=${wechat_token},own_id=${app_id},own_address=gh_judge,` +
      `token=judge-app-secret,aes_key=${aes_key},url=${to('wechat')}`,
    `channel=messenger,id=messenger,secret=${meta_secret},own_id=400300,token=judge-page-token,` +
      `url=${to('messenger')}`,
    `channel=instagram,id=instagram,secret=${meta_secret},own_id=17840001,` +
      `token=judge-ig-token,url=${to('instagram')}`,
  ].flatMap((account) => ['--account', account]);
}

/** POST of a JSON document; answers what came back. */
export async function tell(url, body) {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

export function end() {
  for (const child of children) child.kill('SIGKILL');
  if (process.exitCode) console.log(`kept for a look: ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}
