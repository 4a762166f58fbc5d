const HEX = "0123456789abcdef".repeat(4);

export const WHEEL = "numpy-2.4.5-cp311-cp311-manylinux_2_28_x86_64.whl";

/** The release of the README: every field of the full form. */
export function fullRelease(): Record<string, unknown> {
  return {
    schema: "edgeboot.release/v1",
    app: "billing-api",
    version: "1.4.2",
    created: "2026-11-20T10:00:00Z",
    python: ">=3.11,<3.12",
    entrypoints: {
      default: { module: "uvicorn", args: ["billing.asgi:app", "--port", "8000"] },
      worker: { callable: "billing.worker:main" },
      manage: { script: "manage.py" },
      web: { console_script: "gunicorn", args: ["billing.wsgi"] },
    },
    env: { set: { TZ: "UTC" }, default: { LOG_LEVEL: "info" }, unset: ["DJANGO_DEBUG"] },
    variants: [{
      python_tag: "cp311",
      abi: "cp311",
      platform: "manylinux_2_28_x86_64",
      system_libs: ["libpq.so.5"],
      layers: [
        { kind: "app", sha256: HEX, size: 51234, unpacked_size: 220123, python_paths: ["."] },
        { kind: "deps", sha256: HEX.toUpperCase(), size: 0, url: "../deps.tar.zst" },
        { kind: "wheel", sha256: HEX, name: WHEEL },
      ],
    }],
  };
}

export function shortRelease(): Record<string, unknown> {
  return {
    schema: "edgeboot.release/v1",
    app: "hello",
    version: "1",
    layers: [{ url: "hello.zip", sha256: HEX }],
    entrypoint: { module: "hello" },
  };
}

type Base = "full" | "short";

/**
 * Releases with one fault each: the base, the place to change, the value to put there (undefined:
 * take it away), and the JSON path that the complaint must name.
 */
