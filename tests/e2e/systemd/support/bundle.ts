/**
 * The OCI bundle that a systemd boots in: its own processes and mounts, the machine's own network, so that
 * servers of a test answer on its loopback. No masked paths, as units with ProtectKernelTunables= and the
 * like mount over them themselves.
 */

/** What systemd and its sandboxing use; those that this process has not got itself cannot be handed on. */
const CAPABILITIES = {
  CAP_CHOWN: 0,
  CAP_DAC_OVERRIDE: 1,
  CAP_DAC_READ_SEARCH: 2,
  CAP_FOWNER: 3,
  CAP_FSETID: 4,
  CAP_KILL: 5,
  CAP_SETGID: 6,
  CAP_SETUID: 7,
  CAP_SETPCAP: 8,
  CAP_LINUX_IMMUTABLE: 9,
  CAP_NET_BIND_SERVICE: 10,
  CAP_NET_ADMIN: 12,
  CAP_IPC_LOCK: 14,
  CAP_SYS_CHROOT: 18,
  CAP_SYS_PTRACE: 19,
  CAP_SYS_ADMIN: 21,
  CAP_SYS_BOOT: 22,
  CAP_SYS_NICE: 23,
  CAP_SYS_RESOURCE: 24,
  CAP_MKNOD: 27,
  CAP_AUDIT_WRITE: 29,
  CAP_SETFCAP: 31,
} as const;

function capabilities(): string[] {
  const status = Deno.readTextFileSync("/proc/self/status");
  const bounding = BigInt(`0x${/^CapBnd:\s*(\S+)/m.exec(status)![1]}`);
  return Object.entries(CAPABILITIES)
    .filter(([, bit]) => (bounding >> BigInt(bit) & 1n) === 1n)
    .map(([name]) => name);
}

const MOUNTS = [
  ["/proc", "proc"],
  ["/dev", "tmpfs", "nosuid", "strictatime", "mode=755"],
  ["/dev/pts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"],
  ["/dev/shm", "tmpfs", "nosuid", "nodev", "mode=1777"],
  ["/sys", "sysfs", "nosuid", "noexec", "nodev"],
  ["/sys/fs/cgroup", "/sys/fs/cgroup", "rbind", "rw"],
  ["/run", "tmpfs", "nosuid", "nodev", "mode=755"],
  ["/tmp", "tmpfs", "nosuid", "nodev", "mode=1777"],
] as const;

export function bundleConfig(root: string): object {
  const held = capabilities();
  return {
    ociVersion: "1.0.2",
    hostname: "machine",
    root: { path: root },
    process: {
      ...{ terminal: false, user: { uid: 0, gid: 0 }, cwd: "/" },
      // A container manager makes the root's mounts shared, as the kernel's root is by systemd itself; what
      // is mounted for a service (credentials) reaches it that way.
      args: ["/bin/sh", "-c", "mount --make-rshared / && exec /sbin/init"],
      // systemd.exec(5) in a container: no consoles, no kernel modules, no clock.
      env: ["container=runc", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
      capabilities: { bounding: held, effective: held, permitted: held, inheritable: held },
    },
    mounts: MOUNTS.map(([destination, type, ...options]) => ({
      destination,
      ...(type.startsWith("/") ? { type: "none", source: type } : { type, source: type }),
      options,
    })),
    linux: {
      namespaces: ["pid", "mount", "ipc", "uts"].map((type) => ({ type })),
      resources: { devices: [{ allow: true, access: "rwm" }] },
    },
  };
}
