"""Which Debian packages the programs are linked with, and what those say of their licences."""

import os
import pathlib
import re
import subprocess

DOCUMENTATION = pathlib.Path("/usr/share/doc")
SANITIZERS = re.compile(r"lib(a|t|ub|l)san\.")


def linked_packages(programs):
    """Of the libraries that the programs name themselves; not of those that these need in turn."""
    found = set()
    for program in programs:
        named = subprocess.run(["readelf", "-d", program], capture_output=True, text=True,
                               check=True).stdout
        where = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
        for library in re.findall(r"\(NEEDED\).*\[(.*)\]", named):
            path = re.search(rf"^\s*{re.escape(library)} => (\S+)", where, flags=re.M)
            if path and not SANITIZERS.match(library):
                found.add(package_of(path[1]))
    return found


def package_of(path):
    """Debian lists a file where it was put before /lib became a link to /usr/lib."""
    real = os.path.realpath(path)
    for name in (real, real.removeprefix("/usr"), path, "/usr" + path):
        told = subprocess.run(["dpkg-query", "-S", name], capture_output=True, text=True)
        if told.returncode == 0:
            return told.stdout.split(":")[0]
    raise AssertionError(f"{path} is of no package")


def says(package, licence):
    """Whether the package's copyright names the licence: by its short name, where it has those."""
    text = (DOCUMENTATION / package / "copyright").read_text(errors="replace")
    short = set(re.findall(r"^License: *(.+?) *$", text, flags=re.M))
    if short:
        return licence in short
    words = {"LGPL": "Lesser General Public", "GPL": "General Public License",
             "exception": "Runtime Library Exception"}
    named = [phrase for word, phrase in words.items() if word in licence]
    return any(phrase.lower() in text.lower() for phrase in named)


def table(markdown):
    """{package: (how, licence)} of the rows of the section on licences."""
    section = markdown.split("\n## Licence\n")[1].split("\n## ")[0]
    rows = {}
    for packages, how, licence in re.findall(r"^\| (`.*?) \| (.*?) \| (.*?) \|$", section,
                                             flags=re.M):
        for package in re.findall(r"`([^`]+)`", packages):
            rows[package] = (how, licence.split(":")[0])
    return rows
