// Narrows the list as one types; without scripts the whole list stays as an index.
"use strict";
const index = JSON.parse(document.getElementById("index").textContent);
const items = [...document.querySelectorAll("#found > li")];
const input = document.getElementById("q");
const count = document.getElementById("count");
const list = document.getElementById("found");

function score(entry, words) {
  const [text] = entry;
  let sum = 0;
  for (const word of words) {
    const at = text.indexOf(word);
    if (at < 0) return -1;
    sum += at === 0 ? 100 : at < 20 ? 10 : 1;
  }
  return sum;
}

function narrow() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const scored = index.map((entry, n) => [words.length ? score(entry, words) : 0, n]);
  const shown = scored.filter(([points]) => points >= 0);
  if (words.length) shown.sort((a, b) => b[0] - a[0] || a[1] - b[1]);
  list.replaceChildren(...shown.map(([, n]) => items[n]));
  count.textContent = words.length ? `${shown.length} 条` : `全部 ${items.length} 条`;
}

input.value = new URLSearchParams(location.search).get("q") || "";
input.addEventListener("input", narrow);
document.querySelector("form.find").addEventListener("submit", (event) => { event.preventDefault(); narrow(); });
narrow();
