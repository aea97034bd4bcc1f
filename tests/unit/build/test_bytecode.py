import sys
from pathlib import Path

import pytest

from caretaker.build.bytecode import compile_changed, compile_tree, compiler
from caretaker.build.errors import BuildError


def test_this_python_compiles_for_itself() -> None:
    assert compiler(sys.version_info[:2]) == sys.executable


def test_a_version_that_is_not_on_this_machine_compiles_nothing() -> None:
    assert compiler((3, 999)) is None


def test_a_shim_of_a_python_that_is_not_there_compiles_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shim = tmp_path / "python3.998"
    shim.write_text("#!/bin/sh\necho 'command not found' >&2\nexit 127\n", "utf-8")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert compiler((3, 998)) is None


def test_bytecode_depends_on_the_sources_alone(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "module.py").write_text("ANSWER = 42\n", "utf-8")
        compile_tree(tmp_path / name, sys.executable)

    [one], [two] = ((tmp_path / name).rglob("*.pyc") for name in ("one", "two"))

    assert one.read_bytes() == two.read_bytes()


def test_a_module_that_cannot_be_compiled_stops_the_build(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def\n", "utf-8")

    with pytest.raises(BuildError, match=r"broken\.py"):
        compile_tree(tmp_path, sys.executable)


def test_what_was_compiled_before_is_not_compiled_again(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "package").mkdir(parents=True)
        (tmp_path / name / "package/module.py").write_text("ANSWER = 42\n", "utf-8")
    version = sys.version_info[:2]

    compile_changed(tmp_path / "one", sys.executable, version, tmp_path / "kept", "package")
    compile_changed(tmp_path / "two", "/no/python", version, tmp_path / "kept", "package")

    [one], [two] = ((tmp_path / name).rglob("*.pyc") for name in ("one", "two"))
    assert one.relative_to(tmp_path / "one") == two.relative_to(tmp_path / "two")
    assert (one.read_bytes(), one.stat().st_mode) == (two.read_bytes(), two.stat().st_mode)


def test_a_module_that_has_changed_is_compiled_again(tmp_path: Path) -> None:
    module = tmp_path / "artifact/package/module.py"
    module.parent.mkdir(parents=True)
    compiled = []
    for answer in (42, 43):
        module.write_text(f"ANSWER = {answer}\n", "utf-8")
        compile_changed(tmp_path / "artifact", sys.executable, sys.version_info[:2], tmp_path / "kept", "package")
        [made] = module.parent.rglob("*.pyc")
        compiled.append(made.read_bytes())
        made.unlink()

    assert compiled[0] != compiled[1]
    assert len(list((tmp_path / "kept").iterdir())) == 2
