"""Templates with the real daemon, command line and simulated providers: the list is followed, a
paused template waits and goes once it is approved, a channel without templates gets the words.

Usage: daemon_test.py FOLDER_OF_PROGRAMS
"""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

PROGRAMS = pathlib.Path(sys.argv.pop() if len(sys.argv) > 1 else "build")
KEY = "pk_templates_0123456789abcdef0123"
POLLS = 20  # each waits up to five seconds for the next event

CONFIG = """
allow_inline_secrets = true
[listen]
webhooks = "127.0.0.1:0"
api = "127.0.0.1:0"
metrics = "127.0.0.1:0"
[api]
bootstrap_key = "{key}"
[storage]
path = "{folder}/data"
[[account]]
id = "wa-main"
channel = "whatsapp"
base_url = "http://{simulator}/whatsapp"
phone_number_id = "1055"
waba_id = "200100"
credentials.app_secret = "app-secret"
credentials.access_token = "token"
credentials.verify_token = "verify"
default_category = "transactional"
[[account]]
id = "tg-shop"
channel = "telegram"
base_url = "http://{simulator}/telegram"
credentials.bot_token = "123456:AAA"
credentials.secret_token = "secret"
default_category = "transactional"
"""


def free_address():
    """Of a port that nobody has now: the configuration names it before its listener starts."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return "127.0.0.1:%d" % listener.getsockname()[1]


class Templates(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="postern-templates-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.simulator_at = free_address()
        config = self.folder / "postern.toml"
        config.write_text(CONFIG.format(key=KEY, folder=self.folder, simulator=self.simulator_at))
        ready = self.start("posternd-epoll", "--config", str(config))
        self.api = "http://" + ready["api"]
        self.start("postern", "simulate", "--listen", self.simulator_at, "--target",
                   "http://%s/webhooks" % ready["webhooks"], "--account",
                   "channel=whatsapp,id=wa-main,secret=app-secret,own_id=1055,token=token")

    def start(self, program, *arguments):
        log = open(self.folder / (program + ".log"), "w", encoding="utf-8")
        self.addCleanup(log.close)
        process = subprocess.Popen([str(PROGRAMS / program), *arguments], stdout=subprocess.PIPE,
                                   stderr=log, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        line = process.stdout.readline()
        self.assertIn('"ready":true', line, (self.folder / (program + ".log")).read_text())
        return json.loads(line)

    def ask(self, method, url, body=None):
        request = urllib.request.Request(url, method=method, headers={
            "Authorization": "Bearer " + KEY, "Content-Type": "application/json"},
            data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def postern(self, *arguments, stdin=None):
        done = subprocess.run([str(PROGRAMS / "postern"), "--json", *arguments], input=stdin,
                              capture_output=True, text=True, timeout=60, check=False,
                              env=dict(os.environ, POSTERN_API=self.api, POSTERN_KEY=KEY))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def states(self, **templates):
        status, answer = self.ask("POST", "http://%s/_sim/faults" % self.simulator_at,
                                  {"templates": templates})
        self.assertEqual(status, 200, answer)

    def send(self, account, address, template, variables):
        return self.ask("POST", self.api + "/v1/messages", {
            "account": account, "to": {"address": address},
            "content": {"type": "template", "name": template, "language": "es",
                        "variables": variables}})

    def wait_for(self, kind, wanted):
        """Reads events, each long poll waiting for the next, until one is wanted."""
        cursor = ""
        for _ in range(POLLS):
            _, page = self.ask("GET", "%s/v1/events?types=%s&wait=5%s" % (self.api, kind, cursor))
            for event in page["data"]:
                if wanted(event["data"]):
                    return event["data"]
            cursor = "&after=" + page["next_cursor"]
        return self.fail("no such event: " + kind)

    def sent_words(self):
        _, entries = self.ask("GET", "http://%s/_sim/ledger" % self.simulator_at)
        return [(entry["channel"], entry["text"]) for entry in entries]

    # CG-41 MF-24
    def test_a_template_is_followed_from_the_providers_list_to_the_person(self):
        self.states(order_ready="approved", promo={"status": "rejected", "category": "marketing"})
        # Webhooks tell of both by name; the list brings their words.
        self.wait_for("template.status", lambda data: data["name"] == "promo")
        self.wait_for("template.status", lambda data: data["name"] == "order_ready")
        done = self.postern("templates", "sync", "wa-main")
        self.assertEqual((done["listed"], done["updated"]), (2, 2))
        listed = self.postern("templates", "list", "--status", "rejected")["data"]
        self.assertEqual([(t["name"], t["category"]) for t in listed], [("promo", "marketing")])

        status, refused = self.send("wa-main", "+573001234567", "promo", {"1": "Ana"})
        self.assertEqual((status, refused["code"]), (422, "template_approved"))
        status, lacks = self.send("wa-main", "+573001234567", "order_ready", {})
        self.assertEqual((status, lacks["errors"][0]["field"]), (422, "content.variables.1"))
        status, _ = self.send("wa-main", "+573001234567", "order_ready", {"1": "Ana"})
        self.assertEqual(status, 202)

        self.states(order_ready="paused")
        self.wait_for("template.status", lambda data: data["status"] == "paused")
        status, held = self.send("wa-main", "+573001234568", "order_ready", {"1": "Eva"})
        self.assertEqual((status, held["state"]), (202, "waiting"))
        self.assertNotIn(("whatsapp", "order_ready|Eva"), self.sent_words())
        self.states(order_ready="approved")
        self.wait_for("message.status", lambda data: data["message_id"] == held["id"]
                      and data["state"] == "sent")
        self.assertIn(("whatsapp", "order_ready|Eva"), self.sent_words())

    # MF-24
    def test_a_channel_without_templates_gets_the_words(self):
        made = self.postern("templates", "create", "-", stdin=json.dumps({
            "account": "tg-shop", "name": "hola", "language": "es", "body": "Hola {{name}}"}))
        status, sent = self.send("tg-shop", "4711", "hola", {"name": "Ana"})
        self.assertEqual(status, 202, sent)
        self.wait_for("message.status", lambda data: data["message_id"] == sent["id"]
                      and data["state"] == "sent")
        self.assertIn(("telegram", "Hola Ana"), self.sent_words())
        signs = self.api + "/v1/conversations/" + sent["conversation"]
        self.assertEqual(self.ask("POST", signs + "/typing")[0], 200)
        self.assertEqual(self.ask("POST", signs + "/read")[1]["code"], "not_supported")
        self.postern("templates", "delete", made["id"])
        self.assertEqual(self.postern("templates", "list")["data"], [])


if __name__ == "__main__":
    unittest.main()
