"""``make bench``: measure, print, write ``var/bench.json``, and exit 1 past a bound.

Each part answers figures by name; a bound stands beside its figure as ``name.max`` or ``name.min``.
"""

import json
import sys
from pathlib import Path

from tests.bench import codes, courses, desk, editor, questions, reports, results, servers, sizes

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    figures: dict[str, float] = {}
    for part in (sizes, courses, codes, results, questions, servers, desk, reports, editor):
        figures |= part.figures(ROOT)
    past = []
    for name, value in figures.items():
        if name.endswith((".max", ".min")):
            continue
        most, least = figures.get(f"{name}.max"), figures.get(f"{name}.min")
        told = f"   at most {most:,g}" if most is not None else f"   at least {least:,g}" if least is not None else ""
        print(f"{name:44} {value:>12,.3f}{told}")
        if (most is not None and value > most) or (least is not None and value < least):
            past.append(name)
    out = ROOT / "var/bench.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(figures, indent=1) + "\n")
    for name in past:
        print(f"past its bound: {name}")
    return 1 if past else 0


if __name__ == "__main__":
    sys.exit(main())
