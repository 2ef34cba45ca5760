
"use strict";
// Filters: what is chosen is in the address too, so that it can be sent to others.
const form = document.getElementById("filters");
const details = [...document.querySelectorAll("details.page")];

const findings = details.flatMap((page) => {
  const path = page.querySelector("h3").textContent;
  return [...page.querySelectorAll("article")].map((element) => ({
    element,
    path,
    level: element.className,
    group: element.dataset.group,
    rule: element.querySelector(".rule").textContent,
    editions: element.dataset.editions.split(" "),
    text: null,
  }));
});
// The same findings in the list by rule.
const lines = new Map();
for (const link of document.querySelectorAll(".index li > a")) {
  lines.set(link.getAttribute("href").slice(1), link.parentElement);
}
const editions = [...(form?.elements.edition?.options ?? [])].slice(1).map((option) => option.value);
const number = new Intl.NumberFormat("en");

/** Whether a finding is among what is chosen. */
function matches(finding, chosen, words) {
  if (chosen.level.length && !chosen.level.includes(finding.level)) return false;
  if (chosen.group && chosen.group !== finding.group) return false;
  if (chosen.rule && chosen.rule !== finding.rule) return false;
  if (chosen.edition && !finding.editions.includes(String(editions.indexOf(chosen.edition)))) return false;
  if (!words.length) return true;
  finding.text ??= `${finding.path} ${finding.element.textContent}`.toLowerCase();
  return words.every((word) => finding.text.includes(word));
}

/** What is chosen in the form. */
function chosen() {
  const data = new FormData(form);
  const one = (name) => data.get(name) ?? "";
  return { q: one("q").trim(), level: data.getAll("level"), group: one("group"), rule: one("rule"), edition: one("edition") };
}

/** Shows what is chosen and nothing else. */
function show() {
  const now = chosen();
  const words = now.q.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const finding of findings) {
    const is_shown = matches(finding, now, words);
    finding.element.hidden = !is_shown;
    const line = lines.get(finding.element.id);
    if (line) line.hidden = !is_shown;
    count += is_shown;
  }
  const is_filtered = count < findings.length;
  for (const page of document.querySelectorAll("details.page, details.rule")) {
    page.hidden = !page.querySelector("article:not([hidden]), li:not([hidden])");
    if (is_filtered && count <= 200 && page.classList.contains("page")) page.open = true;
  }
  const of = is_filtered ? ` of ${number.format(findings.length)}` : "";
  document.getElementById("status").textContent = `${number.format(count)}${of} findings`;
  fold_says();
}

/** The choice as text: `level=error&rule=broken-link`. */
function written() {
  const pairs = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value.trim()) pairs.append(name, value.trim());
  return pairs.toString();
}

/** Chooses what a text says. */
function choose(text) {
  const pairs = new URLSearchParams(text);
  for (const field of form.elements) {
    if (field.type === "checkbox") field.checked = pairs.getAll(field.name).includes(field.value);
    else if (field.name) field.value = pairs.get(field.name) ?? "";
  }
  show();
}

function chose() {
  history.replaceState(null, "", `#${written() || "findings"}`);
  show();
}

/** Opens what an address leads to, or chooses what it says. */
function go() {
  const target = location.hash.slice(1);
  if (target.includes("=")) return choose(target);
  if (!target || target === "findings") return choose("");
  const element = document.getElementById(target);
  if (!element) return;
  if (element.closest("[hidden]")) choose("");
  for (let outer = element; outer; outer = outer.parentElement) if (outer.tagName === "DETAILS") outer.open = true;
  element.scrollIntoView();
}

const fold = document.getElementById("fold");
function fold_says() {
  fold.textContent = details.some((page) => page.open && !page.hidden) ? "Fold pages" : "Unfold pages";
}

if (form) {
  form.hidden = false;
  let typing = 0;
  form.addEventListener("input", (event) => {
    clearTimeout(typing);
    typing = setTimeout(chose, event.target.type === "search" ? 150 : 0);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(chose));
  fold.addEventListener("click", () => {
    const is_open = fold.textContent === "Unfold pages";
    for (const page of details) if (!page.hidden) page.open = is_open;
    fold_says();
  });
  for (const page of details) page.addEventListener("toggle", fold_says);
  document.addEventListener("click", (event) => {
    const filter = event.target.closest?.("a[data-filter]")?.dataset.filter;
    if (filter === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    history.pushState(null, "", `#${filter}`);
    choose(filter);
    const heading = document.getElementById("findings");
    heading.scrollIntoView();
    heading.focus({ preventScroll: true });
  });
  for (const name of ["hashchange", "popstate"]) addEventListener(name, go);
  fold_says();
  go();
}

// Paper has no folds.
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open])")];
  for (const one of folded) one.open = true;
});
addEventListener("afterprint", () => folded.forEach((one) => (one.open = false)));
