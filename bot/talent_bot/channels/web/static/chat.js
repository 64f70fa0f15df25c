// Sends forms without reloading the page. Without this script the same forms work by themselves.
"use strict";
document.addEventListener("submit", async (event) => {
  const form = event.target, pressed = event.submitter;
  if (!form.matches("[data-turn]") || !pressed || !window.fetch || !window.DOMParser) return;
  event.preventDefault();
  if (document.body.dataset.busy) return;
  document.body.dataset.busy = "yes";
  const data = new URLSearchParams(new FormData(form));
  if (pressed.name) data.append(pressed.name, pressed.value);
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, credentials: "same-origin" });
    show(new DOMParser().parseFromString(await answer.text(), "text/html"), form.id === "compose");
  } catch {
    if (pressed.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: pressed.name, value: pressed.value }));
    form.submit();
  } finally {
    delete document.body.dataset.busy;
  }
});
function show(page, typed) {
  const log = document.getElementById("log"), found = page.getElementById("log");
  if (!log || !found || page.documentElement.lang !== document.documentElement.lang) {
    document.title = page.title;
    document.documentElement.lang = page.documentElement.lang;
    document.body.replaceWith(page.body);
    document.getElementById("main").focus();
    return;
  }
  const last = log.lastElementChild, fresh = [...found.children].filter((a) => number(a) > number(last));
  if (!fresh.length) { log.replaceChildren(...found.children); fresh.push(log.lastElementChild); }
  log.append(...fresh);
  for (const id of ["ask", "panel"]) document.getElementById(id).replaceWith(page.getElementById(id));
  const text = document.getElementById("text");
  text.placeholder = page.getElementById("text").placeholder;
  document.querySelector("label[for=text]").textContent = page.querySelector("label[for=text]").textContent;
  if (typed) text.value = "";
  // On a phone the keyboard would cover the answer: there the focus goes to the answer, which closes it.
  const writing = typed && !matchMedia("(pointer: coarse)").matches;
  (writing ? text : fresh[fresh.length - 1]).focus({ preventScroll: true });
  fresh[0].scrollIntoView({ block: "start" });
}
function number(article) { return Number(article.id.slice(1)); }
