// The page works without its scripts; they spare reloads and keep the reader's place.
import { askAtEnd, askInPlace, close as closeAnswer, send } from "./answers.js";
import { keepPolling, poll, prepare } from "./feed.js";

const input = document.getElementById("text");
const menu = document.getElementById("commands");
const options = [...menu.children];

document.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.target.id === "press") return void askInPlace(event.submitter);
  if (event.target.matches(".form")) return void send(event.target);
  const text = input.value;
  if (!text.trim()) return;
  remember(text);
  askAtEnd(text);
});

document.addEventListener("click", (event) => {
  const cancel = event.target.closest(".cancel");
  if (cancel) {
    event.preventDefault();
    closeAnswer(cancel.closest(".answer"));
  }
  const pressed = event.target.closest("button");
  if (pressed?.matches(".close")) closeAnswer(pressed.closest(".answer"));
  if (pressed?.matches(".fill")) {
    quiet = true;
    write(pressed.textContent.replace("/papers ", ""));
    input.focus();
  }
});

// History

const past = JSON.parse(sessionStorage.getItem("past") ?? "[]");
let back = 0;

function remember(line) {
  if (past.at(-1) !== line) past.push(line);
  sessionStorage.setItem("past", JSON.stringify(past.slice(-50)));
  back = 0;
  quiet = true;
  write("");
}

function recall(step) {
  back = Math.min(Math.max(back + step, 0), past.length);
  write(back ? past.at(-back) : "");
}

function write(text) {
  input.value = text;
  input.setSelectionRange(text.length, text.length);
  suggest();
}

// Suggestions

let chosen = -1;
let quiet = false; // once sent, the menu waits for the next word and leaves the answer to be read
const shown = () => options.filter((option) => !option.hidden);

function suggest() {
  const [verb, ...rest] = input.value.trimStart().replace(/^\/(papers\s*)?/, "").split(/\s/);
  const fits = (name) => (rest.length ? name === verb : name.startsWith(verb));
  for (const option of options) option.hidden = !fits(option.dataset.name);
  choose(-1);
  const wanted = document.activeElement === input && back === 0 && !quiet;
  const open = wanted && shown().length > 0;
  menu.hidden = !open;
  input.setAttribute("aria-expanded", String(open));
}

function choose(index) {
  chosen = index;
  shown().forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
  const option = shown()[index];
  option?.scrollIntoView({ block: "nearest" });
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
}

function complete(option) {
  quiet = false;
  write(`${option.dataset.name} `);
  input.focus();
}

function close() {
  menu.hidden = true;
  input.setAttribute("aria-expanded", "false");
  choose(-1);
}

const keys = {
  ArrowDown() {
    if (back > 0) recall(-1);
    else if (!menu.hidden) choose((chosen + 1) % shown().length);
    else {
      quiet = false;
      suggest();
    }
  },
  ArrowUp() {
    if (chosen >= 0) choose(chosen - 1);
    else recall(1);
  },
  Escape() {
    if (menu.hidden) input.blur();
    else close();
  },
  Enter: () => chosen >= 0 && complete(shown()[chosen]),
  Tab: () => chosen >= 0 && complete(shown()[chosen]),
};

input.setAttribute("role", "combobox");
input.setAttribute("aria-controls", menu.id);
input.setAttribute("aria-autocomplete", "list");
input.setAttribute("aria-expanded", "false");
input.addEventListener("keydown", (event) => {
  const act = event.isComposing ? undefined : keys[event.key];
  if (act && !event.shiftKey && act() !== false) event.preventDefault();
});
input.addEventListener("input", () => {
  back = 0;
  quiet = false;
  suggest();
});
input.addEventListener("focus", suggest);
input.addEventListener("blur", close);
menu.addEventListener("mousedown", (event) => event.preventDefault());
menu.addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  if (option) complete(option);
});

// By hand: scrollIntoView would also move the place where the first Tab starts.
function bringIntoView(channel) {
  const here = channel.getBoundingClientRect();
  for (let list = channel.parentElement; list !== document.body; list = list.parentElement) {
    const seen = list.getBoundingClientRect();
    list.scrollLeft += here.left + here.width / 2 - (seen.left + seen.width / 2);
    if (here.bottom > seen.bottom) list.scrollTop += here.bottom - seen.bottom;
  }
}

document.addEventListener("keydown", (event) => {
  const elsewhere = !event.target.closest("input, select, textarea");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !elsewhere) return;
  event.preventDefault();
  input.focus();
});

bringIntoView(document.querySelector("[aria-current]"));
document.addEventListener("visibilitychange", () => document.hidden || poll().catch(() => {}));
prepare(document.getElementById("feed"));
keepPolling();
