#!/usr/bin/env python3
"""`postern accounts connect` and `postern doctor --account` from end to end: the real daemon asks
the simulated providers, which call its webhooks before they take them and send what people write."""

import json
import os
import pathlib
import subprocess
import sys
import threading
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from programs import KEY, OPENER, ProgramTest, call  # noqa: E402

COMMAND = pathlib.Path(sys.argv.pop()).resolve()
DAEMON = pathlib.Path(sys.argv.pop()).resolve()
SID = "AC" + "7" * 32
# Channel, its keys, and what the simulator holds the account to.
ACCOUNTS = {
    "tg": ("telegram", 'credentials.bot_token = "123456:good"\ncredentials.secret_token = "hush"',
           "own_id=123456,token=123456:good"),
    "wa": ("whatsapp", 'phone_number_id = "106540352242922"\nwaba_id = "102290129340398"\n'
           'credentials.app_secret = "app-secret"\ncredentials.access_token = "EAA-good"\n'
           'credentials.verify_token = "our words"',
           "own_id=106540352242922,token=EAA-good,secret=app-secret,own_address=+57 300 1112233"),
    "fb": ("messenger", 'page_id = "400300"\ncredentials.app_secret = "app-secret"\n'
           'credentials.access_token = "EAA-page"\ncredentials.verify_token = "our words"',
           "own_id=400300,token=EAA-page,secret=app-secret"),
    "line": ("line", 'credentials.channel_secret = "channel"\ncredentials.access_token = "tok"',
             "token=tok,secret=channel"),
    "viber": ("viber", 'credentials.auth_token = "viber-token"',
              "token=viber-token,secret=viber-token"),
    "sms": ("twilio", f'account_sid = "{SID}"\nfrom = "+15005550006"\n'
            'credentials.auth_token = "twilio-token"',
            f"own_id={SID},token=twilio-token,secret=twilio-token,own_address=+15005550006"),
}


