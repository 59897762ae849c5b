#!/usr/bin/env python3
"""Socket activation: the daemon serves on the sockets that systemd hands it, by their names, and not
on the addresses of its configuration."""

import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import unittest
import urllib.request

DAEMON = pathlib.Path(sys.argv.pop()).resolve()
ROOT = pathlib.Path(sys.argv.pop()).resolve()
FIRST = 3  # SD_LISTEN_FDS_START
CONFIG = """
[listen]
webhooks = "127.0.0.1:0"
api = "127.0.0.1:0"
metrics = "127.0.0.1:0"
[storage]
path = "data"
ballast_bytes = 0
"""


def units():
    """{FileDescriptorName: unit} of our socket units."""
    found = {}
    for unit in sorted((ROOT / "systemd").glob("*.socket")):
        for line in unit.read_text().splitlines():
            if line.startswith("FileDescriptorName="):
                found[line.partition("=")[2]] = unit.name
    return found


def start(folder, names, sockets):
    """Runs the daemon with `sockets` as its descriptors from FIRST on, as systemd does."""
    pathlib.Path(folder, "postern.toml").write_text(CONFIG)

    def hand_over():
        # First out of the way of each other, then to their places.
        high = [os.dup2(s.fileno(), 100 + i) for i, s in enumerate(sockets)]
        for i, fd in enumerate(high):
            os.dup2(fd, FIRST + i)

    kept = [FIRST + i for i in range(len(sockets))]
    script = 'LISTEN_PID=$$ exec "$0" --config postern.toml'
    return subprocess.Popen(
        ["/bin/sh", "-c", script, DAEMON], cwd=folder, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=hand_over, pass_fds=kept,
        env={**os.environ, "LISTEN_FDS": str(len(sockets)), "LISTEN_FDNAMES": ":".join(names)})


def address(listening):
    return "{}:{}".format(*listening.getsockname())


class Activation(unittest.TestCase):
    def serve(self, names):
        """(what the daemon says it serves, {name: address of the socket it was handed})."""
        with tempfile.TemporaryDirectory() as folder:
            sockets = [socket.create_server(("127.0.0.1", 0)) for _ in names]
            handed = {name: address(s) for name, s in zip(names, sockets)}
            process = start(folder, names, sockets)
            for listening in sockets:
                listening.close()
            try:
                line = process.stdout.readline()
                self.assertTrue(line.startswith('{"ready":true'), line)
                ready = json.loads(line)
                opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
                where = handed.get("api", ready["api"])
                with opener.open(f"http://{where}/healthz", timeout=30) as answer:
                    self.assertEqual(200, answer.status)
                return ready, handed
            finally:
                process.terminate()
                process.communicate(timeout=60)

    def test_each_socket_is_taken_by_its_name(self):
        for names in (["webhooks", "api"], ["api", "webhooks"]):
            ready, handed = self.serve(names)
            for name in names:
                self.assertEqual(handed[name], ready[name])
            self.assertNotIn(ready["metrics"], handed.values())

    def test_a_socket_of_another_name_is_left_alone(self):
        ready, handed = self.serve(["something", "api"])
        self.assertEqual(handed["api"], ready["api"])
        self.assertNotEqual(handed["something"], ready["webhooks"])

    def test_our_units_use_names_that_the_daemon_knows(self):
        names = units()
        self.assertLess(1, len(names))
        ready, handed = self.serve(sorted(names))
        for name in names:
            self.assertEqual(handed[name], ready[name], names[name])


if __name__ == "__main__":
    unittest.main()
