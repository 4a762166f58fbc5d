import { MarkerReader } from "./marker_reader.ts";

/** What a marker compares: of an environment, or as it stands in the marker. */
export type Operand =
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "text"; readonly text: string };

export interface Comparison {
  readonly kind: "comparison";
  readonly left: Operand;
  readonly operator: string;
  readonly right: Operand;
}

/** An environment marker of PEP 508, with the lists of PEP 751. */
export type Marker =
  | Comparison
  | { readonly kind: "and"; readonly of: readonly Marker[] }
  | { readonly kind: "or"; readonly of: readonly Marker[] };

/** PEP 508, and the two lists of PEP 751. `extra` may be compared everywhere, as tools do. */
export const MARKER_VARIABLES: ReadonlySet<string> = new Set([
  ...["os_name", "sys_platform", "platform_machine", "platform_python_implementation"],
  ...["platform_release", "platform_system", "platform_version", "python_version"],
  ...["python_full_version", "implementation_name", "implementation_version", "extra"],
  ...["extras", "dependency_groups"],
]);

/** PEP 345 spelled them with dots, and setuptools so. */
const OLD_NAMES: Readonly<Record<string, string>> = {
  ...{ "os.name": "os_name", "sys.platform": "sys_platform" },
  ...{ "platform.machine": "platform_machine", "platform.version": "platform_version" },
  ...{ "platform.python_implementation": "platform_python_implementation" },
  ...{ python_implementation: "platform_python_implementation" },
};

/** Returns undefined where the text is no marker. */
export function parseMarker(text: string): Marker | undefined {
  const reader = new MarkerReader(text);
  const marker = readOr(reader);
  return marker !== undefined && reader.atEnd ? marker : undefined;
}

function readOr(reader: MarkerReader): Marker | undefined {
  return readList(reader, "or", (inner) => readList(inner, "and", readOne));
}

function readList(
  reader: MarkerReader,
  kind: "and" | "or",
  readPart: (reader: MarkerReader) => Marker | undefined,
): Marker | undefined {
  const parts: Marker[] = [];
  do {
    const part = readPart(reader);
    if (part === undefined) return undefined;
    parts.push(part);
  } while (reader.word(kind));
  return parts.length === 1 ? parts[0] : { kind, of: parts };
}

function readOne(reader: MarkerReader): Marker | undefined {
  if (reader.sign("(")) {
    const inner = readOr(reader);
    return inner !== undefined && reader.sign(")") ? inner : undefined;
  }
  const left = readOperand(reader);
  const operator = left && reader.operator();
  const right = operator && readOperand(reader);
  return left && operator && right ? { kind: "comparison", left, operator, right } : undefined;
}

function readOperand(reader: MarkerReader): Operand | undefined {
  const text = reader.text();
  if (text !== undefined) return { kind: "text", text };
  const stated = reader.name();
  if (stated === undefined) return undefined;
  const name = OLD_NAMES[stated] ?? stated;
  return MARKER_VARIABLES.has(name) ? { kind: "variable", name } : undefined;
}
