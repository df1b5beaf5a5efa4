"""pincite beside its peers, at their documented defaults and with the same encoder.

    python tests/bench/peers.py --sets FOLDER --work FOLDER [--markdown FILE] [--json FILE]

`--sets` is explained in tests/bench/question_sets.py. Each product is installed into an environment
of its own below `--work`, when it is first needed. What is measured and how is said in the report
(tests/bench/peering/report.py); a product that fails is reported with the reason, and the others
go on.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from peering.environments import Uninstallable, python_of, versions
from peering.products import COMMON_PACKAGES, OURS, PRODUCTS
from peering.report import Run, as_json, as_markdown
from peering.results import Outcome
from peering.rounds import Installed, Runner
from peering.workload import sample
from question_sets import SETS, QuestionSet

from bot.embedding.model_files import DEFAULT_MODEL, DEFAULT_PACKAGE, checked_folder


def main() -> None:
    """Runs all rounds and writes the report, also when it is interrupted between two of them."""
    arguments = _arguments()
    timed = sample(SETS[arguments.timed](arguments.sets), arguments.documents, arguments.questions)
    others = [sample(SETS[name](arguments.sets), 0, arguments.questions) for name in arguments.also]
    outcomes = {name: Outcome(name) for name in arguments.products}
    installed = install(outcomes, arguments.work, arguments.model)
    run = described(timed, arguments)
    runner = Runner(installed, outcomes, arguments.work, arguments.patience)
    for number in range(arguments.rounds):
        runner.round(number, timed)
        write(run, outcomes, arguments)
    for other in others:
        runner.only_quality(other)
    write(run, outcomes, arguments)
    print(as_markdown(run, list(outcomes.values())))


def install(outcomes: Mapping[str, Outcome], work: Path, model: Path | None) -> list[Installed]:
    """The products that can be installed, and their versions; the others have failed."""
    folder = str(model or checked_folder(DEFAULT_MODEL))
    ready = []
    for name, outcome in outcomes.items():
        product = PRODUCTS[name]
        try:
            python = python_of(product, work)
            outcome.versions = versions(python, (*product.packages, *COMMON_PACKAGES))
        except Uninstallable as error:
            outcome.failure = str(error)
            continue
        # Ours knows the packaged model by name, and then checks its weights: that counts.
        ours = name == OURS and model is None
        ready.append(Installed(product, python, DEFAULT_MODEL if ours else folder))
    return ready


def described(timed: QuestionSet, arguments: argparse.Namespace) -> Run:
    """What the report says of this run."""
    return Run(
        date=date.today().isoformat(),
        command=shlex.join(["python", *sys.argv]),
        machine=machine(),
        threads=os.environ.get("OMP_NUM_THREADS", "not set"),
        model=arguments.model.name if arguments.model else DEFAULT_PACKAGE,
        timed_set=timed.name,
        documents=len(timed.files),
        characters=sum(map(len, timed.files.values())),
        questions=len(timed.questions),
    )


def machine() -> str:
    """Processor, cores and system."""
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    system = f"{platform.system()} {platform.release()}"
    return f"{(models or [platform.machine()])[0]}, {os.cpu_count()} cores, {system}"


def write(run: Run, outcomes: Mapping[str, Outcome], arguments: argparse.Namespace) -> None:
    """What has been measured so far."""
    ordered = list(outcomes.values())
    if arguments.markdown:
        arguments.markdown.write_text(as_markdown(run, ordered), encoding="utf-8")
    if arguments.json:
        text = json.dumps(as_json(run, ordered), indent=1, ensure_ascii=False)
        arguments.json.write_text(text + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", type=Path, required=True, help="folder of the question sets")
    parser.add_argument("--work", type=Path, required=True,
                        help="folder of environments, indexes and logs; kept")  # fmt: skip
    parser.add_argument("--products", nargs="+", choices=PRODUCTS, default=list(PRODUCTS))
    parser.add_argument("--timed", choices=SETS, default="covid", help="set that is timed")
    parser.add_argument("--also", nargs="*", choices=SETS, default=["xquad"],
                        help="sets of which the quality alone is measured, whole")  # fmt: skip
    parser.add_argument("--documents", type=_count, default=40, help="of the timed set; 0 is all")
    parser.add_argument("--questions", type=_count, default=100, help="of each set; 0 is all")
    parser.add_argument("--rounds", type=_count, default=3)
    parser.add_argument("--model", type=Path, help="model folder; without, the packaged model")
    parser.add_argument("--patience", type=float, default=3600, help="seconds for a step")
    parser.add_argument("--markdown", type=Path, help="write the report here too")
    parser.add_argument("--json", type=Path, help="write every figure here")
    arguments = parser.parse_args()
    if not arguments.sets.is_dir():
        parser.error(f"--sets {arguments.sets}: no such folder. Give the folder of the files that "
                     "tests/bench/question_sets.py names.")  # fmt: skip
    if arguments.model and not (arguments.model / "modules.json").is_file():
        parser.error(f"--model {arguments.model}: no modules.json there. Give the folder of a "
                     "sentence-transformers model.")  # fmt: skip
    arguments.work = arguments.work.resolve()
    if arguments.model:
        arguments.model = arguments.model.resolve()
    return arguments


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text} is less than 0")
    return number


if __name__ == "__main__":
    main()
