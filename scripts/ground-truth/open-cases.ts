/** Measured cases without a program, and what the surface would have to have for one. */
export const OPEN_CASES: Readonly<Record<string, string>> = {}
