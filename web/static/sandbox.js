// The sandbox in the browser: what the server says is drawn, what people do is told to it.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const make = (tag, fields = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), fields);
  node.append(...children);
  return node;
};
const kept = (key, value) => {
  try {
    if (value !== undefined) localStorage.setItem(`coterie.${key}`, value);
    return localStorage.getItem(`coterie.${key}`);
  } catch { return null; }
};

let world = { people: [], places: [], messages: new Map(), generation: "" };
const views = ["left", "right"].map((side) => ({ side, root: $(`#${side}`), person: "", place: "", thread: "", looks: new Map() }));
const place = (key) => world.places.find((one) => one.key === key);
const person = (key) => world.people.find((one) => one.key === key);
const allLook = () => $("#look").value;
const lookOf = (view, id) => view.looks.get(id) ?? allLook(); // what somebody chose for one card, or for all

// --- talking to the server ---------------------------------------------------------------------

async function ask(path, body) {
  const options = body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(`/sandbox/${path}`, options);
  if (!response.ok) throw new Error((await response.text()).slice(0, 200) || "That did not work.");
  return response.json();
}

async function tried(doing) {
  $("#trouble").hidden = true;
  try {
    return await doing();
  } catch (error) {
    const lost = error instanceof TypeError;
    trouble(lost ? "Coterie does not answer. Is it still running?" : error.message);
    return null;
  }
}

function trouble(words) {
  const node = $("#trouble");
  node.textContent = words;
  node.hidden = false;
  clearTimeout(trouble.timer);
  trouble.timer = setTimeout(() => { node.hidden = true; }, 8000);
}

const nonce = () => crypto.randomUUID();

function listen() {
  const stream = new EventSource("/sandbox/events");
  stream.addEventListener("hello", load);
  stream.addEventListener("stage", load);
  stream.addEventListener("clock", tick);
  stream.addEventListener("show", beat);
  stream.addEventListener("message", (event) => fresh(JSON.parse(event.data).id));
}

async function load() {
  const state = await tried(() => ask(`state?look=${allLook()}`));
  if (!state) return;
  const again = state.generation !== world.generation;
  const messages = new Map(state.messages.map((message) => [message.id, { ...message, html: { [allLook()]: message.html } }]));
  world = { ...state, messages };
  for (const view of views) {
    if (again) Object.assign(view, { thread: "", looks: new Map() });
    draw(view);
    for (const id of view.looks.keys()) fresh(id);
  }
  tick();
  beat();
}

async function fresh(id) {
  const wanted = [...new Set(views.map((view) => lookOf(view, id)))];
  const drawn = await tried(() => Promise.all(wanted.map((look) => ask(`message/${id}?look=${look}`))));
  const known = world.messages.get(id);
  if (!drawn || (known && known.edits > drawn[0].edits)) return;
  const html = Object.fromEntries(wanted.map((look, n) => [look, drawn[n].html]));
  const message = { ...drawn[0], html };
  world.messages.set(id, message);
  for (const view of views) arrive(view, message, !known);
  if (!known && message.by === "" && show.state !== "running") $("#live").textContent = message.plain;
  tick();
}

// --- drawing a view ----------------------------------------------------------------------------

const visible = (view, message) => message.place === view.place;

function draw(view) {
  const who = person(view.person);
  if (!who.places.includes(view.place)) view.place = who.places[0];
  $("[data-person]", view.root).value = view.person;
  const face = $(".phone-top .avatar", view.root);
  face.className = `avatar avatar-${who.key}`;
  face.textContent = who.name.split(" ").map((word) => word[0]).join("");
  $(`.tabs [data-tab=${view.side}]`).textContent = who.name.split(" ")[0];
  kept(view.side, JSON.stringify([view.person, view.place]));
  drawFeed(view);
  drawPlaces(view);
  drawComposer(view);
}

function drawPlaces(view) {
  const places = person(view.person).places.map(place);
  $(".places", view.root).replaceChildren(...places.map((one) => {
    const title = one.kind === "channel" ? `# ${one.title}` : one.title;
    const button = make("button", { type: "button", className: "place", textContent: title });
    button.dataset.place = one.key;
    if (one.key === view.place) button.setAttribute("aria-current", "true");
    const count = unread(view, one.key);
    if (count) button.append(make("span", { className: "unread", textContent: count }, make("span", { className: "quiet", textContent: " new" })));
    return button;
  }));
}

