// Shows changes as they happen. Without this script a page shows those from before it was loaded.
const list = document.getElementById("changes");
const news = document.getElementById("changes-news");
if (list) {
  new EventSource("/events/live").onmessage = ({ data }) => {
    const fresh = list.cloneNode(false);
    fresh.innerHTML = data;
    if (fresh.innerHTML === list.innerHTML) return;
    list.replaceChildren(...fresh.childNodes);
    // Read aloud is the latest alone.
    news.textContent = list.querySelector("li")?.textContent;
  };
}
