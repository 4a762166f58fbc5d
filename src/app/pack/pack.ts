import type { Context } from "../context.ts";
import { entryPointsOf } from "../../pack/entry_points.ts";
import { releaseText } from "../../pack/release_document.ts";
import { checkRelease, nothingToCheckWith } from "./check.ts";
import { codeDirectory, packCode, statedPython } from "./code.ts";
import type { PackContext } from "./context.ts";
import { findDependencies } from "./dependencies.ts";
import { absolute } from "./files.ts";
import { packLayers, variantsOf } from "./layers.ts";
import type { Packed } from "./packed.ts";
import { withPlaces } from "./places.ts";
import { recordFacts } from "./record_facts.ts";
import type { PackRequest } from "./request.ts";
import { sourceState } from "./source_state.ts";
import { findTargets } from "./targets.ts";
import { warnOfUnmet } from "./warn_unmet.ts";
import { nameRelease, refusePublished, writeRelease } from "./write_release.ts";

/**
 * `edgeboot pack`: layers and a release, into a directory that is a registry.
 * @throws EdgebootError SOURCE_INVALID, PACK_REFUSED, BUILD_FAILED, CHECK_FAILED (65), INDEX_UNREACHABLE (69)
 */
export async function pack(request: PackRequest, session: Context): Promise<Packed> {
  const output = absolute(request.output, session);
  return await withPlaces(output, session, (context) => packIn(output, request, context));
}

async function packIn(
  output: string,
  request: PackRequest,
  context: PackContext,
): Promise<Packed> {
  refusePublished(request, output, context);
  const directory = codeDirectory(request, context);
  const state = await sourceState(directory, context);
  const machine = await findTargets(request, statedPython(directory, context), context);
  const targets = machine.map(({ target }) => target);
  const dependencies = await findDependencies(request, targets, context);
  const code = await packCode(request, machine, state, context);
  warnOfUnmet(code, dependencies, context);
  const { app, version, entry, entryPoints: stated } = request;
  const runsItself = request.dependencies.kind === "pyz";
  const entryPoints = entryPointsOf({ ...{ entry, stated, app, runsItself }, ...code });
  const packed = await packLayers(request, targets, code, dependencies, output, context);
  const text = releaseText({
    ...{ app, version, created: state.created, entryPoints, variants: variantsOf(packed) },
    python: code.requiresPython?.text,
    recorded: recordFacts(request, state, packed, output, context),
  });
  const digest = writeRelease(text, request, output, context);
  const made = { app, version, output, digest, text };
  const checked = request.check === false ? [] : await checkRelease(made, machine, context);
  if (request.check === true && checked.length === 0) throw nothingToCheckWith(app, machine);
  await nameRelease(text, request, output, context);
  return { ...made, checked, facts: packed.map(({ facts }) => facts) };
}
