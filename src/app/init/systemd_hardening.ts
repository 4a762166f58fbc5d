/**
 * systemd.exec(5) as far as V8 and Python allow. DynamicUser= implies ProtectSystem=strict, PrivateTmp=,
 * NoNewPrivileges=, RemoveIPC= and RestrictSUIDSGID=; they are repeated because a static user of the same
 * name takes the dynamic one's place, and with it some of what is implied.
 */
export const HARDENING = `# Not set, as they would stop it or the app:
#   MemoryDenyWriteExecute=  V8 compiles to machine code in pages that are written, then executed: edgeboot
#                            would end with SIGTRAP. ctypes, cffi and numba need such pages, too, and
#                            a system call filter cannot be taken off when Python takes over.
#   PrivateNetwork=, IPAddressDeny=  the registry; where its addresses are known: IPAddressAllow=
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateMounts=yes
PrivateDevices=yes
PrivateUsers=yes
ProtectProc=invisible
# Hides /proc/meminfo and the like: remove it for psutil.
ProcSubset=pid
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
LockPersonality=yes
RemoveIPC=yes
KeyringMode=private
UMask=0077
SystemCallArchitectures=native
# @pkey: V8 guards its code pages with memory protection keys. An error in place of a kill, so that
# Python's libraries can go on without what they only try (pinning threads, priorities).
SystemCallFilter=@system-service @pkey
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
`;
