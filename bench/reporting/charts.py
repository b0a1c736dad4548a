"""Draws the bar charts of the report as SVG. They can be read on a light and on a dark page. Each figure has a scale of its
own, since only the ratios in one row mean something."""

from xml.sax.saxutils import escape

from rows import number

WIDTH = 760
LABEL = 300  # width of the names
VALUE = 90  # width kept for the number after the longest bar
BAR = 14
GAP = 14
TOP = 44
# A page of its own colour, so that a program without media queries shows a readable chart as well.
STYLE = """
  .page { fill: #ffffff; }
  text { font: 12px system-ui, sans-serif; fill: #1f2328; stroke: #ffffff; stroke-width: 3px; paint-order: stroke; }
  .title { font-weight: 600; font-size: 14px; }
  .ours { fill: #0969da; } .floor { fill: #8c959f; } .peer { fill: #bf8700; }
  .goal { stroke: #cf222e; stroke-width: 2; }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117; }
    text { fill: #e6edf3; stroke: #0d1117; }
    .ours { fill: #58a6ff; } .floor { fill: #6e7681; } .peer { fill: #d29922; }
    .goal { stroke: #ff7b72; }
  }
"""
KINDS = (("ours", "msiv2"), ("floor", "floor"), ("peer", "peer"))


def bars_of(row):
    """Returns the bars of a row as pairs of a class and a value."""
    values = {"ours": row.ours, "floor": row.floor, "peer": row.peer}
    return [(kind, values[kind]) for kind, _ in KINDS if values[kind] is not None]


def goals_of(row):
    return [limit for limit in row.limits if limit is not None]


def text(x, y, words, kind="", anchor="start"):
    attribute = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{attribute}>{escape(words)}</text>'


def legend(rows):
    """Returns the names of the colours, on the right of the first line."""
    shown = {kind for row in rows for kind, _ in bars_of(row)}
    parts, x = [], LABEL
    for kind, name in KINDS:
        if kind in shown:
            parts += [f'<rect class="{kind}" x="{x}" y="26" width="10" height="10"/>', text(x + 14, 35, name)]
            x += 70
    if any(goals_of(row) for row in rows):
        parts += [f'<line class="goal" x1="{x + 5}" y1="25" x2="{x + 5}" y2="37"/>', text(x + 14, 35, "goal: at most")]
    return parts


def draw_row(row, y):
    """Returns the lines of a row whose first bar is at `y`. The numbers come last, so that no line crosses them."""
    bars = bars_of(row)
    longest = max([value for _, value in bars] + goals_of(row))
    scale = (WIDTH - LABEL - VALUE) / longest if longest else 0
    shapes = []
    texts = [text(LABEL - 10, y + len(bars) * BAR / 2 + 4, row.figure.title, anchor="end")]
    for index, (kind, value) in enumerate(bars):
        top = y + index * BAR
        width = max(value * scale, 1)
        shapes.append(f'<rect class="{kind}" x="{LABEL}" y="{top + 1}" width="{width:.1f}" height="{BAR - 2}"/>')
        texts.append(text(LABEL + width + 6, top + BAR - 3, f"{number(value, row.figure)} {row.figure.unit}".strip()))
    for goal in goals_of(row):
        x = LABEL + goal * scale
        shapes.append(f'<line class="goal" x1="{x:.1f}" y1="{y - 3}" x2="{x:.1f}" y2="{y + len(bars) * BAR + 3}"/>')
    return shapes + texts


def draw(title, rows):
    """Returns the chart of a section. A figure that stands alone has no bar."""
    rows = [row for row in rows if len(bars_of(row)) > 1 or goals_of(row)]
    parts, y = [text(10, 18, title, "title"), *legend(rows)], TOP
    for row in rows:
        parts += draw_row(row, y)
        y += len(bars_of(row)) * BAR + GAP
    lines = "\n".join(parts)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" height="{y}" role="img">\n'
            f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n"
            f'<rect class="page" width="100%" height="100%"/>\n{lines}\n</svg>\n')
