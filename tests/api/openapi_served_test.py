#!/usr/bin/env python3
"""GET /openapi.json is true: a real daemon is asked everything that it describes, rightly and wrongly,
and each status, media type and member of an answer is one that the description has."""

import hashlib
import hmac
import json
import pathlib
import re
import sys
import unittest
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from programs import KEY, OPENER, ProgramTest  # noqa: E402

DAEMON = pathlib.Path(sys.argv.pop()).resolve()
ACCOUNTS = """
[[account]]
id = "shop"
channel = "http"
credentials.secret = "hook-secret"
send = { url = "http://127.0.0.1:9/send", body = { to = "{{to}}", text = "{{text}}" }, id = "/id" }
"""
METHODS = ("get", "post", "put", "patch", "delete")
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
# What a description cannot tell of every operation: too long, and what only a broken disk says.
UNSAID = ("413", "500")
TOO_LONG = b"{" + b" " * (300 << 10) + b"}"


class Description:
    def __init__(self, document):
        self.document = document

    def operations(self):
        return [(method.upper(), path) for path, item in self.document["paths"].items()
                for method in METHODS if method in item]

    def deref(self, node):
        while "$ref" in node:
            found = self.document
            for name in node["$ref"].removeprefix("#/").split("/"):
                found = found[name]
            node = found
        return node

    def problems_of_answer(self, method, path, status, media_type, body):
        operation = self.document["paths"][path][method.lower()]
        answers = operation["responses"]
        wanted = str(status)
        if wanted not in answers and not (wanted in UNSAID and "default" in answers):
            return [f"{status} is not described"]
        content = self.deref(answers.get(wanted, answers.get("default"))).get("content", {})
        if not body:
            return []
        if media_type not in content:
            return [f"{status} as {media_type}, described is {sorted(content)}"]
        if not media_type.endswith("json"):
            return []
        return self.problems(content[media_type]["schema"], json.loads(body), "")

    def problems(self, schema, value, where):
        """What of `value` the schema does not allow, or does not know."""
        schema = self.deref(schema)
        if "oneOf" in schema:
            fits = [self.problems(each, value, where) for each in schema["oneOf"]]
            return [] if [] in fits else fits[0]
        types = schema.get("type", [])
        types = [types] if isinstance(types, str) else types
        if types and not any(self.is_a(kind, value) for kind in types):
            return [f"{where} is {value!r}, not {types}"]
        if "enum" in schema and value not in schema["enum"]:
            return [f"{where} is {value!r}, not of {schema['enum']}"]
        if isinstance(value, list):
            return [p for each in value for p in self.problems(schema.get("items", {}), each, where + "[]")]
        return self.problems_of_members(schema, value, where) if isinstance(value, dict) else []

    def problems_of_members(self, schema, value, where):
        found = [f"{where}.{name} is missing" for name in schema.get("required", []) if name not in value]
        known = schema.get("properties")
        for name, member in value.items():
            if known and name in known:
                found += self.problems(known[name], member, f"{where}.{name}")
            elif known and not schema.get("additionalProperties"):
                found.append(f"{where}.{name} is not described")
        return found

    @staticmethod
    def is_a(kind, value):
        if kind in ("integer", "number"):
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        return isinstance(value, TYPES[kind])


