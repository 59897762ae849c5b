#!/usr/bin/env python3
"""Certbot's deploy hook with a lineage as certbot leaves it: both files change at once, with the
right modes, and only a pair that fits is taken. `systemctl` is one that writes down its words."""

import grp
import os
import pathlib
import stat
import subprocess
import sys
import tempfile
import unittest

HOOK = pathlib.Path(sys.argv.pop()).resolve() / "systemd/postern-certbot-hook"
SYSTEMCTL = """#!/bin/sh
echo "$*" >> {said}
[ "$*" != "--quiet is-active postern.service" ] || exit {active}
"""


class CertbotHook(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.tls = self.folder / "etc/tls"
        self.tls.parent.mkdir()
        self.said = self.folder / "said"
        self.systemctl(active=True)
        self.group = grp.getgrgid(os.getgid()).gr_name

    def systemctl(self, active):
        program = self.folder / "bin/systemctl"
        program.parent.mkdir(exist_ok=True)
        program.write_text(SYSTEMCTL.format(said=self.said, active=0 if active else 3))
        program.chmod(0o755)

    def lineage(self, name):
        folder = self.folder / "live" / name
        folder.mkdir(parents=True)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                        "-nodes", "-days", "30", "-subj", f"/CN={name}", "-keyout", folder / "privkey.pem",
                        "-out", folder / "fullchain.pem"], check=True, capture_output=True, timeout=60)
        return folder

    def run_hook(self, lineage):
        environment = {"PATH": f"{self.folder / 'bin'}:/usr/bin:/bin", "POSTERN_TLS": str(self.tls),
                       "POSTERN_GROUP": self.group}
        if lineage is not None:
            environment["RENEWED_LINEAGE"] = str(lineage)
        return subprocess.run([HOOK], env=environment, text=True, capture_output=True, timeout=60)

    def take(self, lineage):
        done = self.run_hook(lineage)
        self.assertEqual((0, ""), (done.returncode, done.stderr))

    def refuse(self, lineage, words):
        done = self.run_hook(lineage)
        self.assertEqual(1, done.returncode)
        self.assertIn(words, done.stderr)
        self.assertIn("the old certificate stays", done.stderr)

    def serves(self, lineage):
        self.assertEqual((lineage / "fullchain.pem").read_bytes(), (self.tls / "tls.pem").read_bytes())
        self.assertEqual((lineage / "privkey.pem").read_bytes(), (self.tls / "tls.key").read_bytes())

    def test_a_renewal_replaces_both_files_and_leaves_nothing_behind(self):
        first, second = self.lineage("first"), self.lineage("second")
        self.take(first)
        self.serves(first)
        before = os.readlink(self.tls)
        self.take(second)
        self.serves(second)
        self.assertNotEqual(before, os.readlink(self.tls))
        self.assertEqual(sorted([os.readlink(self.tls), "tls"]), sorted(os.listdir(self.tls.parent)))
        self.assertEqual(["--quiet is-active postern.service", "reload postern.service"] * 2,
                         self.said.read_text().splitlines())

    def test_the_key_is_for_the_services_group_alone(self):
        self.take(self.lineage("one"))
        modes = [stat.S_IMODE((self.tls / name).stat().st_mode) for name in ("tls.pem", "tls.key", ".")]
        self.assertEqual([0o640, 0o640, 0o750], modes)
        self.assertEqual({os.getgid()}, {(self.tls / name).stat().st_gid for name in ("tls.key", ".")})

    def test_a_service_that_does_not_run_is_not_started(self):
        self.systemctl(active=False)
        self.take(self.lineage("one"))
        self.assertNotIn("reload", self.said.read_text())

    def test_what_does_not_fit_is_refused_and_the_old_pair_stays(self):
        good, bad = self.lineage("good"), self.lineage("bad")
        self.take(good)
        (bad / "privkey.pem").write_bytes((good / "privkey.pem").read_bytes())
        self.refuse(bad, "is not the key of")
        (bad / "privkey.pem").write_text("nothing of the kind")
        self.refuse(bad, "cannot be read")
        (bad / "privkey.pem").unlink()
        self.refuse(bad, "is missing")
        self.refuse(None, "RENEWED_LINEAGE")
        self.serves(good)
        self.assertEqual(2, len(os.listdir(self.tls.parent)))
        self.assertEqual(1, self.said.read_text().count("reload"))

    def test_a_folder_of_somebody_elses_is_left_alone(self):
        self.tls.mkdir()
        (self.tls / "tls.pem").write_text("mine")
        self.refuse(self.lineage("one"), "is not this hook's")
        self.assertEqual("mine", (self.tls / "tls.pem").read_text())


if __name__ == "__main__":
    unittest.main(verbosity=2)
