"""Realistic output without a secret must come out as it went in."""

from __future__ import annotations

import random

from swiftlog_core.stream.mask import Secret
from tests.unit.swiftlog_core.stream.mask.corpus import literal_masker, mask_all

# ruff: noqa: E501 -- lines of logs are as long as they are
LINES = [
    "2024-05-17T10:11:12.123Z INFO  worker-{n} finished step {n} in {n} ms",
    "npm http fetch GET 200 https://registry.npmjs.org/left-pad/-/left-pad-1.{n}.0.tgz {n}ms",
    "added {n} packages, audited lodash@4.17.{n} and @types/node@20.{n}.0",
    "npm_config_cache=/home/u/.npm npm_lifecycle_event=build npm_package_version={n}",
    "Collecting task-scheduler-with-a-very-long-name-{n}-for-every-team>=1.{n}",
    '  File "/app/sk-learn/risk-assessment-model-training-pipeline-v{n}.py", line {n}',
    '<div class="sk-container-id-{n} sk-text-repr-fallback sk-toggleable__content">',
    "FAILED tests/test_auth.py::test_token_is_refused[sk-short-{n}] - AssertionError",
    "listening on http://localhost:80{n}/ and ws://127.0.0.1:90{n}",
    "remote: https://user:$TOKEN@github.com/o/r.git and https://x:${{PASS}}@h/ and ftp://a:***@h",
    "origin git@github.com:org/repo-{n}.git (fetch), mail jo@example.org: see a://b c:d@e",
    "sha256:{h}{h} digest, commit {h} by a machine",
    "Authorization: Bearer <redacted>, aws_secret_access_key=<missing>, AKIA is a prefix",
    "TOKEN is a secret; the password and production master token are localhost words",
    "-----BEGIN CERTIFICATE----- MIIB{h} -----END CERTIFICATE-----",
    "-----BEGIN PUBLIC KEY----- {n} -----END PUBLIC KEY-----",
    "eyJ is how base64 of an object begins, as eyJuIjp7fX0= or eyJ.eyJ.eyJ{n}",
    "\x1b[32mPASS\x1b[0m {n}/100 [=====>     ] \r\x1b[2K{n}% done xapp-some-longer-name-{n}",
    "glob-parent@5.{n}, glrt-lib, gldt-x, glpat-, ghp_short, gho_, github_pat_no, xoxo-{n}",
    'ERROR: relation "api_tokens" does not exist at character {n} hf_hub_download(x)',
    "::group::Build {n}",
    "::error file=a.py,line={n}::message with :: in it",
    "C:\\Users\\runner\\AppData\\Local\\Temp\\{h}\\pip-req-build",
    "SG.1 is singapore, AIza is short, ya29.x too, pypi-server=={n}, dop_v1_none, sk_live_x",
    "/9j/4AAQSkZJRgABAQAAAQABAAD{h}+/{h}==",
    "",
]


def test_ordinary_output_is_not_touched() -> None:
    rng = random.Random(7)
    text = "\n".join(
        line.format(n=rng.randint(1, 99), h=f"{rng.getrandbits(160):040x}")
        for _ in range(200)
        for line in rng.sample(LINES, len(LINES))
    ).encode()
    secrets = [
        Secret("PROD", b"production"),
        Secret("SHORT", b"abc"),
        Secret("REAL", b"not-in-the-text-9"),
    ]
    assert len(text.splitlines()) > 5000
    masked = mask_all(literal_masker(secrets), [text])
    changed = [
        (old, new)
        for old, new in zip(text.split(b"\n"), masked.split(b"\n"), strict=True)
        if old != new
    ]
    assert not changed[:3]