export const FAULTS: readonly (readonly [Base, string, unknown, string?])[] = [
  ["full", "schema", undefined],
  ["full", "schema", "edgeboot.release/v2"],
  ["full", "schema", 1],
  ["full", "schema", null],
  ["full", "app", undefined],
  ["full", "app", "Billing"],
  ["full", "app", "a..b"],
  ["full", "app", "../x"],
  ["full", "app", ["a"]],
  ["full", "version", undefined],
  ["full", "version", ""],
  ["full", "version", "v".repeat(129)],
  ["full", "version", 1.4],
  ["full", "created", 2026],
  ["full", "python", 3.11],
  ["full", "entrypoints", []],
  ["full", "entrypoints", "default"],
  ["full", "entrypoints", null],
  ["full", "entrypoints.default", "uvicorn"],
  ["full", "entrypoints.default", {}, "entrypoints.default.module"],
  ["full", "entrypoints.default", { module: "a", script: "b.py" }, "entrypoints.default.script"],
  ["full", "entrypoints.default.args", "x"],
  ["full", "entrypoints.default.args", ["x", 1], "entrypoints.default.args[1]"],
  ["full", "entrypoints.default.args", ["a\0b"], "entrypoints.default.args[0]"],
  ["full", "entrypoint", { module: "a" }],
  ["full", "env", []],
  ["full", "env.set", ["TZ"]],
  ["full", "env.set.TZ", 1],
  ["full", "env.set.TZ", "a\0b"],
  ["full", "env.set", { "": "x" }, "env.set."],
  ["full", "env.set", { "A=B": "x" }, "env.set.A=B"],
  ["full", "env.default", { "A\0B": "x" }, "env.default.A\0B"],
  ["full", "env.unset", "TZ"],
  ["full", "env.unset", ["TZ", "A=B"], "env.unset[1]"],
  ["full", "env.unset", [null], "env.unset[0]"],
  ["full", "variants", []],
  ["full", "variants", {}],
  ["full", "variants", null],
  ["full", "variants", undefined, "layers"],
  ["full", "variants.0", "x", "variants[0]"],
  ["full", "variants.0.python_tag", 311, "variants[0].python_tag"],
  ["full", "variants.0.abi", null, "variants[0].abi"],
  ["full", "variants.0.platform", ["any"], "variants[0].platform"],
  ["full", "variants.0.system_libs", "libpq.so.5", "variants[0].system_libs"],
  ["full", "variants.0.layers", undefined, "variants[0].layers"],
  ["full", "variants.0.layers", [], "variants[0].layers"],
  ["full", "variants.0.layers", {}, "variants[0].layers"],
  ["full", "variants.0.layers.1", "x", "variants[0].layers[1]"],
  ["full", "variants.0.layers.0.kind", "egg", "variants[0].layers[0].kind"],
  ["full", "variants.0.layers.0.kind", "wheel", "variants[0].layers[0].name"],
  ["full", "variants.0.layers.2.name", undefined, "variants[0].layers[2].name"],
  ["full", "variants.0.layers.2.name", 5, "variants[0].layers[2].name"],
  ["full", "variants.0.layers.2.name", "numpy-2.4.5.tar.gz", "variants[0].layers[2].name"],
  ["full", "variants.0.layers.2.name", "numpy-cp311-cp311-any.whl", "variants[0].layers[2].name"],
  ["full", "variants.0.layers.2.name", "../a-1-py3-none-any.whl", "variants[0].layers[2].name"],
  ["full", "variants.0.layers.2.python_paths", ["."], "variants[0].layers[2].python_paths"],
  ["full", "variants.0.layers.1.sha256", undefined, "variants[0].layers[1].sha256"],
  ["full", "variants.0.layers.1.sha256", "abc", "variants[0].layers[1].sha256"],
  ["full", "variants.0.layers.1.sha256", 5, "variants[0].layers[1].sha256"],
  ["full", "variants.0.layers.0.size", "51234", "variants[0].layers[0].size"],
  ["full", "variants.0.layers.0.size", -1, "variants[0].layers[0].size"],
  ["full", "variants.0.layers.0.size", 1.5, "variants[0].layers[0].size"],
  ["full", "variants.0.layers.0.size", 2 ** 53, "variants[0].layers[0].size"],
  ["full", "variants.0.layers.0.unpacked_size", null, "variants[0].layers[0].unpacked_size"],
  ["full", "variants.0.layers.0.python_paths", ".", "variants[0].layers[0].python_paths"],
  ["full", "variants.0.layers.0.python_paths", [1], "variants[0].layers[0].python_paths[0]"],
  ["full", "variants.0.layers.0.url", 5, "variants[0].layers[0].url"],
  ["full", "layers", []],
  ["short", "layers", undefined],
  ["short", "layers", null],
  ["short", "layers", []],
  ["short", "layers.0.sha256", undefined, "layers[0].sha256"],
  ["short", "entrypoint", "hello"],
  ["short", "entrypoint", null],
  ["short", "entrypoint.module", true],
  ["short", "entrypoints", {}, "entrypoint"],
];

/** What only {@link parseRelease} refuses: rules that JSON Schema would say badly or not at all. */
export const FINER_FAULTS: typeof FAULTS = [
  ["full", "version", "1\n2"],
  ["full", "variants.0.layers.2.name", "a-1.x-py3-none-any.whl", "variants[0].layers[2].name"],
  ["full", "version", "1\u202e2"],
  ["full", "python", "3.11"],
  ["full", "python", ""],
  ["full", "entrypoints.default.module", "a-b"],
  ["full", "entrypoints.worker.callable", "billing.worker"],
  ["full", "entrypoints.manage.script", "../manage.py"],
  ["full", "entrypoints.manage.script", "/manage.py"],
  ["full", "entrypoints.web.console_script", "a/b"],
  ["full", "variants.0.layers.0.python_paths", ["/x"], "variants[0].layers[0].python_paths[0]"],
  [
    "full",
    "variants.0.layers.0.python_paths",
    [".", ".."],
    "variants[0].layers[0].python_paths[1]",
  ],
  ["full", "variants.0.layers.0.python_paths", ["a:b"], "variants[0].layers[0].python_paths[0]"],
  ["full", "variants.0.layers.0.python_paths", [""], "variants[0].layers[0].python_paths[0]"],
];

export function faulty([base, place, value]: typeof FAULTS[number]): Record<string, unknown> {
  const release = structuredClone(base === "full" ? fullRelease() : shortRelease());
  const keys = place.split(".");
  const last = keys.pop()!;
  let target = release;
  for (const key of keys) target = target[key] as Record<string, unknown>;
  if (value === undefined) delete target[last];
  else target[last] = value;
  return release;
}
