#!/usr/bin/env python3
"""The Debian package: what is in it, with which modes, what it depends on, what dpkg may ask about."""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import package  # noqa: E402
from package import run  # noqa: E402

BUILD = pathlib.Path(sys.argv.pop()).resolve()
ROOT = pathlib.Path(sys.argv.pop()).resolve()
# Folders whose files others add to: what is in the sources is in the package.
OPEN_FOLDERS = ("presets", "holidays")


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.scratch.cleanup)
        cls.folder = pathlib.Path(cls.scratch.name)
        cls.file = package.build(BUILD, cls.folder / "made")
        run("dpkg-deb", "-R", cls.file, cls.folder / "tree")
        cls.tree = cls.folder / "tree"

    def contents(self):
        """Lines "MODE OWNER PATH" of all files."""
        found = []
        for line in run("dpkg-deb", "--contents", self.file).splitlines():
            mode, owner, _, _, _, path = line.split(None, 5)
            if not path.endswith("/"):
                found.append(f"{mode} {owner} {path.removeprefix('.')}")
            else:
                self.assertEqual("drwxr-xr-x root/root", f"{mode} {owner}", path)
        return found

    def field(self, name):
        return run("dpkg-deb", "--field", self.file, name).strip()

    def test_holds_what_the_list_says(self):
        expected = (ROOT / "tests/packaging/contents.txt").read_text().splitlines()
        is_open = re.compile(rf" /usr/share/postern/({'|'.join(OPEN_FOLDERS)})/")
        found = [line for line in self.contents() if not is_open.search(line)]
        self.assertEqual(expected, sorted(found, key=lambda line: line.split()[2]))

    def test_holds_the_presets_and_holidays_that_there_are(self):
        for name in OPEN_FOLDERS:
            source = ROOT / "conf" / name
            wanted = {p.relative_to(source) for p in source.rglob("*") if p.is_file()
                      and p.suffix not in (".cc", ".h", ".py") and p.name != "CMakeLists.txt"}
            target = self.tree / "usr/share/postern" / name
            self.assertEqual(wanted, {p.relative_to(target) for p in target.rglob("*") if p.is_file()})

    def test_depends_on_the_libraries_that_the_programs_load(self):
        depends = self.field("Depends")
        for name in ("libc6", "librocksdb7.8", "libssl3", "liburing2", "libsystemd0", "libphonenumber8"):
            self.assertRegex(depends, rf"(^|, ){re.escape(name)}[ ,-]")
        for name in ("systemd", "tzdata", "ca-certificates"):
            self.assertRegex(depends, rf"(^|, ){name}(,|$)")
        self.assertNotRegex(depends, r"-dev\b|boost")
        self.assertEqual(run("dpkg", "--print-architecture").strip(), self.field("Architecture"))

    def test_configuration_is_the_administrators(self):
        self.assertEqual("/etc/postern/postern.toml\n", (self.tree / "DEBIAN/conffiles").read_text())
        # Only TLS or a proxy is left to choose; with that said the daemon takes it.
        text = (self.tree / "etc/postern/postern.toml").read_text()
        trial = self.folder / "trial.toml"
        trial.write_text(text)
        credentials = self.folder / "credentials"
        credentials.mkdir(exist_ok=True)
        for name in ("master.key", "secrets_bootstrap.key"):
            (credentials / name).write_text("0123456789abcdef0123456789abcdef")
            (credentials / name).chmod(0o400)
        check = ["env", f"CREDENTIALS_DIRECTORY={credentials}", self.tree / "usr/bin/posternd-epoll",
                 "--check", "--config", trial]
        refused = subprocess.run(check, capture_output=True, text=True, timeout=60)
        self.assertEqual(78, refused.returncode, refused.stderr)
        self.assertIn("plain_http", refused.stderr + refused.stdout)
        trial.write_text(text.replace("# plain_http", "plain_http"))
        self.assertIn("good", run(*check))

    def test_scripts_are_scripts(self):
        for name in ("postinst", "prerm", "postrm"):
            script = self.tree / "DEBIAN" / name
            self.assertEqual(0o755, script.stat().st_mode & 0o777)
            run("sh", "-n", script)
        run("sh", self.tree / "DEBIAN/postinst", "triggered")

    def test_programs_are_stripped_and_say_their_version(self):
        version = self.field("Version").split("-")[0]
        for name in ("posternd", "posternd-epoll", "postern"):
            program = self.tree / "usr/bin" / name
            self.assertNotIn(".symtab", run("readelf", "-S", program))
        said = run(self.tree / "usr/bin/posternd-epoll", "--version").splitlines()
        self.assertEqual(f"posternd {version}", said[0])

    def test_completion_is_that_of_the_program(self):
        for shell, path in (("bash", "bash-completion/completions/postern"),
                            ("zsh", "zsh/vendor-completions/_postern")):
            self.assertEqual(run(self.tree / "usr/bin/postern", "completion", shell),
                             (self.tree / "usr/share" / path).read_text())


if __name__ == "__main__":
    unittest.main(verbosity=2)
