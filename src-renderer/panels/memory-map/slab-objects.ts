/** The objects of the slabs on screen, asked for when a slab's cell is large enough to show them. */
import type { Inspection } from '../../../src-core/protocol/messages.ts'
import type { SlabObject } from './draw-cells.ts'

const MOST = 64

export class SlabObjects {
  readonly #ask: (pfn: number) => Promise<Inspection>
  readonly #changed: () => void
  readonly #known = new Map<number, { readonly key: string; objects: readonly SlabObject[] | null }>()
  #open = 0
  #waiting: (() => void)[] = []

  constructor(ask: (pfn: number) => Promise<Inspection>, changed: () => void) {
    this.#ask = ask
    this.#changed = changed
  }

  /** Objects of a frame at a step. Until known: those of an earlier step, or null; `changed` is called then. */
  of(run: number, step: number, pfn: number): readonly SlabObject[] | null {
    const key = `${run}/${step}`
    const known = this.#known.get(pfn)
    if (known?.key === key) return known.objects
    const objects = known !== undefined && known.key.startsWith(`${run}/`) ? known.objects : null
    if (this.#known.size >= MOST) this.#known.delete(this.#known.keys().next().value!)
    const entry = { key, objects }
    this.#known.set(pfn, entry)
    this.#open += 1
    this.#ask(pfn)
      .then((inspection) => {
        entry.objects = inspection.objects
        this.#changed()
      })
      .catch(() => undefined)
      .finally(() => {
        this.#open -= 1
        if (this.#open === 0) for (const done of this.#waiting.splice(0)) done()
      })
    return objects
  }

  get pending(): boolean {
    return this.#open > 0
  }

  settled(): Promise<void> {
    return this.pending ? new Promise((done) => this.#waiting.push(done)) : Promise.resolve()
  }
}
