"""A folder, the built programs in it, and how a test speaks to them: what tests in Python share."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

KEY = "test_bootstrap_key_of_the_daemon_tests_0123456789abcdefgh"
# What every configuration of a test begins with: any port, a small storage.
BEGINNING = """
allow_inline_secrets = true
[listen]
webhooks = "127.0.0.1:0"
api = "127.0.0.1:0"
metrics = "127.0.0.1:0"
[storage]
path = "data"
ballast_bytes = 0
log_segment_bytes = "8MiB"
memtable_bytes = "1MiB"
[api]
bootstrap_key = { env = "POSTERN_BOOTSTRAP_KEY" }
"""
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def call(url, body=None):
    """Status and text; a POST where there is a body."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers={
        "Authorization": f"Bearer {KEY}", "Content-Type": "application/json"})
    try:
        with OPENER.open(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def read(url):
    """The document of a GET that succeeds."""
    status, text = call(url)
    if status != 200:
        raise AssertionError(f"{url}: {status} {text}")
    return json.loads(text)


class ProgramTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="postern-test-"))
        self.addCleanup(shutil.rmtree, self.folder, True)

    def configure(self, accounts):
        (self.folder / "postern.toml").write_text(BEGINNING + accounts)

    def start(self, program, *arguments):
        """The process and its ready line."""
        log = open(self.folder / f"{pathlib.Path(program).name}.log", "ab")
        self.addCleanup(log.close)
        process = subprocess.Popen([program, *arguments], cwd=self.folder, text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                                   env={**os.environ, "POSTERN_BOOTSTRAP_KEY": KEY})
        self.addCleanup(self.end, process, signal.SIGKILL)
        line = process.stdout.readline()
        self.assertIn('"ready":true', line)
        return process, json.loads(line)

    @staticmethod
    def end(process, how=signal.SIGTERM):
        if process.poll() is None:
            process.send_signal(how)
        process.communicate(timeout=60)
        return process.returncode

    def eventually(self, what, is_true):
        """Waits until it is; fails after half a minute."""
        until = time.monotonic() + 30
        while not is_true():
            self.assertLess(time.monotonic(), until, what)
            threading.Event().wait(0.05)
