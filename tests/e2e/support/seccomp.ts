const PROFILE = "/usr/share/containers/seccomp.json";

interface Rule {
  readonly names: readonly string[];
  readonly action: string;
  readonly args?: readonly object[] | null;
  readonly errnoRet?: number;
  readonly includes?: { readonly caps?: readonly string[]; readonly arches?: readonly string[] };
  readonly excludes?: { readonly caps?: readonly string[] };
}

/**
 * The profile that container engines call their default (Kubernetes' RuntimeDefault), as it is for a
 * process on x86-64 without any capability; nothing where the machine has none. Engines keep one
 * profile for all capabilities and resolve it at each start; a runtime wants it resolved.
 */
export async function seccompProfile(): Promise<{ seccomp?: object }> {
  let text: string;
  try {
    text = await Deno.readTextFile(PROFILE);
  } catch {
    return {};
  }
  const { defaultAction, defaultErrnoRet, syscalls } = JSON.parse(text) as {
    defaultAction: string;
    defaultErrnoRet?: number;
    syscalls: Rule[];
  };
  const holds = ({ includes }: Rule) =>
    (includes?.caps ?? []).length === 0 && (includes?.arches ?? ["amd64"]).includes("amd64");
  return {
    seccomp: {
      defaultAction,
      ...(defaultErrnoRet === undefined ? {} : { defaultErrnoRet }),
      architectures: ["SCMP_ARCH_X86_64"],
      syscalls: syscalls.filter(holds).map(({ names, action, args, errnoRet }) => ({
        ...{ names, action },
        ...(args ? { args } : {}),
        ...(errnoRet === undefined || action === "SCMP_ACT_ALLOW" ? {} : { errnoRet }),
      })),
    },
  };
}
