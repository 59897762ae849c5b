#!/usr/bin/env python3
"""The log of a real daemon names nobody and gives no secret away: at its most talkative, as text and as
JSON, while messages come and go, are refused, quarantined and fail, and every connection outwards fails."""

import base64
import hashlib
import hmac
import json
import pathlib
import signal
import socket
import sys
import unittest
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from programs import KEY, OPENER, ProgramTest, call, read  # noqa: E402

COMMAND = pathlib.Path(sys.argv.pop()).resolve()
DAEMON = pathlib.Path(sys.argv.pop()).resolve()
SID = "AC" + "7" * 32
PERSON = {  # stands in messages
    "phone": "573009998801", "other_phone": "57300999882", "name": "Canaria Quiroga",
    "text": "canary words of a person", "answer": "canary words of an answer",
    "mail": "canary.person@example.org", "handle": "canary-handle", "echo": "canary-external-id",
}
SECRET = {  # stands in the configuration
    "wa_app": "canary-wa-app-secret", "wa_token": "canaryWaAccessToken", "wa_verify": "canary-verify",
    "sms": "canary-sms-auth-token", "hook": "canary-hook-secret",
    "bot": "AAcanaryBotTokenThatNobodyKnows", "imap": "canary-imap-password",
    "login": "canary.login@example.net",
    "alarm": base64.b64encode(b"canary alarm secret of 32 bytes!").decode(),
    "alarm_path": "canary-alarm-path", "late": "canary-of-a-refused-file",
}
# stands in requests to the daemon and in what it calls
ASKED = {"key": "canary_key_that_is_none", "query": "canary-query", "callback": "canary-callback-path",
         "signature": hashlib.sha256(b"canary").hexdigest()}
CONFIG = """
[log]
level = "debug"
format = "{format}"
[subscriptions]
allow_http = true
[alarm]
url = "http://127.0.0.1:{closed}/{alarm_path}"
secret = "whsec_{alarm}"
[[account]]
id = "wa"
channel = "whatsapp"
base_url = "http://{simulator}/whatsapp"
phone_number_id = "1055"
credentials = {{ app_secret = "{wa_app}", access_token = "{wa_token}", verify_token = "{wa_verify}" }}
[[account]]
id = "sms"
channel = "twilio"
base_url = "http://{simulator}/twilio"
account_sid = "{sid}"
from = "+15005550006"
public_url = "https://hooks.example.com/webhooks/sms"
credentials.auth_token = "{sms}"
[[account]]
id = "hook"
channel = "http"
credentials.secret = "{hook}"
[[account]]
id = "bot"
channel = "telegram"
base_url = "http://127.0.0.1:{closed}"
inbound = "poll"
credentials.bot_token = "123456:{bot}"
[[account]]
id = "mail"
channel = "email"
from = "Acme <{login}>"
smtp_host = "127.0.0.1"
smtp_port = {closed}
smtp_tls = "none"
inbound = "imap"
imap_host = "127.0.0.1"
imap_port = {closed}
imap_tls = "none"
imap_username = "{login}"
credentials.imap_password = "{imap}"
"""
REFUSED = """
[[account]]
id = "late"
channel = "no-such-channel"
credentials.secret = "{late}"
"""


def closed_port():
    """Nobody listens on it, nor can while the socket is held."""
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    return held, held.getsockname()[1]


