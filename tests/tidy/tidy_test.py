#!/usr/bin/env python3
"""The rules of the sources that a compiler does not check. README.md says how to live with them."""

import pathlib
import re
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))

import functions  # noqa: E402
import includes  # noqa: E402
import sources  # noqa: E402

COLUMNS_MAX = 100
FUNCTION_MAX = 70
FILE_MAX = 500

# The daemon's one clock; the simulator and the command line are programs of their own.
CLOCKS = ("gateway/net/clock.cc", "gateway/runtime/clock.cc", "gateway/sim/", "gateway/cli/", "tests/",
          "bench/")
# pattern, where it is allowed (prefixes), why
BANNED = [
    (r"\b(system_clock|steady_clock|high_resolution_clock)::now\b", CLOCKS,
     "the clock is read in clock.cc; elsewhere `now` is an argument"),
    (r"\b(gettimeofday|clock_gettime)\s*\(|\btime\s*\(\s*(nullptr|NULL|0)\s*\)", CLOCKS,
     "the clock is read in clock.cc; elsewhere `now` is an argument"),
    (r"\bthrow\b", ("tests/",), "nothing throws; errors are values"),
    (r"\.\s*detach\s*\(\s*\)", (), "no detached thread: who made it joins it"),
    (r"\b(s?rand|s?random_r|drand48|random_shuffle)\s*\(", (),
     "randomness comes from OpenSSL or a seed"),
    (r"(?<![\w>])::sleep\s*\(|\bsleep\s*\(\s*\d|\b(usleep|nanosleep)\s*\(|\bsleep_(for|until)\s*\(",
     ("tests/crash/", "bench/"),
     "nothing sleeps; wait for what you wait for"),
    (r"\bstd::(basic_|w)?regex\b|#\s*include\s*<regex>", (), "std::regex has no bound; use RE2"),
    (r"\bstd::(cout|cerr)\b", ("gateway/cli/", "gateway/sim/", "tests/", "bench/"),
     "libraries do not print"),
    (r"\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|tmpnam|mktemp)\s*\(", (),
     "unbounded or not safe with threads"),
    (r"\busing\s+namespace\b", (), "names say where they come from", (".h",)),
]
# Assembled, so that this file does not contain them itself.
WORDS = [r"/wor" + r"k/", r"/far" + r"m/", r"\bTO" + r"DO\b", r"\bFIX" + r"ME\b", r"\bX" + r"XX\b",
         r"\bsuba" + r"gents?\b", r"not impl" + r"emented", r"GTEST" + r"_SKIP",
         r"\bDISA" + r"BLED_"]
TEMPORARY = r"/tm" + r"p/"  # fine in tests

FILES = sources.list_files(ROOT)
CXX = [path for path in FILES if path.endswith((".h", ".cc"))]
TOP = {path.split("/")[0] for path in FILES if "/" in path}


def ratchet(rule):
    """{key: size} of the rule's lines; the key is everything between rule and size."""
    known = {}
    for line in (HERE / "ratchet.txt").read_text().splitlines():
        words = line.split("#")[0].split()
        if words and words[0] == rule:
            known[" ".join(words[1:-1])] = int(words[-1])
    return known


