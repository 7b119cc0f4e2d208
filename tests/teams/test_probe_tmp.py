from tests.teams.test_bad_input import House, given, carries
from tests.teams.test_bad_input import *
from tests.teams.conftest import *
import core.engine.delivery as de
of=de.failed
def failed(route, due, error, now):
    print("probe", due.job.key[:60], repr(error), error.why, getattr(error,"scope",""))
    return of(route, due, error, now)
de.failed=failed
async def test_probe(house, cohort):
    await asyncio.sleep(0.5)
