"""Writes the report: a Markdown page, and the charts next to it."""

import textwrap

from charts import draw
from figures import BEFORE, RUNS, SECTIONS
from rows import number, ratio, rows_of

HEAD = """\
# Performance

`bench/report` measured and wrote this page. Each figure stands next to a floor: the least work that gives the same
result, with no library and no checks. Where the command names a checkout of azure-identity-cpp, that peer is measured
as well, by the same code and against the same server.

Only ratios of one run mean something: times change with the machine. A number is the median of {rounds}. In a round,
msiv2, floor and peer run one after the other. All of them talk to servers on loopback. In the charts, each figure has a
scale of its own.
"""
REPEAT = """\
To repeat the run (`bench/report --help` says what it needs):

<!-- run: skip long -->
    bench/report{options}
"""
QUICK = """\
This run was a short one (`--quick`), which only shows that everything works. Its numbers are rough.
"""
BUSY = """\
Other programs used the machine before the run. So its times are too long, and its ratios are rough.
"""
BUSY_LOAD = 0.5
INSTRUCTIONS = """\
## Instructions of our own code

CI counts the instructions of our own code with callgrind, without those of libcurl, OpenSSL and the C library. The stage
`instructions` fails if a count grows by more than 3 % over `bench/baseline.json`. The counts of the baseline:

"""


def table(header, lines):
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [header, ["---"] * len(header), *lines]) + "\n"


def section_lines(rows):
    """Returns the cells of the rows."""
    lines = []
    for row in rows:
        figure = row.figure
        unit = f", {figure.unit}" if figure.unit else ""
        lines.append([figure.title + unit, number(row.ours, figure), number(row.floor, figure), ratio(row.ours, row.floor),
                      number(row.peer, figure), ratio(row.ours, row.peer), row.goal_text, row.met()])
    return lines


COLUMNS = ["figure", "msiv2", "floor", "of the floor", "peer", "of the peer", "goal", "met"]


def results_table(results):
    """Returns the lines of all figures, for a terminal."""
    lines = [COLUMNS] + [line for section in SECTIONS for line in section_lines(rows_of(results, section))]
    widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines)


def baseline_section(baseline):
    if not baseline:
        return ""
    lines = [[name, f"{count:,}"] for name, count in baseline["instructions"].items()]
    return INSTRUCTIONS + table(["figure", "instructions"], lines)


SINCE = """\
## Before and after

What commit c07fc21 took, before the work on speed, next to this run. That was another machine with the same peer, so
that ratios are compared.

"""


def since_section(results):
    """Returns the table of BEFORE, for the figures that were measured."""
    rows = [row for section in SECTIONS for row in rows_of(results, section)]
    now = {row.figure.title: dict(zip(COLUMNS, line)) for row, line in zip(rows, section_lines(rows))}
    lines = [[title, column, before, now[title][column]] for title, before, column in BEFORE if now.get(title, {}).get(column)]
    return SINCE + table(["figure", "column", "before", "now"], lines) if lines else ""


SHARES = """\
## Where the instructions go

Shares of all instructions in percent, by callgrind. A hit and a refresh are single calls. A first token is the whole
process, in which `ld-linux` binds the libraries before main.

"""
FUNCTIONS = """
Our own functions with the largest shares of our own code, without what they call:

"""


def shares_section(shares):
    """Returns the tables of the libraries and of our own functions."""
    if not shares:
        return ""
    names = dict.fromkeys(name for of_figure in shares.values() for name in of_figure["libraries"])
    lines = [[f"`{name}`"] + [str(of_figure["libraries"].get(name, "")) for of_figure in shares.values()] for name in names]
    functions = [[figure, ", ".join(f"`{name}` {share}" for name, share in of_figure["functions"])]
                 for figure, of_figure in shares.items()]
    return (SHARES + table(["code of", *shares], lines) + FUNCTIONS + table(["figure", "functions"], functions))


def notes(facts, quick):
    load = float(dict(facts).get("load before the run", "0"))
    return [note for note, applies in ((QUICK, quick), (BUSY, load > BUSY_LOAD)) if applies]


def page(results, facts, rounds, quick, options, shares, baseline):
    """Returns the page and the charts: {path below the folder of the page: text}."""
    files, parts = {}, [HEAD.format(rounds="3 rounds" if rounds == 3 else "1 round"), *notes(facts, quick), table(["of this run", ""], [list(fact) for fact in facts]),
                        REPEAT.format(options=options)]
    for section in SECTIONS:
        rows = rows_of(results, section)
        if not rows:
            continue
        name = f"performance/{section.name}.svg"
        files[name] = draw(section.title, rows)
        text = textwrap.fill(section.text, 118)
        parts += [f"## {section.title}\n\n{text}\n\n![{section.title}]({name})\n", table(COLUMNS, section_lines(rows))]
    parts += [since_section(results), shares_section(shares), baseline_section(baseline)]
    files["performance.md"] = "\n".join(part for part in parts if part)
    return files


RUN_NAMES = [run.name for run in RUNS]
