// What the pages add where there is script. Everything works without it,
// except choosing a theme.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");

  // Theme: the server writes the class where a cookie says so; without one the
  // reader's system decides.
  const remembered = root.dataset.theme;
  if (!remembered && matchMedia("(prefers-color-scheme: dark)").matches) root.classList.add("dark");

  function toggleTheme() {
    const dark = root.classList.toggle("dark");
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `theme=${dark ? "dark" : "light"}; path=/; max-age=31536000; samesite=lax${secure}`;
  }

  // Dialogs: a button names the dialog it opens; a cell opens its details in one.
  function openDialog(id) {
    const dialog = document.getElementById(id);
    if (dialog && !dialog.open) dialog.showModal();
  }

  async function showDetails(link) {
    const target = document.getElementById("details-body");
    if (!target || !window.htmx) return false;
    await htmx.ajax("GET", link.href, { target: "#details-body", select: link.dataset.details || "#cell-details", swap: "innerHTML" });
    openDialog("details");
    return true;
  }

  // Without a secure connection there is no clipboard to write to; selecting
  // and copying still works there.
  function copy(text, source) {
    if (navigator.clipboard) return void navigator.clipboard.writeText(text);
    source.select?.();
    document.execCommand("copy");
  }

  document.addEventListener("click", (event) => {
    const theme = event.target.closest("[data-theme-toggle]");
    if (theme) return toggleTheme();

    const opener = event.target.closest("[data-open]");
    if (opener) return openDialog(opener.dataset.open);

    const closer = event.target.closest("[data-close]");
    if (closer) return closer.closest("dialog")?.close();

    const copier = event.target.closest("[data-copy]");
    if (copier) {
      const source = document.getElementById(copier.dataset.copy);
      copy(source.value ?? source.textContent, source);
      if (copier.dataset.copied) copier.textContent = copier.dataset.copied;
      return;
    }

    if (event.target.closest("[data-print]")) return window.print();

    const cell = event.target.closest("a.mc, a[data-details]");
    if (cell && !event.ctrlKey && !event.metaKey && !event.shiftKey && window.htmx) {
      event.preventDefault();
      showDetails(cell);
    }
  });

  // Menus close when one clicks or moves elsewhere, and by Escape.
  function closeMenus(except) {
    document.querySelectorAll("details.pick[open]").forEach((menu) => { if (!menu.contains(except)) menu.open = false; });
  }
  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("focusin", (event) => closeMenus(event.target));
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.("details.pick[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // A click on the backdrop is a click on the dialog itself.
  document.addEventListener("mousedown", (event) => {
    if (event.target.matches?.("dialog[open]")) event.target.close();
  });

  // Filters apply themselves; the button is for readers without script.
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.matches("[data-auto]") && !event.target.matches("[data-wait]")) form.requestSubmit();
  });

  // The reference narrows while one types what is searched for.
  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("[data-sift]")) return;
    const asked = event.target.value.toLowerCase().split(/\s+/);
    document.querySelectorAll("[data-words]").forEach((part) => { part.hidden = !asked.every((word) => part.dataset.words.includes(word)); });
    document.querySelectorAll("[data-found]").forEach((part) => part.removeAttribute("data-found"));
  });

  // A colour is text, which can be empty; the chooser beside it only writes it.
  function colours() {
    document.querySelectorAll("input[data-colour-of][hidden]").forEach((chooser) => {
      const text = document.getElementById(chooser.dataset.colourOf);
      const show = () => { chooser.value = /^#[0-9a-f]{6}$/i.test(text.value) ? text.value : text.placeholder; };
      chooser.hidden = false;
      chooser.addEventListener("input", () => { text.value = chooser.value; });
      text.addEventListener("input", show);
      show();
    });
  }

  // Empty filters stay out of the address.
  document.addEventListener("formdata", (event) => {
    if (!event.target.matches?.("[data-auto]")) return;
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });

  // The matrix is one stop of the tab key; arrows move within it.
  const stop = "a.mc, td.m-na, tbody th a";
  function rove(table) {
    const links = table.querySelectorAll("a.mc, tbody th a");
    if (table.dataset.roving || links.length === 0) {
      links.forEach((link) => { if (!link.hasAttribute("tabindex")) link.tabIndex = -1; });
      return;
    }
    table.dataset.roving = "on";
    links.forEach((link, i) => { link.tabIndex = i === 0 ? 0 : -1; });
  }

  function focusCell(table, row, column) {
    const cell = table.tBodies[0]?.rows[row]?.cells[column];
    const target = cell?.matches("td.m-na") ? cell : cell?.querySelector("a");
    if (!target) return false;
    table.querySelectorAll("tbody [tabindex='0']").forEach((other) => { other.tabIndex = -1; });
    target.tabIndex = 0;
    target.focus();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    const at = event.target.closest?.(stop);
    const table = at?.closest("table.matrix");
    if (!table || event.ctrlKey || event.metaKey || event.altKey) return;
    const cell = at.closest("td, th");
    const row = cell.parentElement.sectionRowIndex;
    const column = cell.cellIndex;
    const forward = getComputedStyle(table).direction === "rtl" ? -1 : 1;
    const last = cell.parentElement.cells.length - 1;
    const moves = {
      ArrowRight: [row, column + forward], ArrowLeft: [row, column - forward],
      ArrowDown: [row + 1, column], ArrowUp: [row - 1, column],
      Home: [row, 0], End: [row, last],
    };
    const to = moves[event.key];
    if (!to || to[1] < 0) return;
    // The totals beside the name are no stop: step over them.
    const step = Math.sign(to[1] - column);
    for (let c = to[1]; c >= 0 && c <= last; c += step) {
      if (focusCell(table, to[0], c) || step === 0) break;
    }
    event.preventDefault();
  });

  // A tree of places is one stop of the tab key; arrows move within it. Without
  // script it is a list of links; a branch opens by its link either way.
  let stay; // the branch to be at again once the tree has come
  function plant(tree) {
    const items = [...tree.querySelectorAll("li > a")].filter((item) => item.getAttribute("role") !== "treeitem");
    if (items.length === 0) return;
    const grown = tree.getAttribute("role") === "tree"; // a level went on in a tree that stood already
    tree.setAttribute("role", "tree");
    items.forEach((item) => {
      const branch = item.parentElement;
      branch.setAttribute("role", "none");
      item.setAttribute("role", "treeitem");
      item.tabIndex = -1;
      if (branch.matches("[data-open], [data-shut]")) item.setAttribute("aria-expanded", branch.matches("[data-open]"));
      if (item.hasAttribute("aria-current")) item.setAttribute("aria-selected", "true");
      const below = branch.querySelector(":scope > ul");
      if (!below) return;
      below.setAttribute("role", "group");
      below.id = `${item.id}-below`;
      item.setAttribute("aria-owns", below.id);
    });
    if (grown) return focusBranch(tree, items[0]);
    const kept = items.find((item) => item.id === stay);
    stay = undefined;
    const first = kept ?? tree.querySelector("[aria-selected]") ?? items[0];
    if (first) first.tabIndex = 0;
    kept?.focus();
  }

  function focusBranch(tree, item) {
    if (!item) return;
    tree.querySelectorAll("[tabindex='0']").forEach((other) => { other.tabIndex = -1; });
    item.tabIndex = 0;
    item.focus();
  }

  // A branch opens and closes by an address; the reader stays at it.
  function openBranch(item, address) {
    stay = item.id;
    if (!window.htmx) return location.assign(address);
    history.pushState(null, "", address);
    htmx.ajax("GET", address, { target: "#places", select: "#places", swap: "outerHTML" });
  }

  // The next part of a long level comes to where the link to it stands.
  async function goOn(link) {
    const response = await fetch(link.href, { headers: { "HX-Request": "true" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const rows = page.querySelectorAll("[data-last] > li");
    if (!response.ok || response.redirected || rows.length === 0) return location.assign(link.href);
    const tree = link.closest("[data-tree]");
    link.closest("li").replaceWith(...rows);
    plant(tree);
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-more]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    goOn(link);
  });

  // All that a list finds are all that it shows, too.
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form || event.target.type !== "checkbox") return;
    const ticks = [...form.elements].filter((tick) => tick.name === "person" && tick.type === "checkbox");
    if (event.target.matches("[data-all]")) ticks.forEach((tick) => { tick.checked = event.target.checked; });
    else if (event.target.name === "person" && !event.target.checked) form.querySelectorAll("[data-all]").forEach((all) => { all.checked = false; });
  });

  // A location is picked on a page of its own: what else is filtered by now goes there and comes back.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-pick]");
    if (!link?.closest("form")) return;
    const kept = new URLSearchParams(new FormData(link.closest("form")));
    kept.delete("location");
    const address = new URL(link.href);
    address.searchParams.set("keep", kept);
    link.href = address;
  });

  document.addEventListener("keydown", (event) => {
    const item = event.target.closest?.("[role='treeitem']");
    const tree = item?.closest("[role='tree']");
    if (!tree || event.ctrlKey || event.metaKey || event.altKey) return;
    const items = [...tree.querySelectorAll("[role='treeitem']")];
    const at = items.indexOf(item);
    const open = item.getAttribute("aria-expanded");
    const inward = () => {
      if (open === "true") focusBranch(tree, items[at + 1]);
      if (open === "false") openBranch(item, item.href);
    };
    const outward = () => {
      if (open === "true" && item.dataset.closeAt) openBranch(item, new URL(item.dataset.closeAt, location.href).href);
      else focusBranch(tree, item.closest("ul")?.parentElement.querySelector(":scope > a"));
    };
    const rtl = getComputedStyle(tree).direction === "rtl";
    const keys = {
      ArrowDown: () => focusBranch(tree, items[at + 1]), ArrowUp: () => focusBranch(tree, items[at - 1]),
      Home: () => focusBranch(tree, items[0]), End: () => focusBranch(tree, items.at(-1)),
      ArrowRight: rtl ? outward : inward, ArrowLeft: rtl ? inward : outward,
      Enter: () => item.click(), " ": () => item.click(),
    };
    // A letter goes to the next branch that begins with it.
    const begins = (other) => other.textContent.trim().normalize("NFD").toLocaleLowerCase().startsWith(event.key.normalize("NFD").toLocaleLowerCase());
    const key = keys[event.key] ?? (event.key.length === 1 && (() => focusBranch(tree, [...items.slice(at + 1), ...items.slice(0, at)].find(begins))));
    if (!key) return;
    event.preventDefault();
    key();
  });

  // A file is checked without being sent: its hash alone is.
  async function hash(file) {
    const sum = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return [...new Uint8Array(sum)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  document.addEventListener("change", async (event) => {
    const form = event.target.form;
    const file = event.target.files?.[0];
    if (!file || !form?.matches("[data-verify]") || !window.crypto?.subtle) return;
    const status = form.querySelector("[data-hashing]");
    status.textContent = status.dataset.hashing;
    form.elements.sha256.value = await hash(file);
    event.target.value = "";
    form.requestSubmit();
  });

  // What is said aloud while a file is made stands outside of what is replaced.
  function say() {
    const text = document.querySelector("[data-say]")?.dataset.say;
    const status = document.getElementById("said");
    if (text && status && status.textContent !== text) status.textContent = text;
  }

  function enliven() {
    say();
    document.querySelectorAll("input[data-address]").forEach((input) => { input.value = new URL(input.value, location.href).href; });
    document.querySelectorAll("table.matrix").forEach(rove);
    document.querySelectorAll("[data-tree]").forEach(plant);
    colours();
    document.querySelectorAll(".tabs-bar [aria-current]").forEach((tab) => { tab.parentElement.scrollLeft += tab.getBoundingClientRect().left - tab.parentElement.getBoundingClientRect().left - 40; });
    document.querySelectorAll("[data-theme-toggle][hidden]").forEach((button) => { button.hidden = false; });
  }
  // A fragment that is refused, or leads elsewhere because access has ended
  // meanwhile, becomes a page of its own that says so.
  document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => location.assign(ctx.request.action));
  document.addEventListener("htmx:before:response", (event) => {
    const { raw } = event.detail.ctx.response;
    if (!raw.redirected) return;
    event.preventDefault();
    location.assign(raw.url);
  });

  document.addEventListener("DOMContentLoaded", enliven);
  document.addEventListener("htmx:after:swap", enliven);
})();
