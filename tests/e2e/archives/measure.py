"""Runs a program and prints what it took as JSON: seconds, peak memory, bytes written.

Written is what it handed to write() and its relatives on files, pipes and terminals alike
(/proc/PID/io, wchar), read while the dead process still has its entry.
"""
import json
import os
import subprocess
import sys
import time

began = time.monotonic()
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
# Both are short; reading one after the other cannot block.
stdout, stderr = child.stdout.read(), child.stderr.read()
os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
seconds = time.monotonic() - began
with open(f"/proc/{child.pid}/io") as io:
    written = next(int(line.split()[1]) for line in io if line.startswith("wchar"))
_, status, usage = os.wait4(child.pid, 0)
print(json.dumps({
    "exit": os.waitstatus_to_exitcode(status),
    "seconds": seconds,
    "cpuSeconds": usage.ru_utime + usage.ru_stime,
    "peakBytes": usage.ru_maxrss * 1024,
    "writtenBytes": written,
    "stdout": stdout.decode(),
    "stderr": stderr.decode(),
}))
