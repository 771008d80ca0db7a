// The portal works without scripts; this only lets a person see the password that he types.
document.querySelectorAll<HTMLButtonElement>("[data-shows]").forEach((button) => {
  const field = document.querySelector<HTMLInputElement>(`[name="${button.dataset.shows}"]`);
  if (!field) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const hidden = field.type === "password";
    field.type = hidden ? "text" : "password";
    button.setAttribute("aria-pressed", String(hidden));
  });
});
