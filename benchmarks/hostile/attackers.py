"""The process of all attackers; what they were answered is its output, as JSON."""

import asyncio
import os
import random
import sys
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import httpx
import orjson

from benchmarks.dataset.size import TENANT as SHOP
from benchmarks.hostile import bodies, documents, headers, heavy, values
from benchmarks.hostile.attack import TENANT, Attack, Caller
from benchmarks.hostile.connections import MISUSES, misuse_connections
from benchmarks.workload.call import Call
from benchmarks.workload.parameters import customer_ids
from gateway.identity.tokens import issue_token

ATTACKS: Final[Sequence[Attack]] = (
    *documents.ATTACKS,
    *values.ATTACKS,
    *headers.ATTACKS,
    *bodies.ATTACKS,
    *heavy.ATTACKS,
)
LONGEST_WAIT: Final = 60.0
NO_ANSWER: Final = "no answer"
SECRET_VARIABLE: Final = "HOSTILE_TOKEN_SECRET"  # noqa: S105  (the name of a variable)


def bearer(caller: Caller, secret: str) -> Mapping[str, str]:
    """The headers of a kind of attacker."""
    if caller == "anonymous":
        return {}
    if caller == "customer":
        token = issue_token(
            secret,
            SHOP,
            ["customersegment.segment_read_own"],
            customer_id=customer_ids()[0],
            expires_in=86_400,
        )
    else:
        scopes = ["customersegment.segment_read", "customersegment.segment_manage"]
        token = issue_token(secret, TENANT, scopes, expires_in=86_400)
    return {"authorization": f"Bearer {token}"}


@dataclass(slots=True)
class Attackers:
    """One client for each attack; `statuses` counts the answers by attack. `until` is in loop time."""

    client: httpx.AsyncClient
    secret: str
    pause: float
    until: float
    statuses: dict[str, Counter[str]] = field(default_factory=dict)

    async def run(self, names: Collection[str]) -> None:
        """All attacks at once, or those that are named alone, until the time is over."""
        base = self.client.base_url
        customer = bearer("customer", self.secret)
        async with asyncio.TaskGroup() as group:
            for attack in [one for one in ATTACKS if not names or one.name in names]:
                group.create_task(self._send(attack))
            for misuse in () if names else MISUSES.values():
                port = base.port or 80
                group.create_task(misuse_connections(misuse, base.host, port, customer, self.until))

    async def _send(self, attack: Attack) -> None:
        chance = random.Random(attack.name)
        identity = bearer(attack.caller, self.secret)
        statuses = self.statuses[attack.name] = Counter()
        while asyncio.get_running_loop().time() < self.until:
            statuses[await self._status(attack.request(chance), identity)] += 1
            await asyncio.sleep(chance.uniform(0, 2 * self.pause))

    async def _status(self, call: Call, identity: Mapping[str, str]) -> str:
        headers = {**call.headers, **identity}
        try:
            async with self.client.stream(
                call.method, call.path, headers=headers, content=call.body
            ) as response:
                async for _ in response.aiter_raw():  # read and dropped
                    pass
                return str(response.status_code)
        except httpx.HTTPError:
            return NO_ANSWER


async def attack_server(
    url: str, seconds: float, pause: float, names: Collection[str]
) -> dict[str, Counter[str]]:
    """Statuses by attack, after they ran at once for that long: all of them, where none is named."""
    async with httpx.AsyncClient(base_url=url, timeout=LONGEST_WAIT) as client:
        until = asyncio.get_running_loop().time() + seconds
        attackers = Attackers(client, os.environ[SECRET_VARIABLE], pause, until)
        await attackers.run(names)
    return attackers.statuses


if __name__ == "__main__":
    # In the wild they have machines of their own: here they get what the others leave of the core.
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    answers = asyncio.run(attack_server(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]), sys.argv[4:]))
    sys.stdout.buffer.write(orjson.dumps(answers))
