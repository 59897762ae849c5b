#!/usr/bin/env python3
"""What an operator looks at, against what the daemon serves: alert rules and the dashboard are read by
the real promtool, and every metric and label in them is one of a running daemon."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import yaml

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import served  # noqa: E402

PROMTOOL = pathlib.Path(sys.argv.pop()).resolve()
DAEMON = pathlib.Path(sys.argv.pop()).resolve()
ROOT = pathlib.Path(sys.argv.pop()).resolve()

ALERTS = ROOT / "conf/alerts.yml"
CASES = ROOT / "tests/packaging/alerts.test.yml"
DASHBOARD = ROOT / "conf/dashboards/postern.json"
# Labels that Prometheus's own functions and rules work with.
FREE_LABELS = {"le", "severity"}
VARIABLES = {"$__rate_interval": "5m", "$__range": "6h", "$instance": ".*", "$account": ".*"}


def promtool(*arguments):
    done = subprocess.run([PROMTOOL, *arguments], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def rules():
    return [r for group in yaml.safe_load(ALERTS.read_text())["groups"] for r in group["rules"]]


def series(expression):
    """[(metric, its labels in braces)] of an expression."""
    found = re.findall(r"\b(postern_\w+|up)\b(?:\{([^}]*)\})?", expression)
    return [(name, set(re.findall(r"(\w+)\s*[=!]", labels))) for name, labels in found]


def grouped(expression):
    words = re.findall(r"\b(?:by|without|on)\s*\(([^)]*)\)", expression)
    return {label.strip() for group in words for label in group.split(",") if label.strip()}


def targets(dashboard):
    """[(where, expression)] of all panels and of what the dashboard itself asks."""
    found = []
    for panel in dashboard["panels"]:
        found += [(panel["title"], t["expr"]) for t in panel.get("targets", [])]
    found += [(a["name"], a["expr"]) for a in dashboard["annotations"]["list"]]
    return found


class Sight(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.served = served.metrics(served.page(DAEMON))

    def check_expression(self, where, expression):
        used = series(expression)
        self.assertTrue(used, f"{where}: {expression}")
        labels = set()
        for name, in_braces in used:
            self.assertIn(name, self.served, where)
            labels |= self.served[name]
            self.assertEqual(set(), in_braces - self.served[name], f"{where}: {name}")
        self.assertEqual(set(), grouped(expression) - labels - FREE_LABELS, where)

    def test_alerts_ask_for_what_is_served(self):
        for rule in rules():
            self.check_expression(rule["alert"], rule["expr"])

    def test_alerts_are_rules_for_promtool(self):
        code, said = promtool("check", "rules", "--lint=all", "--lint-fatal", str(ALERTS))
        self.assertEqual(0, code, said)

    def test_alerts_fire_and_rest_as_the_cases_say(self):
        code, said = promtool("test", "rules", str(CASES))
        self.assertEqual(0, code, said)

    def test_every_alert_has_a_case_in_which_it_fires_and_one_in_which_it_rests(self):
        fires, rests, labels = set(), set(), {}
        for case in yaml.safe_load(CASES.read_text())["tests"]:
            for question in case["promql_expr_test"]:
                name = re.fullmatch(r'ALERTS\{alertname="(\w+)",alertstate="firing"\}',
                                    question["expr"])[1]
                samples = question.get("exp_samples", [])
                (fires if samples else rests).add(name)
                for sample in samples:
                    labels.setdefault(name, set()).update(re.findall(r'(\w+)="', sample["labels"]))
        names = {rule["alert"] for rule in rules()}
        self.assertEqual(names, fires)
        self.assertEqual(names, rests)
        for rule in rules():
            text = " ".join(rule["annotations"].values())
            used = set(re.findall(r"\$labels\.(\w+)", text))
            self.assertEqual(set(), used - labels[rule["alert"]], rule["alert"])
            self.assertEqual({"summary", "action"}, set(rule["annotations"]), rule["alert"])

    def test_dashboard_asks_for_what_is_served(self):
        dashboard = json.loads(DASHBOARD.read_text())
        asked = targets(dashboard)
        self.assertGreater(len(asked), 30)
        for where, expression in asked:
            self.check_expression(where, expression)
        for variable in dashboard["templating"]["list"]:
            if variable["type"] != "query":
                continue
            name, label = re.fullmatch(r"label_values\((\w+)(?:\{.*\})?, (\w+)\)",
                                       variable["definition"]).groups()
            self.assertIn(label, self.served[name])

    def test_dashboard_is_promql_for_promtool(self):
        records = []
        for at, (_, expression) in enumerate(targets(json.loads(DASHBOARD.read_text()))):
            for name, value in VARIABLES.items():
                expression = expression.replace(name, value)
            self.assertNotIn("$", expression)
            records.append({"record": f"panel_{at}", "expr": expression})
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
            yaml.safe_dump({"groups": [{"name": "dashboard", "rules": records}]}, file)
            file.flush()
            code, said = promtool("check", "rules", file.name)
            self.assertEqual(0, code, said)

    def test_dashboard_groups_its_panels_by_question(self):
        dashboard = json.loads(DASHBOARD.read_text())
        self.assertEqual("row", dashboard["panels"][0]["type"])
        for panel in dashboard["panels"]:
            if panel["type"] == "row":
                self.assertTrue(panel["title"].endswith("?"), panel["title"])
        ids = [panel["id"] for panel in dashboard["panels"]]
        self.assertEqual(len(ids), len(set(ids)))
        taken = set()
        for place in (panel["gridPos"] for panel in dashboard["panels"]):
            self.assertLessEqual(place["x"] + place["w"], 24)
            cells = {(x, y) for x in range(place["x"], place["x"] + place["w"])
                     for y in range(place["y"], place["y"] + place["h"])}
            self.assertFalse(cells & taken, "panels overlap")
            taken |= cells


if __name__ == "__main__":
    unittest.main(verbosity=2)
