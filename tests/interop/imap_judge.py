#!/usr/bin/env python3
"""Debian's Dovecot as the mailbox of an account: what arrives in it is an event, once, over kills
and reloads, and only what is safe here is marked there. CG-37 (e-mail), CG-100.

    imap_judge.py POSTERND
"""

import json
import pathlib
import signal
import sys
import unittest

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]
from dovecot import PASSWORD, USER, Dovecot  # noqa: E402
from programs import ProgramTest, read  # noqa: E402

DAEMON = pathlib.Path(sys.argv.pop()).resolve()
ACCOUNT = """
[[account]]
id = "mail"
channel = "email"
from = "Acme <avisos@example.net>"
inbound = "imap"
imap_host = "localhost"
imap_port = {port}
imap_tls = "{tls}"
imap_username = "{user}"
imap_after = "{after}"
imap_idle_s = {idle}
ca_file = "{ca}"
credentials.imap_password = "{password}"
"""


def mail(number, more=""):
    return (f"From: Ana <ana@example.com>\r\nTo: avisos@example.net\r\nSubject: mail {number}\r\n"
            f"Date: Thu, 01 Jan 2026 10:00:0{number % 10} +0000\r\n"
            f"Message-ID: <m{number}@example.com>\r\n{more}\r\ntext {number}\r\n").encode()


