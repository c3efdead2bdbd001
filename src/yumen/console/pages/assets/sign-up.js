// Shows of the sign-up's form what concerns whoever fills it in: an organization's name, a phone number where the country needs one.

const form = document.querySelector("form[data-phone-required]");
const needed = form.dataset.phoneRequired.split(" ").filter(Boolean);
const organization = document.getElementById("of-organization"), phone = document.getElementById("of-phone");

function need(place, is) {
  place.hidden = !is;
  place.querySelector("input").required = is;
  const optional = place.querySelector("label .quiet");
  if (optional) optional.hidden = is;
}

function follow() {
  need(organization, form.elements.kind.value !== "individual");
  need(phone, needed.includes("*") || needed.includes(form.elements.country.value));
  form.elements.country.required = needed.length > 0;
}

form.addEventListener("change", follow);
follow();
