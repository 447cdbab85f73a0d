"""The fault server in a process of its own, until its standard input ends: for benchmarks/asking_rates.py."""

import sys
from argparse import ArgumentParser
from math import inf

from .server import Behaviour, FaultServer

parser = ArgumentParser(prog="fault_server")
parser.add_argument("--latency", type=float, default=0.0, help="seconds from question to answer")
parser.add_argument("--rate", type=float, default=inf, help="questions a second; more get 429")
parser.add_argument("--silent", action="store_true", help="those 429 do not say after how long to come back")
given = parser.parse_args()
with FaultServer(Behaviour(latency=given.latency, rate=given.rate, retry_after=not given.silent)) as server:
    print(server.port, flush=True)  # noqa: T201 whoever started it reads this
    sys.stdin.read()
