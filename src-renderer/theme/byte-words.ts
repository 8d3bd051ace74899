/** What a byte belongs to and what an allocator left in it, in words: for hover, tables, legends and speech. */
import { ByteRegion, Painted } from '../../src-core/protocol/messages.ts'
import type { MarkName } from './states.ts'

export interface RegionWords {
  readonly name: string
  /** What it is for; empty where the name says it. */
  readonly words: string
  /** How the map marks it. */
  readonly mark: MarkName | ''
}

const REGIONS: Readonly<Record<ByteRegion, RegionWords>> = {
  [ByteRegion.NONE]: { name: '', words: '', mark: '' },
  [ByteRegion.OBJECT]: { name: 'object', words: 'in use', mark: '' },
  [ByteRegion.FREE_OBJECT]: { name: 'free object', words: '', mark: '' },
  [ByteRegion.SLACK]: {
    name: 'slack',
    words: 'behind what was asked for, up to the size of the class',
    mark: 'slabPad',
  },
  [ByteRegion.LEFT_RED_ZONE]: { name: 'left red zone', words: 'in front of the object', mark: 'redZone' },
  [ByteRegion.RIGHT_RED_ZONE]: { name: 'right red zone', words: 'behind the object', mark: 'redZone' },
  [ByteRegion.FREE_POINTER]: {
    name: 'free pointer',
    words: 'where SLUB keeps the next free object; the simulator keeps its lists elsewhere',
    mark: 'slabRecord',
  },
  [ByteRegion.ALLOC_TRACK]: {
    name: 'alloc track',
    words: 'where SLUB keeps who allocated it; not filled in by the simulator',
    mark: 'slabRecord',
  },
  [ByteRegion.FREE_TRACK]: {
    name: 'free track',
    words: 'where SLUB keeps who freed it; not filled in by the simulator',
    mark: 'slabRecord',
  },
  [ByteRegion.REQUESTED_SIZE]: {
    name: 'requested size',
    words: 'where SLUB keeps what kmalloc() was asked for; not filled in by the simulator',
    mark: 'slabRecord',
  },
  [ByteRegion.KASAN_RECORD]: {
    name: 'KASAN record',
    words: 'where KASAN keeps who allocated and freed it; not filled in by the simulator',
    mark: 'slabRecord',
  },
  [ByteRegion.KASAN_RED_ZONE]: { name: 'KASAN red zone', words: 'KASAN reports every access', mark: 'redZone' },
  [ByteRegion.PADDING]: { name: 'padding', words: 'belongs to no object', mark: 'slabPad' },
  [ByteRegion.SLAB_REST]: { name: 'rest of the slab', words: 'too small for another object', mark: 'slabPad' },
}

const PAINT: Readonly<Record<number, string>> = {
  [Painted.POISON_FREE]: 'POISON_FREE: the object is free',
  [Painted.POISON_END]: 'POISON_END: last byte of a free object',
  [Painted.UNWRITTEN]: 'still the poison of a free object: nobody wrote here since it was allocated',
  [Painted.RED_INACTIVE]: 'SLUB_RED_INACTIVE: red zone of a free object',
  [Painted.RED_ACTIVE]: 'SLUB_RED_ACTIVE: red zone of an object in use',
  [Painted.PADDING]: 'POISON_INUSE: as SLUB filled the new slab',
  [Painted.PAGE_POISON]: 'PAGE_POISON: as the page was when it was free',
}

/** Name and meaning of what a byte belongs to (`ByteRegion`). */
export function regionWords(region: number): RegionWords {
  return REGIONS[region as ByteRegion] ?? REGIONS[ByteRegion.NONE]
}

/** True where SLUB left a red zone and somebody wrote over it. */
export function isOverwritten(region: number, painted: number): boolean {
  const isRedZone = region === ByteRegion.LEFT_RED_ZONE || region === ByteRegion.RIGHT_RED_ZONE
  return isRedZone && painted === Painted.NONE
}

/** The mark of a byte on the map; empty for none. */
export function byteMark(region: number, painted: number): MarkName | '' {
  if (isOverwritten(region, painted)) return 'redZoneBroken'
  const { mark } = regionWords(region)
  if (mark !== '') return mark
  return painted === Painted.NONE ? '' : painted === Painted.PADDING ? 'slabPad' : 'poison'
}

/** What an allocator's debugging left in a byte (`Painted`), or that it was overwritten; empty if neither. */
export function paintWords(painted: number, region: number = ByteRegion.NONE): string {
  if (isOverwritten(region, painted)) return 'overwritten: SLUB had a red zone here'
  return PAINT[painted] ?? ''
}

/** All that is known of a byte's place, as one phrase: `right red zone (behind the object); SLUB_RED_ACTIVE: …`. */
export function placeWords(region: number, painted: number): string {
  const { name, words } = regionWords(region)
  const place = words === '' ? name : `${name} (${words})`
  return [place, paintWords(painted, region)].filter((each) => each !== '').join('; ')
}
