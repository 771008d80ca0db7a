// Keyboard of the desk: an element with data-key answers to that key when no field has the focus.

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Say whether the space bar means something to what has the focus. */
export function answersToSpace(target: EventTarget | null): boolean {
  return typing(target) || (target instanceof Element && target.closest("button, a, summary, video, [tabindex]") !== null);
}

export function listenForKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]") && event.key !== "?") return;
    if (event.key === " " && answersToSpace(event.target)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const element = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
    if (!element) return;
    event.preventDefault();
    if (/^(INPUT|TEXTAREA)$/.test(element.tagName)) element.focus();
    else element.click();
  });
  document.querySelectorAll<HTMLElement>("[data-opens]").forEach((opener) =>
    opener.addEventListener("click", (event) => {
      const dialog = document.getElementById(opener.dataset.opens ?? "");
      if (!(dialog instanceof HTMLDialogElement)) return;
      event.preventDefault();
      dialog.showModal();
    }),
  );
}
