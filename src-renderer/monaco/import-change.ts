/** Names of the surface as the declarations have them, and the change of a text that imports one. */

export interface SurfaceName {
  readonly name: string
  readonly module: string
  /** Its declaration, without the documentation. */
  readonly signature: string
  readonly documentation: string
}

/** Modules that gather the others; names are offered from these only. */
const GATHERING = new Set(['linux', 'kernel', 'user', 'sim'])
const EXPORTED =
  /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?export (?:declare )?(?:function|const|let|class) (\w+)([^\n]*)/g

/** Reads the exported values of the gathering modules; `from './x'` re-exports are followed by name only. */
export function surfaceNames(declarations: readonly { module: string; text: string }[]): readonly SurfaceName[] {
  const found = new Map<string, SurfaceName>()
  for (const { module, text } of declarations) {
    const root = module.split('/')[0] ?? ''
    if (!GATHERING.has(root)) continue
    for (const [, comment = '', name = '', rest = ''] of text.matchAll(EXPORTED)) {
      if (found.has(name)) continue
      const documentation = comment.replaceAll(/^\s*\* ?/gm, '').trim()
      found.set(name, { name, module: root, signature: name + rest, documentation })
    }
  }
  return [...found.values()]
}

export interface TextChange {
  /** Offset at which `text` goes in. */
  readonly offset: number
  readonly text: string
}

/** The change that imports `name` from `module`; null if the text has the import already. */
export function importChange(source: string, name: string, module: string): TextChange | null {
  const imported = new RegExp(`import\\s*\\{[^}]*\\b${name}\\b[^}]*\\}`)
  if (imported.test(source)) return null
  const same = new RegExp(`import\\s*\\{([^}]*)\\}\\s*from\\s*['"]${module}['"]`).exec(source)
  if (same !== null) {
    const names = same[1] ?? ''
    const open = same.index + same[0].indexOf('{') + 1
    const end = open + names.trimEnd().length
    const separator = names.trim() === '' ? ' ' : names.trimEnd().endsWith(',') ? ' ' : ', '
    return { offset: end, text: `${separator}${name}${names.trim() === '' && !names.endsWith(' ') ? ' ' : ''}` }
  }
  const leading = /^(?:[ \t]*(?:\/\/[^\n]*)?\n)*/.exec(source)?.[0].length ?? 0
  const first = /^import\b/m.exec(source)?.index
  return { offset: first ?? leading, text: `import { ${name} } from '${module}'\n` }
}
