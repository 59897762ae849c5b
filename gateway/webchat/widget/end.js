
// ---- Hands on keys, and the beginning.
ui.launcher.addEventListener("click", () => chat.show());
ui.close.addEventListener("click", () => chat.hide());
ui.panel.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  if (chat.formView?.again) chat.hideForm();
  else chat.hide();
});
ui.composer.addEventListener("submit", (event) => { event.preventDefault(); chat.write(); });
ui.text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  chat.write();
});
ui.text.addEventListener("input", () => {
  ui.text.style.height = "auto";
  ui.text.style.height = Math.min(120, ui.text.scrollHeight + 2) + "px";
  if (Date.now() - chat.typedAt < 5000 || !ui.text.value) return;
  chat.typedAt = Date.now();
  line.send({ t: "typing", on: true });
});
ui.attach.addEventListener("click", () => ui.file.click());
ui.file.addEventListener("change", () => {
  const file = ui.file.files[0];
  ui.file.value = "";
  if (file) chat.upload(file);
});
document.addEventListener("visibilitychange", () => chat.see());

const begin = () => {
  document.body.append(host);
  // Who has been here before is told at once what is new; for others nothing is opened.
  if (store.get("token")) chat.want();
  if (options.open !== undefined) chat.show();
};
if (document.body) begin();
else document.addEventListener("DOMContentLoaded", begin, { once: true });
})();
