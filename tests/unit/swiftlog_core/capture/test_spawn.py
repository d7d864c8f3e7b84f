"""Finding and starting a program, and failing to, as a shell would."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

from swiftlog_core.capture.spawn import ExecFailure, Program
from tests.unit.swiftlog_core.capture.captured import run

if TYPE_CHECKING:
    from pathlib import Path


def failure(name: str, path: str = "/bin") -> tuple[int, str, str]:
    """Try to execute something that cannot be; the try must not replace us."""
    program = Program([name], {"PATH": path})
    found = ExecFailure(program, program.execute())
    return found.exit_code, found.cause, found.message


def test_a_name_is_looked_for_in_each_folder_of_the_path() -> None:
    program = Program(["x", "y"], {"PATH": "/a::/b"})
    assert program.paths == [b"/a/x", b"x", b"/b/x"]
    assert Program(["./x"], {"PATH": "/a"}).paths == [b"./x"]
    assert Program(["x"], {}).paths == [b"/bin/x", b"/usr/bin/x"]


def test_bytes_of_arguments_and_environment_are_kept() -> None:
    program = Program([b"x", "caf\udce9"], {"NAME": "\udcff"})
    assert program.argv == [b"x", b"caf\xe9"]
    assert program.environ == {b"NAME": b"\xff"}


@pytest.mark.parametrize("name", ["no-such-thing", ""])
def test_what_is_nowhere_is_127(name: str) -> None:
    code, cause, message = failure(name)
    assert (code, cause) == (127, "not_found")
    assert message == f"swiftlog: {name}: command not found\n"


def test_a_path_that_is_not_there_is_127_in_the_systems_words(tmp_path: Path) -> None:
    code, cause, message = failure(f"{tmp_path}/x")
    assert (code, cause) == (127, "not_found")
    assert message.endswith("x: No such file or directory\n")


def test_a_file_that_may_not_be_executed_is_126(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("#!/bin/sh\n")
    for name, path in ((f"{tmp_path}/x", "/bin"), ("x", f"{tmp_path}:/bin")):
        code, cause, message = failure(name, path)
        assert (code, cause) == (126, "not_executable")
        assert message.endswith("Permission denied\n")


def test_a_folder_is_126(tmp_path: Path) -> None:
    assert failure(str(tmp_path))[::2] == (
        126,
        f"swiftlog: {tmp_path}: Is a directory\n",
    )


def test_a_script_without_its_interpreter_is_126(tmp_path: Path) -> None:
    script = tmp_path / "x"
    script.write_text("#!/no/such/interpreter\n")
    script.chmod(0o755)
    code, cause, message = failure(str(script))
    assert (code, cause) == (126, "not_executable")
    assert "bad interpreter" in message


def test_arguments_that_are_too_long_are_126() -> None:
    program = Program(["/bin/true", "x" * (1 << 24)], {})
    found = ExecFailure(program, program.execute())
    assert found.exit_code == 126
    assert "too long" in found.message
    assert errno.E2BIG


def test_a_text_file_without_a_first_line_for_the_kernel_goes_to_sh(
    tmp_path: Path,
) -> None:
    script = tmp_path / "x"
    script.write_text('echo "$0 $1"; exit 9\n')
    script.chmod(0o755)
    done = run(tmp_path, [str(script), "arg"], recorder="none")
    assert (done.stdout, done.code) == (f"{script} arg\n".encode(), 9)
