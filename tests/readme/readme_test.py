#!/usr/bin/env python3
"""The documents against the programs: README.md is run, links are followed, alerts are looked up."""

import pathlib
import re
import subprocess
import sys
import unittest
import urllib.request

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import documents  # noqa: E402
import licences  # noqa: E402
from gateway import Gateway  # noqa: E402

# How the blocks that no test runs begin, in their order.
NOT_RUN = (
    "bash gateway/run --once",  # builds; its demo is a test of its own (tests/cli)
    "curl -sS -H \"Authorization: Bearer $POSTERN_KEY\" http://127.0.0.1:8080/v1/messages -d '{\"account\":\"wa-main\"",
    "curl -sS -H \"Authorization: Bearer $POSTERN_KEY\" -o received.jpg",  # of a provider's file
    "bash gateway/run ",  # to develop: this test is a part of it
)
# What a reader asks one after the other; chapters of their own may stand between.
CHAPTERS = ["Try it", "What it does", "Measured", "Limits", "Connect your first account", "Run it",
            "How it works: one webhook through the files", "The folders", "Develop", "Security",
            "Licence"]
BINARIES = pathlib.Path(sys.argv.pop()).resolve()
ROOT = pathlib.Path(sys.argv.pop()).resolve()


class Readme(unittest.TestCase):
    def setUp(self):
        self.gateway = Gateway(BINARIES)
        self.addCleanup(self.gateway.remove)

    def do(self, block):
        where = f"README.md:{block.line}"
        if block.kind == "daemon":
            self.gateway.start(block.text)
            return
        if block.kind == "simulator":
            self.gateway.simulate(block.text)
            return
        if block.kind == "stopped":
            self.assertEqual(0, self.gateway.stop(), f"{where}: the daemon did not drain")
        code, printed = self.gateway.run(block.text)
        self.assertEqual(0, code, f"{where}:\n{block.text}\n{printed}")
        for words in block.prints:
            self.assertIn(words, printed, f"{where}: this is not printed")

    def test_what_it_shows_happens(self):
        blocks = [b for b in documents.blocks((ROOT / "README.md").read_text()) if b.kind != "check"]
        self.assertIn("daemon", [b.kind for b in blocks])
        for block in blocks:
            self.do(block)
        code, printed = self.gateway.run("build/postern --json events --limit 100")
        self.assertEqual(0, code, printed)
        self.assertEqual(1, printed.count('"message.received"'), "after all of it, one message")
        self.assertEqual(0, self.gateway.stop())

    def test_each_of_its_commands_is_run_or_known_not_to_be(self):
        found = documents.unmarked((ROOT / "README.md").read_text(), "sh")
        self.assertEqual(len(NOT_RUN), len(found), found)
        for begins, text in zip(NOT_RUN, found):
            self.assertTrue(text.startswith(begins), text)

    def test_its_configurations_are_good(self):
        blocks = [b for b in documents.blocks((ROOT / "README.md").read_text()) if b.kind == "check"]
        self.assertTrue(blocks)
        for block in blocks:
            for name in re.findall(r'"([\w.-]+\.(?:pem|key|secret|token|verify))"', block.text):
                path = self.gateway.folder / name
                path.touch(mode=0o600)
                path.write_text("words\n")
            (self.gateway.folder / "postern.toml").write_text(block.text)
            done = subprocess.run([BINARIES / "posternd", "--check", "--config", "postern.toml"],
                                  cwd=self.gateway.folder, capture_output=True, text=True, timeout=30)
            self.assertEqual(0, done.returncode, f"README.md:{block.line}: {done.stderr}")

    def test_alerts_name_metrics_that_are_served(self):
        blocks = documents.blocks((ROOT / "README.md").read_text())
        until = [b.kind for b in blocks].index("daemon")
        for block in blocks[:until + 1]:
            self.do(block)
        url = f"http://{self.gateway.ports['metrics']}/metrics"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url, timeout=10) as answer:
            page = answer.read().decode()
        served = set()
        for name, kind in re.findall(r"^# TYPE (\w+) (\w+)$", page, flags=re.M):
            served |= {name + s for s in ("_bucket", "_sum", "_count")} if kind == "histogram" else {name}
        rules = (ROOT / "conf/alerts.yml").read_text()
        named = set()
        for line in rules.split("\n"):
            if not re.match(r"\s*(#|summary:|action:|- name:|- alert:)", line):
                named |= set(re.findall(r"\bpostern_\w+", line))
        self.assertTrue(named)
        self.assertEqual(set(), named - served)


class Documents(unittest.TestCase):
    def test_relative_links_lead_somewhere(self):
        problems = []
        for document in documents.documents(ROOT):
            for link in documents.links(document.read_text()):
                path, _, anchor = link.partition("#")
                target = document.parent / path if path else document
                where = f"{document.relative_to(ROOT)}: {link}"
                if not target.exists():
                    problems.append(f"{where}: there is no such file")
                elif anchor and target.suffix == ".md":
                    if anchor not in documents.anchors(target.read_text()):
                        problems.append(f"{where}: there is no such heading")
        self.assertEqual([], problems, "\n" + "\n".join(problems))

    def test_the_chapters_stand_in_their_order(self):
        found = re.findall(r"^## (.*)$", (ROOT / "README.md").read_text(), flags=re.M)
        self.assertEqual(CHAPTERS, [name for name in found if name in CHAPTERS])

    def test_licences_are_those_of_what_is_linked(self):
        rows = licences.table((ROOT / "README.md").read_text())
        linked = {name for name, (how, _) in rows.items() if how == "linked"}
        self.assertEqual(licences.linked_packages([BINARIES / "posternd", BINARIES / "postern"]),
                         linked)
        self.assertIn("libboost1.81-dev", rows)
        wrong = [f"{name}: {licence}" for name, (_, licence) in rows.items()
                 if not licences.says(name, licence)]
        self.assertEqual([], wrong)
        self.assertFalse(licences.says("libspdlog1.10", "GPL-3"))

    def test_marks_and_links_are_read_as_meant(self):
        text = "# A b\n[x](y.md#z) `[no](no)` [w](https://w)\n<!-- tested: run, prints: a & b -->\n```sh\nls\n```\n"
        (block,) = documents.blocks(text)
        self.assertEqual(("run", ["a", "b"], "sh", "ls\n"),
                         (block.kind, block.prints, block.language, block.text))
        self.assertEqual(["y.md#z"], documents.links(text))
        self.assertEqual({"a-b"}, documents.anchors(text))
        with self.assertRaises(ValueError):
            documents.blocks("<!-- tested: no -->\n")


if __name__ == "__main__":
    unittest.main(verbosity=2)
