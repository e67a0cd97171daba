"""Starts a program that ends when the one that started it does, even if that one is killed.

`python child.py PARENT_PID PROGRAM ARGUMENT …`. Where the system cannot do it, the program is just started.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Ties this process to its parent, then becomes the program."""
    parent, program = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            sys.exit("the parent has ended already")
    os.execvp(program[0], program)


if __name__ == "__main__":
    main()
