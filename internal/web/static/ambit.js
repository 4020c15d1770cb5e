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
    await htmx.ajax("GET", link.href, { target: "#details-body", select: "#cell-details", swap: "innerHTML" });
    openDialog("details");
    return true;
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
      navigator.clipboard?.writeText(source.value ?? source.textContent);
      return;
    }

    const cell = event.target.closest("a.mc");
    if (cell && !event.ctrlKey && !event.metaKey && !event.shiftKey && window.htmx) {
      event.preventDefault();
      showDetails(cell);
    }
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

  function enliven() {
    document.querySelectorAll("table.matrix").forEach(rove);
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
