/** The name under which a zip application lies in its tree: it stays one file (PEP 441). */
export const PYZ_FILE = "app.pyz";
