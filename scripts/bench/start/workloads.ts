/** An app by what it imports before it does anything. */
export interface Workload {
  readonly name: string;
  /** What pip is asked for, pinned: figures of two days should be about the same packages. */
  readonly requirements: readonly string[];
  /** The statements whose end is the end of a start. */
  readonly imports: string;
}

export const WORKLOADS: readonly Workload[] = [
  { name: "hello", requirements: [], imports: "import json" },
  {
    name: "fastapi",
    requirements: ["fastapi==0.121.2", "uvicorn==0.38.0"],
    imports: "import fastapi, uvicorn",
  },
  {
    name: "django",
    requirements: ["django==5.2.8", "djangorestframework==3.16.1"],
    imports: "import django.conf; django.conf.settings.configure(); import django; " +
      "django.setup(); import django.contrib.admin, rest_framework.views",
  },
  {
    name: "science",
    requirements: ["numpy==2.3.4", "pandas==2.3.3", "scipy==1.16.3"],
    imports: "import pandas, scipy.stats, scipy.optimize",
  },
];

/** The module `m`: it leaves without tearing anything down, which is not part of a start. */
export function moduleText({ imports }: Workload): string {
  return `import os\n\n\ndef main():\n    ${imports}\n    os._exit(0)\n\n\n` +
    `if __name__ == "__main__":\n    main()\n`;
}
