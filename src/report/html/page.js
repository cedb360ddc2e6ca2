"use strict";
// What the page does beyond showing itself: one article at a time, filters, keys, before and after.
// Text of articles is only ever read, compared and shown as text; the page's policy forbids the rest.
(() => {
  const root = document.documentElement;
  const body = document.body;
  const byId = (id) => document.getElementById(id);
  const docs = [...document.querySelectorAll(".doc")];
  const notes = [...document.querySelectorAll(".note")];
  const main = byId("main");
  const nav = byId("articles");
  const filters = byId("filters");
  const rule = byId("rule");
  const words = byId("words");
  const severities = [...filters.querySelectorAll("[name=severity]")];
  const narrow = matchMedia("(max-width: 65.99rem)");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const remember = {
    get(key) { try { return localStorage.getItem(`copydesk-${key}`); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(`copydesk-${key}`, value); } catch { /* A page from a file may not remember. */ } },
  };

  root.classList.add("js");
  // What the page ends with reads first.
  body.insertBefore(byId("totals"), main);
  if (nav) {
    body.insertBefore(nav, main);
    if (docs.length > 1) body.classList.add("several");
    if (innerWidth < 1344) nav.querySelector("details").open = false;
  }
  for (const id of ["bar", "views", "sift", "theme", "keys"]) byId(id).hidden = false;
  if (notes.length === 0) for (const id of ["bar", "views", "sift"]) byId(id).hidden = true;

  // Which article is shown; `null` for all of them.
  let shown = null;
  let current = null;
  let view = "before";

  const docOf = (node) => node.closest(".doc");
  const number = (doc) => doc.id.slice(1);
  const refOf = (note) => byId(`m${note.id.slice(1)}`);
  const pieces = (note) => docOf(note).querySelector(".text").querySelectorAll(`[data-f="${note.dataset.f}"]`);
  const visible = () => notes.filter((note) => !note.hidden);
  const say = (text) => { byId("said").textContent = text; };
  const plural = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`;

  // ---- Articles
  const links = new Map();
  if (nav) for (const link of nav.querySelectorAll("a[href^='#d']")) links.set(link.hash.slice(1), link);

  function show(doc) {
    if (shown === doc && !docs.some((other) => other.hidden !== (doc !== null && other !== doc))) return;
    unsplit();
    shown = doc;
    for (const other of docs) other.hidden = doc !== null && other !== doc;
    for (const [id, link] of links) {
      if (doc && id === doc.id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    // Of the rules, those that spoke here.
    const spoke = new Set([...(doc || document).querySelectorAll(".note")].map((note) => note.dataset.r));
    for (const said of document.querySelectorAll(".rule")) said.hidden = !spoke.has(said.id.slice(2));
    const all = byId("every-link");
    if (all) {
      if (doc) all.removeAttribute("aria-current");
      else all.setAttribute("aria-current", "true");
    }
    document.title = `${doc ? `${doc.querySelector("h2").textContent} · ` : ""}copydesk report`;
    dress();
    tellPlace();
  }
  if (nav) nav.addEventListener("click", (event) => {
    if (innerWidth < 1344 && event.target.closest("a")) nav.querySelector("details").open = false;
  });
  if (nav && docs.length > 1) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.id = "every-link";
    link.href = "#every";
    link.textContent = "All, one after the other";
    item.append(link);
    nav.querySelector(".shown").append(item);
  }

  // ---- Filters
  const text = new Map();
  function textOf(note) {
    if (!text.has(note)) text.set(note, note.textContent.toLowerCase());
    return text.get(note);
  }
  function option(value, label) {
    const node = document.createElement("option");
    node.value = value;
    node.textContent = label;
    return node;
  }
  const rules = [...new Set(notes.map((note) => note.dataset.r))].sort();
  rule.append(option("", ""), ...rules.map((id) => option(id, id)));

  function sift() {
    const wanted = new Set(severities.filter((box) => box.checked).map((box) => box.value));
    const needle = words.value.trim().toLowerCase();
    const bySeverity = {};
    const byRule = {};
    const byDoc = new Map();
    let count = 0;
    for (const note of notes) {
      const { s, r } = note.dataset;
      const found = needle === "" || textOf(note).includes(needle);
      const ofRule = rule.value === "" || rule.value === r;
      if (found && ofRule) bySeverity[s] = (bySeverity[s] || 0) + 1;
      if (found && wanted.has(s)) byRule[r] = (byRule[r] || 0) + 1;
      note.hidden = !(found && ofRule && wanted.has(s));
      if (!note.hidden) {
        count += 1;
        const doc = docOf(note);
        byDoc.set(doc, (byDoc.get(doc) || 0) + 1);
      }
    }
    for (const box of severities) box.parentElement.querySelector("b").textContent = bySeverity[box.value] || 0;
    const sum = Object.values(byRule).reduce((a, b) => a + b, 0);
    for (const node of rule.options) node.textContent = node.value === "" ? `All rules (${sum})` : `${node.value} (${byRule[node.value] || 0})`;
    const some = count < notes.length;
    byId("sifted").textContent = some ? `${count} of ${notes.length}` : "";
    for (const doc of docs) {
      const total = doc.querySelectorAll(".note").length;
      const left = byDoc.get(doc) || 0;
      doc.querySelector(".notes > h3").textContent = left < total ? `${left} of ${plural(total, "finding")}` : plural(total, "finding");
      const link = links.get(doc.id);
      if (link) {
        const tally = link.querySelector(".tally");
        if (!tally.dataset.all) tally.dataset.all = tally.querySelector("b").textContent;
        tally.querySelector("b").textContent = some ? `${left} of ${tally.dataset.all}` : tally.dataset.all;
        link.parentElement.classList.toggle("none", left === 0 && total > 0);
      }
    }
    for (const doc of docs) doc.dataset.stale = "";
    dress();
    if (current && current.hidden) leave();
    tellPlace();
    return count;
  }

  // Brings the marks of the articles on the page up to date with filters and view.
  function dress() {
    for (const doc of docs) {
      if (doc.hidden) continue;
      const article = doc.querySelector(".text");
      if (doc.dataset.stale !== undefined) {
        delete doc.dataset.stale;
        const off = new Set([...doc.querySelectorAll(".note")].filter((note) => note.hidden).map((note) => note.dataset.f));
        for (const piece of article.querySelectorAll("[data-f]")) piece.classList.toggle("off", off.has(piece.dataset.f));
      }
      unsplit(article);
      article.classList.remove("v-marked", "v-clean");
      if (view === "split") split(article);
      else if (view !== "before") article.classList.add(`v-${view}`);
      const marked = view === "marked" || view === "split";
      for (const piece of article.querySelectorAll(".x, .y")) {
        const half = view !== "split" || piece.closest(".after");
        if (marked && half && !piece.classList.contains("off")) piece.setAttribute("role", piece.classList.contains("x") ? "deletion" : "insertion");
        else piece.removeAttribute("role");
        // A suggestion takes nothing out yet.
        if (piece.matches(".x.display")) piece.removeAttribute("role");
      }
    }
  }

  // ---- Before and after
  function split(article) {
    const halves = ["As it is", "With fixes"].map((title) => {
      const node = document.createElement("p");
      node.className = "half";
      node.textContent = title;
      return node;
    });
    for (const block of [...article.children]) {
      const copy = block.cloneNode(true);
      for (const node of [copy, ...copy.querySelectorAll("[id]")]) node.removeAttribute("id");
      for (const node of copy.querySelectorAll(".ref")) node.remove();
      copy.classList.add("after", "v-marked");
      block.after(copy);
    }
    article.prepend(...halves);
    article.classList.add("split");
  }
  function unsplit(article) {
    const all = article ? [article] : docs.map((doc) => doc.querySelector(".text"));
    for (const one of all) {
      if (!one.classList.contains("split")) continue;
      one.classList.remove("split");
      for (const node of one.querySelectorAll(":scope > .half, :scope > .after")) node.remove();
    }
  }
  function look(next) {
    if (next === "split" && narrow.matches) next = "marked";
    view = next;
    for (const box of document.querySelectorAll("[name=view]")) box.checked = box.value === next;
    body.classList.toggle("split-view", next === "split");
    dress();
    if (current) {
      mark(current, true);
      reveal(current);
    }
  }

  // ---- One finding after the other
  function mark(note, on) {
    for (const piece of pieces(note)) piece.classList.toggle("now", on && !piece.matches(".x, .y"));
    for (const piece of docOf(note).querySelectorAll(`.ev[data-e="${note.dataset.f}"]`)) piece.classList.toggle("now", on);
  }
  function leave() {
    if (!current) return;
    mark(current, false);
    current.removeAttribute("aria-current");
    if (current.dataset.opened) {
      delete current.dataset.opened;
      current.querySelector("details").open = false;
    }
    current = null;
    tellPlace();
  }
  function reveal(note) {
    const behavior = calm.matches ? "auto" : "smooth";
    const ref = refOf(note);
    if (ref) {
      const box = ref.getBoundingClientRect();
      const below = narrow.matches ? innerHeight * 0.45 : innerHeight - 60;
      if (box.top < 130 || box.bottom > below) scrollTo({ top: scrollY + box.top - innerHeight * (narrow.matches ? 0.25 : 0.4), behavior });
    }
    const panel = note.closest(".notes");
    if (panel.scrollHeight > panel.clientHeight && getComputedStyle(panel).overflowY === "auto") {
      const top = note.getBoundingClientRect().top - panel.getBoundingClientRect().top;
      if (top < 0 || top + note.offsetHeight > panel.clientHeight) panel.scrollTo({ top: panel.scrollTop + top - Math.max(0, (panel.clientHeight - note.offsetHeight) / 3), behavior });
    } else if (!ref && !narrow.matches) {
      note.scrollIntoView({ block: "center", behavior });
    }
  }
  function fill(note) {
    const why = note.querySelector("details .why");
    if (why.textContent === "") {
      const said = byId(`r-${note.dataset.r}`);
      if (said) why.textContent = said.querySelector(".why").textContent;
    }
    const { f, s, r } = note.dataset;
    note.setAttribute("aria-label", `Finding ${f}: ${s}, ${r}. ${note.querySelector(".msg").textContent}`);
    const code = note.querySelector("code.print");
    if (code.nextElementSibling) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy the fingerprint ${code.textContent}`);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = "Copied";
        say("Fingerprint copied");
      } catch {
        getSelection().selectAllChildren(code);
        say("Press Control and C to copy the fingerprint");
      }
    });
    code.after(button);
  }
  // Goes to a finding; `where` has the focus afterwards: its place, what is said about it, or neither.
  function go(note, where) {
    if (shown !== null && shown !== docOf(note)) show(docOf(note));
    if (current !== note) {
      leave();
      current = note;
      note.setAttribute("aria-current", "true");
      mark(note, true);
      const details = note.querySelector("details");
      if (!details.open && !narrow.matches) {
        details.open = true;
        note.dataset.opened = "yes";
      }
      fill(note);
    }
    const ref = refOf(note);
    const target = where === "note" || !ref ? note : ref;
    if (where) target.focus({ preventScroll: true });
    reveal(note);
    tellPlace();
    try { history.replaceState(null, "", `#f${note.id.slice(1)}`); } catch { /* Some viewers forbid it. */ }
  }
  function step(by) {
    const list = visible();
    if (list.length === 0) {
      say("No finding is shown");
      return;
    }
    let at = current ? list.indexOf(current) + by : -1;
    if (!current) {
      const first = shown ? list.findIndex((note) => docOf(note) === shown) : 0;
      at = by > 0 ? Math.max(first, 0) : (first > 0 ? first - 1 : list.length - 1);
    }
    if (at < 0 || at >= list.length) {
      say(by > 0 ? "That was the last finding" : "That was the first finding");
      return;
    }
    go(list[at], "place");
  }
  function tellPlace() {
    const here = visible().filter((note) => shown === null || docOf(note) === shown);
    const at = current ? here.indexOf(current) + 1 : 0;
    byId("place").textContent = at > 0 ? `${at} of ${here.length}` : plural(here.length, "finding");
    const list = visible();
    byId("prev").disabled = list.length === 0 || current === list[0];
    byId("next").disabled = list.length === 0 || (current !== null && current === list[list.length - 1]);
  }

  // ---- The address: #f1-3 a finding, #m1-3 its place, #e1-3-0 evidence, #d1 an article, #every all of them
  function route(first) {
    const id = location.hash.slice(1);
    if (id === "every") {
      show(null);
      return;
    }
    const target = byId(id);
    const doc = target && target.closest(".doc");
    if (!doc) {
      if (first) show(docs[0] || null);
      return;
    }
    if (shown !== doc && !(shown === null && !first && !id.startsWith("d"))) show(doc);
    if (/^[fm]\d/.test(id)) {
      const note = byId(`f${id.slice(1)}`);
      if (note.hidden) reset();
      go(note, first ? null : (id[0] === "f" ? "note" : "place"));
    } else if (id === doc.id) {
      leave();
      if (!first) doc.focus({ preventScroll: true });
      scrollTo(0, 0);
      if (shown === null) doc.scrollIntoView();
    } else {
      target.scrollIntoView({ block: "center" });
    }
  }

  // ---- Controls
  function reset() {
    filters.reset();
    sift();
  }
  function openFilters(on) {
    filters.hidden = !on;
    byId("sift").setAttribute("aria-expanded", String(on));
    const high = on && getComputedStyle(filters).position === "sticky" ? filters.offsetHeight : 0;
    root.style.setProperty("--sift", `${high}px`);
  }
  byId("sift").addEventListener("click", () => {
    openFilters(filters.hidden);
    if (!filters.hidden) severities[0].focus();
  });
  const siftAndSay = () => say(`${plural(sift(), "finding")} shown`);
  let soon = 0;
  filters.addEventListener("input", (event) => {
    clearTimeout(soon);
    soon = setTimeout(siftAndSay, event.target === words ? 150 : 0);
  });
  filters.addEventListener("reset", () => setTimeout(siftAndSay));
  filters.addEventListener("submit", (event) => event.preventDefault());
  byId("views").addEventListener("change", (event) => look(event.target.value));
  byId("prev").addEventListener("click", () => step(-1));
  byId("next").addEventListener("click", () => step(1));
  byId("shut").addEventListener("click", () => {
    const ref = current && refOf(current);
    leave();
    if (ref) ref.focus({ preventScroll: true });
  });
  const help = byId("help");
  byId("keys").addEventListener("click", () => help.showModal());
  const single = byId("single");
  single.checked = remember.get("keys") !== "off";
  single.addEventListener("change", () => remember.set("keys", single.checked ? "on" : "off"));

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const theme = byId("theme");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const tellTheme = () => theme.setAttribute("aria-pressed", String(isDark()));
  function turnTheme() {
    root.dataset.theme = isDark() ? "light" : "dark";
    remember.set("theme", root.dataset.theme);
    tellTheme();
    say(isDark() ? "Dark theme" : "Light theme");
  }
  const liked = remember.get("theme");
  if (liked === "dark" || liked === "light") root.dataset.theme = liked;
  theme.addEventListener("click", turnTheme);
  dark.addEventListener("change", tellTheme);
  tellTheme();

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (link) {
      const id = (link.getAttribute("href") || "").slice(1);
      if (/^[fm]\d/.test(id)) {
        event.preventDefault();
        const note = byId(`f${id.slice(1)}`);
        if (note.hidden) reset();
        go(note, id[0] === "f" ? "note" : "place");
      } else if (location.hash === link.hash) {
        route(false);
      }
      return;
    }
    if (event.target.closest("button, summary, input, label, select, dialog, .print") || String(getSelection()) !== "") return;
    const note = event.target.closest(".note");
    if (note) {
      go(note, null);
      return;
    }
    const piece = event.target.closest(".text [data-f]:not(.off)");
    if (piece) go(byId(`f${number(docOf(piece))}-${piece.dataset.f}`), null);
    else if (narrow.matches && event.target.closest(".text")) leave();
  });
  document.addEventListener("toggle", (event) => {
    const note = event.target.closest && event.target.closest(".note");
    if (note && event.target.open) fill(note);
  }, true);

  const actions = {
    j: () => step(1), n: () => step(1), k: () => step(-1), p: () => step(-1),
    b: () => look(view === "before" ? (remember.get("view") || "marked") : "before"),
    f: () => { openFilters(true); words.focus(); },
    "/": () => { openFilters(true); words.focus(); },
    t: turnTheme,
    "?": () => help.showModal(),
  };
  byId("views").addEventListener("change", () => { if (view !== "before") remember.set("view", view); });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help.open) return;
    const target = event.target;
    if (event.key === "Escape") {
      if (filters.contains(target)) {
        openFilters(false);
        byId("sift").focus();
      } else if (current) {
        const ref = refOf(current);
        if (target.closest(".note") && ref) ref.focus({ preventScroll: true });
        else leave();
      }
      return;
    }
    if (event.key === "Enter" && target.classList.contains("note")) {
      event.preventDefault();
      go(target, "place");
      return;
    }
    const typing = target.matches("input:not([type=checkbox], [type=radio]), select, textarea");
    const action = Object.hasOwn(actions, event.key) ? actions[event.key] : null;
    if (!action || typing || !single.checked || notes.length === 0 && event.key !== "?" && event.key !== "t") return;
    event.preventDefault();
    action();
  });
  narrow.addEventListener("change", () => { if (view === "split" && narrow.matches) look("marked"); });
  addEventListener("hashchange", () => route(false));

  if (docs.length > 1) for (const doc of docs) doc.hidden = true;
  sift();
  route(true);
})();
