"""The files of the repository, and C++ text with comments and literals blanked out."""

import functools
import pathlib
import re
import subprocess


def list_files(root):
    """Paths that git tracks or would track, relative to the root, sorted."""
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={root}", "-C", str(root), "ls-files", "-z", "--cached",
         "--others", "--exclude-standard"], check=True, stdout=subprocess.PIPE).stdout.decode()
    return sorted(path for path in set(listed.split("\0")) if path and (root / path).is_file())


_TOKEN = re.compile(
    r'//[^\n]*'
    r'|/\*.*?\*/'
    r'|R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'",
    re.S)


def blank(text):
    """Comments and literals become spaces; line breaks stay, so that line numbers stay."""
    return _TOKEN.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


@functools.lru_cache(maxsize=None)
def read(path):
    return pathlib.Path(path).read_text(encoding="utf-8", errors="replace")


@functools.lru_cache(maxsize=None)
def code(path):
    return blank(read(path))
