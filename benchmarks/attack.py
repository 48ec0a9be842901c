"""Schemathesis over the whole OpenAPI document, every check, also stateful, as nobody, a member, an officer and a
partner, against a running `zhijia serve --demo`. Prints one JSON line: requests, failures by check, 5xx.

Not a speed. QUICK=1 sends a few hundred requests; the full run at least 20,000. What is left out and why stands in
`LEFT_OUT`; every failure's request is in the report folder that is named at the end.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.request import HTTPCookieProcessor, Request, build_opener

import _harness as harness

EXAMPLES = 3 if harness.QUICK else int(os.environ.get("EXAMPLES", "60"))
SEED = int(os.environ.get("SEED") or 7)
PHASES = "examples,coverage,fuzzing,stateful"
PASSWORD = "zhijia-demo-2026"
LEFT_OUT = (
    "use_after_free",  # nothing can be deleted through the API
    "positive_data_acceptance",  # a schema cannot say "a unit that exists", "a state in which this is possible"
)  # fmt: skip
"""Checks whose question does not fit; all others run."""


def main() -> None:
    """Serve, sign in as each, attack, count."""
    folder = Path(tempfile.mkdtemp(prefix="zhijia-attack-"))
    folder.chmod(0o711)
    port = harness.free_port()
    url = f"http://127.0.0.1:{port}"
    env = os.environ | {
        "ZHIJIA_HOME": str(folder), "PORT": str(port), "ZHIJIA_LIMIT_FACTOR": "1000000", "ZHIJIA_LANG": "en",
    }  # fmt: skip
    command = [sys.executable, "-m", "zhijia.faces.cli.main"]
    server = subprocess.Popen([*command, "serve", "--demo"], env=env, stdout=subprocess.DEVNULL)
    try:
        wait(url)
        people = {
            "nobody": [], "member": member(url), "officer": officer(url), "partner": partner(url, command, env),
        }  # fmt: skip
        told = {name: attack(url, name, headers, folder) for name, headers in people.items()}
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(60)
    requests = sum(one["requests"] for one in told.values())
    failures: Counter[str] = sum((Counter(one["failures"]) for one in told.values()), Counter())
    broken = sum(one["server_errors"] for one in told.values())
    target = 500 if harness.QUICK else 20_000
    harness.report(
        "attack", requests, "requests", target, requests >= target and not failures and not broken,
        failures=dict(failures), server_errors=broken, reports=str(folder), **{f"as_{n}": t for n, t in told.items()},
    )  # fmt: skip


def wait(url: str) -> None:
    """Until the platform answers."""
    for _second in range(240):
        try:
            build_opener().open(f"{url}/api/v1/healthz", timeout=5).read()
        except OSError:
            time.sleep(1)
        else:
            return
    raise RuntimeError("the platform did not start")


def _session(url: str, *bodies: tuple[str, dict[str, Any]]) -> tuple[list[str], Any]:
    """Send each body to its path with one cookie jar; the headers of the session, and the last answer."""
    jar = CookieJar()
    opener, answer = build_opener(HTTPCookieProcessor(jar)), None
    for path, body in bodies:
        request = Request(f"{url}/api/v1{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})
        text = opener.open(request, timeout=30).read()
        answer = json.loads(text) if text else None
    cookies = {cookie.name: cookie.value or "" for cookie in jar}
    return [
        "Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()),
        f"X-CSRFToken: {cookies.get('csrftoken', '')}",
    ], answer


def member(url: str) -> list[str]:
    """A worker by phone and code; the demonstration tells the code."""
    _headers, told = _session(url, ("/session/code", {"phone": "13800000001"}))
    return _session(url, ("/session", {"phone": "13800000001", "code": told["code"]}))[0]


def officer(url: str) -> list[str]:
    """The officer of the demonstration county."""
    return _session(url, ("/session", {"login": "officer", "password": PASSWORD}))[0]


def partner(url: str, command: list[str], env: dict[str, str]) -> list[str]:
    """A partner made at the command line, with a token."""
    said = subprocess.run(
        [*command, "partner", "add", "Attack", "--org", "1"],
        env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = dict(re.findall(r"(client_id|client_secret)\W+([\w.~-]{8,})", said.stdout))
    if len(found) < 2:
        raise RuntimeError(said.stdout + said.stderr)
    body = f"grant_type=client_credentials&client_id={found['client_id']}&client_secret={found['client_secret']}"
    request = Request(f"{url}/api/v1/oauth/token", body.encode(), {"Content-Type": "application/x-www-form-urlencoded"})
    token = json.loads(build_opener().open(request, timeout=30).read())["access_token"]
    return [f"Authorization: Bearer {token}"]


def attack(url: str, name: str, headers: list[str], folder: Path) -> dict[str, Any]:
    """One run of schemathesis with these headers."""
    events = folder / f"{name}.ndjson"
    arguments = [arg for header in headers for arg in ("--header", header)]
    left_out = ",".join((*LEFT_OUT, *(["ignored_auth"] if not headers else [])))
    subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "run", f"{url}/api/v1/openapi.json", "--url", url,
            "--checks", "all", "--exclude-checks", left_out, "--phases", PHASES, "--max-examples", str(EXAMPLES),
            "--seed", str(SEED), "--continue-on-failure", "--workers", "1", "--exclude-operation-id", "sign_out",
            "--exclude-path-regex", "/oauth/", "--suppress-health-check", "all", "--request-timeout", "60",
            "--warnings", "off", "--report", "ndjson", "--report-ndjson-path", str(events), *arguments,
        ],
        cwd=folder, env=os.environ | {"SCHEMATHESIS_HOOKS": ""}, check=False, stdout=(folder / f"{name}.txt").open("w"),
        stderr=subprocess.STDOUT,
    )  # fmt: skip
    return count(events)


def count(events: Path) -> dict[str, Any]:
    """Requests, failures by check (with where each was first seen) and 5xx of one run."""
    requests, server_errors = 0, 0
    failures: Counter[str] = Counter()
    first: dict[str, str] = {}
    for line in events.read_text().splitlines():
        for event in json.loads(line).values():
            recorder = event.get("recorder") if isinstance(event, dict) else None
            if not recorder:
                continue
            answers = recorder.get("interactions") or {}
            requests += len(answers)
            server_errors += sum(_status(answer) >= 500 for answer in answers.values())
            for case, checks in (recorder.get("checks") or {}).items():
                for name in (check["name"] for check in checks if check["status"] != "success"):
                    failures[name] += 1
                    asked = answers.get(case, {}).get("request") or {}
                    first.setdefault(name, f"{asked.get('method')} {asked.get('uri')} {_status(answers.get(case, {}))}")
    return {"requests": requests, "failures": dict(failures), "server_errors": server_errors, "first": first}


def _status(answer: dict[str, Any]) -> int:
    """The status of an answer; 0 where none came."""
    return int((answer.get("response") or {}).get("status_code") or 0)


if __name__ == "__main__":
    main()
