#!/usr/bin/env python3
"""Every message that a real daemon accepted is accounted for: in /metrics and in the status, over a
kill -9, and at rest, where `postern verify` follows each of them through its timeline."""

import json
import pathlib
import re
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from programs import ProgramTest, call  # noqa: E402

COMMAND = pathlib.Path(sys.argv.pop()).resolve()
DAEMON = pathlib.Path(sys.argv.pop()).resolve()
SID, TOKEN, FROM = "AC" + "7" * 32, "words-that-nobody-guesses", "+15005550006"
ACCOUNT = """
[[account]]
id = "sms"
channel = "twilio"
base_url = "http://{simulator}/twilio"
account_sid = "{sid}"
from = "{sender}"
public_url = "https://hooks.example.com/webhooks/sms"
credentials.auth_token = "{token}"
rate = {{ per_second = 500, burst = 500 }}
"""
ACCEPTED = 24


def in_hours(hours):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + hours * 3600))


def figures(page, metric):
    """{labels of each sample: its value} of one family."""
    found = re.findall(rf"^{metric}(?:_total)?(\{{[^}}]*\}})? (\S+)$", page, flags=re.M)
    return {labels: float(value) for labels, value in found}


class Accounted(ProgramTest):
    def metrics(self, ready):
        return call(f"http://{ready['metrics']}/metrics")[1]

    def submit(self, ready):
        api = f"http://{ready['api']}/v1/messages"
        for n in range(ACCEPTED):
            body = {"to": {"channel": "sms", "address": f"+57300123{4000 + n}"}, "account": "sms",
                    "content": {"type": "text", "text": f"mensaje {n}"}}
            if n % 4 == 0:  # these wait
                body["send_at"] = in_hours(20)
                body["expires_at"] = in_hours(40)
            status, answer = call(api, body)
            self.assertEqual(202, status, answer)
            if n % 8 == 0:
                message = json.loads(answer)["id"]
                self.assertEqual(200, call(f"{api}/{message}/cancel", {})[0])

    def under_way(self, ready):
        states = figures(self.metrics(ready), "postern_messages")
        return sum(states[f'{{account="sms",state="{state}"}}']
                   for state in ("queued", "waiting", "sending"))

    def check_conserved(self, ready):
        accepted = lambda: figures(self.metrics(ready), "postern_messages_accepted")
        self.eventually("accepted", lambda: accepted().get('{account="sms"}') == ACCEPTED)
        self.eventually("whoever may leave has left", lambda: self.under_way(ready) == ACCEPTED / 8)
        page = self.metrics(ready)
        states = figures(page, "postern_messages")
        self.assertEqual(ACCEPTED, sum(states.values()), states)
        self.assertEqual(ACCEPTED / 8, states['{account="sms",state="cancelled"}'])
        self.assertEqual({'{account="sms"}': 0}, figures(page, "postern_messages_unaccounted"))
        status = json.loads(call(f"http://{ready['api']}/v1/status")[1])
        self.assertEqual(ACCEPTED, status["messages"]["accepted"])
        self.assertEqual(0, status["messages"]["unaccounted"])
        return states

    def verify(self, *arguments):
        done = subprocess.run([COMMAND, "verify", "data", "--json", *arguments], cwd=self.folder,
                              capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout, done.stderr

    def test_every_message_over_a_kill_and_at_rest(self):
        _, simulator = self.start(
            COMMAND, "simulate", "--listen", "127.0.0.1:0", "--account",
            f"channel=twilio,id=sms,secret={TOKEN},own_id={SID},own_address={FROM}")
        self.configure(ACCOUNT.format(
            simulator=simulator["listen"], sid=SID, token=TOKEN, sender=FROM))

        daemon, ready = self.start(DAEMON, "--config", "postern.toml")
        self.submit(ready)
        before = self.check_conserved(ready)
        page = self.metrics(ready)
        sms = '{account="sms"}'
        self.assertEqual(ACCEPTED * 3 / 4, figures(page, "postern_sending_dispatches")[sms])
        self.assertGreater(figures(page, "postern_sending_answer_seconds_count")[sms], 0)
        account = json.loads(call(f"http://{ready['api']}/v1/accounts/sms")[1])
        self.assertEqual("ok", account["sending"]["state"])
        self.assertEqual(ACCEPTED / 8, account["sending"]["waiting"])
        code, _, said = self.verify()
        self.assertEqual(1, code)
        self.assertIn("stop the daemon first", said)

        self.end(daemon, signal.SIGKILL)
        daemon, ready = self.start(DAEMON, "--config", "postern.toml")
        self.assertEqual(before, self.check_conserved(ready))

        self.assertEqual(0, self.end(daemon))
        code, said, wrong = self.verify()
        self.assertEqual(0, code, said + wrong)
        report = json.loads(said)
        self.assertTrue(report["good"])
        self.assertEqual(ACCEPTED, report["messages"]["accepted"])
        self.assertEqual(ACCEPTED, report["timelines"]["followed"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
