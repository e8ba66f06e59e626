// Shows changes as they happen. Without this script a page shows those from before it was loaded.
const list = document.getElementById("changes");
const news = document.getElementById("changes-news");

function follow() {
  const source = new EventSource("/events/live");
  source.onmessage = ({ data }) => {
    const fresh = list.cloneNode(false);
    fresh.innerHTML = data;
    if (fresh.innerHTML === list.innerHTML) return;
    list.replaceChildren(...fresh.childNodes);
    // Read aloud is the latest alone.
    news.textContent = list.querySelector("li")?.textContent ?? "";
  };
  // The browser comes back by itself, unless a server has said no. It may be another one next time.
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(follow, 30_000);
  };
}

follow();
