// HTMX says nowhere that no answer came, or one that it cannot put into the page. The words are templates at the end of base_staff.html.
const tell = (name) => {
  const words = document.getElementById(`told-${name}`);
  document.getElementById("toasts")?.replaceChildren(words.content.cloneNode(true));
};
document.addEventListener("htmx:sendError", () => tell("lost"));
document.addEventListener("htmx:responseError", () => tell("refused"));
