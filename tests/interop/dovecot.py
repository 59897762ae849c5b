"""Debian's Dovecot as the mail server of a test: its own folder, free ports, a certificate made on
the spot, one user with a Maildir. Runs as whoever runs the test, or as nobody where that is root."""

import grp
import imaplib
import os
import pathlib
import pwd
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import time

USER = "ana"
PASSWORD = "mailbox-password"
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
instance_name = {instance}
protocols = imap
listen = 127.0.0.1
default_internal_user = {me}
default_internal_group = {group}
default_login_user = {me}
first_valid_uid = 1
last_valid_uid = 0
first_valid_gid = 1
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/passwords
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner_group} home={folder}/home/%u
}}
mail_location = maildir:~/Maildir
auth_mechanisms = plain login
disable_plaintext_auth = yes
ssl = yes
ssl_cert = <{folder}/tls.crt
ssl_key = <{folder}/tls.key
imap_capability = {capability}
auth_failure_delay = 0
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Dovecot:
    """`capability`: Dovecot's imap_capability, "+X" or the whole list; empty: all that it has."""

    def __init__(self):
        self.kept = tempfile.TemporaryDirectory(prefix="dovecot-")
        self.folder = pathlib.Path(self.kept.name)
        self.owner = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        self.plain, self.tls = free_port(), free_port()
        self.process = None
        self.capability = ""
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout",
             self.folder / "tls.key", "-out", self.folder / "tls.crt", "-days", "2", "-subj",
             "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        (self.folder / "passwords").write_text(f"{USER}:{PASSWORD}\n")
        (self.folder / "home" / USER).mkdir(parents=True)

    def own(self):
        """All in the folder belongs to who runs the server."""
        for path in (self.folder, *self.folder.rglob("*")):
            shutil.chown(path, self.owner.pw_uid, self.owner.pw_gid)

    def start(self):
        (self.folder / "dovecot.conf").write_text(CONFIG.format(
            folder=self.folder, instance=f"test-{self.plain}", me=self.owner.pw_name,
            group=grp.getgrgid(self.owner.pw_gid).gr_name, owner=self.owner.pw_uid,
            owner_group=self.owner.pw_gid, capability=self.capability, plain=self.plain,
            tls=self.tls))
        self.own()
        who = {}
        if os.getuid() == 0:
            who = {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []}
        self.process = subprocess.Popen(
            ["/usr/sbin/dovecot", "-F", "-c", self.folder / "dovecot.conf"], cwd="/",
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **who)
        until = time.monotonic() + 30
        while True:
            try:
                return self.connect().logout()
            except OSError:
                if time.monotonic() > until or self.process.poll() is not None:
                    raise AssertionError(self.log()) from None
                time.sleep(0.05)

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(30)
            self.process = None

    def close(self):
        self.stop()
        self.kept.cleanup()

    def log(self):
        path = self.folder / "dovecot.log"
        return path.read_text() if path.exists() else "Dovecot wrote no log"

    def connect(self):
        context = ssl.create_default_context(cafile=self.folder / "tls.crt")
        connection = imaplib.IMAP4_SSL("localhost", self.tls, ssl_context=context, timeout=30)
        connection.login(USER, PASSWORD)
        return connection

    def put(self, *mails):
        """They arrive, one after the other."""
        with self.connect() as connection:
            for mail in mails:
                answer = connection.append("INBOX", None, None, mail)
                assert answer[0] == "OK", answer

    def flags(self, mailbox="INBOX"):
        """UID and flags of every mail, by rising UID."""
        with self.connect() as connection:
            if connection.select(mailbox, readonly=True)[0] != "OK":
                return {}
            out = {}
            for line in connection.uid("fetch", "1:*", "(FLAGS)")[1]:
                # What somebody else changes meanwhile is told without its UID.
                uid = re.search(rb"UID (\d+)", line or b"")
                if uid:
                    flags = {flag.decode() for flag in imaplib.ParseFlags(line)}
                    out[int(uid[1])] = flags - {r"\Recent"}
            return dict(sorted(out.items()))
