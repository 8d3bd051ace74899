/** Paths as a tree: folders before files, each by name. Rows in the order in which they are shown. */

export interface TreeRow {
  readonly path: string
  readonly name: string
  readonly depth: number
  readonly folder: boolean
}

export function treeRows(paths: readonly string[], closed: ReadonlySet<string>): readonly TreeRow[] {
  const rows: TreeRow[] = []
  const visit = (prefix: string, depth: number): void => {
    const folders = new Set<string>()
    const files: string[] = []
    for (const path of paths) {
      if (!path.startsWith(prefix)) continue
      const rest = path.slice(prefix.length)
      const slash = rest.indexOf('/')
      if (slash >= 0) folders.add(rest.slice(0, slash))
      else files.push(rest)
    }
    for (const name of [...folders].sort()) {
      const path = prefix + name
      rows.push({ path, name, depth, folder: true })
      if (!closed.has(path)) visit(`${path}/`, depth + 1)
    }
    for (const name of files.sort()) rows.push({ path: prefix + name, name, depth, folder: false })
  }
  visit('', 0)
  return rows
}
