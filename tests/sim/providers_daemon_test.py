#!/usr/bin/env python3
"""A real daemon against the simulator where both sides are more than a webhook: a bot that polls, a
relay with TLS that bounces, an application's tokens, a message centre with habits of its own; and
the simulator's mail under the eyes of Python's own SMTP and mail libraries. CG-37 (e-mail, SMS)."""

import email
import email.policy
import http.server
import json
import pathlib
import queue
import smtplib
import ssl
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from programs import ProgramTest, call, read  # noqa: E402

COMMAND = pathlib.Path(sys.argv.pop()).resolve()
DAEMON = pathlib.Path(sys.argv.pop()).resolve()
APPLICATION = "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab"
SECRET = "vonage-signature-secret-0123456789abcdef"
ACCOUNTS = """
[[account]]
id = "bot"
channel = "telegram"
base_url = "http://{listen}/telegram"
inbound = "poll"
credentials.bot_token = "123456:good"
[[account]]
id = "mail"
channel = "email"
smtp_host = "localhost"
smtp_port = {smtp_port}
smtp_username = "relay-user"
ca_file = "relay.crt"
from = "mail@gateway.example"
inbound = "raw"
bounce_address = "bounce@gateway.example"
credentials.smtp_password = "relay-password"
credentials.inbound_secret = "inbound-token-of-the-test-0123456789"
credentials.link_secret = "link-secret-of-the-test-0123456789"
[[account]]
id = "mail-tls"
channel = "email"
smtp_host = "localhost"
smtp_port = {smtps_port}
smtp_tls = "implicit"
smtp_username = "relay-user"
ca_file = "relay.crt"
from = "other@gateway.example"
credentials.smtp_password = "relay-password"
[[account]]
id = "app"
channel = "vonage"
api = "messages"
base_url = "http://{listen}/vonage"
api_key = "abcd1234"
application_id = "{application}"
from = "+447700900000"
credentials.signature_secret = "{secret}"
credentials.private_key = {{ file = "app.pem" }}
[[account]]
id = "centre"
channel = "smpp"
host = "127.0.0.1"
port = {smpp_port}
system_id = "acme"
source_addr = "85432"
credentials.password = "s3cr3t"
[[account]]
id = "wc"
channel = "wechat"
base_url = "http://{listen}/wechat"
app_id = "wx0000000000000001"
credentials.token = "wechattoken"
credentials.app_secret = "wechat-secret"
[[account]]
id = "ln"
channel = "line"
base_url = "http://{listen}/line"
credentials.channel_secret = "line-secret"
credentials.access_token = "line-token"
"""
SIMULATED = [
    "channel=telegram,id=bot,url=poll,own_id=123456,token=123456:good",
    "channel=email,id=mail,secret=inbound-token-of-the-test-0123456789,own_id=relay-user,"
    "token=relay-password,own_address=mail@gateway.example",
    f"channel=vonage,id=app,secret={SECRET},own_id=abcd1234,own_address=447700900000,"
    f"application={APPLICATION},public_key=app.pub",
    "channel=smpp,id=centre,own_id=acme,token=s3cr3t,own_address=85432",
    "channel=wechat,id=wc,secret=wechattoken,own_id=wx0000000000000001,token=wechat-secret",
    "channel=line,id=ln,secret=line-secret,token=line-token",
]


def openssl(folder, *words):
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


class Simulated(ProgramTest):
    def setUp(self):
        super().setUp()
        openssl(self.folder, "req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-nodes", "-keyout", "relay.key", "-out", "relay.crt",
                "-days", "2", "-subj", "/CN=localhost", "-addext",
                "subjectAltName=DNS:localhost,IP:127.0.0.1")

    def simulate(self, *more):
        arguments = [word for one in SIMULATED for word in ("--account", one)]
        _, self.simulator = self.start(COMMAND, "simulate", "--listen", "127.0.0.1:0", "--seed", "5",
                                       "--certificate", "relay.crt", "--key", "relay.key",
                                       *arguments, *more)

    def tell(self, path, **body):
        status, answer = call(f"http://{self.simulator['listen']}/_sim/{path}", body)
        self.assertIn(status, (200, 202), answer)

    def ledger(self, channel):
        return read(f"http://{self.simulator['listen']}/_sim/ledger?channel={channel}")


