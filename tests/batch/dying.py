"""A claim whose search ends its own process, as a lack of memory would."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass

from warrant.claims import Found, Report, Safe


@dataclass(frozen=True)
class Dies(Safe):
    def find(self, *, timeout: float | None, jobs: int, report: Report | None) -> Found:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError
