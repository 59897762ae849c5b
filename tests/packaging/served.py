"""The metrics page of a real daemon: what may be asked for in an alert or on a dashboard."""

import json
import pathlib
import re
import subprocess
import tempfile
import urllib.request

CONFIG = """
allow_inline_secrets = true
[listen]
webhooks = "127.0.0.1:0"
api = "127.0.0.1:0"
metrics = "127.0.0.1:0"
[storage]
path = "data"
ballast_bytes = 0
[[account]]
id = "crm-hook"
channel = "http"
credentials.secret = "words"
"""
# What Prometheus adds to every series, and what it makes itself.
OF_PROMETHEUS = {"up": {"job", "instance"}}
ALWAYS = {"job", "instance"}


def page(daemon):
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "postern.toml").write_text(CONFIG)
        process = subprocess.Popen([daemon, "--config", "postern.toml"], cwd=folder, text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        try:
            line = process.stdout.readline()
            if not line.startswith('{"ready":true'):
                raise RuntimeError(f"the daemon is not ready: {line}{process.stderr.read()}")
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            url = f"http://{json.loads(line)['metrics']}/metrics"
            with opener.open(url, timeout=30) as answer:
                return answer.read().decode()
        finally:
            process.terminate()
            process.communicate(timeout=60)


def metrics(text):
    """{name of a series: its labels}; a family without a sample yet has only Prometheus's own."""
    found = dict(OF_PROMETHEUS)
    for name, kind in re.findall(r"^# TYPE (\w+) (\w+)$", text, flags=re.M):
        for suffix in ("_bucket", "_sum", "_count") if kind == "histogram" else ("",):
            found[name + suffix] = set(ALWAYS)
    for name, labels in re.findall(r"^(\w+)\{(.*)\} \S+$", text, flags=re.M):
        found.setdefault(name, set(ALWAYS)).update(re.findall(r'(\w+)="', labels))
    return found