function unread(view, key) {
  if (key === view.place) return 0;
  const seen = Number(kept(`seen.${world.generation}.${view.person}.${key}`) ?? 0);
  return [...world.messages.values()].filter((m) => m.place === key && m.n > seen && m.by !== view.person).length;
}

function noteSeen(view) {
  const last = Math.max(0, ...[...world.messages.values()].filter((m) => m.place === view.place).map((m) => m.n));
  kept(`seen.${world.generation}.${view.person}.${view.place}`, last);
}

function drawFeed(view) {
  const feed = $(".feed", view.root);
  feed.replaceChildren();
  const shown = [...world.messages.values()].filter((message) => visible(view, message)).sort((a, b) => a.n - b.n);
  for (const message of shown) put(view, message);
  if (!shown.length) feed.append(empty(view));
  noteSeen(view);
  toEnd(feed);
}

// The end of the feed, or the beginning of its last message where that is longer than the feed.
function toEnd(feed) {
  feed.scrollTop = feed.scrollHeight;
  const last = feed.lastElementChild;
  if (last && last.offsetHeight > feed.clientHeight) last.scrollIntoView({ block: "start" });
}

function empty(view) {
  const here = place(view.place);
  const node = make("div", { className: "empty" });
  if (!here.installed) {
    const add = make("button", { type: "button", className: "button primary", textContent: "Add Coterie" });
    add.dataset.invite = "add";
    node.append(make("b", { textContent: "Coterie is not in here" }), make("p", { textContent: "Add it as anybody in this chat could." }), add);
  } else {
    node.append(make("b", { textContent: "Nothing here yet" }), make("p", { textContent: here.kind === "chat" ? "This is a private chat with Coterie. Say “help” to begin." : "Write the first message." }));
  }
  return node;
}

function arrive(view, message, isNew) {
  if (visible(view, message)) {
    const feed = $(".feed", view.root);
    const atEnd = feed.scrollHeight - feed.scrollTop - feed.clientHeight < 60;
    $(".empty", feed)?.remove();
    put(view, message, isNew);
    if (isNew && (atEnd || message.by === view.person || show.state === "running")) reveal(feed, view, message);
    noteSeen(view);
  }
  drawPlaces(view);
}

function reveal(feed, view, message) {
  const node = find(view, message.id);
  if (message.thread) node.scrollIntoView({ block: "nearest" });
  else toEnd(feed);
}

const find = (view, id) => $(`.message[data-id="${id}"]`, view.root);

function put(view, message, isNew = false) {
  const node = find(view, message.id) ?? hang(view, message);
  const focused = node.contains(document.activeElement) ? keyOf(document.activeElement) : null;
  const note = $(".note:not([hidden])", node)?.textContent;
  node.innerHTML = message.html[lookOf(view, message.id)] ?? Object.values(message.html)[0];
  if (note) noted(node, note);
  node.className = `message${message.by === view.person ? " mine" : ""}${place(message.place).kind === "channel" ? " in-channel" : ""}${isNew ? " fresh" : ""}`;
  if (focused) ($$("button, a", node).find((one) => keyOf(one) === focused) ?? node).focus();
}

const keyOf = (node) => node.dataset.look ?? node.value ?? node.href;

function hang(view, message) {
  const node = make("article", { className: "message", tabIndex: -1 });
  node.dataset.id = message.id;
  node.setAttribute("aria-label", message.plain);
  const feed = $(".feed", view.root);
  if (place(message.place).kind !== "channel") {
    feed.append(node);
  } else if (message.thread && find(view, message.thread)) {
    $(".replies", find(view, message.thread).parentNode).append(node);
  } else {
    const reply = make("button", { type: "button", className: "link", textContent: "Reply" });
    reply.dataset.reply = message.id;
    feed.append(make("div", { className: "thread" }, node, make("div", { className: "replies" }), make("div", { className: "thread-foot" }, reply)));
  }
  return node;
}

function drawComposer(view) {
  const here = place(view.place);
  const shared = here.kind !== "chat";
  const mention = $("[data-mention]", view.root);
  mention.hidden = !shared || !here.installed;
  const on = mention.getAttribute("aria-pressed") === "true";
  const hint = $("[data-hint]", view.root);
  hint.textContent = !here.installed ? "Coterie is not in here." : on ? "Coterie hears this one." : "Coterie hears only what mentions it.";
  hint.hidden = !shared;
  $("[data-unthread]", view.root).hidden = !view.thread;
  $("textarea", view.root).placeholder = shared ? "Write a message" : "Write to Coterie";
}

