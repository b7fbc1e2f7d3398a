// html-validate over the pages that scripts/render_pages.py renders. What is off or other than usual has its reason.
import { defineConfig } from "html-validate";

export default defineConfig({
  root: true,
  extends: ["html-validate:recommended", "html-validate:document"],
  rules: {
    // A line of nothing but template tags leaves its indentation behind.
    "no-trailing-whitespace": "off",
    // A goal's title is as long as its district made it, and a tab shows the beginning.
    "long-title": "off",
    // Our own files come from our own server; nothing else may be loaded at all.
    "require-sri": ["error", { target: "crossorigin" }],
    // HTML allows every id without white space, and the addresses of a plan's parts have dots in them.
    "valid-id": ["error", { relaxed: true }],
    // A table that scrolls within itself is a named place to go to, and no section of the text.
    "prefer-native-element": ["error", { exclude: ["region"] }],
    // A filter is several boxes of one name.
    "form-dup-name": ["error", { shared: ["radio", "checkbox", "button", "submit", "reset"] }],
  },
});