class Imap(ProgramTest):
    def setUp(self):
        super().setUp()
        self.server = Dovecot()
        self.addCleanup(self.server.close)

    def account(self, after="seen", tls="implicit", password=PASSWORD, idle=1500):
        port = self.server.tls if tls == "implicit" else self.server.plain
        self.configure(ACCOUNT.format(port=port, tls=tls, after=after, user=USER, idle=idle,
                                      password=password, ca=self.server.folder / "tls.crt"))

    def start(self):
        return super().start(DAEMON, "--config", "postern.toml")

    @staticmethod
    def get(ready, path):
        return read(f"http://{ready['api']}{path}")

    def events(self, ready, kind):
        found, cursor = [], ""
        while True:
            page = self.get(ready, f"/v1/events?types={kind}&limit=200&after={cursor}")
            if not page["data"]:
                return found
            found += page["data"]
            cursor = page["next_cursor"]

    def texts(self, ready):
        return [event["data"]["message"]["content"]["text"]
                for event in self.events(ready, "message.received")]

    def receiving(self, ready):
        return self.get(ready, "/v1/accounts")["data"][0]["sending"].get("receiving", {})

    def test_mails_become_messages_while_idle_stands_and_a_kill_loses_and_doubles_none(self):
        self.server.start()
        self.account()
        self.server.put(mail(1))
        process, ready = self.start()
        self.eventually("the first mail", lambda: self.texts(ready) == ["text 1"])
        self.eventually("seen", lambda: self.server.flags() == {1: {r"\Seen"}})
        self.assertEqual("up", self.receiving(ready)["state"])

        self.server.put(mail(2))  # IDLE tells of it: nothing asks before 25 minutes have passed
        self.eventually("the second mail", lambda: self.texts(ready) == ["text 1", "text 2"])
        answer = "In-Reply-To: <m1@example.com>\r\n"
        self.server.put(mail(3, answer))
        self.eventually("the third mail", lambda: len(self.texts(ready)) == 3)
        replied = self.events(ready, "message.received")[2]["data"]["message"]
        self.assertEqual("m1@example.com", replied["reply_to"], replied)

        self.end(process, signal.SIGKILL)
        self.server.put(mail(4))
        # As if the kill had come between the log and the mark.
        with self.server.connect() as connection:
            connection.select()
            connection.uid("store", "3", "-FLAGS", r"(\Seen)")
        process, ready = self.start()
        self.eventually("marked", lambda: all(
            flags == {r"\Seen"} for flags in self.server.flags().values()))
        self.assertEqual(["text 1", "text 2", "text 3", "text 4"], self.texts(ready))
        self.assertEqual(0, self.end(process, signal.SIGTERM))

    def test_kills_while_mails_come_lose_and_double_none(self):
        self.server.start()
        self.account(after="move:Done")
        count = 400
        self.server.put(*(mail(number) for number in range(count)))
        kills, left = 0, count
        process, ready = self.start()
        while left > 0 and kills < 5:
            self.eventually("some more", lambda: len(self.server.flags()) < left)
            self.end(process, signal.SIGKILL)
            kills, left = kills + 1, len(self.server.flags())
            self.assertGreater(left, 0 if kills == 1 else -1, "the first kill came too late")
            process, ready = self.start()
        self.eventually("all are moved", lambda: not self.server.flags())
        self.assertEqual([f"text {number}" for number in range(count)], self.texts(ready))
        self.assertEqual(count, len(self.server.flags("Done")))

    def test_what_cannot_be_read_is_set_aside_and_a_server_without_idle_is_asked(self):
        self.server.capability = "IMAP4rev1 LITERAL+ UIDPLUS"
        self.server.start()
        self.account(after="delete", tls="starttls", idle=10)
        huge = mail(0) + (b"x" * 98 + b"\r\n") * ((51 << 20) // 100)
        self.server.put(b"\r\n \r\n", huge, mail(1))
        process, ready = self.start()
        self.eventually("the mail", lambda: self.texts(ready) == ["text 1"])
        flagged = {uid: {r"\Seen", r"\Flagged"} for uid in (1, 2)}
        self.eventually("they stay, flagged", lambda: self.server.flags() == flagged)
        kept = [self.get(ready, f"/v1/quarantine/{one['id']}")
                for one in self.get(ready, "/v1/quarantine")["data"]]
        kept.sort(key=lambda one: one["target"])
        self.assertEqual(2, len(kept), kept)
        self.assertRegex(kept[0]["target"], "^INBOX;UIDVALIDITY=[0-9]+/;UID=1$")
        self.assertRegex(kept[1]["reason"], "^a mail of [0-9]+ bytes, beyond 52428800: it stays")
        self.assertIn("Subject: mail 0", kept[1]["body"])
        self.assertLess(len(kept[1]["body"]), 1000)
        self.server.put(mail(2))
        self.eventually("the next mail", lambda: self.texts(ready) == ["text 1", "text 2"])
        self.eventually("it is deleted", lambda: self.server.flags() == flagged)
        self.assertEqual(2, len(self.get(ready, "/v1/quarantine")["data"]))
        self.assertEqual(0, self.end(process, signal.SIGTERM))

    def test_a_refused_login_is_one_event_one_alarm_and_ends_with_another_password(self):
        self.server.start()
        self.account(password="not-it")
        self.server.put(mail(1))
        process, ready = self.start()

        def states():
            return [event["data"].get("state") or event["data"]["details"]["state"]
                    for event in self.events(ready, "account.health")]
        self.eventually("told", lambda: states() == ["login_refused"])
        line = self.receiving(ready)
        self.assertEqual("down", line["state"], line)
        self.assertIn("login_refused", line["problem"])
        self.assertNotIn("not-it", json.dumps(line))
        self.eventually("an alarm", lambda: [
            alarm["condition"] for alarm in self.get(ready, "/v1/status")["alarms"]
            if alarm["subject"] == "mail"] == ["account_broken"])
        self.account()
        process.send_signal(signal.SIGHUP)
        self.eventually("the mail", lambda: self.texts(ready) == ["text 1"])
        self.assertEqual("up", self.receiving(ready)["state"])
        # The server goes and comes.
        self.server.stop()
        self.eventually("down", lambda: self.receiving(ready)["state"] == "down")
        self.server.start()
        self.server.put(mail(2))
        self.eventually("again", lambda: self.texts(ready) == ["text 1", "text 2"])
        self.assertEqual(0, self.end(process, signal.SIGTERM))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]])
