/**
 * The imports and re-exports of one file: surface modules are resolved through the SurfaceIndex, relative specifiers
 * become slots of `$M` that link.ts fills. Everything else is a compile error.
 */

import ts from 'typescript'
import type { SurfaceIndex, SurfaceNameKind } from './contract.ts'
import { didYouMean } from './did-you-mean.ts'
import type { FileErrors } from './file-errors.ts'

/** What an imported name stands for. */
export type Imported =
  | { readonly from: 'surface'; readonly name: string; readonly key: string; readonly kind: SurfaceNameKind }
  | { readonly from: 'surface-module'; readonly module: string }
  | { readonly from: 'file'; readonly slot: number; readonly name: string; readonly typeOnly: boolean }
  | { readonly from: 'file-namespace'; readonly slot: number; readonly typeOnly: boolean }
  | { readonly from: 'nowhere' }

/** One name that the file wants from another file: checked when the program is linked. */
export interface WantedName {
  readonly slot: number
  readonly name: string
  readonly typeOnly: boolean
  readonly node: ts.Node
}

/** A relative specifier: `slot` is its index in `$M`. */
export interface FileSlot {
  readonly specifier: string
  readonly node: ts.Node
  /** True if evaluating this file needs the other one to be evaluated. */
  evaluated: boolean
}

export class ImportTable {
  readonly slots: FileSlot[] = []
  readonly wanted: WantedName[] = []
  /** Surface names that the program imports by name, for `CompiledProgram.interleaved`. */
  readonly surfaceNames = new Set<string>()
  /** Names of the Rust surface that the file imports, types too: the default era follows from them. */
  readonly rustNames = new Set<string>()
  /** True if the file imports anything of the Rust surface or of an out-of-tree module: its names may be moved. */
  hasOwners = false

  constructor(
    readonly surface: SurfaceIndex,
    readonly errors: FileErrors,
  ) {}

  /** The names of an import declaration, each with what it stands for. */
  *declared(node: ts.ImportDeclaration): Generator<{ name: ts.Identifier; imported: Imported }> {
    if (!ts.isStringLiteral(node.moduleSpecifier)) return
    const specifier = node.moduleSpecifier
    const clause = node.importClause
    const typeOnly = clause?.isTypeOnly ?? false
    const source = this.source(specifier, !typeOnly)
    if (!clause) return
    if (clause.name) yield { name: clause.name, imported: this.named(source, 'default', clause.name, typeOnly) }
    const bindings = clause.namedBindings
    if (!bindings) return
    if (ts.isNamespaceImport(bindings)) {
      yield { name: bindings.name, imported: this.whole(source, typeOnly) }
      return
    }
    for (const element of bindings.elements) {
      const wanted = element.propertyName ?? element.name
      yield { name: element.name, imported: this.named(source, wanted.text, wanted, typeOnly || element.isTypeOnly) }
    }
  }

  /** Where a specifier leads: a surface module's name, a slot, or nowhere (reported). */
  source(specifier: ts.StringLiteral, evaluated: boolean): string | number | null {
    const text = specifier.text
    if (text.startsWith('./') || text.startsWith('../')) {
      const known = this.slots.findIndex((slot) => slot.specifier === text)
      if (known >= 0) {
        const slot = this.slots[known]
        if (slot && evaluated) slot.evaluated = true
        return known
      }
      this.slots.push({ specifier: text, node: specifier, evaluated })
      return this.slots.length - 1
    }
    if (Object.hasOwn(this.surface.modules, text)) return text
    const modules = Object.keys(this.surface.modules)
    const hint = didYouMean(text, modules)
    const outside = hint === '' ? '; a program can import the simulated kernel and relative files' : hint
    this.errors.add('import', `there is no module "${text}"${outside}`, specifier)
    return null
  }

  /** The name `name` of a module that `source` found. */
  named(source: string | number | null, name: string, node: ts.Node, typeOnly: boolean): Imported {
    if (source === null) return { from: 'nowhere' }
    if (typeof source === 'number') {
      this.wanted.push({ slot: source, name, typeOnly, node })
      return { from: 'file', slot: source, name, typeOnly }
    }
    return this.surfaceName(source, name, node, typeOnly)
  }

  /** Words on where a name is that was sought in another module; null if it is nowhere. */
  private homeOf(name: string): string | null {
    const has = (module: string): boolean => Object.hasOwn(this.surface.modules[module] ?? {}, name)
    const home = ['linux', 'user', 'kernel'].find(has)
    if (home !== undefined) return `; it is in '${home}'`
    return has('sim') ? `; it is called as sim.${name} (import { sim } from 'sim')` : null
  }

  /** A name of a surface module; reports names that do not exist (in this era). */
  surfaceName(module: string, name: string, node: ts.Node, typeOnly = false): Imported {
    const names = this.surface.modules[module] ?? {}
    if (!Object.hasOwn(names, name)) {
      if (Object.hasOwn(this.surface.missing, name)) {
        const { instead, text } = this.surface.missing[name] ?? { instead: null, text: '' }
        const where = this.surface.era ?? 'this era'
        const hint = text === '' ? '' : `; use ${text}`
        this.noteRust(module, name)
        this.errors.add('not-in-this-era', `"${name}" does not exist in ${where}${hint}`, node, instead)
      } else {
        const hint = this.homeOf(name) ?? didYouMean(name, Object.keys(names))
        this.errors.add('import', `module "${module}" has no "${name}"${hint}`, node)
      }
      return { from: 'nowhere' }
    }
    this.noteRust(module, name)
    const kind = typeOnly ? 'type' : (names[name] ?? 'value')
    if (kind !== 'type') this.surfaceNames.add(name)
    const inner = this.surface.namespaces[name]
    if (inner !== undefined && kind === 'value') return { from: 'surface-module', module: inner }
    return { from: 'surface', name, key: this.key(module, name), kind }
  }

  /** A name of a module that may be one of the Rust surface. */
  noteRust(module: string, name: string): void {
    if (/^(?:kernel|thread|asahi)(?:\/|$)/.test(module)) this.hasOwners = true
    if (/^kernel(?:\/|$)/.test(module)) this.rustNames.add(name)
  }

  /** `import * as x`. */
  whole(source: string | number | null, typeOnly: boolean): Imported {
    if (source === null) return { from: 'nowhere' }
    if (typeof source === 'string') this.noteRust(source, '*')
    return typeof source === 'number'
      ? { from: 'file-namespace', slot: source, typeOnly }
      : { from: 'surface-module', module: source }
  }

  /** The key of a surface name in `$S.step` and `$S.value`. */
  key(module: string, name: string): string {
    return this.surface.separate?.includes(module) ? `${module}#${name}` : name
  }
}
