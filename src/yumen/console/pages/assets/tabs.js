// Turns the parts of a place into tabs, named by their headings; without this script they stand below each other (WAI-ARIA tabs).

const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

function make(place, number) {
  const parts = [...place.children];
  const list = document.createElement("div");
  list.className = "tabs";
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", place.dataset.tabs);
  const tabs = parts.map((part, index) => tabOf(part, `tab-${number}-${index}`));
  list.append(...tabs);
  place.prepend(list);

  function choose(index, focus) {
    tabs.forEach((tab, each) => {
      tab.setAttribute("aria-selected", each === index);
      tab.tabIndex = each === index ? 0 : -1;
      parts[each].hidden = each !== index;
    });
    if (focus) tabs[index].focus();
  }

  tabs.forEach((tab, index) => tab.addEventListener("click", () => choose(index, false)));
  list.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(document.activeElement);
    const to = { Home: 0, End: tabs.length - 1 }[event.key] ?? (STEPS[event.key] ? (at + STEPS[event.key] + tabs.length) % tabs.length : at);
    if (to === at) return;
    event.preventDefault();
    choose(to, true);
  });
  choose(0, false);
}

function tabOf(part, id) {
  const heading = part.querySelector("h3"), tab = document.createElement("button");
  heading.hidden = true;
  Object.assign(tab, { type: "button", id, className: "plain", textContent: heading.textContent });
  tab.setAttribute("role", "tab");
  tab.setAttribute("aria-controls", `${id}-part`);
  part.id = `${id}-part`;
  part.setAttribute("role", "tabpanel");
  part.setAttribute("aria-labelledby", id);
  return tab;
}

document.querySelectorAll("[data-tabs]").forEach(make);
