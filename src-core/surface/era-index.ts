/** The compiler's index of the surface as an era has it: names of the Rust surface come and go (SURFACE §4). */
import { findEra } from '../eras/index.ts'
import { missingIn } from '../eras/rust-api.ts'
import { SURFACE_INDEX } from './generated/index.ts'
import type { MissingName, SurfaceIndex, SurfaceNameKind } from './surface-index.ts'

const INDEXES = new Map<string, SurfaceIndex>()

/** The index for an era; the whole surface for an era that is not known. */
export function surfaceIndexOf(eraId: string): SurfaceIndex {
  const known = INDEXES.get(eraId)
  if (known !== undefined) return known
  const era = findEra(eraId)
  const index = era === undefined ? SURFACE_INDEX : reduced(eraId, missingIn(era))
  INDEXES.set(eraId, index)
  return index
}

function reduced(eraId: string, lacks: ReturnType<typeof missingIn>): SurfaceIndex {
  if (lacks.size === 0) return SURFACE_INDEX
  const modules: Record<string, Readonly<Record<string, SurfaceNameKind>>> = {}
  for (const [module, names] of Object.entries(SURFACE_INDEX.modules)) {
    modules[module] = isRustModule(module)
      ? Object.fromEntries(Object.entries(names).filter(([name]) => !lacks.has(name)))
      : names
  }
  const missing: Record<string, MissingName> = {}
  for (const [name, { name: instead, text, since, later }] of lacks)
    missing[name] = { instead, text: `${text} (${later ? `it comes with ${since}` : `it is gone since ${since}`})` }
  return { ...SURFACE_INDEX, modules, missing, era: eraId }
}

/** Modules whose names follow their era; out-of-tree modules (thread/…, asahi/…) are in every one. */
export function isRustModule(module: string): boolean {
  return module === 'kernel' || module.startsWith('kernel/')
}
