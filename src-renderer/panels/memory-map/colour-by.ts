/** What the colour of a frame can say, and the number that says it. Five steps of one hue for what is counted. */
import type { Colouring } from '../../../src-core/protocol/map-ink.ts'
import type { MapCells } from '../../../src-core/protocol/messages.ts'
import type { MachineInfo } from '../../../src-core/trace/record.ts'

export type ColourBy = Colouring

/** As they are offered. */
export const COLOUR_BY: readonly (readonly [by: ColourBy, words: string])[] = [
  ['owner', 'owner'],
  ['kind', 'kind'],
  ['references', 'references'],
  ['mapcount', 'map count'],
  ['rights', 'rights left'],
  ['age', 'age'],
  ['zone', 'zone'],
]

/** Column of the cells that is counted; null where the colour says something else. */
export function countedColumn(cells: MapCells, by: ColourBy): Int32Array | Uint8Array | null {
  switch (by) {
    case 'references':
      return cells.refcount
    case 'mapcount':
      return cells.mapcount
    case 'rights':
      return cells.rights
    case 'age':
      return cells.age
    default:
      return null
  }
}

/** The number of one cell, as `countedColumn` has it; -1 where nothing is counted. */
export function countOf(
  cell: {
    readonly refcount: number
    readonly mapcount: number
    readonly rights: number
    readonly age: number
  },
  by: ColourBy,
): number {
  switch (by) {
    case 'references':
      return cell.refcount
    case 'mapcount':
      return cell.mapcount
    case 'rights':
      return cell.rights
    case 'age':
      return cell.age
    default:
      return -1
  }
}

const AGES = ['youngest fifth', 'second fifth', 'third fifth', 'fourth fifth', 'oldest fifth'] as const
const UNITS: Readonly<Partial<Record<ColourBy, readonly [one: string, many: string]>>> = {
  references: ['reference', 'references'],
  mapcount: ['mapping', 'mappings'],
  rights: ['right', 'rights'],
}

/** What a step of the scale is called; 4 stands for all above, too. */
export function countWords(by: ColourBy, n: number): string {
  if (by === 'age') return AGES[n] ?? ''
  const [one, many] = UNITS[by] ?? ['', '']
  return n === 4 ? `4 or more ${many}` : `${n} ${n === 1 ? one : many}`
}

/** Where the number comes from. */
export function countTip(by: ColourBy): string {
  switch (by) {
    case 'references':
      return 'Value of _refcount'
    case 'mapcount':
      return 'Entries of user page tables: _mapcount + 1'
    case 'rights':
      return 'What reaches the frame beside references: user page tables, kmap, vmap, scatterlists, DMA'
    default:
      return 'When the memory was made, of the run up to the playhead'
  }
}

export function zoneName(machine: MachineInfo, zone: number): string {
  return machine.zones[zone]?.name ?? 'no zone'
}
