#!/usr/bin/env python3
"""The completion scripts in real shells: what a person gets who presses the tabulator."""

import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(sys.argv.pop()).resolve()

BASH = """
source {script}
complete -p postern >/dev/null || exit 9
COMP_WORDS=({words})
COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_postern
printf '%s\\n' "${{COMPREPLY[@]}}"
"""

# The widgets of zsh's completion need an editor; recorders stand in for the four that are called.
ZSH = """
compdef() {{ print -r -- "compdef $*" >&2 }}
_describe() {{ print -rl -- ${{(P)@[-1]}} }}
compadd() {{ print -rl -- ${{(P)@[-1]}} }}
_files() {{ print -r -- "files $*" }}
compset() {{ words[CURRENT]=${{words[CURRENT]#*=}} }}
source {script}
words=({words})
CURRENT=${{#words}}
_postern
"""


def run(shell, text, cwd):
    done = subprocess.run([*shell, "-c", text], cwd=cwd, text=True, capture_output=True, timeout=30,
                          env={"PATH": os.environ["PATH"], "HOME": cwd, "LC_ALL": "C.UTF-8"})
    if done.returncode != 0:
        raise AssertionError(f"{shell[0]}: {done.returncode}\n{done.stderr}")
    return done.stdout, done.stderr


class Completion(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = scratch.name
        for shell in ("bash", "zsh"):
            done = subprocess.run([PROGRAM, "completion", shell], capture_output=True, text=True,
                                  timeout=30, check=True)
            pathlib.Path(self.folder, shell).write_text(done.stdout)
        pathlib.Path(self.folder, "postern one.toml").touch()
        pathlib.Path(self.folder, "data two").mkdir()

    def bash(self, *words):
        text = BASH.format(script=f"{self.folder}/bash",
                           words=" ".join(shlex.quote(w) for w in ("postern", *words)))
        out, problems = run(["bash", "--norc"], text, self.folder)
        self.assertEqual("", problems)
        return sorted(line for line in out.split("\n") if line)

    def zsh(self, *words):
        text = ZSH.format(script=f"{self.folder}/zsh",
                          words=" ".join(shlex.quote(w) for w in ("postern", *words)))
        out, problems = run(["zsh", "-f"], text, self.folder)
        self.assertEqual("compdef _postern postern\n", problems)
        return [line for line in out.split("\n") if line]

    def commands_of_help(self):
        text = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True).stdout
        listed = text.split("Subcommands:\n")[1].split("\n\n")[0]
        return sorted(line.split()[0] for line in listed.split("\n")
                      if line.startswith("  ") and not line.startswith("   "))

    def test_bash_offers_every_command_of_the_help(self):
        self.assertGreater(len(self.commands_of_help()), 10)
        self.assertEqual(self.commands_of_help(), self.bash(""))
        self.assertEqual(["keys"], self.bash("ke"))

    def test_bash_descends_into_commands_and_past_options_with_values(self):
        self.assertEqual(["create", "list", "revoke", "rotate"], self.bash("keys", ""))
        self.assertEqual(["create"], self.bash("--key", "status", "--json", "keys", "cr"))
        self.assertEqual([], self.bash("keys", "create", "--name", ""))

    def test_bash_offers_options_of_the_command_and_of_the_program(self):
        offered = self.bash("events", "--")
        self.assertTrue({"--follow", "--after", "--help", "--json", "--key", "--api"} <= set(offered))
        self.assertFalse({"--overlap", "--version"} & set(offered))
        self.assertEqual(["--version"], self.bash("--v"))
        self.assertEqual(["--overlap"], self.bash("keys", "rotate", "--ov"))
        self.assertIn("--all", self.bash("quarantine", "replay", "--a"))

    def test_bash_offers_closed_lists_of_values(self):
        self.assertEqual(["active", "inactive"], self.bash("mode", ""))
        self.assertEqual(["bash", "zsh"], self.bash("completion", ""))
        self.assertEqual(["high", "low", "normal"], self.bash("send", "--priority", ""))
        self.assertEqual(["--send-at", "--subject"], self.bash("send", "--text", "Hola", "--s"))
        self.assertEqual(["telegram", "twilio"], self.bash("simulate", "--channels", "t"))
        self.assertEqual(["whatsapp"], self.bash("simulate", "--channels", "=", "wh"))

    def test_bash_offers_files_and_folders_with_spaces(self):
        self.assertEqual(["postern one.toml"], self.bash("doctor", "--config", "post"))
        self.assertEqual(["data two"], self.bash("restore", "da"))
        self.assertEqual([], self.bash("restore", "post"))

    def test_zsh_explains_what_it_offers(self):
        commands = [line.split(":")[0] for line in self.zsh("")]
        self.assertEqual(self.commands_of_help(), sorted(commands))
        self.assertIn("create:Make a key", self.zsh("keys", ""))
        self.assertIn("--follow:Stay and print events as they come", self.zsh("events", "--"))
        self.assertEqual(["active", "inactive"], self.zsh("mode", ""))
        self.assertIn("telegram", self.zsh("simulate", "--channels", ""))
        self.assertIn("telegram", self.zsh("simulate", "--channels=t"))
        self.assertEqual(["files "], self.zsh("doctor", "--config", ""))
        self.assertEqual(["files -/"], self.zsh("restore", ""))

    def test_zsh_finds_it_in_its_path(self):
        pathlib.Path(self.folder, "functions").mkdir()
        os.rename(f"{self.folder}/zsh", f"{self.folder}/functions/_postern")
        out, _ = run(["zsh", "-f"], "fpath=($PWD/functions $fpath); autoload -U compinit; "
                     "compinit -u -D; print -r -- $_comps[postern]", self.folder)
        self.assertEqual("_postern\n", out)


if __name__ == "__main__":
    unittest.main(verbosity=2)
