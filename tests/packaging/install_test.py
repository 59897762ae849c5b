#!/usr/bin/env python3
"""The package's life on a machine: installed, upgraded, removed, purged by the real dpkg, in a copy of this
machine's file system that is thrown away (an overlay in namespaces of its own). Nothing is started:
there is no systemd in there."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import package  # noqa: E402

BUILD = pathlib.Path(sys.argv.pop()).resolve()
SKIPPED = 77  # ctest's SKIP_RETURN_CODE

# Run with "$1", the package's folder, as root of new namespaces.
INSIDE = """
set -eu
mount -t tmpfs none /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work /mnt/root
mkdir -p /mnt/root/package /mnt/root/dev
mount --bind "$1" /mnt/root/package
mount --rbind /dev /mnt/root/dev
mount -t proc proc /mnt/root/proc
mount -t tmpfs none /mnt/root/run
exec chroot /mnt/root sh -eux -c "$2" 2>&1
"""


def inside(folder, script):
    return subprocess.run(["unshare", "--mount", "--pid", "--ipc", "--uts", "--fork", "sh", "-c", INSIDE,
                           "sh", str(folder), script], text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300,
                          env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8",
                               "DEBIAN_FRONTEND": "noninteractive"})


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.scratch.cleanup)
        package.build(BUILD, cls.scratch.name)

    def do(self, script):
        done = inside(self.scratch.name, script)
        self.assertEqual(0, done.returncode, done.stdout)
        return done.stdout

    def test_makes_user_folders_and_enabled_units_and_starts_nothing(self):
        said = self.do("""
            dpkg -i /package/*.deb
            getent passwd postern | grep -q ':/var/lib/postern:'
            test "$(stat -c '%a %U' /etc/postern/secrets)" = '700 root'
            test "$(stat -c '%a %U' /etc/postern/postern.toml)" = '644 root'
            test -L /etc/systemd/system/multi-user.target.wants/postern.service
            test -L /etc/systemd/system/sockets.target.wants/postern.socket
            test -L /etc/systemd/system/sockets.target.wants/postern-webhooks.socket
            systemd-analyze verify --man=no postern.service 2>&1 | grep postern && exit 1
            posternd --version
            postern completion bash | cmp - /usr/share/bash-completion/completions/postern
            dpkg --verify postern
        """)
        self.assertIn("postern: not started", said)

    def test_upgrade_keeps_what_the_administrator_did(self):
        self.do("""
            dpkg -i /package/*.deb
            echo '# mine' >> /etc/postern/postern.toml
            systemctl disable postern.service
            mkdir -p /var/lib/postern && echo row > /var/lib/postern/row
            dpkg -i /package/*.deb
            tail -n 1 /etc/postern/postern.toml | grep -qx '# mine'
            test ! -e /etc/systemd/system/multi-user.target.wants/postern.service
            grep -qx row /var/lib/postern/row
        """)

    def test_removing_keeps_data_and_purging_deletes_it_and_says_so(self):
        said = self.do("""
            dpkg -i /package/*.deb
            mkdir -p /var/lib/postern && echo row > /var/lib/postern/row
            echo key > /etc/postern/master.key
            dpkg -r postern
            test ! -e /usr/bin/posternd
            test -e /etc/postern/postern.toml
            grep -qx row /var/lib/postern/row
            echo 'now: purge'
            dpkg -P postern
            test ! -e /var/lib/postern
            test ! -e /etc/postern/postern.toml
            test ! -e /etc/postern/secrets
            grep -qx key /etc/postern/master.key
            test ! -e /etc/systemd/system/sockets.target.wants/postern.socket
            ! dpkg -s postern 2>/dev/null
        """)
        removed, purged = said.split("now: purge\n", 1)
        self.assertNotIn("is deleted", removed)
        self.assertIn("/var/lib/postern is deleted", purged)
        self.assertIn("/etc/postern is kept", purged)

    def test_purging_without_keys_leaves_nothing(self):
        self.do("""
            dpkg -i /package/*.deb
            dpkg -P postern
            test ! -e /etc/postern
            test ! -e /var/lib/systemd/deb-systemd-helper-enabled/postern.service.dsh-also
        """)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as empty:
        trial = inside(empty, "true")
    if trial.returncode != 0:
        print(f"skipped: no overlay in a namespace of one's own here: {trial.stdout}")
        sys.exit(SKIPPED)
    unittest.main(verbosity=2)
