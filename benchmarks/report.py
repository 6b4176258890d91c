"""How fast a report is from the database to the finished paper: `python benchmarks/report.py`.

An installation of its own in a temporary folder, on a server that keeps its promises (fsync on). Medians of five;
before each run a fact is recorded, so that verdicts, tree head and typesetting are all made anew. Then the reports of
100 organizations, one after the other in one process, as a job prints them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter

RUNS = 5
MANY = 100
YEAR = 2568


def measured(work: object, before: object) -> float:
    """The median of RUNS in milliseconds, after one run that warms up; `before` is not counted."""
    times: list[float] = []
    for _ in range(RUNS + 1):
        before()  # type: ignore[operator]
        start = perf_counter()
        work()  # type: ignore[operator]
        times.append((perf_counter() - start) * 1000)
    return median(times[1:])


def one_report() -> None:
    """The sample's report: PDF, then all formats."""
    from prongsai.foundation.organizations.selectors import organization_by_key
    from prongsai.foundation.tenancy.scope import working_for
    from prongsai.kernel.contracts import Actor
    from prongsai.modules.measures.services.evidence import record_evidence
    from prongsai.modules.measures.services.printing import REPORT_FORMATS, print_reports

    office = organization_by_key("muangkae")
    assert office is not None
    runs = iter(range(1000))

    def another_fact() -> None:
        with working_for(office.pk):
            record_evidence(
                actor=Actor.system(),
                kind="meeting_held",
                about="service",
                occurred_on=date(2025, 1, 5),
                title=f"ประชุมครั้งที่ {next(runs)} (ข้อมูลตัวอย่าง)",
            )

    def printed(*formats: str) -> None:
        with working_for(office.pk):
            print_reports(plan_year=YEAR, formats=formats, live=True)

    print(f"database to sealed PDF, warm          {measured(lambda: printed('pdf'), another_fact):7.0f} ms")
    print(
        f"database to all six formats, warm     {measured(lambda: printed(*REPORT_FORMATS), another_fact):7.0f} ms"
    )


def many_reports() -> None:
    """The sealed PDFs of MANY organizations in one process."""
    from prongsai.foundation.organizations.services import add_organization
    from prongsai.foundation.tenancy.scope import working_for
    from prongsai.kernel.contracts import Actor
    from prongsai.modules.measures.reading import read_report
    from prongsai.modules.measures.services import plans
    from prongsai.modules.measures.services.printing import print_report
    from prongsai.project.demo.build import REAL_PLAN

    report = read_report(REAL_PLAN)
    ids: list[int] = []
    for number in range(MANY):
        actor = Actor.system()
        name = f"องค์การบริหารส่วนตำบลทดสอบ{number}"
        office = add_organization(
            actor=actor, key=f"bench-{number}", name=name, district="สมมติ", province="สมมติ"
        )
        with working_for(office.pk):
            plan = plans.import_plan(actor=actor, report=report)
            for act in (plans.submit, plans.approve, plans.publish):
                plan = act(actor=actor, plan=plan)
        ids.append(office.pk)
    start = perf_counter()
    for organization in ids:
        with working_for(organization):
            print_report(plan_year=YEAR, format="pdf", live=True)
    spent = perf_counter() - start
    print(
        f"{MANY} organizations, sealed PDFs        {spent / MANY:7.2f} s each, {spent:.0f} s in all, one process"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PRONGSAI_HOME"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prongsai.project.settings")
        os.chmod(folder, 0o755)  # run by root, the server has a user of its own
        from prongsai.project.postgres import Server

        with Server(Path(folder)).running():
            command = [str(Path(sys.executable).parent / "prongsai"), "demo", "--no-serve"]
            subprocess.run([command[0], "migrate"], check=True, capture_output=True)
            subprocess.run(command, check=True, capture_output=True)
            import django

            django.setup()
            one_report()
            many_reports()


if __name__ == "__main__":
    main()
