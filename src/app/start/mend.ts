import { sitePackages } from "../../launch/environment/layout.ts";
import type { PythonInfo } from "../../model/python_info.ts";
import { FsError } from "../../host/ports.ts";
import type { Store } from "../../store/mod.ts";
import { compileBytecode, compilesOn } from "../fetch/bytecode.ts";
import type { Context } from "../context.ts";
import type { Occasion } from "./trees.ts";
import { markSeen, namesOf } from "./written_roots.ts";

type Care = Awaited<ReturnType<Store["environmentCare"]>>;
type Mending = Pick<Context, "store" | "host" | "report" | "config">;

/**
 * Looks whether an environment that is there still has what it was made of: a fetch by all of its directories, a
 * start by its site-packages alone. What is missing of the places for bytecode is made here.
 *
 * @returns whether another is to be made in its place
 */
export async function needsAnother(
  key: string,
  label: string,
  occasion: Occasion,
  context: Mending,
): Promise<boolean> {
  const { store, report, host } = context;
  const care = await store.environmentCare();
  const site = sitePackages(occasion.python);
  const isTouched = care.isTouched(key, site);
  const hasBytecode = care.hasBytecode(key);
  if (occasion.kind === "start") tellBytecode(care.withoutBytecode(key), label, context);
  if (occasion.kind === "start" && !isTouched && hasBytecode) return false;
  const record = care.record(key);
  if (record === undefined) return false;
  const path = store.environmentPath(key);
  const warn = (text: string) => report.event({ kind: "warning", text: `${label}: ${text}` });
  const lost = care.lost(record);
  if (lost.length > 0) {
    const what = `its environment ${path} has lost ${namesOf(lost)}`;
    if (care.mayMend()) {
      warn(`${what}: another is made in its place`);
      care.giveUp(key);
      return true;
    }
    warn(`${what}, and another cannot be made in its place`);
  }
  const added = isTouched ? care.added(record, site) : [];
  if (added.length > 0) {
    warn(
      `${
        namesOf(added)
      } came into its environment ${path} after that was made: an environment can be made ` +
        "anew at any time, without what was added. What an app needs belongs into its layers",
    );
  }
  if (isTouched) markSeen(path, host);
  if (!hasBytecode) {
    await makePlaces(record, occasion.python, compilesOn(occasion, context), context);
  }
  return false;
}

/** Somebody has removed them; a cache that cannot be written has none then. */
async function makePlaces(
  record: NonNullable<ReturnType<Care["record"]>>,
  python: PythonInfo,
  compiles: boolean,
  context: Mending,
): Promise<void> {
  try {
    const places = await (await context.store.composer()).bytecode(record);
    if (compiles) await compileBytecode(places, python, context);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
  }
}

/** Imports compile anew every time then, and nothing else would show it. */
function tellBytecode(
  { layers, mayWrite }: ReturnType<Care["withoutBytecode"]>,
  label: string,
  { report }: Mending,
): void {
  if (layers.length === 0 || mayWrite) return;
  report.event({
    kind: "detail",
    text:
      `bytecode: ${
        layers.length === 1 ? "1 layer has" : `${layers.length} layers have`
      } none, and this user may not write it: every start compiles ` +
      `anew what it imports of them, until \`edgeboot fetch ${label}\` could write the cache`,
  });
}
