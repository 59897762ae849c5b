#!/usr/bin/env python3
"""Each header compiles alone, with the flags of a source of its own folder."""

import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))

import sources  # noqa: E402


def flags_by_folder(build):
    """{folder: (command, working directory)} from compile_commands.json, without -c and -o."""
    found = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        folder = os.path.dirname(os.path.relpath(entry["file"], ROOT))
        words = shlex.split(entry["command"])
        kept, skip = [], False
        for word in words:
            if skip or word in ("-c", entry["file"]):
                skip = False
            elif word == "-o":
                skip = True
            elif os.path.basename(word) != "ccache":
                kept.append(word)
        found.setdefault(folder, (kept, entry["directory"]))
    return found


def nearest_flags(header, flags):
    folder = os.path.dirname(header)
    while folder not in flags:
        if not folder:
            return next(iter(flags.values()))
        folder = os.path.dirname(folder)
    return flags[folder]


def check(header, flags):
    command, directory = nearest_flags(header, flags)
    result = subprocess.run(
        [*command, "-fsyntax-only", "-x", "c++", "-include", str(ROOT / header), "/dev/null"],
        cwd=directory, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return result.returncode == 0, header, result.stdout


def main():
    flags = flags_by_folder(pathlib.Path(sys.argv[1]))
    headers = [path for path in sources.list_files(ROOT)
               if path.endswith(".h") and not path.startswith("tests/")]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for good, header, output in pool.map(lambda header: check(header, flags), headers):
            if not good:
                failed += 1
                print(f"{header} does not compile alone:\n{output}", flush=True)
    print(f"{len(headers)} headers, {failed} do not compile alone")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
