// Loaded before the first paint, so that a remembered theme never flashes. A choice is kept only while it
// differs from the system's, so that whoever chooses what the system says follows the system again.
"use strict";
{
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);

  // Storage throws where the browser blocks it; the theme then lasts as long as the page.
  const memory = (use) => {
    try {
      return use(localStorage);
    } catch {
      return null;
    }
  };

  const remembered = memory((store) => store.getItem("theme"));
  if (remembered === "dark" || remembered === "light") root.dataset.theme = remembered;

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    const show = () => button.setAttribute("aria-pressed", String(isDark()));
    button.addEventListener("click", () => {
      const chosen = isDark() ? "light" : "dark";
      if ((chosen === "dark") === system.matches) {
        delete root.dataset.theme;
        memory((store) => store.removeItem("theme"));
      } else {
        root.dataset.theme = chosen;
        memory((store) => store.setItem("theme", chosen));
      }
      show();
    });
    system.addEventListener("change", show);
    show();
  });
}
