"use strict";
// The examples of a run: choose two candidates, filter, search, compare with the target.
// Whatever people or models wrote enters the page as textContent only. Nothing is asked of anybody.
(() => {
  const PAGE = 50, LONG = 1500, MOST_TOKENS = 600, MOST_SEARCH = 300;
  const MISS = 0, MATCH = 1, GRADED = 3;
  const MARKS = ["✗ miss", "✓ match", "n/m"];
  const TOKEN = /[\p{L}\p{N}]+|\s+|[^\s]/gu;
  const ODD = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;
  const at = (id) => document.getElementById(id);

  // An answer is [state, status, output, parsed, error, score, same, extra, lacking], cut where nothing follows.
  let data, shown = [], drawn = 0, pinned = null;

  function make(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  const textOf = (number) => (number === undefined || number < 0 ? null : data.texts[number]);

  // What would be obeyed instead of shown becomes its number; the raw text is left as it came.
  function visible(text) {
    return text.replace(ODD, (sign) => {
      const code = sign.codePointAt(0);
      return code < 0xa0 ? "\\x" + code.toString(16).padStart(2, "0") : "\\u" + code.toString(16).padStart(4, "0");
    });
  }

  function worth(answer) {
    if (!answer || answer[0] === 2) return null;
    return answer[0] === GRADED ? answer[5] ?? 0 : answer[0];
  }

  const statusOf = (answer) => (answer ? data.statuses[answer[1]] : "not asked");

  function markOf(answer) {
    if (!answer) return "not asked";
    const status = statusOf(answer);
    const score = typeof answer[5] === "number" ? "score " + answer[5].toFixed(2) : "";
    const mark = answer[0] === GRADED ? score : MARKS[answer[0]] + (score && ", " + score);
    return status === "answered" ? mark : mark + ", " + status;
  }

  function classOf(answer) {
    const value = worth(answer);
    return value === null ? "none" : value >= 1 ? "match" : "miss";
  }

  // ---- which examples ----

  const FILTERS = {
    differ: (l, r) => l !== null && r !== null && l !== r,
    left: (l, r) => l !== null && r !== null && l > r,
    right: (l, r) => l !== null && r !== null && r > l,
    both: (l, r) => l === 1 && r === 1,
    neither: (l, r) => l !== null && r !== null && l < 1 && r < 1,
    missing: (l, r) => l === null || r === null,
    all: () => true,
  };

  const side = (name) => Number(at(name).value);

  function choose() {
    const left = side("left"), right = side("right");
    const test = FILTERS[at("filter").value];
    const status = at("status").value, slice = at("slice") ? at("slice").value : "";
    const wanted = at("search").value.trim().toLowerCase().slice(0, MOST_SEARCH);
    const hits = wanted && new Set(data.texts.flatMap((text, n) => (text.toLowerCase().includes(wanted) ? [n] : [])));
    shown = data.examples.filter((example) => {
      const l = example[4][left], r = example[4][right];
      if (!test(worth(l), worth(r))) return false;
      if (status && statusOf(l) !== status && statusOf(r) !== status) return false;
      if (slice && !example[3].some((each) => data.slices[each] === slice)) return false;
      return !wanted || found(example, hits, wanted);
    });
    if (pinned) shown = [pinned, ...shown.filter((each) => each !== pinned)];
  }

  function found(example, hits, wanted) {
    if (example[0].toLowerCase().includes(wanted) || hits.has(example[1]) || hits.has(example[2])) return true;
    return example[4].some((answer) => answer && (hits.has(answer[2]) || hits.has(answer[3])));
  }

  // ---- the difference to the target ----

  // Longest common subsequence by words; of very long texts only the first tokens are compared.
  function compared(answer, target) {
    const a = answer.match(TOKEN) || [], b = target.match(TOKEN) || [];
    const rest = a.slice(MOST_TOKENS).join("");
    a.length = Math.min(a.length, MOST_TOKENS);
    b.length = Math.min(b.length, MOST_TOKENS);
    const width = b.length + 1;
    const table = new Uint16Array((a.length + 1) * width);
    for (let i = a.length - 1; i >= 0; i--) {
      for (let j = b.length - 1; j >= 0; j--) {
        table[i * width + j] = a[i] === b[j]
          ? table[(i + 1) * width + j + 1] + 1
          : Math.max(table[(i + 1) * width + j], table[i * width + j + 1]);
      }
    }
    const parts = [];
    const add = (kind, text) => {
      const last = parts[parts.length - 1];
      if (last && last[0] === kind) last[1] += text;
      else parts.push([kind, text]);
    };
    let i = 0, j = 0;
    while (i < a.length || j < b.length) {
      if (i < a.length && j < b.length && a[i] === b[j]) { add("same", a[i]); i++; j++; }
      else if (j < b.length && (i >= a.length || table[i * width + j + 1] > table[(i + 1) * width + j])) add("del", b[j++]);
      else add("ins", a[i++]);
    }
    if (rest) parts.push(["same", rest]);
    return parts;
  }

  function difference(answer, target) {
    const box = make("p", "text");
    box.dir = "auto";
    for (const [kind, text] of compared(answer, target)) {
      if (kind === "same") box.append(visible(text));
      else box.append(make(text.trim() ? kind : "span", "", visible(text)));
    }
    return box;
  }

  // ---- drawing ----

  function shortened(text, most) {
    const line = visible(text.slice(0, most * 4)).replace(/\s+/g, " ").trim();
    return line.length > most || text.length > most * 4 ? line.slice(0, most) + "…" : line;
  }

  function passage(text, raw) {
    const box = make("p", raw ? "text raw" : "text");
    box.dir = "auto";
    const write = (whole) => { box.textContent = raw ? whole : visible(whole); };
    if (text.length <= LONG) { write(text); return box; }
    write(text.slice(0, LONG) + "…");
    const more = make("button", "", "Show all " + text.length.toLocaleString("en") + " characters");
    more.type = "button";
    more.addEventListener("click", () => { write(text); more.remove(); });
    const both = make("div");
    both.append(box, more);
    return both;
  }

  function answerBox(example, number) {
    const answer = example[4][number];
    const box = make("div", "answer " + classOf(answer));
    box.append(make("h3", "", data.candidates[number]), make("p", "verdictline", markOf(answer)));
    if (!answer) return box;
    const output = textOf(answer[2]), parsed = textOf(answer[3]), error = textOf(answer[4]), target = textOf(example[2]);
    const raw = at("raw") && at("raw").checked;
    if (output !== null) {
      const short = output.length <= LONG && target !== null && target.length <= LONG;
      box.append(raw || !short || data.text !== "whole" || answer[0] === MATCH ? passage(output, raw) : difference(output, target));
    }
    if (box.querySelector("ins, del")) box.append(make("p", "aside", "Underlined: only in the answer. Struck through: only in the target."));
    if (answer[6] !== undefined) {
      box.append(make("p", "aside", "Tokens: " + answer[6] + " as in the target, " + answer[7] + " more, " + answer[8] + " missing."));
    }
    if (parsed !== null) box.append(make("p", "aside", "read as: " + shortened(parsed, 200)));
    if (error !== null) box.append(make("p", "aside", shortened(error, 400)));
    const prompt = data.prompts[number] && at("prompt-" + anchor(data.prompts[number]));
    if (prompt) {
      const link = make("a", "aside", "Prompt: " + data.prompts[number]);
      link.href = "#" + prompt.id;
      link.addEventListener("click", () => { prompt.open = true; });
      box.append(link);
    }
    return box;
  }

  const anchor = (name) => [...name].map((c) => (/[\p{L}\p{N}_-]/u.test(c) ? c : "_" + c.codePointAt(0).toString(16))).join("");

  function everybody(example) {
    const box = make("details", "everybody");
    box.append(make("summary", "", "All " + data.candidates.length + " candidates"));
    box.addEventListener("toggle", () => {
      if (!box.open || box.children.length > 1) return;
      const list = make("ul");
      example[4].forEach((answer, number) => {
        const item = make("li", classOf(answer));
        const said = answer && textOf(answer[2]);
        item.append(make("b", "", markOf(answer)), " " + data.candidates[number] + (said ? ": " : ""));
        if (said) { const bit = make("bdi", "", shortened(said, 160)); item.append(bit); }
        list.append(item);
      });
      box.append(list);
    });
    return box;
  }

  function body(example) {
    const box = make("div", "body");
    const input = textOf(example[1]), target = textOf(example[2]);
    const raw = at("raw") && at("raw").checked;
    for (const [name, text] of [["Input", input], ["Target", target]]) {
      if (text !== null) box.append(make("h3", "", name), passage(text, raw));
    }
    const left = side("left"), right = side("right");
    const pair = make("div", "pair");
    pair.append(answerBox(example, left));
    if (left !== right) pair.append(answerBox(example, right));
    const link = make("a", "aside", "Link to this example");
    link.href = "#ex-" + encodeURIComponent(example[0]);
    box.append(pair);
    if (data.candidates.length > 2) box.append(everybody(example));
    box.append(link);
    return box;
  }

  function row(example) {
    const box = make("details", "example"), head = make("summary");
    box.id = "ex-" + example[0];
    const target = textOf(example[2]), input = textOf(example[1]);
    const told = make("span", "what");
    const words = make("bdi", "", shortened(input ?? target ?? "", 160));
    told.append(make("b", "", shortened(example[0], 60)), " ", words);
    head.append(told);
    for (const number of new Set([side("left"), side("right")])) {
      const answer = example[4][number];
      head.append(make("span", "tag " + classOf(answer), markOf(answer)));
    }
    box.append(head);
    box.addEventListener("toggle", () => { if (box.open && box.children.length === 1) box.append(body(example)); });
    return box;
  }

  function draw() {
    const next = document.createDocumentFragment();
    for (const example of shown.slice(drawn, drawn + PAGE)) next.append(row(example));
    at("rows").append(next);
    drawn = Math.min(shown.length, drawn + PAGE);
    at("more").hidden = drawn >= shown.length;
    const all = data.examples.length.toLocaleString("en");
    at("count").textContent = shown.length
      ? "Showing " + drawn.toLocaleString("en") + " of " + shown.length.toLocaleString("en") + " found among " + all + " examples."
      : "None of " + all + " examples is like that.";
  }

  function refresh() {
    choose();
    drawn = 0;
    at("rows").textContent = "";
    draw();
  }

  // ---- a link to one example ----

  function follow() {
    let name;
    try { name = decodeURIComponent(location.hash); } catch { return; }
    if (name.startsWith("#prompt-")) {
      const prompt = at(name.slice(1));
      if (prompt) prompt.open = true;
      return;
    }
    if (!name.startsWith("#ex-")) return;
    const example = data.examples.find((each) => each[0] === name.slice(4));
    if (!example) {
      at("count").textContent = "This page holds no example " + shortened(name.slice(4), 80) + ".";
      at("examples").scrollIntoView();
      return;
    }
    pinned = example;
    refresh();
    const box = at("rows").firstElementChild;
    box.open = true;
    box.scrollIntoView();
    box.firstElementChild.focus({preventScroll: true});
  }

  async function unpacked() {
    const holder = at("data");
    const packed = holder ? holder.textContent.trim() : window.benchExamples;
    const bytes = Uint8Array.from(atob(packed), (sign) => sign.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }

  async function start() {
    data = await unpacked();
    if (!data.examples.length) return;
    const changed = () => { pinned = null; refresh(); };
    at("controls").addEventListener("change", changed);
    at("controls").addEventListener("submit", (event) => event.preventDefault());
    let waiting = 0;
    at("search").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(changed, 120); });
    at("more").addEventListener("click", draw);
    window.addEventListener("hashchange", follow);
    const noted = data.examples.some((each) => FILTERS.differ(worth(each[4][side("left")]), worth(each[4][side("right")])));
    if (!noted) at("filter").value = "all";
    refresh();
    if (at("first-examples")) at("first-examples").classList.add("printed");
    at("browser").hidden = false;
    follow();
    document.documentElement.dataset.ready = "yes";
  }

  start().catch((error) => {
    // A browser too old to unpack, or a page cut short: the list that's there already stays.
    document.documentElement.dataset.ready = "no";
    const told = make("p", "aside", "The examples can't be opened in this browser (" + error.message + "); the list below is part of them.");
    at("examples").insertBefore(told, at("first-examples"));
  });
})();
