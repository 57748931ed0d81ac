"""Reads expositions with the parsers of the PyPI package prometheus-client.

Each line of stdin is a JSON object with `format` (`text` or `openmetrics`) and `exposition`; each line of stdout answers one
with `families` or `error`. With `--check` it only tells by its exit code whether the package is there.
"""

import collections
import importlib.metadata
import json
import pathlib
import sys

REQUIREMENT = (pathlib.Path(__file__).parent / "requirements.txt").read_text().strip()


def has_package():
    package, version = REQUIREMENT.split("==")
    try:
        return importlib.metadata.version(package) == version
    except importlib.metadata.PackageNotFoundError:
        return False


def refuse_repeated(what, items):
    for item, times in collections.Counter(items).items():
        if times > 1:
            raise ValueError(f"{what} {item} is there {times} times")


def parse(form, exposition):
    from prometheus_client import parser
    from prometheus_client.openmetrics import parser as openmetrics

    module = {"text": parser, "openmetrics": openmetrics}[form]
    families = list(module.text_string_to_metric_families(exposition))
    samples = [sample for family in families for sample in family.samples]

    # What the parsers let pass.
    if exposition and (exposition[-1] != "\n" or exposition[0] == "\n" or "\n\n" in exposition):
        raise ValueError("blank line, or no line feed at the end")
    lines = [line for line in exposition.split("\n") if line and not line.startswith("#")]
    if len(samples) != len(lines):
        raise ValueError(f"{len(lines)} sample lines were read as {len(samples)} samples")
    types = [line.split(" ")[2] for line in exposition.split("\n") if line.startswith("# TYPE ")]
    refuse_repeated("family", types)
    # The name as it stands in the line: to a counter in text the parser adds `_total`.
    names = [line.split(" ")[0].split("{")[0] for line in lines]
    labels = [tuple(sorted(sample.labels.items())) for sample in samples]
    refuse_repeated("series", zip(names, labels))

    return [
        {
            "name": family.name,
            "type": family.type,
            "unit": family.unit,
            "help": family.documentation,
            "samples": [
                {"name": s.name, "labels": s.labels, "value": repr(s.value)}
                for s in family.samples
            ],
        }
        for family in families
    ]


def main():
    if "--check" in sys.argv:
        sys.exit(not has_package())
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"families": parse(request["format"], request["exposition"])}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


main()