class Gateway(Simulated):
    def setUp(self):
        super().setUp()
        openssl(self.folder, "genrsa", "-out", "app.pem", "2048")
        openssl(self.folder, "rsa", "-in", "app.pem", "-pubout", "-out", "app.pub")
        self.simulate("--strict", "windows")
        ports = {f"{name}_port": self.simulator[name].rsplit(":", 1)[1]
                 for name in ("smtp", "smtps", "smpp")}
        self.configure(ACCOUNTS.format(listen=self.simulator["listen"], secret=SECRET,
                                       application=APPLICATION, **ports))
        (self.folder / "app.pem").chmod(0o600)
        _, self.ready = self.start(DAEMON, "--config", "postern.toml")

    def get(self, path):
        return read(f"http://{self.ready['api']}{path}")

    def send(self, account, channel, address, text):
        status, answer = call(f"http://{self.ready['api']}/v1/messages", {
            "to": {"channel": channel, "address": address}, "account": account,
            "category": "transactional", "content": {"type": "text", "text": text}})
        self.assertEqual(202, status, answer)
        return json.loads(answer)["id"]

    def expect(self, message, state):
        states = lambda: self.get(f"/v1/messages/{message}")["state"]
        self.eventually(f"{message} is {state}", lambda: states() == state)
        return self.get(f"/v1/messages/{message}")

    def received(self, text):
        page = lambda: self.get("/v1/events?types=message.received&limit=100")["data"]
        texts = lambda: [one["data"]["message"]["content"]["text"] for one in page()]
        self.eventually(f"{text} came in", lambda: text in texts())
        self.assertEqual(1, texts().count(text))

    def webhooks(self, account):
        return f"http://{self.ready['webhooks']}/webhooks/{account}"

    def test_a_bot_polls_and_writes_to_whoever_has_written(self):
        self.tell("inbound", account="bot", **{"from": "77"}, text="/start ¡Olé!")
        self.received("/start ¡Olé!")
        self.expect(self.send("bot", "telegram", "77", "hola"), "sent")
        self.expect(self.send("bot", "telegram", "78", "hola"), "failed")
        self.assertEqual(["77"], [one["to"] for one in self.ledger("telegram")])

    def test_mail_goes_over_tls_comes_in_and_bounces(self):
        self.tell("inbound", account="mail", url=self.webhooks("mail"), text="¿Llegó?",
                  **{"from": "ana@people.example"})
        self.received("¿Llegó?")
        self.expect(self.send("mail", "email", "ana@people.example", "Sí, ñ"), "sent")
        self.expect(self.send("mail-tls", "email", "ana@people.example", "también"), "sent")
        self.assertEqual(["Sí, ñ", "también"], [one["text"] for one in self.ledger("email")])
        self.tell("faults", refused_later=1, recipients={"gone@people.example": "unreachable"})
        bounced = self.expect(self.send("mail", "email", "gone@people.example", "x"), "failed")
        self.assertIn("5.1.1", json.dumps(bounced))
        self.assertEqual(3, len(self.ledger("email")))

    def test_an_application_proves_itself_and_hears_of_what_became(self):
        self.tell("inbound", account="app", url=self.webhooks("app"), text="hola",
                  **{"from": "573001112233"})
        self.received("hola")
        self.expect(self.send("app", "sms", "+573001112233", "ñ 😀"), "delivered")
        self.assertEqual("ñ 😀", self.ledger("vonage")[0]["text"])
        self.tell("faults", recipients={"+573001112244": "unreachable"})
        failed = self.expect(self.send("app", "sms", "+573001112244", "x"), "failed")
        self.assertIn("1300", json.dumps(failed))

    def test_a_message_centre_unbinds_and_spells_receipts_in_its_own_way(self):
        self.tell("inbound", account="centre", text="¿Qué? " * 30, **{"from": "573001112233"})
        self.received("¿Qué? " * 30)
        for form in range(5):
            self.tell("faults", receipt_form=form, unbind=1 if form % 2 else 0)
            self.expect(self.send("centre", "smpp", "+573001112233", f"form {form}"), "delivered")
        self.assertEqual([f"form {n}" for n in range(5)],
                         [one["text"] for one in self.ledger("smpp")])

    def taken(self, what):
        """Of what is no message: how often the simulator took it."""
        summary = read(f"http://{self.simulator['listen']}/_sim/summary")
        return summary["sends"]["by_what"].get(what, 0)

    def conversation(self, account):
        """That of the account's latest message."""
        return self.get(f"/v1/messages?account={account}&limit=1")["data"][0]["conversation"]

    def sign(self, conversation, sign):
        status, answer = call(
            f"http://{self.ready['api']}/v1/conversations/{conversation}/{sign}", {})
        self.assertEqual(200, status, answer)

    def test_wechats_token_is_fetched_once_for_all_that_bears_it(self):
        for person in range(10):
            self.tell("inbound", account="wc", url=self.webhooks("wc"), text=f"hola {person}",
                      **{"from": f"oA{person}"})
            self.received(f"hola {person}")
        self.sign(self.conversation("wc"), "typing")
        self.assertEqual((1, 1), (self.taken("wechat typing"), self.taken("wechat token")))
        round_of = lambda words: [self.send("wc", "wechat", f"oA{person}", words)
                                  for person in range(10)]
        sent = [message for n in range(3) for message in round_of(f"round {n}")]
        for message in sent:
            self.expect(message, "sent")
        self.assertEqual(1, self.taken("wechat token"))
        self.tell("faults", next=[{"fault": "revoked", "channel": "wechat"}])
        for message in round_of("after the end"):
            self.expect(message, "sent")
        self.assertEqual(40, len(self.ledger("wechat")))
        self.assertEqual(2, self.taken("wechat token"))
        status, answer = call(f"http://{self.ready['api']}/v1/accounts/wc/check", {})
        self.assertEqual(200, status, answer)
        self.assertEqual(3, self.taken("wechat token"), answer)
        self.expect(self.send("wc", "wechat", "oA1", "after the check"), "sent")
        self.assertEqual(3, self.taken("wechat token"))

    def test_a_line_message_is_marked_as_read_by_its_token(self):
        person = "U0123456789abcdef0123456789abcdef"
        for words in ("¿Hola?", "¿Hay alguien?"):
            self.tell("inbound", account="ln", url=self.webhooks("ln"), text=words,
                      **{"from": person})
            self.received(words)
        self.sign(self.conversation("ln"), "read")
        self.assertEqual(1, self.taken("line read"))
        self.assertEqual([], self.ledger("line"))


