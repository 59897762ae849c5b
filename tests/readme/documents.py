"""Markdown read as far as the tests need it: blocks that are marked as tested, links, headings."""

import os
import pathlib
import re

MARK = re.compile(r"^<!-- tested: (run|daemon|simulator|stopped|check)(?:, prints: (.*))? -->$")
FENCE = re.compile(r"^```(\w*)$")
LINK = re.compile(r"(?<!!)\[[^\]\[]*\]\(([^)\s]+)\)")
LEFT_OUT = ("build", ".git", "node_modules", "__pycache__")


class Block:
    def __init__(self, line, kind, prints, language, text):
        self.line = line
        self.kind = kind
        self.prints = [words.strip() for words in prints.split(" & ")] if prints else []
        self.language = language
        self.text = text


def blocks(markdown):
    """The marked blocks in order. A mark without a block after it is an error."""
    found = []
    lines = markdown.split("\n")
    for number, line in enumerate(lines):
        mark = MARK.match(line)
        if line.startswith("<!-- tested") and not mark:
            raise ValueError(f"line {number + 1}: this mark is not understood: {line}")
        if not mark:
            continue
        fence = FENCE.match(lines[number + 1]) if number + 1 < len(lines) else None
        if not fence:
            raise ValueError(f"line {number + 1}: no block follows the mark")
        end = lines.index("```", number + 2)
        text = "\n".join(lines[number + 2:end]) + "\n"
        found.append(Block(number + 2, mark[1], mark[2], fence[1], text))
    return found


def unmarked(markdown, language):
    """The texts of the blocks of this language that have no mark, in order."""
    marked = {block.line for block in blocks(markdown)}
    found = []
    lines = markdown.split("\n")
    for number, line in enumerate(lines):
        if line == f"```{language}" and number + 1 not in marked:
            end = lines.index("```", number + 1)
            found.append("\n".join(lines[number + 1:end]))
    return found


def without_code(markdown):
    """Blocks and code spans blanked: what is inside is no link and no heading."""
    markdown = re.sub(r"^```.*?^```$", "", markdown, flags=re.M | re.S)
    return re.sub(r"`[^`\n]*`", lambda m: "`" + "x" * (len(m[0]) - 2) + "`", markdown)


def links(markdown):
    return [target for target in LINK.findall(without_code(markdown))
            if not re.match(r"[a-z][a-z0-9+.-]*:", target)]


def anchors(markdown):
    """The headings as a forge names them."""
    prose = re.sub(r"^```.*?^```$", "", markdown, flags=re.M | re.S)
    named = set()
    for heading in re.findall(r"^#{1,6} (.*)$", prose, flags=re.M):
        plain = re.sub(r"[^\w\- ]", "", heading.lower())
        named.add(plain.strip().replace(" ", "-"))
    return named


def documents(root):
    """Every Markdown file of the project below `root`."""
    found = []
    for folder, names, files in os.walk(root):
        names[:] = [n for n in names if not n.startswith(LEFT_OUT)]
        found += [pathlib.Path(folder, f) for f in files if f.endswith(".md")]
    return sorted(found)
