/**
 * What the trace is told of areas (`vm_area_struct`): each gets a number, and each change of where it stands, where it
 * lies and what its flags are becomes a delta. The areas themselves belong to their `MmStruct`.
 */
import { AreaBacking, AreaState, Field, packArea } from '../trace/fields.ts'
import type { TraceWriter } from '../trace/writer.ts'
import type { Vma } from './vma.ts'

const LOW = 2 ** 32
/** Fields of an area in the order of `valuesOf`. */
const FIELDS = [
  Field.VMA_SPACE,
  Field.VMA_START,
  Field.VMA_END,
  Field.VMA_PGOFF,
  Field.VMA_HIGH,
  Field.VMA_FLAGS,
  Field.VMA_FILE,
] as const
const NOTHING: readonly number[] = FIELDS.map(() => 0)

/** An area as the trace knows it. */
interface Known {
  readonly id: number
  readonly state: AreaState
  readonly values: readonly number[]
}

export class AreaRecord {
  /** Index of a file's name in the strings of the run, -1 = it has none. Set by who knows files. */
  nameOf: (file: object) => number = () => -1
  private count = 0
  private readonly known = new Map<Vma, Known>()

  constructor(
    private readonly trace: Pick<TraceWriter, 'delta'>,
    private readonly pageSize: number,
  ) {}

  /** Records an area as it is now. `state`: where it stands from now on; NONE ends it. */
  put(vma: Vma, state: AreaState): void {
    const before = this.known.get(vma)
    if (before === undefined && state === AreaState.NONE) return
    const id = before?.id ?? ++this.count
    const old = before?.values ?? NOTHING
    const values = state === AreaState.NONE ? NOTHING : this.valuesOf(vma, state)
    FIELDS.forEach((field, i) => {
      if (old[i] !== values[i]) this.trace.delta(field, id, old[i]!, values[i]!)
    })
    if (state === AreaState.NONE) this.known.delete(vma)
    else this.known.set(vma, { id, state, values })
  }

  /** Records what changed in an area that stands where it stood. One that was never recorded is left out. */
  update(vma: Vma): void {
    const before = this.known.get(vma)
    if (before !== undefined) this.put(vma, before.state)
  }

  private valuesOf(vma: Vma, state: AreaState): readonly number[] {
    const [start, end, { pgoff }] = [vma.start / this.pageSize, vma.end / this.pageSize, vma]
    const file = vma.file === null ? AreaBacking.ANONYMOUS : AreaBacking.FILE
    const backing = vma.shmem === null ? file : AreaBacking.SHARED_ANONYMOUS
    const high = (page: number): number => Math.floor(page / LOW) & 0x3ff
    return [
      packArea(state, backing, vma.mm.id),
      start % LOW,
      end % LOW,
      pgoff % LOW,
      high(start) | (high(end) << 10) | (high(pgoff) << 20),
      vma.flags >>> 0,
      vma.file === null ? 0 : this.nameOf(vma.file) + 1,
    ]
  }
}
