
// ---- The form: drawn from what the gateway says, checked here for comfort and there for good.
const autocomplete = { name: "name", first_name: "given-name", last_name: "family-name", email: "email", phone: "tel" };

/// What is wrong with a value, as the gateway would say it; nothing: it may go.
const judge = (field, value) => {
  if (value === "" || value === false) return field.required ? "required" : "";
  if (typeof value === "string" && [...value].length > (field.max || 200)) return "too_long";
  if (field.type === "email" && !/^[^\s@"<>,;]+@[^\s@"<>,;.]+(\.[^\s@"<>,;.]+)+$/.test(value)) return "invalid";
  if (field.type === "tel" && (value.match(/\d/g) || []).length < 6) return "invalid";
  if (field.type === "number" && !Number.isFinite(Number(value))) return "invalid";
  if (field.type === "select" && !(field.options || []).includes(value)) return "not_an_option";
  return "";
};

const makeInput = (field, id) => {
  const shared = { id, name: field.name, "aria-describedby": id + "-wrong" };
  if (field.required) shared["aria-required"] = "true";
  if (field.type === "textarea") return make("textarea", { ...shared, rows: 3, maxLength: field.max });
  if (field.type === "checkbox") return make("input", { ...shared, type: "checkbox" });
  if (field.type === "select") {
    const list = make("select", shared, make("option", { value: "", textContent: words.choose }));
    for (const option of field.options || []) list.append(make("option", { value: option, textContent: option }));
    return list;
  }
  const type = field.type === "email" || field.type === "tel" ? field.type : "text";
  const input = make("input", { ...shared, type, maxLength: field.max });
  input.autocomplete = autocomplete[field.name] || (field.type === "email" ? "email" : field.type === "tel" ? "tel" : "on");
  if (field.type === "number") input.inputMode = "decimal";
  return input;
};

/// `answers`: what was said before. `done` gets the values; the form waits until it is told more.
const makeForm = (form, answers, again, done) => {
  const inputs = new Map();
  const element = make("form", { className: "fields", noValidate: true, "aria-label": again ? words.formAgain : words.form },
    make("h3", { textContent: again ? words.formAgain : words.form }));
  for (const field of form.fields) {
    if (field.type === "hidden") continue;
    const id = "f-" + field.name;
    const input = makeInput(field, id);
    const known = answers[field.name];
    if (known !== undefined) input[field.type === "checkbox" ? "checked" : "value"] = known;
    const name = field.label || words[field.name] || field.name;
    const label = make("label", { for: id, textContent: field.required ? name + " *" : `${name} (${words.optional})` });
    const wrong = make("p", { className: "wrong", id: id + "-wrong", hidden: true });
    const check = field.type === "checkbox";
    element.append(make("div", { className: check ? "field check" : "field" }, ...(check ? [input, label] : [label, input]), wrong));
    inputs.set(field.name, { field, input, wrong });
    // While it is typed, not when it is left: what moves under a finger is not tapped.
    input.addEventListener("input", () => say(field.name, ""));
  }
  const button = make("button", { type: "submit", textContent: again ? words.save : words.start });
  element.append(button);

  const value = ({ field, input }) => (field.type === "checkbox" ? input.checked : input.value.trim());
  const say = (name, code) => {
    const { input, wrong } = inputs.get(name);
    wrong.hidden = !code;
    wrong.textContent = code ? words[code] || words.invalid : "";
    if (code) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  };
  /// Marks what is wrong and leads to the first of it.
  const refuse = (errors) => {
    button.disabled = false;
    let first = null;
    for (const [name, entry] of inputs) {
      say(name, errors[name] || "");
      if (errors[name] && !first) first = entry.input;
    }
    if (first) first.focus();
  };
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    const errors = {};
    const values = {};
    for (const [name, entry] of inputs) {
      values[name] = value(entry);
      const code = judge(entry.field, values[name]);
      if (code) errors[name] = code;
    }
    for (const field of form.fields) {
      if (field.type === "hidden" && options[field.name]) values[field.name] = options[field.name];
    }
    refuse(errors);
    if (Object.keys(errors).length > 0) return;
    button.disabled = true;
    done(values);
  });
  return { element, refuse, focus: () => (inputs.values().next().value?.input || button).focus() };
};