// --- the clock ---------------------------------------------------------------------------------

let ticking;
function tick() {
  clearTimeout(ticking);
  ticking = setTimeout(drawClock, 150);
}

async function drawClock() {
  const clock = await tried(() => ask("clock"));
  ticking = setTimeout(drawClock, 20000);
  if (!clock) return;
  $("#now").textContent = clock.now;
  $("#now").dateTime = clock.iso;
  const first = clock.next[0];
  $("#next-first").textContent = first ? `${first.at} · ${first.what} · for ${first.whom}` : "nothing is planned";
  $("#next").replaceChildren(...clock.next.map((one) => make("li", {}, make("time", { textContent: one.at }), make("span", { textContent: one.what }), make("small", { textContent: `for ${one.whom}` }))));
  $("#next-more").textContent = clock.more ? `and ${clock.more} more` : first ? "" : "Nothing is planned.";
}

async function move(by) {
  const moves = $(".moves");
  moves.setAttribute("aria-busy", "true");
  const went = await tried(() => ask("clock", { by }));
  moves.removeAttribute("aria-busy");
  await drawClock();
  if (went) $("#live").textContent = went.there ? `It is ${$("#now").textContent}.` : "Stopped on the way: a lot is happening. Move on to see the rest.";
}

// --- the eight weeks ---------------------------------------------------------------------------

let show = { state: "none" };
let beating;
function beat() {
  beating ??= setTimeout(async () => {
    beating = null;
    const told = await tried(() => ask($("#happened").open ? "show?all=1" : "show"));
    if (told) drawShow(told);
  }, 250);
}

const GO = { running: "Stop", stopped: "Go on", done: "Run it again" };

function drawShow(told) {
  const before = show;
  show = told;
  const there = told.state !== "none";
  $("#show").hidden = !there;
  document.body.dataset.show = told.state;
  if (!there) return;
  const week = told.state === "done" ? `All ${told.weeks} weeks` : told.week ? `Week ${told.week} of ${told.weeks}` : "Before the first week";
  $("#show-go").textContent = GO[told.state];
  $("#show-week").textContent = week;
  $("#show-count").textContent = `${many(told.messages, "private message")}, ${many(told.acts, "reaction")}`;
  $("#show-bar").value = told.done;
  const last = told.lines[0];
  $("#show-last").textContent = last ? `${last.at} · ${words(last)}` : "";
  if (before.week !== told.week || before.state !== told.state) {
    const stands = told.state === "stopped" ? " Time stands still." : "";
    $("#weekly").textContent = `${week}: ${$("#show-count").textContent}.${stands}`;
  }
  if ($("#happened").open && (told.lines.length > 1 || !$("#lines").childElementCount)) drawLines();
  if ($("#twelve").open) drawPeople();
}

const many = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;
const words = (line) => (line.who ? `${line.who}: ${line.words}` : line.words);

function drawLines() {
  const lines = show.lines.map((line) => {
    const node = make("li", { className: `line-${line.sort}` }, make("time", { textContent: line.at }), make("span", { textContent: words(line) }));
    return node;
  });
  $("#lines").replaceChildren(...lines);
}

function drawPeople() {
  const focused = document.activeElement?.dataset?.key;
  $("#lively").checked = show.lively;
  $("#people").replaceChildren(...show.people.map((one) => {
    const button = (label, key, act, pressed) => {
      const made = make("button", { type: "button", className: "chip", textContent: label });
      Object.assign(made.dataset, { key, act, who: one.key });
      made.setAttribute("aria-label", `${one.name}: ${label}`);
      if (pressed !== undefined) made.setAttribute("aria-pressed", pressed);
      return made;
    };
    const face = make("span", { className: `avatar avatar-${one.key}`, textContent: one.name.split(" ").map((word) => word[0]).join("") });
    face.setAttribute("aria-hidden", "true");
    const about = make("div", {}, make("b", { textContent: one.name }), make("small", { textContent: `${one.how}. ${many(one.got, "message")}, ${many(one.did, "reaction")}.` }));
    return make("li", {}, face, about, make("div", { className: "twelve-do" },
      button("First screen", `${one.key}-left`, "left"),
      button("Second screen", `${one.key}-right`, "right"),
      button("I play", `${one.key}-mine`, "mine", one.mine)));
  }));
  if (focused) $(`[data-key="${focused}"]`)?.focus();
}

