// A table with data-rows is walked by keyboard: J and K choose a row, Enter opens it, R renews it.

const STEPS: Record<string, number> = { j: 1, k: -1 };

export function walkRows(): void {
  const rows = [...document.querySelectorAll<HTMLElement>("table[data-rows] tbody tr")];
  const openers = rows.map((row) => row.querySelector<HTMLElement>("[data-row-open]"));
  if (!openers.some(Boolean)) return;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest("input, select, textarea, dialog")) return;
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const step = STEPS[event.key.toLowerCase()];
    if (step) openers[Math.min(Math.max(at + step, 0), rows.length - 1)]?.focus();
    else if (event.key.toLowerCase() === "r") {
      const renew = openers[at]?.dataset.rowRenew;
      if (renew) window.location.assign(renew);
    }
  });
}
