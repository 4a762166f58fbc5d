import { fromFileUrl } from "@std/path/posix";
import { BINARY, CACHED } from "./binary.ts";
import { command, output } from "./command.ts";
import { needsProgram } from "./e2e.ts";
import { kept } from "./kept.ts";
import { pip, PYTHON } from "./python.ts";

/** As much of a pod as is looked at here. */
export interface PodContainer {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly volumeMounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
  }[];
  readonly securityContext: { readonly readOnlyRootFilesystem?: boolean };
}

export interface PodTemplate {
  readonly metadata?: object;
  readonly spec: {
    readonly initContainers?: readonly PodContainer[];
    readonly containers: readonly PodContainer[];
    readonly volumes: readonly Readonly<Record<string, unknown>>[];
    readonly securityContext: {
      readonly runAsUser: number;
      readonly runAsGroup: number;
      readonly fsGroup?: number;
    };
  };
}

export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  // deno-lint-ignore no-explicit-any -- the schema check is what knows the rest
  readonly spec: any;
}

/** What `edgeboot init kubernetes` prints. */
export async function manifestText(...args: string[]): Promise<string> {
  return await output(BINARY, ["init", "kubernetes", ...args], {
    ...{ clearEnv: true, env: { PATH: "/usr/bin:/bin" } },
  });
}

/** Kubernetes' own schemas, strict: a field that is not known is an error. */
const VALIDATE = `
import json, sys
sys.path.insert(0, sys.argv[1])
import kubernetes_validate, yaml
documents = [document for document in yaml.safe_load_all(sys.stdin) if document is not None]
for version in sys.argv[2:]:
    for document in documents:
        try:
            kubernetes_validate.validate(document, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            sys.exit(f"{document['kind']} ({version}): {error.message}")
print(json.dumps(documents))
`;

export const validator: { path: string } | { missing: string } = await installed();

async function installed(): Promise<{ path: string } | { missing: string }> {
  try {
    const path = await kept("kubernetes-validate-1.37.0", async (target) => {
      await pip("install", "--target", target, "kubernetes-validate==1.37.0");
    });
    return { path };
  } catch (error) {
    return { missing: `Kubernetes' schemas cannot be had: ${(error as Error).message}` };
  }
}

/** Checks the text by the schemas of these versions ("1.30"), and returns its documents. */
export async function validated(text: string, versions: readonly string[]): Promise<Manifest[]> {
  if ("missing" in validator) throw new Error(validator.missing);
  const args = ["-I", "-c", VALIDATE, validator.path, ...versions];
  const { code, stdout, stderr } = await command(PYTHON.path, args, { stdin: text });
  if (code !== 0) throw new Error(stderr.trim());
  return JSON.parse(stdout);
}

/** The pod that a manifest makes, where it makes one. */
export function podOf({ kind, spec }: Manifest): PodTemplate | undefined {
  if (kind === "CronJob") return spec.jobTemplate.spec.template;
  return spec.template;
}

export const podSecurity: { path: string } | { missing: string } = await builtPodSecurity();

/** The evaluator that the API server has, from the module that it has it from. */
async function builtPodSecurity(): Promise<{ path: string } | { missing: string }> {
  const missing = await needsProgram("go", "version");
  if (missing !== undefined) return { missing };
  const source = fromFileUrl(new URL("../containers/pod_security", import.meta.url));
  try {
    const path = await kept("pod-security-0.31.4", async (target) => {
      const args = ["build", "-C", source, "-mod=readonly", "-o", target, "."];
      await output("go", args, { env: { GOFLAGS: "", GOCACHE: `${CACHED}/go` } });
      await Deno.remove(`${CACHED}/go`, { recursive: true });
    });
    return { path };
  } catch (error) {
    return { missing: `Pod Security's evaluator cannot be built: ${(error as Error).message}` };
  }
}

/** What the level "restricted" forbids in these pods; nothing where all are allowed. */
export async function forbidden(pods: readonly PodTemplate[]): Promise<string> {
  if ("missing" in podSecurity) throw new Error(podSecurity.missing);
  return await output(podSecurity.path, [], { stdin: JSON.stringify(pods) });
}
