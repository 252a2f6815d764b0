// Posts and answers: where each goes, what comes by itself.
const POLL_MS = 4000;
const feed = document.getElementById("feed");
const say = document.getElementById("say");
const said = document.getElementById("said");

const parsed = (html) => new DOMParser().parseFromString(html, "text/html").body;

function tell(text, trouble = false) {
  said.textContent = text;
  said.classList.toggle("hidden", !trouble);
}

// Commands that a message names become buttons that write them into the composer.
export function offerCommands(root) {
  for (const code of root.querySelectorAll("code:not(.asked code, button code)")) {
    if (!code.textContent.startsWith("/papers ") || code.querySelector("a")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "fill";
    button.title = "Put it into the composer";
    code.replaceWith(button);
    button.append(code);
  }
}

// New posts

const nearEnd = () =>
  window.innerHeight + window.scrollY > document.documentElement.scrollHeight - 160;

function place(fresh) {
  offerCommands(fresh);
  const old = document.getElementById(fresh.id);
  if (!old) return void feed.append(fresh);
  const [was, is] = [old, fresh].map((post) => post.querySelector("details.thread"));
  if (was && is) is.open = was.open;
  for (const answer of old.querySelectorAll("[id] > .answer")) {
    fresh.querySelector(`#${answer.parentElement.id}`)?.append(answer);
    buttonOf(answer)?.setAttribute("aria-expanded", "true");
  }
  old.replaceWith(fresh);
}

// Answers keep the time of their command; after a change of zone all clocks show the new one.
function rezone(timeZone) {
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });
  for (const time of document.querySelectorAll(".answer time")) {
    time.textContent = clock.format(new Date(time.dateTime));
    time.removeAttribute("title");
  }
}

const about = () => document.getElementById("about");

export async function poll() {
  if (document.hidden) return;
  const known = new URLSearchParams({ after: feed.dataset.newest, about: about().textContent });
  const response = await fetch(`${feed.dataset.posts}?${known}`);
  if (!response.ok) throw new Error(response.statusText);
  if (response.status === 204) return;
  const [follow, zone] = [nearEnd(), about().dataset.zone];
  const [line, ...posts] = parsed(await response.text()).children;
  feed.dataset.newest = response.headers.get("X-Newest");
  about().replaceWith(line);
  if (line.dataset.zone !== zone) {
    rezone(line.dataset.zone);
    feed.dataset.newest = "0"; // every post again, by the new clock
    return poll();
  }
  if (!posts.length) return;
  feed.querySelector(".empty")?.remove();
  const fresh = posts.filter((post) => !document.getElementById(post.id));
  posts.forEach(place);
  if (!fresh.length) return;
  tell(`New post: ${fresh.at(-1).dataset.said}`);
  if (follow) fresh.at(-1).scrollIntoView();
}

let away = false;

export async function keepPolling() {
  try {
    await poll();
    if (away) tell("Paperlark answers again.");
    away = false;
  } catch {
    away = true;
    tell("Paperlark is not answering. The page goes on asking.", true);
  }
  setTimeout(keepPolling, POLL_MS);
}

// Answers

async function ask(text, show) {
  feed.setAttribute("aria-busy", "true");
  const fields = new URLSearchParams({ token: say.elements.token.value, text, fragment: "1" });
  try {
    const response = await fetch(say.action, { method: "POST", body: fields });
    const page = parsed(await response.text());
    if (!response.ok) throw new Error(page.querySelector("h1 + p")?.textContent);
    const answer = page.firstElementChild;
    answer.removeAttribute("id");
    offerCommands(answer);
    show(answer);
    pressSaved(answer.dataset.saved.split(" "));
    tell(answer.dataset.said);
    await poll();
    return answer;
  } catch (error) {
    tell(error.message || "That did not work. Is Paperlark still running?", true);
  } finally {
    feed.removeAttribute("aria-busy");
  }
}

// What was typed is answered at the end of the channel, where the composer is.
export async function askAtEnd(text) {
  const answer = await ask(text, (answer) => feed.append(answer));
  if (!answer) return;
  feed.append(answer); // behind what the command made the channel say
  answer.scrollIntoView({ block: answer.offsetHeight < window.innerHeight / 2 ? "end" : "start" });
}

// A button is answered where it stands; pressed again, it takes the answer away.
export async function askInPlace(button) {
  const here = button.closest(".card") ?? button.closest(".actions");
  const open = answerTo(button, here);
  if (open) return close(open);
  if (button.ariaBusy) return;
  button.ariaBusy = "true";
  await ask(button.value, (answer) => show(answer, button, here));
  button.ariaBusy = null;
}

const answerTo = (button, here) =>
  [...here.querySelectorAll(":scope > .answer")].find((a) => a.dataset.to === button.value);

const buttonOf = (answer) =>
  [...answer.parentElement.querySelectorAll("button")].find((b) => b.value === answer.dataset.to);

function show(answer, button, here) {
  if (answer.classList.contains("brief")) here.querySelector(":scope > .brief")?.remove();
  else {
    answer.dataset.to = button.value;
    button.setAttribute("aria-expanded", "true");
  }
  if (here.matches(".card")) leaveOutKnown(answer, here);
  const away = document.createElement("button");
  away.type = "button";
  away.className = "close";
  away.ariaLabel = "Close";
  answer.append(away);
  const first = answer.matches(".brief") && here.querySelector(":scope > .answer");
  here.insertBefore(answer, first || null);
  const below = answer.getBoundingClientRect().top - (say.getBoundingClientRect().top - 96);
  if (below > 0) window.scrollBy(0, below); // at least its beginning is to be seen
}

// Under its card an answer need not repeat the card's title, authors and buttons.
function leaveOutKnown(answer, card) {
  const text = (part) => part.textContent.trim();
  const known = [...card.querySelectorAll(":scope > h4, :scope > .byline")].map(text);
  const buttons = [...card.querySelectorAll(".foot button")].map((button) => button.value);
  for (const part of answer.querySelectorAll(".body > p")) if (known.includes(text(part))) part.remove();
  for (const button of answer.querySelectorAll(".actions button")) {
    if (buttons.includes(button.value)) button.remove();
  }
  for (const part of answer.querySelectorAll(".actions")) if (!text(part)) part.remove();
}

export function close(answer) {
  const here = answer.parentElement;
  const button = buttonOf(answer);
  button?.setAttribute("aria-expanded", "false");
  const focused = answer.contains(document.activeElement);
  answer.remove();
  if (focused) (button ?? here.querySelector("[aria-pressed]"))?.focus();
}

// Every Save button shows what the reading list holds now.
function pressSaved(ids) {
  const saved = new Set(ids);
  for (const button of document.querySelectorAll("[aria-pressed]")) {
    const on = saved.has(button.value.replace(/^\S+ /, ""));
    if (on === (button.ariaPressed === "true")) continue;
    button.ariaPressed = String(on);
    [button.value, button.dataset.turn] = [button.dataset.turn, button.value];
  }
}
