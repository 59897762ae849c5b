"""Who may include whom (the top-level folders, and the layers inside gateway/)."""

import re

LEAVES = ("adapters", "ratelimit", "storage", "conf")
ABOVE_ALL = ("tests", "bench")  # see everything; nothing sees them

# Inside gateway/: a folder may include itself, lower rows, and what its row says beside.
_ROWS = [
    {"model"},
    {"contacts", "conversations", "policy", "templates", "campaigns", "flows"},
    {"core"},
    {"recording"},  # what entered the core, for a replay
    {"runtime"},
    {"tokens"},  # access tokens that end, for whoever sends and fetches
    {"media"},  # files beside the store, for the API and the way out
    {"audit"},  # checks of a storage at rest: for the command line and tests
    {"events"},  # renders rows for streams, and for the API's timelines
    {"api", "console", "ingress", "egress", "imports", "subscriptions"},
    {"alarms"},  # tells as subscriptions do
    {"lines"},  # what drivers of channels without HTTP are made with
    {"smpp", "smtp", "webchat", "imap", "polling"},  # those drivers
    {"."},  # main.cc, daemon.{h,cc}
]
# Beside the rows: what they may include, and which rows may include them (lowest index).
_SERVANTS = {"net": set(), "metrics": set()}
_SERVANTS_FROM_ROW = 4
_CODEC_FROM_ROW = 4  # struct <-> record: serves runtime and above
# Programs of their own: they speak to the daemon over its API.
_PROGRAMS = {"cli": {"net", "model", "sim", "audit", "cli"}, "sim": {"net", "sim"}}

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)

ASIO = re.compile(r"^boost/(asio|beast)")
ROCKSDB = re.compile(r"^(rocksdb|google/protobuf)/|\.pb\.h$")


def includes(text):
    """(line, name, quoted) of each include."""
    for match in _INCLUDE.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match.group(2), match.group(1) == '"'


def _row(folder):
    for index, row in enumerate(_ROWS):
        if folder in row:
            return index
    return None


def _inside_gateway(source, target):
    """Why gateway/<source> may not include gateway/<target>, or None."""
    if source == target:
        return None
    if source in _PROGRAMS:
        allowed = target in _PROGRAMS[source]
        return None if allowed else f"gateway/{source} speaks to the daemon over its API only"
    if source in _SERVANTS:
        return f"gateway/{source} includes nothing of ours"
    if source == "codec":
        row = _row(target)
        return None if row is not None and row <= _row("core") else "codec maps the core's structs"
    here, there = _row(source), _row(target)
    if here is None:
        return f"gateway/{source} is not in the table of tests/tidy/includes.py"
    if target in _SERVANTS or target == "codec":
        return None if here >= _SERVANTS_FROM_ROW else f"gateway/{target} serves runtime and above"
    if target in _PROGRAMS:
        return f"nothing includes gateway/{target}"
    if there is None:
        return f"gateway/{target} is not in the table of tests/tidy/includes.py"
    if there > here:
        return f"gateway/{target} is above gateway/{source}"
    if there == here:
        return f"gateway/{target} is a neighbour of gateway/{source}"
    return None


def _gateway_folder(path):
    parts = path.split("/")
    return parts[1] if len(parts) > 2 else "."


def problem(source, target, folders):
    """Why the file `source` may not include `target`, or None. `folders`: top-level names."""
    top, aim = source.split("/")[0], target.split("/")[0]
    if top in ABOVE_ALL:
        return None
    if ASIO.search(target) and not source.startswith("gateway/net/"):
        return "Asio and Beast stay inside gateway/net/"
    if ROCKSDB.search(target) and not source.startswith(("storage/", "gateway/codec/")):
        return "RocksDB and protobuf stay inside storage/ and gateway/codec/"
    if target.startswith("toml++") and source != "conf/tree.cc":
        return "toml++ is compiled in conf/tree.cc only"
    if aim not in folders:
        return None
    if aim in ABOVE_ALL:
        return f"nothing includes {aim}/"
    if top in LEAVES and aim != top:
        return f"{top}/ is a leaf: it includes neither gateway/ nor another leaf"
    if top == "gateway" and aim == "gateway":
        return _inside_gateway(_gateway_folder(source), _gateway_folder(target))
    if top == "gateway" and _gateway_folder(source) == "sim" and aim in LEAVES:
        return None if target.startswith("adapters/model/") else "sim uses adapters/model/ only"
    return None
