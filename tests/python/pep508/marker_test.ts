import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type MarkerEnvironment, markerHolds } from "../../../src/python/pep508/evaluate.ts";
import { type Marker, parseMarker } from "../../../src/python/pep508/marker.ts";

const ENVIRONMENT: MarkerEnvironment = {
  variables: {
    ...{ os_name: "posix", sys_platform: "linux", platform_system: "Linux" },
    ...{ platform_machine: "x86_64", platform_python_implementation: "CPython" },
    ...{ python_version: "3.11", python_full_version: "3.11.0", platform_release: "" },
    ...{ implementation_name: "cpython", implementation_version: "3.11.0", platform_version: "" },
  },
  extras: new Set(["trio", "a-b"]),
  groups: new Set(["default"]),
};

const HOLD = [
  ...["python_version >= '3.9'", 'python_version > "3.9"', "'3.12' > python_version"],
  ...["python_full_version < '3.11.3'", "sys_platform == 'linux'", "sys_platform != 'win32'"],
  ...["'lin' in sys_platform", "sys_platform not in 'win32 darwin'", "os.name == 'posix'"],
  ...["(os_name == 'nt' or os_name == 'posix') and python_version < '4'", "extra == 'trio'"],
  ...["os_name == 'nt' and os_name == 'nt' or python_version == '3.11'", "'A_B' in extras"],
  ...["extra != 'other'", "'dev' not in dependency_groups", "'default' in dependency_groups"],
  ...["python_version in '3.10, 3.11'", "python_version ~= '3.8'", "python_version == '3.*'"],
  ...["platform_machine<='x86_64'", "python_implementation == 'CPython'", "'trio' == extra"],
  ...["((python_version>'3'))", "sys_platform  not  in 'x'", "platform_release == ''"],
];

const FAIL = [
  ...["python_version < '3.11'", "python_version < '3.9'", "sys_platform == 'win32'"],
  ...["extra == 'other'", "'dev' in dependency_groups", "platform_release >= '5'"],
  ...["os_name == 'nt' or os_name == 'java'", "python_version == '3.1'", "sys_platform ~= 'linux'"],
  ...["python_full_version >= '3.11.3'", "sys_platform > 'linux'", "'linux' not in sys_platform"],
  ...["extra > 'a'", "python_version === '3.11.0'", "platform_machine < 'x86'"],
];

Deno.test("markerHolds says what of the environment is so", () => {
  for (const [markers, expected] of [[HOLD, true], [FAIL, false]] as const) {
    for (const text of markers) {
      const marker = parseMarker(text);
      assertEquals(marker && markerHolds(marker, ENVIRONMENT), expected, text);
    }
  }
});

Deno.test("parseMarker refuses what is no marker", () => {
  const wrong = ["", "python_version", "python_version >= 3", "nope == 'x'", "os_name == 'a' and"];
  const more = [
    "(os_name == 'a'",
    "os_name == 'a')",
    "os_name = 'a'",
    "os_name == 'a\"",
    "'a' or 'b'",
  ];
  for (const text of [...wrong, ...more]) assertEquals(parseMarker(text), undefined, text);
});

Deno.test("parseMarker reads what is written of any marker", () => {
  const operand = fc.constantFrom("os_name", "python_version", "extra").map((name) =>
    ({ kind: "variable", name }) as const
  );
  const text = fc.string().filter((s) => !s.includes('"')).map((text) =>
    ({ kind: "text", text }) as const
  );
  const operator = fc.constantFrom("==", "!=", "<", ">=", "~=", "in", "not in");
  const { marker } = fc.letrec<{ marker: Marker }>((tie) => ({
    marker: fc.oneof(
      { maxDepth: 3 },
      fc.record({ kind: fc.constant("comparison" as const), left: operand, operator, right: text }),
      fc.record({
        kind: fc.constantFrom("and" as const, "or" as const),
        of: fc.array(tie("marker"), { minLength: 2, maxLength: 3 }),
      }),
    ),
  }));
  const write = (marker: Marker): string => {
    if (marker.kind !== "comparison") {
      return marker.of.map((m) => `(${write(m)})`).join(` ${marker.kind} `);
    }
    const sides = [marker.left, marker.right].map((o) =>
      o.kind === "text" ? `"${o.text}"` : o.name
    );
    return `${sides[0]} ${marker.operator} ${sides[1]}`;
  };
  fc.assert(fc.property(marker, (marker) => assertEquals(parseMarker(write(marker)), marker)));
});