class Served(ProgramTest):
    def setUp(self):
        super().setUp()
        self.configure(ACCOUNTS)
        _, self.ready = self.start(DAEMON, "--config", "postern.toml")
        self.description = Description(json.loads(self.send("GET", "/openapi.json")[2]))
        self.differences = {}
        self.succeeded = set()

    def send(self, method, target, body=None, key=KEY):
        """Status, media type and body."""
        request = urllib.request.Request(f"http://{self.ready['api']}{target}", data=body, method=method)
        request.add_header("Content-Type", "application/json")
        if key:
            request.add_header("Authorization", f"Bearer {key}")
        try:
            with OPENER.open(request, timeout=30) as answer:
                return answer.status, answer.headers.get_content_type(), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers.get_content_type(), error.read()

    def ask(self, method, path, target=None, body=None, key=KEY):
        """The answer's document. `path` is the description's, `target` what is asked."""
        status, media_type, text = self.send(method, target or path, body, key)
        for problem in self.description.problems_of_answer(method, path, status, media_type, text):
            self.differences[f"{method} {path}: {problem}"] = target
        if status < 400:
            self.succeeded.add((method, path))
        return json.loads(text) if media_type.endswith("json") and text else None

    def do(self, method, path, target=None, **members):
        body = json.dumps(members).encode() if method != "GET" else None
        return self.ask(method, path, target, body)

    def webhook(self, body):
        signature = hmac.new(b"hook-secret", body, hashlib.sha256).hexdigest()
        request = urllib.request.Request(f"http://{self.ready['webhooks']}/webhooks/shop", body,
                                         {"X-Postern-Signature": f"sha256={signature}"})
        with OPENER.open(request, timeout=30) as answer:
            self.assertEqual(200, answer.status)

    def fill(self):
        """Something of each kind that lists show."""
        for number in range(3):
            self.webhook(json.dumps({"id": f"m-{number}", "from": "ana@example.com", "name": "Ana",
                                     "text": "hola"}).encode())
        self.webhook(b"no JSON")
        self.webhook(json.dumps({"id": "m-9", "from": "beto", "kind": "unheard-of"}).encode())
        to = {"account": "shop", "to": {"address": "ana@example.com"}, "category": "reply"}
        text = {"type": "text", "text": "sí"}
        message = self.do("POST", "/v1/messages", **to, content=text)["id"]
        self.do("POST", "/v1/messages/{id}/cancel", f"/v1/messages/{message}/cancel")
        self.do("POST", "/v1/messages", **to, content=text)
        self.do("POST", "/v1/messages/check", **to, content=text)
        self.do("POST", "/v1/messages/batch", messages=[{**to, "content": text}, {}])
        self.do("POST", "/v1/suppressions", address="beto", account="shop", categories=["marketing"])
        self.do("POST", "/v1/subscriptions", url="https://app.example.com/hook", types=["message.*"])
        self.do("POST", "/v1/templates", account="shop", name="t", language="es",
                category="marketing", body="Hola {{name}} ya")
        key = self.do("POST", "/v1/keys", name="k", scopes=["events:read"])["id"]
        self.do("POST", "/v1/keys/{id}/rotate", f"/v1/keys/{key}/rotate", overlap="1h")
        self.do("POST", "/v1/accounts/{id}/pause", "/v1/accounts/shop/pause", reason="r")
        self.do("POST", "/v1/accounts/{id}/resume", "/v1/accounts/shop/resume")
        self.do("POST", "/v1/mode", mode="inactive")
        self.do("POST", "/v1/mode", mode="active")
        self.ask("POST", "/v1/media", "/v1/media?filename=a.jpg", b"\xff\xd8\xff\xe0" + b"0" * 100)
        copy = json.dumps({"path": str(self.folder / "backup")}).encode()
        self.ask("POST", "/v1/backups", body=copy)

    def ask_for_each_of(self, path):
        """Each entry of a list by its own id, and whatever else is read of it."""
        document = self.ask("GET", path)
        listed = document.get("data", []) if document else []
        for entry in listed:
            for below in ("/{id}", "/{id}/why", "/{id}/timeline", "/{id}/requests"):
                if ("GET", path + below) in self.description.operations():
                    self.ask("GET", path + below, (path + below).replace("{id}", entry["id"]))
            if path == "/v1/messages":
                self.ask("GET", "/v1/traces/{id}", f"/v1/traces/{entry['id']}")
        return listed

    def test_every_answer_is_as_described(self):
        self.fill()
        lists = [path for method, path in self.description.operations()
                 if method == "GET" and "{" not in path]
        entries = {path: self.ask_for_each_of(path) for path in lists}
        for path in ("/v1/accounts", "/v1/contacts", "/v1/events", "/v1/keys", "/v1/messages",
                     "/v1/quarantine", "/v1/subscriptions", "/v1/templates"):
            self.assertTrue(entries[path], path)
            self.assertIn(("GET", path + "/{id}"), self.succeeded)
        wanted = {(method, path) for method, path in self.description.operations()
                  if method == "GET" and not re.search(r"\{|suppressions", path)}
        self.assertEqual(set(), wanted - self.succeeded)
        self.assertEqual({}, self.differences)

    def test_every_refusal_is_as_described(self):
        asked = 0
        for method, path in self.description.operations():
            target = path.replace("{id}", "nobody")
            self.ask(method, path, target, None, key="pk_wrong")
            self.ask(method, path, target + "?limit=0&cursor=x&after=x&state=x&order=x&resolved=x")
            if method == "GET":
                self.ask(method, path, target)
                continue
            for body in (b"", b"[", b"[]", b'{"nobody":1}', b"\xff", TOO_LONG):
                self.ask(method, path, target, body)
                asked += 1
        self.assertGreater(asked, 100)
        self.assertEqual({}, self.differences)


if __name__ == "__main__":
    unittest.main(verbosity=2)
