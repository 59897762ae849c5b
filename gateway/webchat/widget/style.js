
// ---- Style: a sheet of the shadow root's own, which no policy against inline styles forbids.
const css = `
:host { all: initial; position: fixed; inset-block-end: 20px; inset-inline-end: 20px; z-index: 2147483000;
  --accent: #0b5fff; --on-accent: #fff; --back: #fff; --soft: #eef1f6; --text: #16181d; --quiet: #5b6270;
  --line: #d5dae3; --bad: #b3261e; color-scheme: light;
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
:host([data-side="left"]) { inset-inline-end: auto; inset-inline-start: 20px; }
:host([data-theme="dark"]) { --back: #16181d; --soft: #272b34; --text: #f1f3f7; --quiet: #a9b1bf; --line: #3b414d;
  --bad: #ffb4ab; color-scheme: dark; }
@media (prefers-color-scheme: dark) {
  :host(:not([data-theme])) { --back: #16181d; --soft: #272b34; --text: #f1f3f7; --quiet: #a9b1bf; --line: #3b414d;
    --bad: #ffb4ab; color-scheme: dark; } }
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
button, input, textarea, select { font: inherit; color: inherit; }
button { cursor: pointer; border: 0; background: none; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.launcher { width: 60px; height: 60px; border-radius: 50%; background: var(--accent); color: var(--on-accent);
  box-shadow: 0 4px 16px #0004; position: relative; display: grid; place-items: center; }
.launcher svg { width: 28px; height: 28px; }
.badge { position: absolute; inset-block-start: -4px; inset-inline-end: -4px; min-width: 22px; padding: 0 6px;
  border-radius: 11px; background: #b3261e; color: #fff; font-size: 13px; line-height: 22px; text-align: center; }
.panel { width: min(380px, calc(100vw - 24px)); height: min(620px, calc(100vh - 24px)); height: min(620px, calc(100dvh - 24px));
  background: var(--back); color: var(--text); border: 1px solid var(--line); border-radius: 14px;
  box-shadow: 0 10px 40px #0005; display: flex; flex-direction: column; overflow: hidden; }
@media (max-width: 440px) { :host([data-opened]) { inset: 0; }
  .panel { width: 100%; height: 100%; border: 0; border-radius: 0; } }
header { display: flex; align-items: center; gap: 8px; padding: 10px 14px; background: var(--accent); color: var(--on-accent); }
header h2 { font-size: 16px; margin: 0; flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
header button { color: inherit; width: 36px; height: 36px; border-radius: 8px; font-size: 20px; line-height: 1; }
header :focus-visible { outline-color: var(--on-accent); }
.status { margin: 0; padding: 6px 14px; background: var(--soft); color: var(--quiet); font-size: 13px; }
.log { flex: 1; overflow-y: auto; margin: 0; padding: 14px; list-style: none; display: flex; flex-direction: column; gap: 10px;
  overscroll-behavior: contain; }
.log:focus-visible { outline-offset: -3px; }
.log li { max-width: 85%; display: flex; flex-direction: column; align-items: flex-start; gap: 4px; align-self: flex-start; }
.log li.mine { align-self: flex-end; align-items: flex-end; }
.bubble { background: var(--soft); border-radius: 14px; border-end-start-radius: 4px; padding: 8px 12px; white-space: pre-wrap;
  overflow-wrap: anywhere; max-width: 100%; }
.mine .bubble { background: var(--accent); color: var(--on-accent); border-radius: 14px; border-end-end-radius: 4px; }
.bubble a { color: inherit; }
.bubble strong { display: block; } .bubble small { display: block; opacity: .8; }
.bubble img, .bubble video { display: block; max-width: 100%; max-height: 240px; border-radius: 8px; }
.bubble audio { max-width: 100%; }
.meta { font-size: 12px; color: var(--quiet); }
.meta button { text-decoration: underline; padding: 0; color: var(--bad); }
.choices { display: flex; flex-wrap: wrap; gap: 6px; }
.choices button, .choices a, .rows button { border: 1px solid var(--accent); border-radius: 18px; padding: 6px 14px; min-height: 36px;
  text-decoration: none; color: var(--text); background: var(--back); text-align: start; }
.choices button:disabled, .rows button:disabled { border-color: var(--line); color: var(--quiet); cursor: default; }
.choices button[aria-pressed="true"], .rows button[aria-pressed="true"] { background: var(--soft); }
details { width: 100%; } summary { cursor: pointer; padding: 6px 0; font-weight: 600; }
.rows { display: flex; flex-direction: column; gap: 6px; } .rows h4 { margin: 6px 0 0; font-size: 13px; }
.rows small { display: block; color: var(--quiet); }
.typing { margin: 0; min-height: 22px; padding: 0 14px; font-size: 13px; color: var(--quiet); }
.composer { display: flex; align-items: flex-end; gap: 6px; padding: 10px; border-block-start: 1px solid var(--line); }
.composer textarea { flex: 1; resize: none; max-height: 120px; min-height: 40px; padding: 8px 10px; border: 1px solid var(--line);
  border-radius: 10px; background: var(--back); }
.composer button { width: 40px; height: 40px; border-radius: 10px; display: grid; place-items: center; }
.composer .send { background: var(--accent); color: var(--on-accent); } .composer svg { width: 20px; height: 20px; }
form.fields { flex: 1; overflow-y: auto; padding: 14px; display: flex; flex-direction: column; gap: 12px; }
form.fields h3 { margin: 0; font-size: 16px; }
.field { display: flex; flex-direction: column; gap: 4px; } .field.check { flex-direction: row; flex-wrap: wrap; gap: 8px; }
.field input:not([type="checkbox"]), .field textarea, .field select { width: 100%; padding: 8px 10px; min-height: 40px;
  border: 1px solid var(--line); border-radius: 10px; background: var(--back); color: var(--text); }
.field [aria-invalid="true"] { border-color: var(--bad) !important; }
.wrong { color: var(--bad); font-size: 13px; margin: 0; flex-basis: 100%; }
form.fields > button { background: var(--accent); color: var(--on-accent); border-radius: 10px; padding: 10px; min-height: 44px; }
form.fields > button:disabled { opacity: .6; }
.hear { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (prefers-reduced-motion: no-preference) { .panel { animation: come .15s ease-out; } @keyframes come { from { opacity: 0; transform: translateY(8px); } } }
`;
const icons = {
  chat: "M4 4h16a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H9l-5 4v-4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z",
  send: "M3 20.5v-7l9-1.5-9-1.5v-7L22 12z",
  clip: "M16.5 6v10.5a4.5 4.5 0 0 1-9 0V5a3 3 0 0 1 6 0v10.5a1.5 1.5 0 0 1-3 0V6H9v9.5a3 3 0 0 0 6 0V5a4.5 4.5 0 0 0-9 0v11.5a6 6 0 0 0 12 0V6z",
};
const icon = (name) => {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", icons[name]);
  path.setAttribute("fill", "currentColor");
  svg.append(path);
  return svg;
};
const dress = (shadow) => {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    shadow.adoptedStyleSheets = [sheet];
  } catch {
    shadow.append(make("style", { textContent: css }));  // browsers before 2023
  }
};
