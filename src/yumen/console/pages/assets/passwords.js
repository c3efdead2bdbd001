// Says how good a new password is while it is typed, and whether both fields hold the same one.
import { _ } from "./console.js";

const LEAST = 12, STRONG = 20, DIFFERENT = 6;

/** Judge a password roughly, by its length and by how many different characters stand in it: a kind of badge and a sentence. */
function judged(text) {
  const characters = [...text];
  if (characters.length < LEAST) return ["quiet", _("{count} more characters are needed.", { count: LEAST - characters.length })];
  if (new Set(characters.map((each) => each.toLowerCase())).size < DIFFERENT) return ["bad", _("Weak: it repeats itself.")];
  return characters.length < STRONG ? ["good", _("Good.")] : ["good", _("Very good.")];
}

function tell(input) {
  const place = document.getElementById(input.dataset.strength);
  const [kind, sentence] = judged(input.value);
  const badge = document.createElement("span");
  badge.className = `badge ${kind}`;
  badge.textContent = sentence;
  place.replaceChildren(...(input.value ? [badge] : []));
}

function compare(again) {
  const first = document.getElementById(again.dataset.sameAs);
  again.setCustomValidity(again.value && again.value !== first.value ? _("The two are not the same.") : "");
}

for (const input of document.querySelectorAll("[data-strength]")) input.addEventListener("input", () => tell(input));
for (const again of document.querySelectorAll("[data-same-as]")) {
  again.addEventListener("input", () => compare(again));
  document.getElementById(again.dataset.sameAs).addEventListener("input", () => compare(again));
}
