/** What the figures depend on, in one line; empty parts where the system does not say. */
export async function describeMachine(): Promise<string> {
  const model = /^model name\s*:\s*(.+)$/m.exec(await textOf("/proc/cpuinfo"))?.[1];
  const kernel = (await textOf("/proc/sys/kernel/osrelease")).trim();
  const load = (await textOf("/proc/loadavg")).split(" ")[0];
  const cores = `${navigator.hardwareConcurrency} cores`;
  return [model, cores, `Linux ${kernel}`, `load ${load}`].filter(Boolean).join(", ");
}

async function textOf(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch {
    return "";
  }
}
