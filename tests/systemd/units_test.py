#!/usr/bin/env python3
"""The shipped units, user and folders, checked with systemd's own tools; nothing is started."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv.pop() if len(sys.argv) > 1 else ".").resolve()
UNITS = ROOT / "systemd"
EXPOSURE_MAX = 15  # tenths
# What systemd-analyze does not count, or counts little, and the daemon relies on all the same.
BOX = """Type=notify
NotifyAccess=main
WatchdogSec=30
Restart=always
RestartSec=1
RestartPreventExitStatus=78
TimeoutStopSec=30
UMask=0077
StateDirectoryMode=0700
LimitMEMLOCK=64M
LimitNOFILE=131072
LimitCORE=0
SystemCallErrorNumber=EPERM
KeyringMode=private"""


def run(*command):
    return subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C.UTF-8"})


class Units(unittest.TestCase):
    def test_exposure_of_the_service_is_low(self):
        result = run("systemd-analyze", "security", "--offline=yes", "--no-pager",
                     f"--threshold={EXPOSURE_MAX}", str(UNITS / "postern.service"))
        self.assertEqual(result.returncode, 0, result.stdout)

    def test_units_verify_without_a_word(self):
        with tempfile.TemporaryDirectory() as folder:
            names = []
            for source in sorted(UNITS.glob("postern*.s*")):
                if source.suffix not in (".service", ".socket"):
                    continue
                # The program is not installed on the machine that tests.
                text = source.read_text().replace("/usr/bin/posternd", "/bin/true")
                target = pathlib.Path(folder) / source.name
                target.write_text(text)
                names.append(str(target))
            result = run("systemd-analyze", "verify", "--man=no", *names)
            about_ours = [line for line in result.stdout.splitlines() if "postern" in line]
            self.assertEqual(about_ours, [])
            self.assertEqual(len(names), 3)

    def test_service_starts_what_the_installation_puts_there(self):
        text = (UNITS / "postern.service").read_text()
        readme = (UNITS / "README.md").read_text()
        self.assertIn("ExecStart=/usr/bin/posternd --config /etc/postern/postern.toml\n", text)
        self.assertIn("/etc/postern/postern.toml", readme)
        for source in re.findall(r"LoadCredential=[^:\n]+:(\S+)", text):
            self.assertIn(source, readme)

    def test_nothing_starts_before_there_is_a_key(self):
        for name in ("postern.service", "postern.socket", "postern-webhooks.socket"):
            self.assertIn("\nConditionPathExists=/etc/postern/master.key\n", (UNITS / name).read_text())

    def test_service_has_every_directive_of_its_box(self):
        text = (UNITS / "postern.service").read_text()
        for line in BOX.split("\n"):
            self.assertIn(f"\n{line}\n", text)

    def test_sockets_listen_where_the_configuration_does(self):
        example = (ROOT / "conf/postern.example.toml").read_text()
        for unit, key in (("postern-webhooks.socket", "webhooks"), ("postern.socket", "api")):
            text = (UNITS / unit).read_text()
            listen = re.search(r"^ListenStream=(?:.*:)?(\d+)$", text, re.M).group(1)
            self.assertRegex(example, rf'(?m)^{key} = "[^"]*:{listen}"')
            self.assertIn(f"FileDescriptorName={key}\n", text)

    def test_user_can_be_made(self):
        result = run("systemd-sysusers", "--dry-run", str(UNITS / "postern.sysusers"))
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertIn("postern", (UNITS / "postern.sysusers").read_text())

    def test_folders_are_made_with_their_modes(self):
        with tempfile.TemporaryDirectory() as root:
            os.makedirs(f"{root}/etc")
            pathlib.Path(f"{root}/etc/passwd").write_text("root:x:0:0::/root:/bin/sh\n")
            pathlib.Path(f"{root}/etc/group").write_text("root:x:0:\n")
            if os.geteuid() != 0:  # chown needs root; the syntax is checked all the same
                self.assertIn("d /etc/postern/secrets 0700 root root",
                              (UNITS / "postern.tmpfiles").read_text())
                return
            result = run("systemd-tmpfiles", "--create", f"--root={root}",
                         str(UNITS / "postern.tmpfiles"))
            self.assertEqual(result.returncode, 0, result.stdout)
            self.assertEqual(os.stat(f"{root}/etc/postern").st_mode & 0o7777, 0o755)
            self.assertEqual(os.stat(f"{root}/etc/postern/secrets").st_mode & 0o7777, 0o700)


if __name__ == "__main__":
    unittest.main(verbosity=2)