def post(url, body, headers):
    try:
        with OPENER.open(urllib.request.Request(url, body, headers), timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


class QuietLog(ProgramTest):
    def log(self):
        return (self.folder / f"{DAEMON.name}.log").read_text()

    def begin(self, form):
        held, closed = closed_port()
        self.addCleanup(held.close)
        _, simulator = self.start(
            COMMAND, "simulate", "--listen", "127.0.0.1:0", "--account",
            f"channel=twilio,id=sms,secret={SECRET['sms']},own_id={SID},own_address=+15005550006",
            "--account", f"channel=whatsapp,id=wa,secret={SECRET['wa_app']},own_id=1055,"
            f"token={SECRET['wa_token']}")
        self.simulator = f"http://{simulator['listen']}"
        self.configure(CONFIG.format(format=form, closed=closed, simulator=simulator["listen"],
                                     sid=SID, **SECRET))
        self.daemon, ready = self.start(DAEMON, "--config", "postern.toml")
        self.api, self.webhooks = f"http://{ready['api']}", f"http://{ready['webhooks']}/webhooks"
        url = f"http://127.0.0.1:{closed}/{ASKED['callback']}"
        status, answer = call(f"{self.api}/v1/subscriptions", {"url": url, "types": ["*"]})
        self.assertEqual(201, status, answer)
        return json.loads(answer)["secret"]

    def come_in(self):
        """Taken, refused and quarantined."""
        status, told = call(f"{self.simulator}/_sim/inbound", {
            "account": "wa", "from": PERSON["phone"], "name": PERSON["name"], "kind": "text",
            "text": PERSON["text"], "garbage": 8, "url": f"{self.webhooks}/wa"})
        self.assertEqual(200, status, told)
        body = json.dumps({"id": PERSON["echo"], "from": PERSON["handle"], "text": PERSON["text"],
                           "name": PERSON["name"]}).encode()
        good = lambda words: {"X-Postern-Signature": "sha256=" + hmac.new(
            SECRET["hook"].encode(), words, hashlib.sha256).hexdigest()}
        bad = {"X-Postern-Signature": f"sha256={ASKED['signature']}"}
        hook = f"{self.webhooks}/hook?{ASKED['query']}=1"
        self.assertEqual(200, post(hook, body, good(body)))
        self.assertEqual(401, post(hook, body, bad))
        self.assertEqual(401, post(f"{self.webhooks}/{PERSON['handle']}", body, bad))
        for broken in (body[:-2], json.dumps([PERSON["text"], PERSON["mail"]]).encode()):
            self.assertEqual(200, post(hook, broken, good(broken)))
        self.eventually("in quarantine", lambda: len(
            read(f"{self.api}/v1/quarantine?limit=50")["data"]) > 2)

    def send(self, account, address, **more):
        return call(f"{self.api}/v1/messages", {
            "account": account, "to": {"address": address},
            "content": {"type": "text", "text": PERSON["answer"]}, **more})

    def go_out(self):
        """Sent, refused, failed and tried again."""
        ids = []
        for fault in ("unreachable", "server_error", "reset_after", "none"):
            call(f"{self.simulator}/_sim/faults", {"next": [{"fault": fault, "channel": "twilio"}]})
            # Whoever cannot be reached is not written to again: each has a number of its own.
            status, answer = self.send("sms", f"+{PERSON['other_phone']}{len(ids)}")
            self.assertEqual(202, status, answer)
            ids.append(json.loads(answer)["id"])
            self.eventually(f"the end of {fault}", lambda: self.state(ids[-1]) in (
                "sent", "failed", "unknown", "delivered"))
        self.assertEqual("failed", self.state(ids[0]))
        # A token that is refused stops its account, which an alarm tells.
        call(f"{self.simulator}/_sim/faults", {"accounts": {"wa": {"revoked": 1}}})
        status, answer = self.send("wa", f"+{PERSON['phone']}")
        self.assertEqual(202, status, answer)
        status, answer = self.send("mail", PERSON["mail"])
        self.assertEqual(202, status, answer)
        self.assertEqual(422, self.send("sms", PERSON["mail"])[0])
        no_key = {"Authorization": f"Bearer {ASKED['key']}"}
        words = f"not JSON {PERSON['text']}".encode()
        self.assertEqual(401, post(f"{self.api}/v1/messages", words, no_key))
        self.assertEqual(400, post(f"{self.api}/v1/messages", words, {
            "Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}))
        call(f"{self.api}/v1/contacts?{ASKED['query']}={PERSON['mail']}")

    def state(self, message):
        return read(f"{self.api}/v1/messages/{message}")["state"]

    def check(self, form):
        made = self.begin(form)
        self.come_in()
        self.go_out()
        with open(self.folder / "postern.toml", "a") as config:
            config.write(REFUSED.format(**SECRET))
        self.daemon.send_signal(signal.SIGHUP)
        for event in ("telegram_poll_failed", "imap_failed", "alarm_not_delivered",
                      "reload_refused"):
            self.eventually(event, lambda: event in self.log())
        # What was planted did arrive, and is where it belongs.
        events = json.dumps(read(f"{self.api}/v1/events?limit=200"), ensure_ascii=False)
        for name in ("phone", "other_phone", "name", "text", "mail", "handle", "echo"):
            self.assertIn(PERSON[name], events, name)
        self.assertEqual(0, self.end(self.daemon))

        said = self.log()
        self.assertIn('"event":"stopped"' if form == "json" else " stopped\n", said)
        canaries = {**PERSON, **SECRET, **ASKED, "made": made, "owner": KEY}
        found = {name: [line for line in said.splitlines() if canary.lower() in line.lower()]
                 for name, canary in canaries.items() if canary.lower() in said.lower()}
        self.assertEqual({}, found)

    def test_nobody_is_named_in_text(self):
        self.check("text")

    def test_nobody_is_named_in_json(self):
        self.check("json")


if __name__ == "__main__":
    unittest.main(verbosity=2)
