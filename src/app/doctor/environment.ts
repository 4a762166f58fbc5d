import { environmentKey, supportsEnvironments } from "../../launch/environment/key.ts";
import { sitePackages } from "../../launch/environment/layout.ts";
import type { Context } from "../context.ts";
import type { ResolvedRelease } from "../start/resolved_release.ts";
import type { Selection } from "../start/python.ts";
import { missingLayers } from "../start/trees.ts";
import { type Check, ok, warning } from "./check.ts";

/** What the app would run in: whether it is there, has what it was made of, and the bytecode of its modules. */
export async function checkEnvironment(
  release: ResolvedRelease,
  { variant, python }: Selection,
  context: Context,
): Promise<Check[]> {
  if (!supportsEnvironments(python) || missingLayers(variant, context).length > 0) return [];
  const { store } = context;
  const { isolation } = release.body;
  const key = environmentKey({ layers: variant.layers, python, isolation });
  const path = store.environmentPath(key);
  const care = await store.environmentCare();
  if (!store.hasEnvironment(key)) {
    return [
      care.mayMend()
        ? ok("environment", "none yet: the first start makes it", { facts: { path: null } })
        : warning(
          "environment",
          "none for this Python, and the cache cannot be written: every start makes or finds one in $TMPDIR",
          `fill the cache with \`edgeboot fetch ${release.label}\` while it can be written`,
          { facts: { path: null } },
        ),
    ];
  }
  const checks: Check[] = [];
  const record = care.isTouched(key, sitePackages(python)) ? care.record(key) : undefined;
  const lost = record === undefined ? [] : care.lost(record);
  const facts = { path, lost };
  checks.push(
    lost.length === 0 ? ok("environment", path, { facts }) : warning(
      "environment",
      `${path} has lost ${lost.slice(0, 3).join(", ")}${lost.length > 3 ? " and more" : ""}`,
      "the next start makes another; `edgeboot verify` compares all of it",
      { facts },
    ),
  );
  return [...checks, ...checkBytecode(care.withoutBytecode(key), release.label)];
}

function checkBytecode(
  { layers, mayWrite }: { layers: readonly string[]; mayWrite: boolean },
  label: string,
): Check[] {
  if (layers.length === 0) return [];
  const facts = { layers: layers.map((digest) => `sha256:${digest}`) };
  const text = layers.length === 1 ? "1 layer has none" : `${layers.length} layers have none`;
  if (mayWrite) return [ok("bytecode", `${text} yet: a start leaves what it imports`, { facts })];
  return [
    warning(
      "bytecode",
      `${text}, and this user may not write it: every start compiles what it imports anew`,
      `\`edgeboot fetch ${label}\` with write access to the cache compiles it; or pack the layers with it`,
      { facts },
    ),
  ];
}
