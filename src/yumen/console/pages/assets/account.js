// Saves a text of the page as a file on the reader's machine; without it, the text is there to be copied.

function save(button) {
  const url = URL.createObjectURL(new Blob([`${document.getElementById(button.dataset.downloads).textContent}\n`], { type: "text/plain" }));
  Object.assign(document.createElement("a"), { href: url, download: button.dataset.name }).click();
  URL.revokeObjectURL(url);
}

for (const button of document.querySelectorAll("[data-downloads]")) {
  button.hidden = false;
  button.addEventListener("click", () => save(button));
}
