// Shows changes as they happen. Without this script a page shows those from before it was loaded.
const list = document.getElementById("changes");
const news = document.getElementById("changes-news");
let source;

function follow() {
  source?.close();
  // Browsers have few connections for all tabs of a site, and nobody sees this one.
  if (document.hidden) return;
  source = new EventSource("/events/live");
  source.onmessage = ({ data }) => {
    const fresh = list.cloneNode(false);
    fresh.innerHTML = data;
    if (fresh.innerHTML === list.innerHTML) return;
    list.replaceChildren(...fresh.childNodes);
    // Read aloud is the latest alone.
    news.textContent = list.querySelector("li")?.textContent ?? "";
  };
  // The browser comes back by itself, unless a server has said no. It may be another one next time.
  source.onerror = ({ target }) => {
    if (target === source && source.readyState === EventSource.CLOSED) setTimeout(follow, 30_000);
  };
}

document.addEventListener("visibilitychange", follow);
follow();
