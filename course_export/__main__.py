"""The command line: build, check and list the courses of the programme."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from wins_xblocks.domain.programme.data import Module, Programme
from wins_xblocks.domain.programme.loader import SHIPPED as PROGRAMME
from wins_xblocks.domain.programme.loader import ProgrammeError
from wins_xblocks.domain.programme.loader import load as load_programme

from . import ExportError, archive, content, course
from .check import check
from .olx import RUN


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when all is well, 1 when something given is wrong, 2 (from argparse) when the command is."""
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    options = _parser().parse_args(arguments)
    try:
        problems = options.run(options, load_programme(options.programme))
    except (ExportError, ProgrammeError) as error:
        problems = [str(error)]
    for problem in problems:
        print(_one_line(problem), file=sys.stderr)
    return 1 if problems else 0


def build(options: argparse.Namespace, programme: Programme) -> list[str]:
    """Write the archives, or none of them: all are made and checked before the first is written."""
    packed: dict[Path, bytes] = {}
    for module in _chosen(options.module, programme):
        files = course.files(programme, module, content.load(module, options.content))
        if problems := check(files, programme).problems:
            return [f"{module.id}: {problem}" for problem in problems]
        packed[options.out / f"{module.id}.tar.gz"] = archive.pack(files)
    for path, body in packed.items():
        archive.write(path, body)
        print(f"{path}  {len(body):,} bytes")
    return []


def inspect(options: argparse.Namespace, programme: Programme) -> list[str]:
    """Check one course and print its hours."""
    report = check(archive.read(options.course), programme)
    if report.module:
        print(_described(report.module))
    for line in report.lines():
        print(_one_line(line))
    if not report.problems:
        print(f"{options.course}: all is well")
    return [f"{options.course}: {problem}" for problem in report.problems]


def show(options: argparse.Namespace, programme: Programme) -> list[str]:
    """List the modules of the programme."""
    for module in programme.modules:
        print(_described(module) + ("" if (options.content / module.id).is_dir() else "  no content yet"))
    return []


def _chosen(module_id: str | None, programme: Programme) -> tuple[Module, ...]:
    if module_id is None:
        return programme.modules
    module = programme.module(module_id)
    if module is None:
        known = ", ".join(module.id for module in programme.modules)
        raise ExportError(f"{module_id}: there is no such module; the programme has {known}")
    return (module,)


def _described(module: Module) -> str:
    key = f"{module.course.org}+{module.course.number}+{RUN}"
    status = "  (working title)" if module.title_status == "provisional" else ""
    return f"{module.id:<28}{key:<16}{module.title}{status}"


def _one_line(text: str) -> str:
    """``text`` without what could steer a terminal: names in an archive are chosen by whoever made it."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m course_export", description=__doc__)
    parser.add_argument("--programme", type=Path, default=PROGRAMME, metavar="FILE", help="rules to use instead")
    parser.add_argument("--content", type=Path, default=content.SHIPPED, metavar="FOLDER", help="texts and questions")
    commands = parser.add_subparsers(required=True, metavar="command")
    builder = commands.add_parser("build", help="write one archive for each module")
    builder.add_argument("--out", type=Path, default=Path("dist"), metavar="FOLDER", help="where to (default: dist)")
    builder.add_argument("--module", metavar="ID", help="only this module")
    builder.set_defaults(run=build)
    checker = commands.add_parser("check", help="check a course and print its hours")
    checker.add_argument("course", type=Path, metavar="ARCHIVE_OR_FOLDER")
    checker.set_defaults(run=inspect)
    commands.add_parser("list", help="list the modules").set_defaults(run=show)
    return parser


if __name__ == "__main__":
    sys.exit(main())
