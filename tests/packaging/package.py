"""The Debian package of a build folder, made by CPack once a test program."""

import os
import pathlib
import subprocess


def run(*command, cwd=None):
    done = subprocess.run([str(c) for c in command], cwd=cwd, text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env={**os.environ, "LC_ALL": "C.UTF-8"})
    if done.returncode != 0:
        raise AssertionError(f"{command}: {done.returncode}\n{done.stdout}")
    return done.stdout


def build(build_folder, into):
    """Packs what the build folder holds; nothing is compiled. The file's path."""
    run("cpack", "-G", "DEB", "--config", pathlib.Path(build_folder) / "CPackConfig.cmake",
        "-B", into)
    (package,) = pathlib.Path(into).glob("*.deb")
    return package