async function chosen(button) {
  const { act, who } = button.dataset;
  if (act === "mine") {
    const told = await tried(() => ask("hand", { person: who, mine: button.getAttribute("aria-pressed") !== "true" }));
    if (told) drawShow(told);
  } else {
    $("#twelve").close();
    go({ side: act, person: who, place: `chat-${who}` });
  }
}

let waiting = null; // the run that waits for a yes
const occupied = () => [...world.messages.values()].some((one) => one.html && place(one.place)?.kind === "channel" && Object.values(one.html).some((html) => html.includes("members.join")));

async function run(wish, sure = false) {
  if (!sure && (show.state === "done" || (show.state === "none" && occupied()))) {
    waiting = wish;
    $("#anew").showModal();
    return;
  }
  if (wish.see) {
    const [side, who, where] = wish.see;
    const view = views.find((one) => one.side === side);
    Object.assign(view, { person: who, place: where, thread: "" });
    draw(view);
    if (matchMedia("(max-width: 780px)").matches) tab(side);
  }
  const told = await tried(() => ask("run", { goal: wish.goal ?? "end", mine: wish.mine ?? [] }));
  if (told) drawShow(told);
}

async function pressedGo() {
  if (show.state === "running") {
    const told = await tried(() => ask("stop", {}));
    if (told) drawShow(told);
  } else {
    await run({});
  }
}

function wireShow() {
  $("#show-go").addEventListener("click", (event) => once(event.target, pressedGo));
  for (const button of $$("[data-run]")) button.addEventListener("click", () => once(button, () => run(JSON.parse(button.dataset.run))));
  for (const button of $$("[data-see]")) button.addEventListener("click", () => {
    $(`#${button.dataset.see}`).showModal();
    button.dataset.see === "twelve" ? drawPeople() : beat();
  });
  $("#people").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) once(button, () => chosen(button));
  });
  $("#lively").addEventListener("change", async (event) => {
    const told = await tried(() => ask("lively", { on: event.target.checked }));
    if (told) drawShow(told);
  });
  $("#anew-yes").addEventListener("click", (event) => once(event.target, async () => {
    $("#anew").close();
    if (await tried(() => ask("reset", {}))) await run(waiting, true);
  }));
}

// --- what people do ----------------------------------------------------------------------------

let opened = null; // the view, message and button behind the open dialog

async function press(view, message, value, values) {
  const { a: action, k: args, s: slot } = JSON.parse(value);
  const body = { person: view.person, place: view.place, message, action, args, slot, nonce: nonce() };
  if (values) body.values = values;
  const answer = await tried(() => ask(`press?look=${lookOf(view, message)}`, body));
  if (answer) obey(answer, view, message);
  return answer;
}

function obey(answer, view, message) {
  if (answer.do === "form") return openForm(answer, view, message);
  if ($("#form").open) $("#form").close();
  const node = find(view, message);
  if (answer.do === "card" && node) $(".card", node).innerHTML = answer.html;
  if (answer.note) {
    if (node) noted(node, answer.note);
    $("#live").textContent = answer.note;
  }
}

function noted(node, words) {
  const note = $(".content > .note", node);
  if (!note) return;
  note.textContent = words;
  note.hidden = false;
}

function openForm(answer, view, message) {
  const dialog = $("#form");
  opened = { view, message, from: dialog.open ? opened?.from : document.activeElement };
  $("#form-title").textContent = answer.title;
  $("#form-who").textContent = `As ${person(view.person).name}`;
  $("#form-body").innerHTML = answer.html;
  if (!dialog.open) dialog.showModal();
  const first = $(".invalid :is(input, textarea, select)", dialog) ?? $(".field :is(input, textarea, select)", dialog);
  (first ?? $("button", dialog)).focus();
  dialog.scrollTop = first && $(".invalid", dialog) ? dialog.scrollTop : 0;
}

function filled(form) {
  const values = {};
  for (const box of $$("input[type=checkbox]", form)) values[box.name] = "";
  for (const [name, value] of new FormData(form)) {
    if (name !== "coterie") values[name] = values[name] ? `${values[name]},${value}` : value;
  }
  for (const box of $$("input[type=checkbox][value=true]", form)) values[box.name] ||= "false";
  return values;
}

async function send(view) {
  const box = $("textarea", view.root);
  const words = box.value.trim();
  if (!words) return;
  const mention = $("[data-mention]", view.root);
  const called = !mention.hidden && mention.getAttribute("aria-pressed") === "true" && !/@coterie\b/i.test(words);
  const text = called ? `@Coterie ${words}` : words;
  box.value = "";
  const said = await tried(() => ask("say", { person: view.person, place: view.place, thread: view.thread, text }));
  if (!said) box.value = words;
}

