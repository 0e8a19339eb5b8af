"""Put the native checker into the wheel, where there is one or it can be made."""

from __future__ import annotations

import os
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CheckerHook(BuildHookInterface[Any]):
    """Adds the programs of ``build`` to ``warrant/_bin``, and gives the wheel this platform's tag.

    The checker is made first where the Coq toolchain is there already (on PATH, or made before by ``make toolchain``);
    nothing is downloaded for it.  Without a checker, or with ``WARRANT_WITHOUT_CHECKER=1``, the wheel is pure Python.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before a wheel is built (``version`` is "standard" or "editable")."""
        if version == "editable" or os.environ.get("WARRANT_WITHOUT_CHECKER") == "1":
            return  # an editable install finds the checkout's own build/
        root = Path(self.root)
        checker = root / "build" / "warrant-check"
        if _toolchain_is_there(root):
            self.app.display_info("making the native checker")
            made = subprocess.run(["make", "checker"], cwd=root, stdin=subprocess.DEVNULL, check=False)
            if made.returncode != 0:
                raise RuntimeError(
                    "the native checker could not be made, though Coq is there; see the messages above, "
                    "or set WARRANT_WITHOUT_CHECKER=1 to install Warrant without it"
                )
        if not (checker.is_file() and checker.with_name("warrant-program").is_file()):
            self.app.display_warning("no Coq toolchain here: the package will have no native checker")
            return
        for name in ("warrant-check", "warrant-program"):
            build_data["force_include"][str(checker.with_name(name))] = f"warrant/_bin/{name}"
        build_data["pure_python"] = False
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["tag"] = f"py3-none-{platform}"


def _toolchain_is_there(root: Path) -> bool:
    script = root / "tools" / "toolchain.sh"
    if not script.is_file():
        return False
    try:
        return subprocess.run(["sh", str(script), "env"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False
