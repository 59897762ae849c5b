// Postern web chat: one script, no dependencies, nothing inline. It draws in a shadow root of its
// own, speaks WebSocket to where it came from, and keeps a token and what was not sent yet.
(() => {
"use strict";

const script = document.currentScript;
if (!script || !script.src) return;
const address = new URL(script.src);
const root = address.origin + address.pathname.replace(/widget\.js$/, "");
const account = address.pathname.split("/").slice(-2)[0];
const options = script.dataset;
const hostId = "postern-chat-" + account;
if (document.getElementById(hostId)) return;

/// What stays in the browser. Where storage is forbidden it stays as long as the page does.
const memory = new Map();
const store = {
  prefix: `postern:${root}:`,
  get(name) {
    try {
      return localStorage.getItem(this.prefix + name);
    } catch {
      return memory.get(name) ?? null;
    }
  },
  set(name, value) {
    memory.set(name, value);
    try {
      localStorage.setItem(this.prefix + name, value);
    } catch {
      // Full or forbidden: `memory` has it.
    }
  },
  remove(name) {
    memory.delete(name);
    try {
      localStorage.removeItem(this.prefix + name);
    } catch {
      // As above.
    }
  },
  names() {
    const names = new Set(memory.keys());
    try {
      for (let i = 0; i < localStorage.length; ++i) {
        const key = localStorage.key(i);
        if (key.startsWith(this.prefix)) names.add(key.slice(this.prefix.length));
      }
    } catch {
      // As above.
    }
    return [...names];
  },
};

/// A name that no other message of any tab has.
const unique = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Date.now().toString(36) + "-" + [...bytes].map((b) => b.toString(36)).join("").slice(0, 16);
};

/// An element with properties, attributes (names with a dash, and role) and children.
const make = (tag, properties = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name.includes("-") || name === "role" || name === "for") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
};

const safeUrl = (text) => {
  try {
    const url = new URL(text, address.origin);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : "";
  } catch {
    return "";
  }
};
