#!/usr/bin/env python3
"""What the daemon and systemd have to say to each other: it serves on the sockets that systemd hands it,
by their names, and not on the addresses of its configuration; it says when it is ready, reloads and ends,
and is silent once its disk does not answer, so that the watchdog restarts it. Where the sandbox of a
container forbids io_uring, it says so and serves without."""

import ctypes
import errno
import hashlib
import hmac
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

RINGS_DAEMON = pathlib.Path(sys.argv.pop()).resolve()
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
ACCOUNT = """
[[account]]
id = "shop"
channel = "http"
credentials.secret = "hook-secret"
"""
PATIENCE_S = 60


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


def forbid_rings():
    """From here on io_uring_setup fails with EPERM, in this process and what it becomes: what the default
    seccomp profile of Docker and many a hardened unit do."""
    io_uring_setup = 425  # the same number on every architecture that the daemon is built for
    program = b"".join(struct.pack("=HBBI", *step) for step in (
        (0x20, 0, 0, 0),  # load the number of the system call: the first word of seccomp_data
        (0x15, 0, 1, io_uring_setup),  # another one: over the next step
        (0x06, 0, 0, 0x00050000 | errno.EPERM),  # SECCOMP_RET_ERRNO
        (0x06, 0, 0, 0x7fff0000)))  # SECCOMP_RET_ALLOW
    steps = ctypes.create_string_buffer(program, len(program))
    filter_ = ctypes.create_string_buffer(struct.pack("@HP", len(program) // 8, ctypes.addressof(steps)))
    libc = ctypes.CDLL(None, use_errno=True)
    set_no_new_privs, set_seccomp, mode_filter = 38, 22, 2
    none = ctypes.c_ulong(0)
    if libc.prctl(set_no_new_privs, ctypes.c_ulong(1), none, none, none) != 0:
        raise OSError(ctypes.get_errno(), "PR_SET_NO_NEW_PRIVS")
    if libc.prctl(set_seccomp, ctypes.c_ulong(mode_filter), filter_, none, none) != 0:
        raise OSError(ctypes.get_errno(), "PR_SET_SECCOMP")


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


class WithoutRings(unittest.TestCase):
    def test_where_rings_are_forbidden_it_says_so_and_serves_with_the_other_program(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "postern.toml").write_text(CONFIG)
            log = pathlib.Path(folder, "log")
            with log.open("w") as stderr:
                daemon = subprocess.Popen(
                    [RINGS_DAEMON, "--config", "postern.toml"], cwd=folder, text=True,
                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr,
                    preexec_fn=forbid_rings)
            try:
                line = daemon.stdout.readline()
                self.assertTrue(line.startswith('{"ready":true'), line + log.read_text())
                other = RINGS_DAEMON.parent / "posternd-epoll"
                other = RINGS_DAEMON.parent / "posternd-epoll"
                said = log.read_text().split("\n")[0]
                self.assertTrue(said.startswith(
                    "posternd: io_uring is not in use (io_uring_setup: Operation not permitted"), said)
                self.assertTrue(said.endswith(f"; running {other}"), said)
                # The same process, so that who started it still holds it by its id.
                self.assertEqual(str(other), os.readlink(f"/proc/{daemon.pid}/exe"))
                opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
                with opener.open(f"http://{json.loads(line)['api']}/healthz", timeout=30) as answer:
                    self.assertEqual(200, answer.status)
                daemon.terminate()
                self.assertEqual(0, daemon.wait(PATIENCE_S))
            finally:
                daemon.kill()
                daemon.communicate()


class Notices(unittest.TestCase):
    """A unit of Type=notify with WatchdogSec: what arrives at NOTIFY_SOCKET."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.notices.close)
        self.notices.bind(f"{self.folder}/notify")
        self.notices.settimeout(1)
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def run_daemon(self, **environment):
        pathlib.Path(self.folder, "postern.toml").write_text(
            "allow_inline_secrets = true\n" + CONFIG + ACCOUNT)
        self.daemon = subprocess.Popen(
            [DAEMON, "--config", "postern.toml"], cwd=self.folder, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, "NOTIFY_SOCKET": f"{self.folder}/notify", "WATCHDOG_USEC": "30000000",
                 **environment})
        self.addCleanup(self.end)
        self.ready = json.loads(self.daemon.stdout.readline())

    def end(self):
        self.daemon.kill()
        self.daemon.communicate()

    def hear(self, wanted):
        """Waits for a notice that has this line."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            try:
                if wanted in self.notices.recv(4096).decode().split("\n"):
                    return
            except TimeoutError:
                pass
        self.fail(f"{wanted} was not said")

    def webhook(self, number):
        """Its status; 0: no answer."""
        body = json.dumps({"id": f"m-{number}", "from": "ana", "text": "hola"}).encode()
        signature = hmac.new(b"hook-secret", body, hashlib.sha256).hexdigest()
        request = urllib.request.Request(f"http://{self.ready['webhooks']}/webhooks/shop", body,
                                         {"X-Postern-Signature": f"sha256={signature}"})
        try:
            with self.opener.open(request, timeout=2) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def is_ready(self):
        try:
            with self.opener.open(f"http://{self.ready['api']}/readyz", timeout=10):
                return True
        except urllib.error.HTTPError:
            return False

    def test_systemd_hears_of_a_life_from_ready_to_its_end(self):
        self.run_daemon()
        self.hear("READY=1")
        self.hear("WATCHDOG=1")
        self.daemon.send_signal(signal.SIGHUP)
        self.hear("RELOADING=1")
        self.hear("READY=1")
        self.daemon.send_signal(signal.SIGTERM)
        self.hear("STOPPING=1")
        self.assertEqual(0, self.daemon.wait(PATIENCE_S))

    def test_the_watchdog_is_not_fed_while_the_disk_hangs(self):
        self.run_daemon(POSTERN_FAILPOINT="append.before:stall:20")
        self.hear("WATCHDOG=1")
        answers = [200]
        while answers[-1] == 200 and len(answers) < 100:
            answers.append(self.webhook(len(answers)))
        self.assertEqual(0, answers[-1], "the disk should hang by now")
        until = time.monotonic() + PATIENCE_S
        while self.is_ready() and time.monotonic() < until:
            self.drop_notices()
        self.assertFalse(self.is_ready())
        self.drop_notices()
        said = "".join(self.drop_notices() for _ in range(3))
        self.assertNotIn("WATCHDOG=1", said)
        self.assertIsNone(self.daemon.poll(), "it is for systemd to end it")

    def drop_notices(self):
        """What is said until a second has passed in silence, or ten notices were."""
        said = []
        try:
            while len(said) < 10:
                said.append(self.notices.recv(4096).decode())
        except TimeoutError:
            pass
        return "\n".join(said)


if __name__ == "__main__":
    unittest.main()
