/** A state of the project. */
export interface Change {
  readonly name: string;
  readonly version: string;
  readonly line: string;
  readonly django: string;
}

/** Each after the one before. */
export const CHANGES: readonly Change[] = [
  { name: "first release", version: "1.0.0", line: "first", django: "5.1.3" },
  { name: "one line of code", version: "1.0.1", line: "second", django: "5.1.3" },
  { name: "Django 5.1.3 → 5.1.4", version: "1.0.2", line: "second", django: "5.1.4" },
];

/** Models, views, urls and the like of each of ten apps. */
const FILES = 5;

/** A Django project of ten apps that uses pandas, and is its own code and a requirements file. */
export class Project {
  static async create(root: string): Promise<Project> {
    const code = `${root}/code`;
    for (let app = 0; app < 10; app++) {
      await Deno.mkdir(`${code}/shop/app${app}`, { recursive: true });
      await Deno.writeTextFile(`${code}/shop/app${app}/__init__.py`, "");
      for (let file = 0; file < FILES; file++) {
        const path = `${code}/shop/app${app}/module${file}.py`;
        await Deno.writeTextFile(path, moduleText(app * FILES + file));
      }
    }
    await Deno.writeTextFile(`${code}/shop/__init__.py`, "");
    return new Project(root);
  }

  private constructor(private readonly root: string) {}

  get code(): string {
    return `${this.root}/code`;
  }

  get requirements(): string {
    return `${this.root}/requirements.txt`;
  }

  async become({ line, django }: Change): Promise<void> {
    await Deno.writeTextFile(this.requirements, `Django==${django}\npandas==2.2.3\nnumpy==2.1.3\n`);
    await Deno.writeTextFile(
      `${this.code}/shop/main.py`,
      `import django\nimport pandas\n\n\ndef main():\n    print("${line}", django.__version__)\n`,
    );
  }
}

/** Text that is like code in how it compresses. */
function moduleText(seed: number): string {
  const lines = [`"""Module ${seed} of the shop."""`, ""];
  for (let index = 0; index < 40; index++) {
    const number = (seed * 7919 + index * 104729) % 65536;
    lines.push(`def step_${number}(order, amount=${number}):`);
    lines.push(`    return order.total_${number % 97} + amount * ${number % 31}`, "", "");
  }
  return lines.join("\n");
}
