"""Something that notify does, cut off at each of its calls in turn."""

from collections.abc import Callable, Iterator
from itertools import count

from botocore.exceptions import ClientError

from caretaker.core.store.table import Table
from tests.clients import client_like
from tests.faults import Faults, Killed
from tests.integration.notify.world import World
from tests.items import put_back, stored


def interrupted(
    table: Table, world: World, act: Callable[[World, Table], object], faults: Faults | None = None, step: int = 1
) -> Iterator[tuple[int, World]]:
    """Yield the position of each fault and the world that it leaves, with the table as it is then.

    Every try begins with the table and the world as they are now. Killed before a call is killed after the one
    before it: so it is without ``faults``.
    """
    faults, client, begin = faults or Faults(), client_like(table), stored(table)
    ends = (Killed,) if faults.error is Killed else (ClientError, ExceptionGroup)
    faults.watch(client)
    for position in count(step=step):
        put_back(table, begin)
        again = world.again()
        faults.move(position)
        try:
            act(again, Table(client, table.name))
        except ends:
            yield position, again
        else:
            return
