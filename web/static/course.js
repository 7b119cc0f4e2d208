// The page's own second request: what counts an opening. Then on to the course.
const form = document.querySelector("form[data-to]");
const key = `coterie:${location.pathname}`;
const fresh = form.visit.value;

// Nobody's name is sent from here, so this browser remembers its visit, to count once.
function remembered() {
  try {
    return ("kept" in form.dataset && localStorage.getItem(key)) || fresh;
  } catch {
    return fresh;
  }
}

function remember(visit) {
  try {
    if ("kept" in form.dataset) localStorage.setItem(key, visit);
  } catch {
    // without storage it counts again
  }
}

async function go() {
  form.visit.value = remembered();
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(location.pathname, { method: "POST", body, redirect: "manual" });
    if (answer.type === "opaqueredirect") {
      remember(form.visit.value);
      location.replace(form.dataset.to);
      return;
    }
  } catch {
    // the button says what is wrong
  }
  remember(fresh);
  form.visit.value = fresh;
}

if (document.visibilityState === "visible") go();
else document.addEventListener("visibilitychange", go, { once: true });
