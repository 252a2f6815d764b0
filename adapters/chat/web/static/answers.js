// Answers: to what was typed, to buttons, to forms; each stands where its question does.
import { buttonOf, feed, parsed, poll, prepare, say, tell } from "./feed.js";

// Verbs of buttons that turn a page, or settle what the answer left open.
const TURNING = ["accept", "anyway", "more", "newest", "page", "recent", "restore", "results"];

const command = (text) => new URLSearchParams({ token: say.elements.token.value, text });

async function ask(address, fields, show) {
  feed.setAttribute("aria-busy", "true");
  fields.append("fragment", "1");
  try {
    const response = await fetch(address, { method: "POST", body: fields });
    const page = parsed(await response.text());
    if (!response.ok) throw new Error(page.querySelector("h1 + p")?.textContent);
    const answer = page.firstElementChild;
    answer.removeAttribute("id");
    prepare(answer);
    show(answer);
    pressSaved(JSON.parse(answer.dataset.saved));
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
  const answer = await ask(say.action, command(text), (answer) => feed.append(answer));
  if (!answer) return;
  answer.classList.remove("brief"); // no button beside it shows the change
  feed.append(answer); // behind what the command made the channel say
  enter(answer);
  answer.scrollIntoView({ block: answer.offsetHeight < window.innerHeight / 2 ? "end" : "start" });
}

// A button is answered where it stands; pressed again, it takes the answer away.
export async function askInPlace(button) {
  const here = button.closest(".card, .actions");
  const open = answerTo(button, here);
  if (open) return close(open);
  const old = turned(button, here);
  const put = (answer) => (old ? replace(old, answer) : show(answer, button, here));
  await once(button, () => ask(say.action, command(button.value), put));
}

// A form is answered where it stands; while it is not taken, it stays, with what was typed.
export async function send(form) {
  const put = (answer) => replace(form.closest(".answer"), answer);
  await once(form, () => ask(form.action, new FormData(form), put));
}

async function once(pressed, work) {
  if (pressed.ariaBusy) return;
  pressed.ariaBusy = "true";
  await work();
  pressed.ariaBusy = null;
}

// The answer of which a button shows another page, or which it settles.
function turned(button, here) {
  const answer = here.matches(".card") ? null : here.closest(".answer");
  const verb = button.value.split(" ")[0];
  return answer && (TURNING.includes(verb) || verb === answer.dataset.verb) ? answer : null;
}

function replace(old, answer) {
  if (old.dataset.to) answer.dataset.to = old.dataset.to;
  if (old.parentElement !== feed) addClose(answer);
  old.replaceWith(answer);
  if (answer.getBoundingClientRect().top < 0) answer.scrollIntoView();
  if (formOf(answer)) reveal(answer);
  enter(answer, answer);
}

// Whoever opened a form goes on in it, at what is wrong if something is.
function enter(answer, otherwise) {
  const fields = formOf(answer);
  const first = fields?.querySelector("[aria-invalid]") ?? fields?.querySelector(".field [name]");
  (first ?? otherwise)?.focus({ preventScroll: true });
}

const formOf = (answer) => answer.querySelector(":scope > .body > .form");

// A form is to be seen whole, as far as there is room; of other answers at least the beginning.
function reveal(answer) {
  const { top, bottom } = answer.getBoundingClientRect();
  const floor = say.getBoundingClientRect().top;
  const ceiling = document.querySelector(".top").getBoundingClientRect().bottom;
  const below = formOf(answer) ? Math.min(bottom - floor, top - ceiling) : top - (floor - 96);
  if (below > 0) window.scrollBy(0, below);
}

const answerTo = (button, here) =>
  [...here.querySelectorAll(":scope > .answer")].find((a) => a.dataset.to === button.value);

function show(answer, button, here) {
  if (answer.classList.contains("brief")) here.querySelector(":scope > .brief")?.remove();
  else {
    answer.dataset.to = button.value;
    button.setAttribute("aria-expanded", "true");
  }
  if (here.matches(".card")) leaveOutKnown(answer, here);
  addClose(answer);
  const first = answer.matches(".brief") && here.querySelector(":scope > .answer");
  here.insertBefore(answer, first || null);
  reveal(answer);
  enter(answer);
}

function addClose(answer) {
  if (formOf(answer)) return; // it has its own way out
  const away = document.createElement("button");
  away.type = "button";
  away.className = "close";
  away.ariaLabel = "Close";
  answer.append(away);
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
  const otherwise = here === feed ? say.elements.text : here.querySelector("[aria-pressed]");
  if (focused) (button ?? otherwise)?.focus();
}

// Every Save button shows what the reading list holds now, and who put it there.
function pressSaved(saved) {
  for (const button of document.querySelectorAll("[aria-pressed]")) {
    const id = button.value.replace(/^\S+ /, "");
    const on = Object.hasOwn(saved, id);
    button.title = on ? `Saved by ${saved[id]}` : "";
    if (on === (button.ariaPressed === "true")) continue;
    button.ariaPressed = String(on);
    [button.value, button.dataset.turn] = [button.dataset.turn, button.value];
  }
}
