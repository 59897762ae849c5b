#!/usr/bin/env python3
"""A real daemon that polls for a bot's updates: what comes in is an event, nothing is confirmed
that was not taken, a kill -9 loses and doubles nothing, and a reload starts and ends the polling."""

import contextlib
import http.server
import json
import pathlib
import signal
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from programs import ProgramTest, read  # noqa: E402

DAEMON = pathlib.Path(sys.argv.pop()).resolve()
ACCOUNT = """
[[account]]
id = "bot"
channel = "telegram"
base_url = "{base_url}"
inbound = "{inbound}"
credentials.bot_token = "123456:good"
credentials.secret_token = "for-webhooks-alone"
"""


class BotApi(http.server.ThreadingHTTPServer):
    """Brings an update again until a later one is asked for; a poll without any waits."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.changed = threading.Condition()
        self.updates, self.polls, self.waiting = {}, 0, 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def add(self, number, text):
        person = {"id": 700, "is_bot": False, "first_name": "Ana"}
        message = {"message_id": number, "date": int(time.time()), "from": person, "text": text,
                   "chat": {"id": 700, "type": "private", "first_name": "Ana"}}
        with self.changed:
            self.updates[number] = {"update_id": number, "message": message}
            self.changed.notify_all()

    def get_updates(self, offset, patience):
        with self.changed:
            self.polls += 1
            self.waiting += 1
            for number in [n for n in self.updates if n < offset]:
                del self.updates[number]
            self.changed.notify_all()
            self.changed.wait_for(lambda: self.updates, min(patience, 20))
            self.waiting -= 1
            return [self.updates[n] for n in sorted(self.updates)]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")
        result = True
        if self.path == "/bot123456:good/getUpdates":
            result = self.server.get_updates(asked.get("offset", 0), asked.get("timeout", 0))
        body = json.dumps({"ok": True, "result": result}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):  # who asked may have been killed
            self.wfile.write(body)

    def log_message(self, *_):
        pass


class Polling(ProgramTest):
    def setUp(self):
        super().setUp()
        self.api = BotApi()
        self.addCleanup(self.api.shutdown)
        self.receive_by("poll")

    def receive_by(self, inbound):
        base_url = f"http://127.0.0.1:{self.api.server_port}"
        self.configure(ACCOUNT.format(base_url=base_url, inbound=inbound))

    def run_daemon(self):
        return self.start(DAEMON, "--config", "postern.toml")

    def get(self, ready, path):
        return read(f"http://{ready['api']}{path}")

    def texts(self, ready):
        page = self.get(ready, "/v1/events?types=message.received&limit=100")
        return [event["data"]["message"]["content"]["text"] for event in page["data"]]

    def expect(self, ready, texts):
        self.eventually(texts, lambda: len(self.texts(ready)) >= len(texts))
        self.assertEqual(texts, self.texts(ready))

    def confirmed(self):
        with self.api.changed:
            return self.api.changed.wait_for(lambda: not self.api.updates, 30)

    def test_what_comes_in_is_taken_once_over_a_kill_and_a_reload(self):
        self.api.add(1, "one")
        process, ready = self.run_daemon()
        self.assertTrue(self.confirmed())
        self.expect(ready, ["one"])
        account = self.get(ready, "/v1/accounts")["data"][0]
        self.assertEqual("up", account["sending"]["receiving"]["state"], account)

        self.end(process, signal.SIGKILL)
        self.api.add(2, "two")
        self.api.add(1, "one")  # as if its confirmation had never arrived
        process, ready = self.run_daemon()
        self.assertTrue(self.confirmed())
        self.expect(ready, ["one", "two"])

        self.receive_by("webhook")
        process.send_signal(signal.SIGHUP)
        self.eventually("the account says so", lambda: "receiving" not in self.get(
            ready, "/v1/accounts")["data"][0]["sending"])
        with self.api.changed:
            polls = self.api.polls
        self.receive_by("poll")
        process.send_signal(signal.SIGHUP)
        self.eventually("it polls again", lambda: self.api.polls > polls)
        self.api.add(3, "three")
        self.assertTrue(self.confirmed())
        self.expect(ready, ["one", "two", "three"])
        self.assertEqual(0, self.end(process, signal.SIGTERM))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]])