class Connect(ProgramTest):
    def begin(self, changed=None):
        accounts = {**ACCOUNTS, **(changed or {})}
        named = [word for name, (channel, _, told) in accounts.items()
                 for word in ("--account", f"channel={channel},id={name},{told}")]
        _, sim = self.start(COMMAND, "simulate", "--listen", "127.0.0.1:0", *named)
        self.simulator = f"http://{sim['listen']}"
        self.configure('mode = "inactive"\ntest_recipients = ["+573001112233"]\n' + "".join(
            f'[[account]]\nid = "{name}"\nchannel = "{channel}"\n'
            f'base_url = "{self.simulator}/{channel}"\n{keys}\n'
            for name, (channel, keys, _) in accounts.items()))
        _, self.ready = self.start(DAEMON, "--config", "postern.toml")
        self.base = f"http://{self.ready['webhooks']}"

    def configure(self, accounts):
        # `mode` and its like stand before the first table.
        super().configure(accounts[accounts.index("[[account]]"):])
        file = self.folder / "postern.toml"
        file.write_text(accounts[:accounts.index("[[account]]")] + file.read_text())

    def postern(self, *arguments):
        return subprocess.run([COMMAND, "--api", self.ready["api"], "--key", KEY, *arguments], text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=120,
                              env={**os.environ, "NO_COLOR": "1"})

    def connect(self, name, *more, code=0):
        done = self.postern("accounts", "connect", name, "--url", self.base, *more)
        self.assertEqual(code, done.returncode, done.stdout + done.stderr)
        return done.stdout

    def checks(self, name):
        status, text = call(f"http://{self.ready['api']}/v1/accounts/{name}/check", {"url": self.base})
        self.assertEqual(200, status, text)
        answer = json.loads(text)
        return answer, {check["check"]: check["result"] for check in answer["checks"]}

    def test_each_provider_takes_the_webhook_and_says_so(self):
        self.begin()
        for name in ACCOUNTS:
            answer, checks = self.checks(name)
            self.assertEqual("ok", checks["credentials"], (name, answer))
            self.assertFalse(answer["webhook_set"], (name, answer))
            said = self.connect(name, "--yes")
            self.assertIn("✓ public address", said, said)
            self.assertIn("✓ webhook", said, said)
            self.assertNotIn("✗", said, said)
            answer, _ = self.checks(name)
            self.assertTrue(answer["webhook_set"], (name, answer))
            self.assertEqual(f"{self.base}/webhooks/{name}", answer["webhook_url"])
        listed = self.postern("accounts", "connect", "--json")
        self.assertEqual(0, listed.returncode, listed.stdout + listed.stderr)
        self.assertEqual(set(ACCOUNTS), {one["account"] for one in json.loads(listed.stdout)["data"]})

    def test_nothing_is_set_without_a_yes(self):
        self.begin()
        said = self.connect("tg", code=1)
        self.assertIn("✗ webhook        Telegram has no webhook for this account", said)
        answer, _ = self.checks("tg")
        self.assertFalse(answer["webhook_set"])

    def test_waits_for_the_first_message_and_sends_a_test(self):
        self.begin()
        connected = threading.Event()

        def person():
            """Writes once the provider knows where to."""
            while not connected.is_set():
                if self.checks("wa")[0]["webhook_set"]:
                    status, text = call(f"{self.simulator}/_sim/inbound", {
                        "account": "wa", "url": f"{self.base}/webhooks/wa", "kind": "text",
                        "from": "573001112233", "text": "hola", "count": 1})
                    self.assertEqual(200, status, text)
                    return
                connected.wait(0.2)

        writer = threading.Thread(target=person)
        writer.start()
        self.addCleanup(writer.join)
        self.addCleanup(connected.set)
        said = self.connect("wa", "--yes", "--wait", "60", "--test-to", "+573001112233")
        self.assertIn("✓ inbound        it came in, and the signature fits", said, said)
        self.assertIn("✓ test           the test was ", said, said)
        ledger = json.loads(call(f"{self.simulator}/_sim/ledger?channel=whatsapp")[1])
        self.assertEqual(["Postern: a test of wa."], [line["text"] for line in ledger])

    def test_a_test_that_may_not_leave_says_why(self):
        self.begin()
        said = self.connect("sms", "--yes", "--test-to", "+573009999999", code=1)
        self.assertIn("✗ test           not sent:", said)

    def test_wrong_secrets_are_found_before_a_message_is_lost(self):
        wrong = {name: (channel, keys.replace('app-secret"', 'another"').replace("good", "bad")
                        .replace('"channel"', '"not-it"'), told)
                 for name, (channel, keys, told) in ACCOUNTS.items()}
        self.begin({**wrong, "wa": (wrong["wa"][0], wrong["wa"][1].replace("bad", "good"),
                                    wrong["wa"][2])})
        self.assertIn("✗ credentials", self.connect("tg", "--yes", code=1))
        said = self.connect("wa", "--yes", code=1)
        self.assertIn("✗ app secret", said)
        self.assertNotIn("another", said)
        self.assertIn("channel_secret is not this channel's", self.connect("line", "--yes", code=1))

        doctor = self.postern("doctor", "--account", "tg", "--account", "line", "--json")
        self.assertEqual(1, doctor.returncode, doctor.stderr)
        grades = {check["name"]: check["grade"] for check in json.loads(doctor.stdout)["checks"]}
        self.assertEqual("fail", grades["tg credentials"])
        self.assertEqual("ok", grades["line credentials"])
        self.assertEqual("fail", grades["line webhook test"])

    def test_a_tap_of_a_button_is_answered_with_the_webhook(self):
        self.begin()
        person = {"id": 700, "is_bot": False, "first_name": "Ana"}
        chat = {"id": 700, "type": "private", "first_name": "Ana"}
        tap = {"update_id": 1, "callback_query": {
            "id": "4382", "from": person, "chat_instance": "1", "data": "yes",
            "message": {"message_id": 5, "date": 1767225600, "chat": chat}}}
        request = urllib.request.Request(
            f"{self.base}/webhooks/tg", data=json.dumps(tap).encode(),
            headers={"X-Telegram-Bot-Api-Secret-Token": "hush", "Content-Type": "application/json"})
        with OPENER.open(request, timeout=30) as answer:
            self.assertEqual("application/json", answer.headers["Content-Type"])
            self.assertEqual({"method": "answerCallbackQuery", "callback_query_id": "4382"},
                             json.loads(answer.read()))

    def test_an_address_that_leads_elsewhere_is_told(self):
        self.begin()
        self.base = self.simulator
        said = self.connect("tg", code=1)
        self.assertIn("✗ public address the public address answers 404", said)


class Follow(ProgramTest):
    def test_a_stream_that_is_refused_ends_with_the_daemons_words(self):
        super().configure("")
        _, ready = self.start(DAEMON, "--config", "postern.toml")
        done = subprocess.run([COMMAND, "--api", ready["api"], "--key", KEY, "events", "--follow",
                               "--after", "nonsense"], capture_output=True, text=True, timeout=60)
        self.assertEqual(1, done.returncode)
        self.assertIn("after must be the id of an event", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
