"""Where functions begin and end, by counting braces: enough for code laid out by clang-format."""

import re

_NOT_A_NAME = {"if", "for", "while", "switch", "catch", "return", "sizeof", "decltype", "alignof",
               "noexcept", "requires", "constexpr", "defined", "static_assert"}
_CALL = re.compile(r"([A-Za-z_~][\w:~]*|operator\s*[^\s(]+)\s*\($")


def _head_name(head):
    """The function's name if the text before a `{` is a function's head, or None."""
    head = re.sub(r"^\s*#.*$", "", head, flags=re.M).strip()
    if not head or head.endswith(("=", ",", "(")) or re.search(r"\b(namespace|enum)\b", head):
        return None
    if re.search(r"\b(class|struct|union)\b[^()]*$", head):
        return None
    for match in re.finditer(r"\(", head):
        call = _CALL.search(head[:match.end()])
        if call and call.group(1) not in _NOT_A_NAME:
            return call.group(1)
        return None
    return None


def functions(text):
    """(name, first line, lines) of each outermost function body in blanked text."""
    found, stack, head_start, inside = [], [], 0, None
    for match in re.finditer(r"[{};]", text):
        char, at = match.group(), match.start()
        if char == "{":
            name = _head_name(text[head_start:at]) if inside is None else None
            first = text.count("\n", 0, _first_ink(text, head_start)) + 1
            stack.append((name, first))
            if name is not None:
                inside = len(stack)
        elif char == "}" and stack:
            name, first = stack.pop()
            if name is not None:
                inside = None
                found.append((name, first, text.count("\n", 0, at) + 2 - first))
        if inside is None:
            head_start = at + 1
    return found


def _first_ink(text, start):
    match = re.compile(r"\S").search(text, start)
    return match.start() if match else start
