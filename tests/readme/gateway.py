"""A scratch folder that looks like the repository after a build, and the daemon of the document."""

import json
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time

PORTS = {"8443": "webhooks", "8080": "api", "9464": "metrics"}
ADDRESS = re.compile(r"127\.0\.0\.1:(8443|8080|9464)\b")
SIMULATOR = "127.0.0.1:8500"
READY_S = 60
COMMAND_S = 60


def free_address():
    """Of a port that nobody has now: a configuration names it before its listener starts."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{listener.getsockname()[1]}"


class Gateway:
    def __init__(self, binaries):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="postern-readme-"))
        (self.folder / "build").symlink_to(binaries)
        # What the reader has: a picture to send.
        (self.folder / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0" + b"0" * 100)
        self.ports = {}
        self.exports = []
        self.daemon = None
        self.log = None
        self.simulator = None
        self.simulator_at = free_address()

    def text_for(self, text):
        """Ports as they are: in files (here documents) 0, in commands those of the ready line."""
        text = text.replace(SIMULATOR, self.simulator_at)
        inside = None
        lines = []
        for line in text.split("\n"):
            if inside:
                line = ADDRESS.sub("127.0.0.1:0", line)
                inside = None if line == inside else inside
            else:
                line = ADDRESS.sub(self.address, line)
                here = re.search(r"<<'?(\w+)'?$", line)
                inside = here[1] if here else None
            lines.append(line)
        return "\n".join(lines)

    def address(self, match):
        return self.ports.get(PORTS[match[1]], match[0])

    def environment(self):
        kept = {k: v for k, v in os.environ.items() if not k.startswith("POSTERN_")}
        return {**kept, "LC_ALL": "C.UTF-8", "no_proxy": "127.0.0.1"}

    def run(self, text):
        """Exit code and all that was printed."""
        script = "\n".join(["set -euo pipefail", self.text_for("\n".join([*self.exports, text]))])
        done = subprocess.run(["bash", "-c", script], cwd=self.folder, env=self.environment(),
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=COMMAND_S)
        self.exports += [line for line in text.split("\n") if line.startswith("export ")]
        return done.returncode, done.stdout.decode("utf-8", "replace")

    def start(self, command):
        """Returns the ready line's values; raises with the log if there is none."""
        self.log = open(self.folder / "log", "ab")
        self.daemon = subprocess.Popen(["bash", "-c", "exec " + command.strip()], cwd=self.folder,
                                       env=self.environment(), stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, stderr=self.log)
        line = self.first_line(self.daemon)
        if not line.startswith(b'{"ready":true'):
            log = (self.folder / "log").read_text(errors="replace")
            raise RuntimeError(f"no ready line but {line!r}; the log:\n{log}")
        self.ports = {k: v for k, v in json.loads(line).items() if k != "ready"}
        return self.ports

    def simulate(self, command):
        """Starts the provider of the document."""
        self.simulator = subprocess.Popen(["bash", "-c", "exec " + self.text_for(command.strip())],
                                          cwd=self.folder, env=self.environment(),
                                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        line = self.first_line(self.simulator)
        if not line.startswith(b'{"ready":true'):
            raise RuntimeError(f"the simulator says {line!r}")

    def first_line(self, program):
        read, until = b"", time.monotonic() + READY_S
        while not read.endswith(b"\n") and time.monotonic() < until:
            if select.select([program.stdout], [], [], 1)[0]:
                more = os.read(program.stdout.fileno(), 1)
                if not more:
                    break
                read += more
        return read

    def stop(self):
        """Drains; the exit code, or None if no daemon runs."""
        if not self.daemon:
            return None
        self.daemon.send_signal(signal.SIGTERM)
        try:
            code = self.daemon.wait(30)
        except subprocess.TimeoutExpired:
            self.daemon.kill()
            code = self.daemon.wait()
        self.daemon.stdout.close()
        self.log.close()
        self.daemon = None
        return code

    def remove(self):
        self.stop()
        if self.simulator:
            self.simulator.terminate()
            self.simulator.wait(30)
            self.simulator.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)
