/** Its parts; that the version is one of PEP 440 is left to the parser. */
const WHEEL_NAME =
  "^[A-Za-z0-9]([A-Za-z0-9._]*[A-Za-z0-9])?-[A-Za-z0-9._+!]+(-[0-9][\\w.]*)?(-\\w+([.]\\w+)*){3}[.]whl$";

/** JSON Schema (2020-12) of a release, both forms; a test holds it to what {@link parseRelease} does. */
export const RELEASE_JSON_SCHEMA = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "edgeboot release, version 1",
  description: "One version of an app: its layers, Python needs, entry points and environment. " +
    "Unknown fields are ignored with a warning at -v.",
  type: "object",
  required: ["schema", "app", "version"],
  oneOf: [{ required: ["variants"] }, { required: ["layers"] }],
  not: { required: ["entrypoint", "entrypoints"] },
  properties: {
    schema: { const: "edgeboot.release/v1" },
    app: {
      description: "app ID; no '..'",
      type: "string",
      pattern: "^(?!.*\\.\\.)[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$",
    },
    version: { type: "string", minLength: 1, maxLength: 128 },
    created: { description: "RFC 3339 date and time; for people", type: "string" },
    python: {
      description: "PEP 440 version specifiers of final releases",
      type: "string",
      examples: [">=3.11,<3.13", "~=3.11", "==3.12.*"],
    },
    entrypoint: { $ref: "#/$defs/entrypoint" },
    entrypoints: {
      description: 'by name; "default" is started where none is asked for',
      type: "object",
      additionalProperties: { $ref: "#/$defs/entrypoint" },
    },
    env: {
      type: "object",
      properties: {
        set: { $ref: "#/$defs/variables" },
        default: { description: "where not inherited", $ref: "#/$defs/variables" },
        unset: { type: "array", items: { $ref: "#/$defs/variable" } },
      },
    },
    isolation: {
      description: "whether packages of the base image are visible behind the layers",
      enum: ["shared", "hermetic"],
      default: "shared",
    },
    python_args: {
      description: "options of the interpreter, for every entry point",
      $ref: "#/$defs/python_args",
    },
    variants: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        required: ["layers"],
        properties: {
          python_tag: { type: "string", default: "py3", examples: ["cp311", "py3"] },
          abi: { type: "string", default: "none", examples: ["cp311", "abi3", "none"] },
          platform: {
            type: "string",
            default: "any",
            examples: ["manylinux_2_28_x86_64", "musllinux_1_2_aarch64", "any"],
          },
          glibc: {
            description: "the oldest that its files load with; for people",
            type: "string",
            examples: ["2.17"],
          },
          system_libs: { type: "array", items: { type: "string" }, examples: [["libpq.so.5"]] },
          layers: { $ref: "#/$defs/layers" },
        },
      },
    },
    packed: {
      description: "what was found out when it was packed; a start needs none of it",
      type: "object",
      properties: {
        commit: { description: "of git", type: "string" },
        dirty: { description: "files differed from that commit", type: "boolean" },
        licenses: { description: "of all packages", $ref: "#/$defs/strings" },
        sbom: {
          description: "a CycloneDX document, among the registry's blobs",
          type: "object",
          required: ["sha256", "size"],
          properties: {
            sha256: { type: "string", pattern: "^(sha256:)?[0-9A-Fa-f]{64}$" },
            size: { $ref: "#/$defs/size" },
          },
        },
      },
    },
    layers: {
      description: "short form: one variant that fits any Python",
      $ref: "#/$defs/layers",
    },
  },
  $defs: {
    variable: { type: "string", minLength: 1, pattern: "^[^=\\u0000]+$" },
    variables: {
      type: "object",
      propertyNames: { $ref: "#/$defs/variable" },
      additionalProperties: { $ref: "#/$defs/text" },
    },
    text: { type: "string", pattern: "^[^\\u0000]*$" },
    entrypoint: {
      type: "object",
      oneOf: [
        { required: ["module"] },
        { required: ["callable"] },
        { required: ["script"] },
        { required: ["console_script"] },
      ],
      properties: {
        module: { description: "python -m MODULE", type: "string" },
        callable: { type: "string", examples: ["billing.worker:main"] },
        script: { description: "path inside a layer", type: "string" },
        console_script: { type: "string" },
        args: { description: "before those of the command line", $ref: "#/$defs/texts" },
        default_args: {
          description: "behind args where the command line has none",
          $ref: "#/$defs/texts",
        },
        python_args: {
          description: "options of the interpreter, behind those of the release",
          $ref: "#/$defs/python_args",
        },
      },
    },
    texts: { type: "array", items: { $ref: "#/$defs/text" } },
    python_args: {
      type: "array",
      items: { type: "string" },
      examples: [["-X", "faulthandler"], ["-W", "error", "-O"]],
    },
    strings: { type: "array", items: { type: "string" } },
    size: { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    layers: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        required: ["sha256"],
        if: { properties: { kind: { const: "wheel" } }, required: ["kind"] },
        then: {
          required: ["name"],
          properties: {
            name: {
              description: "file name of the wheel; its digest is the one of a lock file",
              type: "string",
              pattern: WHEEL_NAME,
              examples: ["numpy-2.4.5-cp311-cp311-manylinux_2_28_x86_64.whl"],
            },
            python_paths: false,
          },
        },
        properties: {
          kind: { enum: ["deps", "app", "wheel", "data", "pyz"] },
          sha256: {
            description: "of the archive's bytes",
            type: "string",
            pattern: "^(sha256:)?[0-9A-Fa-f]{64}$",
          },
          size: { description: "bytes of the archive", $ref: "#/$defs/size" },
          unpacked_size: {
            description: "upper limit of the sum of all file sizes, bytes",
            $ref: "#/$defs/size",
          },
          python_paths: {
            description: "relative import roots, in order; found where not stated",
            $ref: "#/$defs/strings",
          },
          url: {
            description: "absolute, or relative to the release file; without it the registry's " +
              "blobs/sha256/<hex>",
            type: "string",
          },
        },
      },
    },
  },
} as const;
