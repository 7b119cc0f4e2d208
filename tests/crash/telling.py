"""What runs showed, as a table that says by itself whether it is good."""

from collections.abc import Mapping

from tests.bench.report import Report
from tests.crash.drive import Found, Plan

SHOWN = 10
CLAIMED = 12
"""Messages that may just have been claimed when a process dies, and were about to leave."""
HEAD = ("on", "kills", "acknowledged", "sends", "lost", "twice", "marked", "unconfirmed", "sum")


def told(runs: Mapping[str, tuple[Plan, Found]]) -> Report:
    """All of them, each figure with what it may be at most."""
    report = Report("kill -9")
    report.table(HEAD, [_row(name, found) for name, (_, found) in runs.items()])
    report.say(
        "twice: the same message again to somebody, not marked. marked: sent again, said so,"
    )
    report.say("for nobody knows whether it had left. unconfirmed: left at that, as nudges are.")
    for name, (plan, found) in runs.items():
        _run(report, name, plan, found)
    return report


def _row(name: str, found: Found) -> tuple[str, ...]:
    it = found.account
    sums = (
        f"{it.told:,} = {it.audience:,}"
        if it.told == it.audience
        else f"{it.told:,} ≠ {it.audience:,}"
    )
    figures = (len(found.kills), found.taken, found.sends, len(it.lost), len(it.doubled))
    unsure = it.states["unconfirmed"]
    return (name, *(f"{n:,}" for n in (*figures, it.marked, unsure)), sums)


def _run(report: Report, name: str, plan: Plan, found: Found) -> None:
    account, kills = found.account, found.kills
    young = sum(not it.ready for it in kills)
    flying, doubtful = sum(it.flying for it in kills), sum(it.doubtful for it in kills)
    report.say()
    report.say(f"On {name}: {len(kills)} kills in {found.seconds:.0f} s, {young} of them while it")
    report.say(
        f"was still starting; seed {plan.seed}. {found.again} presses and questions had to be"
    )
    report.say(f"sent again; at the kills {flying:,} messages were on their way.")
    for why, n in sorted(account.reasons.items()):
        report.say(f"  {n:>7,} {why}")
    report.say(f"  {account.never:>7,} of the unconfirmed never got it.")
    report.target(f"kills on {name}", len(kills), plan.kills, "", least=True)
    report.target(f"lost on {name}", len(account.lost), 0, "")
    report.target(f"twice on {name}", len(account.doubled), 0, "")
    report.target(f"left undone on {name}", len(account.undone), 0, "")
    report.target(f"sum on {name}, off by", abs(account.told - account.audience), 0, "")
    report.target(f"looks at a sum that was off on {name}", found.uneven, 0, f"of {found.looks:,}")
    unsure = account.marked + account.states["unconfirmed"]
    report.target(f"unconfirmed or marked on {name}", unsure, _most(found), "")
    if doubtful:
        most = max(it.doubtful - it.flying for it in kills)
        report.target(f"in doubt beyond that, after any kill on {name}", most, CLAIMED, "")
    for line in [*account.lost, *account.doubled, *account.undone][:SHOWN]:
        report.say(f"  {line}")


def _most(found: Found) -> int:
    """As many as were on their way, and may just have been claimed."""
    return sum(it.flying for it in found.kills) + CLAIMED * len(found.kills)
