/**
 * What no app needs where it runs, in the form of a `.gitignore`. It comes before all others, so that a
 * `.edgebootignore` can take a name back: `!node_modules/`.
 */
export const LEFT_OUT = [
  // What keeps versions, and says what it keeps.
  ...[".git", ".hg/", ".svn/", ".bzr/", "_darcs/", ".jj/", "CVS/"],
  ...[".gitignore", ".gitattributes", ".gitmodules", ".hgignore", ".edgebootignore"],
  // What Python and its tools leave behind.
  ...["__pycache__/", "*.egg-info/", ".eggs/", ".tox/", ".nox/", ".pytest_cache/", ".hypothesis/"],
  ...[".mypy_cache/", ".ruff_cache/", ".pytype/", ".pyre/", ".ipynb_checkpoints/"],
  ...[".coverage", ".coverage.*", "htmlcov/"],
  // Other people's tools.
  ...["node_modules/", ".idea/", ".vscode/", ".DS_Store", "*.swp", "*~"],
] as const;

/** A virtual environment, whatever it is called (PEP 405). */
export const ENVIRONMENT_MARK = "pyvenv.cfg";

/**
 * What a build must not see: what an earlier one left. All else may be part of it, files that no app needs where
 * it runs included.
 */
export const BUILD_LEFT_OUT = [
  ...[".git", ".hg/", ".svn/", "__pycache__/", "/build/", "/dist/", "*.egg-info/", ".eggs/"],
  ...[".tox/", ".nox/", ".pytest_cache/", ".mypy_cache/", ".ruff_cache/", "node_modules/"],
] as const;
