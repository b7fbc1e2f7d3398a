"""G8: a report of 43 pages as tagged PDF, whole programs with their peak memory."""

import io
import json
import subprocess
import sys
from datetime import date

import pypdf

from actions.pictures import read_plan_picture
from actions.writing import pdf
from actions.writing.as_json import report_tree
from tests.bench.filling import Filler, district
from tests.bench.measuring import Rounds, timed, words

PAGES = 43
BARE = """
import json, sys, typst
asked = json.load(sys.stdin.buffer)
sys.stdout.buffer.write(typst.compile(asked["source"], format="pdf", pdf_standards="ua-1", font_paths=asked["fonts"], ignore_system_fonts=True,
    sys_inputs={"data": json.dumps(asked["data"], ensure_ascii=False), "families": json.dumps(asked["families"])}))
"""
PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdin=sys.stdin, stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def tree_of_pages(wanted: int) -> dict:
    """A report with exactly so many pages: one page more for each goal area, and the last areas are filled until it fits."""
    for strategies in range(6, 40):
        filler = Filler(district())
        filler.plan(f"report-{strategies}", areas=7, strategies=strategies, steps=6, updates=3)
        filler.write()
        picture = read_plan_picture("meadow", f"report-{strategies}")
        assert picture is not None
        while picture.areas:
            tree = report_tree(picture, published_on=date(2024, 12, 30), known_at=None, previous=None)
            pages = len(pypdf.PdfReader(io.BytesIO(pdf.render_pdf(tree))).pages)
            if pages == wanted:
                return tree
            if pages < wanted:
                break
            last = picture.areas[-1]
            last.strategies.pop()
            if not last.strategies:
                picture.areas.pop()
    raise AssertionError(f"No plan of {wanted} pages was found.")


def measure(rounds: int) -> None:
    tree = tree_of_pages(PAGES)
    ready = pdf.contents(tree)
    job = json.dumps(
        {"source": str(pdf.SOURCE), "fonts": [str(one) for one in pdf.FONTS], "families": pdf.FAMILIES, "memory": pdf.MEMORY, "data": ready}
    ).encode()
    bare = [sys.executable, "-I", "-c", BARE]
    made = pdf.render_pdf(tree)
    assert made == pdf.render_pdf(tree), "the same report gave other bytes"
    text = " ".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(made)).pages)
    steps = [step["code"] for area in tree["goal_areas"] for strategy in area["strategies"] for step in strategy["action_steps"]]
    assert all(code in text for code in steps), "a step is not on paper"
    assert b"/StructTreeRoot" in made or "/StructTreeRoot" in pypdf.PdfReader(io.BytesIO(made)).trailer["/Root"]
    seen = Rounds()
    for n in range(rounds + 1):
        found = timed(lambda: pdf.render_pdf(tree)), timed(lambda: subprocess.run(bare, input=job, capture_output=True, check=True))
        if n:
            seen.add("report", found[0])
            seen.add("a process that only compiles it with Typst", found[1])
    job_file = subprocess.run(
        [sys.executable, "-I", "-c", PEAK, sys.executable, "-I", str(pdf.TYPESETTER)], input=job, capture_output=True, check=True
    )
    peak = int(job_file.stdout) / 1024
    what = f"report of {PAGES} pages with {len(steps)} steps, tagged PDF, {len(made):,} bytes, peak {peak:.0f} MB"
    seen.line("G8", "report", "a process that only compiles it with Typst", what=what)
    seen.line("G8", "report", what=f"the same per page: {words(seen.median('report') / PAGES)}")