function go({ side, person: key, place: where, text }) {
  const view = views.find((one) => one.side === side);
  view.person = key;
  view.place = where;
  view.thread = "";
  draw(view);
  tab(side);
  const box = $("textarea", view.root);
  if (text) box.value = text.startsWith("/") ? location.origin + text : text; // a page of ours
  box.focus();
}

function tab(name) {
  document.body.dataset.tab = name;
  for (const button of $$(".tabs button")) {
    if (button.dataset.tab === name) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}

// --- wiring ------------------------------------------------------------------------------------

const busy = new Set();
async function once(button, doing) {
  if (busy.has(button)) return;
  busy.add(button);
  try { await doing(); } finally { busy.delete(button); }
}

function clicked(view, event) {
  const button = event.target.closest("button");
  if (!button) return;
  const { place: where, look, reply, invite } = button.dataset;
  const id = button.closest(".message")?.dataset.id ?? "";
  if (button.name === "coterie") {
    event.preventDefault();
    once(button, () => press(view, id, button.value));
  } else if (where) {
    Object.assign(view, { place: where, thread: "" });
    draw(view);
    $(`[data-place="${where}"]`, view.root).focus();
  } else if (look) {
    view.looks.set(id, look);
    fresh(id);
  } else if (reply) {
    view.thread = reply;
    drawComposer(view);
    $("textarea", view.root).focus();
  } else if (invite) {
    once(button, async () => {
      const done = await tried(() => ask("invite", { person: view.person, place: view.place, add: invite === "add", nonce: nonce() }));
      if (done) await load();
    });
  } else if ("mention" in button.dataset) {
    button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true");
    drawComposer(view);
  } else if ("unthread" in button.dataset) {
    view.thread = "";
    drawComposer(view);
    $("textarea", view.root).focus();
  }
}

function wire(view, first) {
  const [who, where] = JSON.parse(kept(view.side) ?? "null") ?? first;
  Object.assign(view, { person: who, place: where });
  view.root.addEventListener("click", (event) => clicked(view, event));
  view.root.addEventListener("submit", (event) => event.preventDefault());
  $(".composer", view.root).addEventListener("submit", () => send(view));
  $("[data-person]", view.root).addEventListener("change", (event) => {
    Object.assign(view, { person: event.target.value, thread: "" });
    if (place(view.place).kind === "chat") view.place = `chat-${view.person}`;
    draw(view);
  });
  $("textarea", view.root).addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send(view);
  });
}

function wireTheme() {
  const root = document.documentElement;
  const button = $("#theme");
  const dark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const saved = kept("theme");
  if (saved) root.dataset.theme = saved;
  button.setAttribute("aria-pressed", dark());
  button.addEventListener("click", () => {
    root.dataset.theme = kept("theme", dark() ? "light" : "dark") ?? (dark() ? "light" : "dark");
    button.setAttribute("aria-pressed", dark());
  });
}

function wirePage() {
  $("#look").addEventListener("change", () => {
    for (const view of views) view.looks.clear();
    load();
  });
  for (const button of $$("[data-move]")) button.addEventListener("click", () => move(button.dataset.move));
  for (const button of $$(".tabs button")) button.addEventListener("click", () => tab(button.dataset.tab));
  for (const button of $$("[data-go]")) button.addEventListener("click", () => go(JSON.parse(button.dataset.go)));
  for (const button of $$("[data-close]")) button.addEventListener("click", () => button.closest("dialog").close());
  $("#reset").addEventListener("click", () => $("#sure").showModal());
  $("#sure-yes").addEventListener("click", (event) => once(event.target, async () => {
    await tried(() => ask("reset", {}));
    $("#sure").close();
  }));
  const dialog = $("#form");
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target;
    once(form, () => press(opened.view, opened.message, $("[name=coterie]", form).value, filled(form)));
  });
  dialog.addEventListener("close", () => {
    const back = opened?.from?.isConnected ? opened.from : $("textarea", opened?.view.root ?? document);
    back?.focus();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") $(".next").open = false; });
  document.addEventListener("click", (event) => { if (!event.target.closest(".next")) $(".next").open = false; });
  tab("left");
}

wireTheme();
wire(views[0], ["robin", "chat-robin"]);
wire(views[1], ["sky", "channel"]);
wirePage();
wireShow();
listen();