class Tidy(unittest.TestCase):
    maxDiff = None

    def none(self, problems):
        self.assertEqual([], sorted(problems), "\n" + "\n".join(sorted(problems)))

    def against_ratchet(self, rule, sizes, limit, what):
        """`sizes`: {key: size}. Above the limit only what is listed, and only as large as listed."""
        known, problems = ratchet(rule), []
        for key, size in sizes.items():
            if size > max(limit, known.get(key, 0)):
                problems.append(f"{key}: {size} {what} (at most {max(limit, known.get(key, 0))})")
        for key, size in known.items():
            now = sizes.get(key, 0)
            if now <= limit:
                problems.append(f"ratchet.txt: {rule} {key} is no longer needed")
            elif now < size:
                problems.append(f"ratchet.txt: {rule} {key} can go down from {size} to {now}")
        self.none(problems)

    def test_includes_point_downwards(self):
        problems = []
        for path in CXX:
            for line, target, _ in includes.includes(sources.read(ROOT / path)):
                why = includes.problem(path, target, TOP)
                if why:
                    problems.append(f"{path}:{line}: {target}: {why}")
        self.none(problems)

    def test_our_headers_are_included_from_the_root(self):
        problems = []
        for path in CXX:
            for line, target, quoted in includes.includes(sources.read(ROOT / path)):
                beside = (ROOT / path).parent / target
                if quoted and target.split("/")[0] not in TOP and beside.is_file():
                    problems.append(f'{path}:{line}: "{target}" is not written from the root')
        self.none(problems)

    def test_lines_are_at_most_100_columns(self):
        sizes = {}
        for path in CXX:
            long = [n for n in sources.read(ROOT / path).split("\n") if len(n) > COLUMNS_MAX]
            sizes[path] = len(long)
        self.against_ratchet("column", sizes, 0, "lines longer than 100 columns")

    def test_functions_are_at_most_70_lines(self):
        sizes = {}
        for path in CXX:
            for name, _, lines in functions.functions(sources.code(ROOT / path)):
                key = f"{path} {name}"
                sizes[key] = max(lines, sizes.get(key, 0))
        self.against_ratchet("function", sizes, FUNCTION_MAX, "lines")

    def test_files_are_at_most_500_lines(self):
        sizes = {path: sources.read(ROOT / path).count("\n") for path in CXX}
        self.against_ratchet("file", sizes, FILE_MAX, "lines")

    def test_no_banned_calls(self):
        problems = []
        for pattern, allowed, why, *endings in BANNED:
            for path in CXX:
                if path.startswith(tuple(allowed)) or not path.endswith(tuple(endings or [""])[0]):
                    continue
                text = sources.code(ROOT / path)
                for match in re.finditer(pattern, text):
                    line = text.count("\n", 0, match.start()) + 1
                    problems.append(f"{path}:{line}: {match.group().strip()}: {why}")
        self.none(problems)

    def test_every_source_is_listed_in_a_cmake_file(self):
        listed = {}
        problems = []
        for path in (p for p in FILES if p.endswith(("CMakeLists.txt", ".cmake"))):
            folder = str(pathlib.PurePosixPath(path).parent)
            for word in re.findall(r"[\w./${}-]+\.cc\b", sources.read(ROOT / path)):
                word = word.replace("${CMAKE_CURRENT_LIST_DIR}/", "")
                word = word.replace("${CMAKE_CURRENT_SOURCE_DIR}/", "")
                base = "" if word.startswith("${CMAKE_SOURCE_DIR}/") else folder
                word = word.replace("${CMAKE_SOURCE_DIR}/", "")
                target = pathlib.PurePosixPath(base, word)
                listed[str(target)] = path
        for path in CXX:
            if path.endswith(".cc") and path not in listed:
                problems.append(f"{path}: no CMakeLists.txt lists it")
        for target, path in listed.items():
            if "${" not in target and ".." not in target and not (ROOT / target).is_file():
                problems.append(f"{path}: {target} does not exist")
        self.none(problems)

    def test_files_begin_with_what_they_are(self):
        problems = []
        for path in CXX:
            text = sources.read(ROOT / path)
            if path.endswith(".h") and "#pragma once" not in text:
                problems.append(f"{path}: no #pragma once")
            spoken_for = path.startswith("tests/") or path[:-3] + ".h" in FILES
            if not text.startswith("//") and not spoken_for:
                problems.append(f"{path}: the first line does not say what it is")
        self.none(problems)

    def test_folders_have_a_readme(self):
        # Below tests/ the folders mirror the sources: tests/README.md speaks for them.
        wanted = {str(pathlib.PurePosixPath(path).parent) for path in CXX if "/" in path}
        wanted = {"tests" if folder.startswith("tests/") else folder for folder in wanted}
        self.none(f"{folder}/: no README.md" for folder in wanted
                  if f"{folder}/README.md" not in FILES)

    def test_words_that_do_not_belong_here(self):
        problems = []
        for path in FILES:
            if path.endswith((".png", ".ico", ".bin")) or "/corpus/" in path:
                continue
            text = sources.read(ROOT / path)
            patterns = WORDS + ([] if path.startswith("tests/") else [TEMPORARY])
            for pattern in patterns:
                for match in re.finditer(pattern, text):
                    line = text.count("\n", 0, match.start()) + 1
                    problems.append(f"{path}:{line}: {match.group()}")
        self.none(problems)

    def test_features_are_proven(self):
        tests = [path for path in FILES
                 if path.startswith("tests/") and not path.startswith("tests/tidy/")]
        text = "\n".join(sources.read(ROOT / path) for path in tests)
        problems = []
        for line in (HERE / "features.txt").read_text().splitlines():
            words = line.split("#")[0].split()
            if words and not re.search(rf"\b{re.escape(words[0])}\b", text):
                problems.append(f"{words[0]}: no test names it")
        self.none(problems)


class Checks(unittest.TestCase):
    """The checks themselves."""

    def test_blanking_keeps_lines_and_removes_literals(self):
        text = 'a = "throw"; // throw\n/* throw\n */ b = R"x(throw)x"; c = \'"\'; d = 1\'000;\n'
        self.assertNotIn("throw", sources.blank(text))
        self.assertEqual(text.count("\n"), sources.blank(text).count("\n"))
        self.assertIn("d = 1'000;", sources.blank(text))

    def test_functions_are_found_with_their_length(self):
        text = ("namespace a {\nstruct S {\n    int f() const {\n        if (x) {\n            y();\n"
                "        }\n    }\n};\nconstexpr T t[] = {\n    {1, 2},\n};\n"
                "S::S(int a)\n    : a_(a) {\n    z();\n}\n}  // a\n")
        self.assertEqual([("f", 3, 5), ("S::S", 12, 4)], functions.functions(text))

    def test_the_table_of_includes(self):
        top = {"adapters", "storage", "conf", "gateway", "tests", "ratelimit"}
        for source, target in (("conf/a.cc", "gateway/net/http.h"), ("storage/a.cc", "conf/config.h"),
                               ("gateway/core/a.cc", "gateway/runtime/b.h"),
                               ("gateway/api/a.cc", "gateway/ingress/b.h"),
                               ("gateway/model/a.h", "gateway/core/b.h"),
                               ("gateway/net/a.cc", "gateway/core/b.h"),
                               ("gateway/api/a.cc", "boost/asio.hpp"),
                               ("gateway/core/a.cc", "rocksdb/db.h"),
                               ("gateway/main.cc", "tests/support/x.h")):
            self.assertTrue(includes.problem(source, target, top), (source, target))
        for source, target in (("gateway/daemon.cc", "gateway/api/routes.h"),
                               ("gateway/core/a.cc", "gateway/policy/b.h"),
                               ("gateway/net/a.cc", "boost/asio.hpp"),
                               ("storage/a.cc", "rocksdb/db.h"), ("tests/a.cc", "gateway/net/a.h"),
                               ("gateway/runtime/a.cc", "storage/store.h")):
            self.assertIsNone(includes.problem(source, target, top), (source, target))


if __name__ == "__main__":
    unittest.main(verbosity=2)
