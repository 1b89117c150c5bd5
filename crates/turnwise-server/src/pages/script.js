// Comfort only: every page works without it.
"use strict";

// The playground is read while one types.
const form = document.querySelector("form[data-live]");
if (form) {
  const result = document.getElementById("result");
  const status = document.getElementById("status");
  let waiting;
  let asked;

  const read = async () => {
    asked?.abort();
    asked = new AbortController();
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.dataset.live, { method: "POST", body, signal: asked.signal });
      const html = await answer.text();
      if (!answer.ok) {
        status.textContent = answer.status === 413 ? "This is too large for the playground." : "This could not be read.";
        return;
      }
      const open = new Set([...result.querySelectorAll("details[id][open]")].map((details) => details.id));
      result.innerHTML = html;
      open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
      status.textContent = result.querySelector(".summary")?.textContent ?? "";
    } catch (error) {
      if (error.name !== "AbortError") status.textContent = "The server does not answer.";
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(read, 150);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    read();
  });
}

// "/" goes to the search or the text, "j" and "k" to the next and the previous message or conversation.
const step = (by) => {
  const steps = [...document.querySelectorAll(".turn article, a.step")].filter((place) => place.checkVisibility());
  const here = steps.indexOf(document.activeElement?.closest(".turn article, a.step"));
  const next = steps[here < 0 ? (by > 0 ? 0 : steps.length - 1) : here + by];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, textarea, select")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const search = document.querySelector("[data-search]");
  if (event.key === "/" && search) {
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key === "j") {
    step(1);
  } else if (event.key === "k") {
    step(-1);
  }
});
