/** All eras in order of time, and how to find one by name. */
import { nearestWord } from '../base/suggest.ts'
import type { Era } from './era.ts'
import { MEMDESC } from './memdesc.ts'
import { NEXT } from './next.ts'
import { V6_12 } from './v6.12.ts'
import { V6_14 } from './v6.14.ts'
import { V6_17 } from './v6.17.ts'
import { V6_18 } from './v6.18.ts'

/** Oldest first. */
export const ERAS: readonly Era[] = [V6_12, V6_14, V6_17, V6_18, NEXT, MEMDESC]
export const ERA_IDS: readonly string[] = ERAS.map((era) => era.id)
/** The era of a program that names none: the measured one. */
export const DEFAULT_ERA = V6_12.id

/** The era with this id (exact, as in SURFACE §4). */
export function findEra(id: string): Era | undefined {
  return ERAS.find((era) => era.id === id)
}

/** The id that an unknown name most likely meant; `6.14` means `v6.14`. */
export function suggestEra(text: string): string | undefined {
  return ERA_IDS.includes(`v${text}`) ? `v${text}` : nearestWord(text, ERA_IDS)
}
