// What every check needs: counting, waiting, clients, people to play, and faults to order.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { WebClient } from "@slack/web-api";

export const standins = JSON.parse(process.argv[2]);
export const [TOKEN, APP_TOKEN, NARROW_TOKEN] = ["xoxb-good", "xapp-good", "xoxb-other"];
const PATIENCE_MS = 3_000;

export const counts = { passed: 0, failed: 0 };

export async function check(name, run) {
  try {
    await run();
    counts.passed += 1;
    console.log(`ok      ${name}`);
  } catch (error) {
    counts.failed += 1;
    console.log(`FAILED  ${name}: ${error.message.replace(/\s+/g, " ")}`);
  }
}

/** A logger that keeps warnings and errors, as the libraries complain of what they are sent. */
export function keeping(complaints) {
  const keep = (...words) => complaints.push(words.join(" "));
  const [debug, info, setLevel, setName] = Array(4).fill(() => {});
  return { debug, info, setLevel, setName, getLevel: () => "info", warn: keep, error: keep };
}

export async function until(what, find) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(10)) {
    const found = await find();
    if (found) return found;
  }
  throw new Error(`never saw ${what}`);
}

async function post(url, body) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 200, `${url} answered ${response.status}`);
  return response.json();
}

export const remarks = []; // of the clients of the Web API
export const options = (url, more) => ({
  slackApiUrl: `${url}/api/`,
  retryConfig: { retries: 0 },
  logger: keeping(remarks),
  ...more,
});
export const client = (token, more) => new WebClient(token, options(standins.socket, more));

export const play = async (verb, args, url = standins.socket) =>
  (await post(`${url}/people/${verb}`, args)).result;
export const fail = (method, fault) => post(`${standins.socket}/faults/${method}`, fault);

export const state = async (url = standins.socket) => (await fetch(`${url}/state`)).json();
export const acked = (envelope) =>
  until(`the ack of ${envelope}`, async () => (await state()).acks.includes(envelope));
export const answered = (text, url) =>
  until(`the answer ${text}`, async () =>
    (await state(url)).ephemeral.find((seen) => seen.body.text === text),
  );
export const said = (text, { channel = "C1", url } = {}) =>
  until(`the message ${text}`, async () =>
    (await state(url)).messages[`T1/${channel}`].find((message) => message.text === text),
  );