class Taker(http.server.ThreadingHTTPServer):
    """Keeps what is posted."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Post)
        self.taken = queue.Queue()
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Post(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.put((self.headers, body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


class Relay(Simulated):
    """Python's smtplib and email as judges."""

    def setUp(self):
        super().setUp()
        self.simulate()
        self.trust = ssl.create_default_context(cafile=self.folder / "relay.crt")

    def address(self, name):
        host, port = self.simulator[name].rsplit(":", 1)
        return "localhost", int(port), host

    def letter(self):
        mail = email.message.EmailMessage(policy=email.policy.SMTP)
        mail["From"], mail["To"] = "mail@gateway.example", "ana@people.example"
        mail["Subject"], mail["Date"] = "Sí", "Thu, 01 Jan 2026 00:00:00 +0000"
        mail["Message-ID"] = "<1@gateway.example>"
        mail.set_content("Hola, ñandú\n", cte="quoted-printable")
        return mail

    def test_smtplib_reaches_it_by_starttls_and_by_tls_at_once(self):
        host, port, _ = self.address("smtp")
        with smtplib.SMTP(host, port, timeout=30) as client:
            client.ehlo()
            self.assertTrue(client.has_extn("starttls"))
            with self.assertRaises(smtplib.SMTPNotSupportedError):
                client.login("relay-user", "relay-password")
            client.starttls(context=self.trust)
            client.login("relay-user", "relay-password")
            client.send_message(self.letter(), to_addrs=["ana@people.example"])
        host, port, _ = self.address("smtps")
        with smtplib.SMTP_SSL(host, port, context=self.trust, timeout=30) as client:
            with self.assertRaises(smtplib.SMTPAuthenticationError):
                client.login("relay-user", "wrong")
            with self.assertRaises(smtplib.SMTPRecipientsRefused) as refused:
                client.send_message(self.letter())
            self.assertEqual(530, refused.exception.recipients["ana@people.example"][0])
        self.assertEqual(["Hola, ñandú"], [one["text"] for one in self.ledger("email")])

    def test_pythons_parser_reads_a_bounce(self):
        taker = Taker()
        self.addCleanup(taker.server_close)
        self.addCleanup(taker.shutdown)
        url = f"http://127.0.0.1:{taker.server_port}/webhooks/mail"
        self.tell("inbound", account="mail", url=url, text="¡Olé!", **{"from": "ana@people.example"})
        headers, body = taker.taken.get(timeout=30)
        self.assertEqual("Bearer inbound-token-of-the-test-0123456789", headers["Authorization"])
        mail = email.message_from_bytes(body, policy=email.policy.default)
        self.assertEqual("¡Olé!", mail.get_content())
        self.assertEqual([], mail.defects)
        self.tell("faults", next=[{"fault": "blocked", "channel": "email"}], refused_later=1)
        host, port, _ = self.address("smtps")
        with smtplib.SMTP_SSL(host, port, context=self.trust, timeout=30) as client:
            client.login("relay-user", "relay-password")
            client.sendmail("bounce+att-1.mac@gateway.example", ["ana@people.example"],
                            self.letter().as_bytes(), mail_options=["ENVID=att+2B1"])
        headers, body = taker.taken.get(timeout=30)
        self.assertEqual("", headers["X-Envelope-From"])
        self.assertEqual("bounce+att-1.mac@gateway.example", headers["X-Envelope-To"])
        report = email.message_from_bytes(body, policy=email.policy.default)
        self.assertEqual([], report.defects)
        self.assertEqual("multipart/report", report.get_content_type())
        _, status, original = report.iter_parts()
        about_mail, about_person = status.get_payload()
        self.assertEqual("att+1", about_mail["Original-Envelope-Id"])
        self.assertEqual("5.7.1", about_person["Status"])
        self.assertEqual("failed", about_person["Action"])
        self.assertEqual("rfc822; ana@people.example", about_person["Final-Recipient"])
        self.assertIn("<1@gateway.example>", original.get_content())


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]])
