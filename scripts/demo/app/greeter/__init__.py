"""A very small web app: what the demo starts through edgeboot."""

import os
import sys


def facts() -> dict:
    """What a caller needs to see that edgeboot kept its promises."""
    return {
        "pid": os.getpid(),
        "python": "{}.{}.{}".format(*sys.version_info[:3]),
        "version": os.environ.get("EDGEBOOT_CURRENT_VERSION"),
        "code": __file__,
    }
