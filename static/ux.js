// Comfort only: every page works without it.
"use strict";

const typing = () => /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName) || document.activeElement.isContentEditable;

// "/" goes to the search, unless the person switched it off: then the field does not announce it.
addEventListener("keydown", event => {
  const search = document.querySelector('#q[aria-keyshortcuts="/"]');
  if (search && event.key === "/" && !event.metaKey && !event.ctrlKey && !event.altKey && !typing()) {
    event.preventDefault();
    search.focus();
    search.select();
  }
});

// <button type="button" data-copy="text">, or data-copy-from="id" of an element or a field.
const copied = async button => {
  const source = document.getElementById(button.dataset.copyFrom || "");
  const text = button.dataset.copy ?? source?.value ?? source?.textContent ?? "";
  const note = document.createElement("span");
  note.className = "small soft";
  note.setAttribute("role", "status");
  button.after(note);
  try {
    await navigator.clipboard.writeText(text.trim());
    note.textContent = "Copied";
  } catch {
    note.textContent = "Select the text to copy it";
    if (source) getSelection().selectAllChildren(source);
  }
  setTimeout(() => note.remove(), 3000);
};

addEventListener("click", event => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (button) copied(button);
  if (event.target.closest("[data-print]")) print();
  // The account menu closes like a menu.
  document.querySelectorAll("details.me[open]").forEach(menu => menu.contains(event.target) || menu.removeAttribute("open"));
});
addEventListener("keydown", event => {
  const menu = event.key === "Escape" && document.activeElement.closest("details.me[open]");
  if (menu) {
    menu.removeAttribute("open");
    menu.querySelector("summary").focus();
  }
});
document.querySelectorAll("[data-copy], [data-copy-from], [data-print], [data-checkall]").forEach(item => item.removeAttribute("hidden"));

// Ticked rows: <input data-checkall> ticks those of its form or table, [data-count] tells how many are ticked.
const ticksOf = scope => [...scope.querySelectorAll("tbody input[type=checkbox]:not(:disabled)")];
const scopeOf = item => item.form || item.closest("form, table") || document;
const tell = scope => {
  const ticks = ticksOf(scope), ticked = ticks.filter(tick => tick.checked).length;
  scope.querySelectorAll("[data-count]").forEach(count => { count.textContent = `${ticked} selected`; });
  scope.querySelectorAll("[data-checkall]").forEach(all => {
    all.checked = ticked > 0 && ticked === ticks.length;
    all.indeterminate = ticked > 0 && ticked < ticks.length;
  });
};
addEventListener("change", event => {
  const scope = scopeOf(event.target);
  if (event.target.matches("[data-checkall]")) ticksOf(scope).forEach(tick => { tick.checked = event.target.checked; });
  if (event.target.type === "checkbox") tell(scope);
  if (event.target.tagName === "SELECT" && event.target.closest("[data-autosubmit]")) event.target.form.requestSubmit();
});
const tellAll = () => document.querySelectorAll("form:has([data-count], [data-checkall])").forEach(tell);
tellAll();
addEventListener("pageshow", tellAll);

// A leaked value that is pasted into a field must not reach the address bar or a log: the server refuses it too,
// but a search has been written down by then. Of a whole document (textarea.mono) the server says which line it is.
const VALUE = /\b[sprw]k_(live|test)_\w{8}|whsec_\w{8}|\bsk-\w{8}|A(K|S)IA[0-9A-Z]{12}|gh[pousr]_\w{20}|github_pat_\w{20}|glpat-[\w-]{12}|xox[abeps]-\w{6}|-----BEGIN|\beyJ[\w-]{8,}\.eyJ|\bAIza[\w-]{20}|:\/\/[^\s/:@]+:[^\s/@]+@/;
const LONG = /[A-Za-z0-9+/=_-]{40,}/;
const looksLikeValue = field => VALUE.test(field.value) || (field.type === "search" && LONG.test(field.value));
const guarded = form => [...form.elements].filter(field => /^(text|search|textarea|url|email)$/.test(field.type) && !field.readOnly && !field.matches("textarea.mono") && !field.closest("[data-unguarded]"));
addEventListener("submit", event => {
  const field = guarded(event.target).find(looksLikeValue);
  if (!field) return;
  event.preventDefault();
  field.setCustomValidity(field.type === "search"
    ? "This looks like a secret value. Search by name, or type only the first few characters."
    : "This looks like a secret value. Keep it in your store and write its path here.");
  field.reportValidity();
});
addEventListener("input", event => event.target.setCustomValidity?.(""));

// One press, one act.
addEventListener("submit", event => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(form => delete form.dataset.sent));
